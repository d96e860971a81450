"""The demonstration's evidence: a bundle that is there when everything else of it is gone, and how to check it.

It is kept below the product's home (``DRIEHOEK_HOME``, by default ``.driehoek``), in ``demo``, each time in a folder
of its own: ``bundle.zip`` and beside it ``checkpoint``, and ``policy`` with the log's keys. Whoever verifies for real
gets the policy from somebody they trust, and not from beside the bundle.
"""

import base64
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from crypto.verifier.notes import Checkpoint, Note
from crypto.verifier.plan import Report, verify
from crypto.verifier.policy import Policy
from domain.audit import BundleScope
from domain.principals import SERVICE_ID
from domain.reads import Reader
from domain.vocabulary import Role
from ops.audit.export import Wanted, export
from ops.audit.scope import Scope
from ops.clock import now
from ops.log.errors import LogNotBegun
from ops.log.policies import for_verifiers
from ops.wiring import CellService


@dataclass(frozen=True)
class Evidence:
    """Where the evidence is, and what it is proved by: the signed note, its tree's size and root (base64)."""

    size: int
    root: str
    checkpoint: str
    bundle: str
    policy: str

    def as_json(self) -> dict[str, int | str]:
        """For programs."""
        return asdict(self)


def place(home: Path, cell: str) -> Path:
    """The folder for one demonstration's evidence; made before anything is played, so that it can be kept at all."""
    folder = (home / "demo" / cell).absolute()
    folder.mkdir(parents=True)
    return folder


def keep(service: CellService, engagement: UUID, folder: Path) -> tuple[Evidence, Report]:
    """Export an engagement into a folder, and verify it as an auditor would.

    Raises:
        ops.log.errors.LogError: the log isn't there.
    """
    wanted = Wanted(Scope(BundleScope.ENGAGEMENT, engagement), Reader(SERVICE_ID, Role.SERVICE, SERVICE_ID), now())
    bundle, policy = folder / "bundle.zip", folder / "policy"
    export(service, wanted, bundle)
    seen = service.log.lines.signer.look()
    if seen is None:
        raise LogNotBegun
    with zipfile.ZipFile(bundle) as packed:
        note = packed.read("checkpoint")
    checkpoint = Checkpoint.parse(Note.parse(note).text)
    policy.write_text(for_verifiers((signer.key for signer in seen.keys.signers), None), encoding="ascii")
    (folder / "checkpoint").write_bytes(note)
    with bundle.open("rb") as file:
        report = verify(file, Policy.parse(policy.read_bytes()))
    root = base64.b64encode(checkpoint.root).decode()
    return Evidence(checkpoint.size, root, note.decode(), str(bundle), str(policy)), report
