"""The eraser: carries out what is due, from the request on record to the receipt on record.

What is due, the domain says, from each engagement's facts (``domain.disposal``); the agenda says which engagements are
worth a look. All that is due together goes in one epoch, whatever engagements it belongs to.

1. For what is due and wasn't requested by anybody, an ``erasure.requested`` is recorded in the service's name.
2. to 5. The slots of all requests that are due are erased (``ops.erasure.epochs``), each step on record in the stream
   of the cell's keys.
6. Each request gets its ``keys.erased``: the receipt, with the epoch and the chain of tombstones.

A crash anywhere leaves either a request that is still due, or slots that are gone without a receipt. The next run finds
both, from the same facts, and a repetition records nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import uuid5

from domain.keys import KEYS_ID, Keys

from domain.disposal import by_ground, due, look_at, pending_erasures
from domain.erasure import RecordErased, RecordErasureRequested
from domain.errors import WrongMoment
from domain.facts import instant_to_stored
from domain.ledger import Erasure
from domain.stream import Stream
from ops.erasure.epochs import Done, Epochs, Observe
from ops.store.agenda import Entry
from ops.wiring import CellService

AT_ONCE: Final = 200
"""Engagements that are looked at in one run, and so in one epoch."""


@dataclass
class Report:
    """What a run did.

    Attributes:
        looked_at: how many engagements.
        erased: how many slots are gone and receipted.
        epoch: the tree's epoch that was made or finished; None when there was nothing to do.
        more: whether other engagements are due, too.
    """

    looked_at: int = 0
    erased: int = 0
    epoch: int | None = None
    more: bool = False


@dataclass(frozen=True)
class _Look:
    """One engagement's streams, as they are now."""

    entry: Entry
    streams: tuple[Stream, ...] = field(repr=False)

    def pending(self, at: datetime) -> list[tuple[Stream, Erasure]]:
        return [(stream, erasure) for stream in self.streams for erasure in pending_erasures(stream, stream.terms, at)]


class Eraser:
    """Runs what is due in one cell. Several may exist; one at a time works, the others are told so.

    Args:
        service: the open cell.
        observe: told after each step, with the epoch; for progress.
    """

    def __init__(self, service: CellService, observe: Observe = lambda _: None) -> None:
        self._service, self._watch = service, observe
        self._epochs = Epochs(service.vault, self._observe)
        self._at: datetime | None = None

    def run(self, at: datetime) -> Report:
        """Do what is due at this moment, after what an earlier run left half done.

        Raises:
            ops.erasure.epochs.AnotherEraserError: another process is at it.
            crypto.errors.CryptoError, ops.erasure.copies.CopiesError: roots, copies or tree can't do it now.
        """
        with self._epochs.alone():
            self._at = at
            report = Report()
            unfinished = self._unfinished()
            if (finished := self._epochs.resume(again=unfinished)) is not None:
                report.epoch = finished.state.epoch
            entries = self._service.agenda.due(at, AT_ONCE)
            report.looked_at, report.more = len(entries), len(entries) == AT_ONCE
            for look in map(self._look, entries):
                self._request(look, at)
            looks = [self._look(entry) for entry in entries]
            if doomed := self._living(erasure for look in looks for _, erasure in look.pending(at)):
                erasures = [erasure.id for look in looks for _, erasure in look.pending(at)]
                time_us = instant_to_stored(at)
                switch = self._epochs.turn(lambda _: self._service.vault.keyring.plan(doomed, erasures, time_us))
                report.epoch = switch.state.epoch
            for look in looks:
                report.erased += self._receipts(look, at)
                self._settle(look.entry, at)
            return report

    # 1. Requests.

    def _look(self, entry: Entry) -> _Look:
        return _Look(entry, tuple(self._service.write_side.streams_of(entry.stream)))

    def _request(self, look: _Look, at: datetime) -> None:
        for stream in look.streams:
            for ground, grants in by_ground(due(stream, stream.terms, at)).items():
                erasure_id = uuid5(stream.id, "/".join(sorted(grant.slot_id.hex for grant in grants)))
                self._record(stream, RecordErasureRequested(erasure_id, ground, grants, at), at)

    # 2. to 5. Erasing.

    def _living(self, erasures: Iterable[Erasure]) -> list[bytes]:
        """Where the slots of these requests lie that aren't erased yet."""
        ids = [grant.slot_id for erasure in erasures for grant in erasure.grants]
        slots = self._service.vault.tree.slots(ids).values()
        return [slot.page + bytes((slot.index,)) for slot in slots if slot.erased is None]

    def _observe(self, done: Done) -> None:
        self._step(done)
        self._watch(done)

    def _step(self, done: Done) -> None:
        """Put a step on record."""
        if self._at is not None and (step := _as_command(done)) is not None:
            self._record(self._service.write_side.load(Keys, KEYS_ID), step, self._at)

    def _unfinished(self) -> bool:
        """Whether the present epoch was made and isn't on record as finished."""
        state = self._service.vault.tree.state()
        keys = self._service.write_side.load(Keys, KEYS_ID)
        return state is not None and state.epoch > 1 and not keys.finished(state.epoch)

    # 6. Receipts.

    def _receipts(self, look: _Look, at: datetime) -> int:
        count = 0
        for stream, erasure in look.pending(at):
            slots = self._service.vault.tree.slots([grant.slot_id for grant in erasure.grants])
            epochs = {slots[grant.slot_id].erased for grant in erasure.grants if grant.slot_id in slots}
            if None in epochs or not epochs:
                continue
            epoch = max(epoch for epoch in epochs if epoch is not None)
            head = self._service.vault.tombstone_head(epoch)
            ids = tuple(grant.slot_id for grant in erasure.grants)
            self._record(stream, RecordErased(erasure.id, epoch, head, None, ids), at)
            count += len(ids)
        return count

    def _settle(self, entry: Entry, at: datetime) -> None:
        """Put down when to look at the engagement next."""
        streams = self._look(entry).streams
        moments = [moment for stream in streams if (moment := look_at(stream, stream.terms, at)) is not None]
        self._service.agenda.settle(entry, min(moments, default=None))

    def _record(self, stream: Stream, command: object, at: datetime) -> None:
        try:
            self._service.write_side.by_service(stream.id, command, at)
        except WrongMoment as refused:
            if refused.name != "already-recorded":
                raise
