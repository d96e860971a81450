"""Bundles of evidence for tests: made as the product makes them, and verified as an auditor does."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from cryptography.x509 import Certificate

from crypto.verifier.plan import Report, verify
from crypto.verifier.policy import Policy
from domain.audit import BundleScope
from domain.principals import SERVICE_ID
from domain.reads import Reader
from domain.vocabulary import Role
from ops.audit.boundaries import boundaries
from ops.audit.export import Exported, Wanted, export
from ops.audit.scope import Scope
from ops.clock import now
from ops.log.policies import for_verifiers
from ops.wiring import CellService

OPERATOR = Reader(SERVICE_ID, Role.SERVICE, SERVICE_ID)
"""Who asks by command."""


def policy_of(service: CellService) -> Policy:
    """The policy of somebody who knows this log's keys, and asks for no witnesses."""
    seen = service.log.lines.signer.look()
    assert seen is not None
    return Policy.parse(for_verifiers((signer.key for signer in seen.keys.signers), None).encode())


def bundle_of(service: CellService, scope: Scope, path: Path, **more: object) -> bytes:
    """A bundle, and the file that it was written to."""
    made: Exported = export(service, Wanted(scope, OPERATOR, now(), **more), path)  # type: ignore[arg-type]
    assert made.bytes == path.stat().st_size
    return path.read_bytes()


def verified(
    bundle: bytes, policy: Policy, seen: Sequence[bytes] = (), authorities: Sequence[Certificate] = ()
) -> Report:
    """What the verifier says of it."""
    return verify(io.BytesIO(bundle), policy, seen, authorities)


def proves(service: CellService, engagement: UUID, folder: Path) -> None:
    """Check that the boundaries of a cell with one engagement hold, and that a bundle about it is verified."""
    stated = boundaries(service, now())
    assert (stated.holds, stated.engagements) == (True, 1)
    bundle = bundle_of(service, Scope(BundleScope.ENGAGEMENT, engagement), folder / "bundle")
    report = verified(bundle, policy_of(service))
    assert report.verified, report.findings
    assert {step for step, holds in report.results.items() if holds} >= {1, 2, 3, 5, 6, 7, 8, 10, 11}


def broken(report: Report) -> list[int]:
    """The steps that don't hold."""
    return [step for step, holds in report.results.items() if holds is False]


def members(bundle: bytes) -> dict[str, bytes]:
    """What a bundle consists of, in order."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
