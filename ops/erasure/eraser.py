"""The eraser: carries out what is due, from the request on record to the receipt on record.

What is due, the domain says, from each engagement's facts (``domain.disposal``); the agenda says which engagements are
worth a look. All that is due together goes in one epoch, whatever engagements it belongs to.

1. For what is due and wasn't requested by anybody, an ``erasure.requested`` is recorded in the service's name.
2. to 5. The slots of all requests that are due are erased (``ops.erasure.epochs``), each step on record in the stream
   of the cell's keys.
6. Each request gets its ``keys.erased``: the receipt, with the epoch and the chain of tombstones.

A crash anywhere leaves either a request that is still due, or slots that are gone without a receipt. The next run finds
both, from the same facts. Each record has an id that follows from what it says, so a repetition records nothing twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from domain.application import Request
from domain.decisions import Command
from domain.disposal import by_ground, due, look_at, pending_erasures
from domain.engagement import Engagement
from domain.erasure import RecordErased, RecordErasureRequested
from domain.errors import NotFound
from domain.facts import instant_to_stored
from domain.ledger import Erasure
from domain.personal import Diary, personal_stream_id
from domain.principals import NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role
from ops.erasure.epochs import Epochs, Observe
from ops.erasure.journal import StepJournal
from ops.store.agenda import Entry
from ops.wiring import CellService

AT_ONCE: Final = 200
"""Engagements that are looked at in one run, and so in one epoch."""


@dataclass
class Report:
    """What a run did.

    Attributes:
        looked_at: how many engagements.
        erased: how many slots are gone and have their receipt.
        epoch: the tree's epoch that was made or finished; None when there was nothing to do.
        more: whether other engagements are due, too.
    """

    looked_at: int = 0
    erased: int = 0
    epoch: int | None = None
    more: bool = False


@dataclass(frozen=True)
class _Look:
    """One agenda entry, and the streams that it is about, as they are now."""

    entry: Entry
    streams: tuple[Stream, ...] = field(repr=False)

    def pending(self, at: datetime) -> list[tuple[Stream, Erasure]]:
        """The requests that are due."""
        return [(stream, erasure) for stream in self.streams for erasure in pending_erasures(stream, stream.terms, at)]


class Eraser:
    """Runs what is due in one cell. Several may exist; one at a time works, the others are told so.

    Args:
        service: the open cell.
        observe: told after each step of an epoch, once it is on record; for progress.
    """

    def __init__(self, service: CellService, observe: Observe = lambda _: None) -> None:
        self._service, self._observe = service, observe

    def run(self, at: datetime) -> Report:
        """Do what is due at this moment, after what an earlier run left half done.

        Raises:
            ops.erasure.epochs.AnotherEraserError: another process is at it.
            crypto.errors.CryptoError, ops.erasure.copies.CopiesError: root store, copies or tree can't do it now;
                whatever was done stays done, and the next run goes on.
        """
        journal = StepJournal(self._service.write_side, at, self._observe)
        epochs = Epochs(self._service.vault, journal.note)
        with epochs.alone():
            report = Report()
            if (finished := epochs.resume(again=journal.lacks(self._service.vault.tree.state()))) is not None:
                report.epoch = finished.state.epoch
            entries = self._service.agenda.due(at, AT_ONCE)
            report.looked_at, report.more = len(entries), len(entries) == AT_ONCE
            for entry in entries:
                self._request(self._look(entry), at)
            # A notebook may be on the agenda itself and belong to an engagement that is: each request counts once.
            looks = [self._look(entry) for entry in entries]
            pending = {erasure.id: (stream, erasure) for look in looks for stream, erasure in look.pending(at)}
            if doomed := self._living(erasure for _, erasure in pending.values()):
                time_us = instant_to_stored(at)
                switch = epochs.turn(lambda _: self._service.vault.keyring.plan(doomed, pending, time_us))
                report.epoch = switch.state.epoch
            report.erased = sum(self._give_receipt(stream, erasure, at) for stream, erasure in pending.values())
            for entry in entries:
                self._settle(entry, at)
            return report

    def _look(self, entry: Entry) -> _Look:
        write = self._service.write_side
        streams = [write.stream(entry.stream)]
        if isinstance(engagement := streams[0], Engagement):
            coachee = engagement.parties[Role.COACHEE]
            journal = personal_stream_id(engagement.id, Diary, coachee)
            for personal in (*write.notebooks(engagement.id), journal):
                try:
                    streams.append(write.stream(personal))
                except NotFound:
                    continue  # nothing was written there
        return _Look(entry, tuple(streams))

    def _request(self, look: _Look, at: datetime) -> None:
        """Put on record what is due and nobody asked for."""
        for stream in look.streams:
            for ground, grants in by_ground(due(stream, stream.terms, at)).items():
                erasure_id = uuid5(stream.id, "/".join(sorted(grant.slot_id.hex for grant in grants)))
                self._record(stream, RecordErasureRequested(erasure_id, ground, grants), erasure_id, at)

    def _living(self, erasures: Iterable[Erasure]) -> list[bytes]:
        """Where the slots of these requests lie, as far as they aren't erased yet."""
        ids = {grant.slot_id for erasure in erasures for grant in erasure.grants}
        slots = self._service.vault.tree.slots(ids).values()
        return [slot.page + bytes((slot.index,)) for slot in slots if slot.erased is None]

    def _give_receipt(self, stream: Stream, erasure: Erasure, at: datetime) -> int:
        """Record that a request was carried out; how many slots are gone by it, 0 when one of them isn't."""
        ids = {grant.slot_id for grant in erasure.grants}
        erased = [slot.erased for slot in self._service.vault.tree.slots(ids).values() if slot.erased is not None]
        if len(erased) < len(ids):
            return 0
        epoch = max(erased)
        receipt = RecordErased(erasure.id, epoch, self._service.vault.tombstone_head(epoch))
        self._record(stream, receipt, uuid5(erasure.id, "receipt"), at)
        return len(ids)

    def _settle(self, entry: Entry, at: datetime) -> None:
        """Put down when to look next."""
        moments = [look_at(stream, stream.terms, at) for stream in self._look(entry).streams]
        self._service.agenda.settle(entry, min((moment for moment in moments if moment is not None), default=None))

    def _record(self, stream: Stream, command: Command, about: UUID, at: datetime) -> None:
        request = Request(SERVICE_ID, at, uuid5(NAMESPACE, f"eraser/{about}"), self._service.digest(about.bytes))
        self._service.write_side.execute(stream.id, command, request)
