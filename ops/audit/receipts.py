"""Receipts for an auditor: of every erasure in an engagement, with all grants that it took (crypto/FORMAT.md 14)."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

from crypto.receipt import sign_receipt
from domain.disposal import accesses
from domain.errors import NotFound
from domain.standing import Proof, proofs_of
from ops.audit.scope import streams_of
from ops.wiring import CellService
from projections.secrecy import stated

READER: Final = "auditor"
"""Whom these receipts are for: whoever has the bundle."""


def receipts_of(service: CellService, engagements: Iterable[UUID]) -> bytes:
    """Return ``receipts.json``: an array of receipts, by engagement, then oldest first; canonical JSON."""
    deployment, keys = str(service.vault.tree.pages([])[0].deployment), service.service.party
    signed = [
        sign_receipt({**stated(engagement, READER, proof), "deployment": deployment}, keys)
        for engagement in engagements
        for proof in _proofs(service, engagement)
    ]
    return b"[" + b",".join(signed) + b"]"


def _proofs(service: CellService, engagement: UUID) -> list[Proof]:
    found: list[Proof] = []
    for stream_id in streams_of(service, engagement):
        with suppress(NotFound):  # nothing was written there
            stream = service.write_side.stream(stream_id)
            found += proofs_of(stream, accesses(stream, stream.terms))
    return sorted(found, key=lambda one: (one.requested_at, one.erasure_id))
