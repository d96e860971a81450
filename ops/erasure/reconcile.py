"""After a restore: put on record what was erased in the time that the restore gave up.

A restored record is of an earlier moment than the keys. Its tombstones were brought up to date with the keys, but the
requests and receipts in the engagements' own streams are gone with the time line that they stood in. Without them an
engagement takes a grant for living that nobody can open: a party who lost a key couldn't write any more, since no new
key is opened while the old one seems to serve, and nobody could show when access ended.

So each stream is told of its slots that are gone: by the receipt of a request that is still on record, or else by a
request in the service's name, with its receipt. What ground the erasure had, this record can't know any more; it is the
operator's, whose restore it was. Each record's id follows from what it says, so a repetition records nothing twice.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from domain.application import Request
from domain.decisions import Command
from domain.endings import Doomed
from domain.erasure import RecordErased, RecordErasureRequested
from domain.principals import NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import ErasureGround
from ops.wiring import CellService

_GONE: Final = """
SELECT e.originator_id, s.slot_id, s.erased
  FROM tree_slots s JOIN grants g USING (slot_id) JOIN events e USING (position) WHERE s.erased IS NOT NULL
"""


def reconcile(service: CellService, at: datetime) -> int:
    """Record what is erased in the key tree and isn't on record as erased; how many slots that were.

    Args:
        service: the open cell, brought forward.
        at: the time (UTC).
    """
    with service.connections.use() as connection:
        rows = connection.execute(_GONE).fetchall()
    gone: dict[UUID, dict[UUID, int]] = {}
    for stream_id, slot_id, epoch in rows:
        gone.setdefault(stream_id, {})[slot_id] = epoch
    return sum(reconcile_stream(service, at, stream_id, epochs) for stream_id, epochs in gone.items())


def reconcile_stream(service: CellService, at: datetime, stream_id: UUID, epochs: Mapping[UUID, int]) -> int:
    """The same for one stream, whose slots with these ids are gone, each from the epoch that is said beside it."""
    return _Reconciling(service, at, stream_id, epochs).run()


class _Reconciling:
    """One stream, and its slots that are gone, each with the epoch that it is missing from."""

    def __init__(self, service: CellService, at: datetime, stream_id: UUID, epochs: Mapping[UUID, int]) -> None:
        self._service, self._at, self._id, self._epochs = service, at, stream_id, epochs

    def run(self) -> int:
        stream = self._service.write_side.stream(self._id)
        unknown = self._epochs.keys() - stream.ledger.erased
        for erasure in stream.ledger.erasures.values():
            slots = {grant.slot_id for grant in erasure.grants}
            if erasure.pending and slots <= self._epochs.keys():
                self._give_receipt(erasure.id, slots)
        self._ask_and_give(self._service.write_side.stream(self._id))
        return len(unknown)

    def _ask_and_give(self, stream: Stream) -> None:
        """Request what nobody asked for on this record, and give the receipt for it."""
        lost = {
            slot_id: Doomed(key_id, role, slot_id)
            for slot_id, (key_id, role) in stream.slots().items()
            if slot_id in self._epochs and slot_id not in stream.ledger.erased
        }
        if not lost:
            return
        erasure = uuid5(stream.id, "/".join(("restored", *sorted(slot_id.hex for slot_id in lost))))
        requested = RecordErasureRequested(erasure, ErasureGround.OPERATOR_ORDER, tuple(lost.values()))
        self._record(requested, uuid5(erasure, "request"))
        self._give_receipt(erasure, lost)

    def _give_receipt(self, erasure: UUID, slots: Collection[UUID]) -> None:
        epoch = max(self._epochs[slot_id] for slot_id in slots)
        receipt = RecordErased(erasure, epoch, self._service.vault.tombstone_head(epoch))
        self._record(receipt, uuid5(erasure, "receipt"))

    def _record(self, command: Command, about: UUID) -> None:
        request = Request(
            SERVICE_ID, self._at, uuid5(NAMESPACE, f"reconcile/{about}"), self._service.digest(about.bytes)
        )
        self._service.write_side.execute(self._id, command, request)
