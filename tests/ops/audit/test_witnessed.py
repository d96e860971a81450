"""Evidence that outsiders signed: real witnesses by a quorum, and an authority's time stamps, inside a bundle."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificates

from crypto.verifier.policy import Policy
from domain.audit import BundleScope
from ops.audit.scope import Scope
from ops.log.policies import for_verifiers
from ops.log.publishing import Publishing
from ops.log.stamps import Hours, Stamps, read_authorities
from ops.log.witnesses import Witnesses
from ops.wiring import CellService
from tests.evidence import broken, bundle_of, verified
from tests.ops.log.authority import Authority
from tests.ops.log.copies import keys_of
from tests.ops.log.test_witnesses import QUICK, Rig, _hangs, until
from tests.stage import Stage, tell
from tests.support import Cell

HOURS = Hours(every=3600.0, answer=5.0, first=0.02, longest=0.02)


@pytest.fixture
def rig(cell: Cell, service: CellService, folder: Path) -> Iterator[Rig]:
    """Two honest witnesses, and one that never answers."""
    service.log.publish_now()
    with ExitStack() as stack:
        made = Rig(cell, service, folder, stack)
        for _ in range(2):
            made.honest()
        made.odd(_hangs)
        yield made


@contextmanager
def running(rig: Rig, authority: Authority, url: str) -> Iterator[None]:
    """The log's loop, with two of three witnesses and the authority."""
    witnesses = Witnesses(rig.policy(2), rig.service.connections, QUICK)
    stamps = Stamps(url, read_authorities(authority.certificate), rig.service.connections, HOURS)
    loop = Publishing(rig.service.log.publisher, rig.service.connections, [witnesses, stamps])
    loop.start()
    try:
        yield
    finally:
        loop.stop()


def test_a_bundle_brings_what_witnesses_and_an_authority_signed(
    rig: Rig, stage: Stage, folder: Path, tmp_path: Path
) -> None:
    """It verifies by the quorum and by the authority that the auditor trusts; by a larger one or a stranger's, not."""
    authority, stranger = Authority.made(folder / "tsa"), Authority.made(folder / "stranger")
    tell(stage)
    with authority.serving() as url, running(rig, authority, url):
        until(lambda: rig.service.log.witnessed() and rig.service.log.stamped())
        scope = Scope(BundleScope.ENGAGEMENT, stage.engagement_id)
        bundle = bundle_of(rig.service, scope, tmp_path / "bundle.zip")
    two = for_verifiers(keys_of(rig.service), rig.folder / "policy").encode()
    trusted, strange = (load_pem_x509_certificates(one.certificate.read_bytes()) for one in (authority, stranger))
    report = verified(bundle, Policy.parse(two), authorities=trusted)
    assert report.verified, report.findings
    assert report.results[12] is True
    assert "2 witnesses" in report.remarks[2]
    assert broken(verified(bundle, Policy.parse(two.replace(b" 2 ", b" 3 ")), authorities=trusted)) == [2]
    assert broken(verified(bundle, Policy.parse(two), authorities=strange)) == [12]
    assert verified(bundle, Policy.parse(two)).results[12] is None  # whoever brings no authority along, checks none
