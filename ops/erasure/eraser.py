"""The eraser: carries out what is due, from the request on record to the receipt on record.

What is due, the domain says, from each engagement's facts (``domain.disposal``); the agenda says which engagements are
worth a look. All that is due together goes in one epoch, whatever engagements it belongs to.

1. For what is due and wasn't requested by anybody, an ``erasure.requested`` is recorded in the service's name.
2. to 5. The slots of all requests that are due are erased (``ops.erasure.epochs``), each step on record in the stream
   of the cell's keys.
6. Each request gets its ``keys.erased``: the receipt, with the epoch and the chain of tombstones.

A crash anywhere leaves either a request that is still due, or slots that are gone without a receipt. The next run finds
both, from the same facts. Each record has an id that follows from what it says, so a repetition records nothing twice.

What can't be read keeps nobody else waiting. An engagement with a damaged event, or whose keys lie on a damaged page,
is put off for an hour and counted; it is carried out when it was put right. A receipt is given for what a tombstone
names, not for what is merely called erased.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID, uuid5

import structlog
from eventsourcing.persistence import InterfaceError, OperationalError

from crypto.errors import Tampered
from crypto.ports import StoredSlot, Switch
from domain.application import Request
from domain.decisions import Command
from domain.disposal import SOON, by_ground, due, look_at, pending_erasures
from domain.engagement import Engagement
from domain.erasure import RecordErased, RecordErasureRequested
from domain.errors import Invalid, NotFound
from domain.facts import instant_to_stored
from domain.ledger import Erasure
from domain.personal import Diary, personal_stream_id
from domain.principals import NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role
from ops.erasure.epochs import Epochs, Observe
from ops.erasure.journal import StepJournal
from ops.erasure.reconcile import reconcile_stream
from ops.store.agenda import Entry
from ops.wiring import CellService

AT_ONCE: Final = 200
"""Engagements that are looked at in one run, and so in one epoch."""


A = TypeVar("A")
B = TypeVar("B")

_log = structlog.get_logger()


@dataclass
class Report:
    """What a run did.

    Attributes:
        looked_at: how many engagements.
        erased: how many slots are gone and have their receipt.
        epoch: the tree's epoch that was made or finished; None when there was nothing to do.
        more: whether other engagements are due, too.
        put_off: how many engagements are looked at again later, because something of theirs can't be read.
    """

    looked_at: int = 0
    erased: int = 0
    epoch: int | None = None
    more: bool = False
    put_off: int = 0


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
            return _Run(self._service, epochs, at).work(again=journal.lacks(self._service.vault.tree.state()))


class _Run:
    """One run, by the only one who erases."""

    def __init__(self, service: CellService, epochs: Epochs, at: datetime) -> None:
        self._service, self._epochs, self._at = service, epochs, at
        self._report = Report()
        self._buried: set[UUID] = set()
        self._receipts: set[UUID] = set()

    def work(self, *, again: bool) -> Report:
        """Take up, look, request, erase, conclude."""
        report = self._report
        if (finished := self._epochs.resume(again=again)) is not None:
            self._made(finished)
        entries = self._service.agenda.due(self._at, AT_ONCE)
        report.looked_at, report.more = len(entries), len(entries) == AT_ONCE
        looks = self._each(entries, lambda entry: entry, self._begin)
        self._erase({erasure.id: erasure for look in looks for _, erasure in look.pending(self._at)})
        self._each(looks, lambda look: look.entry, self._conclude)
        return report

    def _each(self, things: Iterable[A], entry: Callable[[A], Entry], do: Callable[[A], B]) -> list[B]:
        """Do it with each; one that can't be read is put off, unless it is the database that can't be reached."""
        done = []
        for thing in things:
            try:
                done.append(do(thing))
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others' keys must go
                _log.warning("erasure_of_one_put_off", error=type(error).__name__)
                self._report.put_off += 1
                self._service.agenda.settle(entry(thing), self._at + SOON)
        return done

    def _begin(self, entry: Entry) -> _Look:
        """Put on record what is due and nobody asked for; the streams as they are then."""
        for stream in self._look(entry).streams:
            for ground, grants in by_ground(due(stream, stream.terms, self._at)).items():
                erasure_id = uuid5(stream.id, "/".join(sorted(grant.slot_id.hex for grant in grants)))
                self._record(stream, RecordErasureRequested(erasure_id, ground, grants), erasure_id)
        return self._look(entry)

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

    def _erase(self, pending: dict[UUID, Erasure]) -> None:
        """Erase what these requests name and isn't erased yet, as far as its pages open, in one epoch."""
        keyring, time_us = self._service.vault.keyring, instant_to_stored(self._at)
        slots = self._slots(pending.values())
        places = {slot_id: slot.page + bytes((slot.index,)) for slot_id, slot in slots.items() if slot.erased is None}
        sound = keyring.openable(places.values()) if places else set()
        if not sound:
            return
        left = places.keys() - {slot_id for slot_id, place in places.items() if place in sound}
        ids = [one.id for one in pending.values() if left.isdisjoint(grant.slot_id for grant in one.grants)]
        self._made(self._epochs.turn(lambda _: keyring.plan(sound, ids, time_us)))

    def _made(self, switch: Switch) -> None:
        self._report.epoch = switch.state.epoch
        self._buried.update(switch.tombstone.slots)

    def _conclude(self, look: _Look) -> None:
        """Give the receipts, and put down when to look next.

        Raises:
            crypto.errors.Tampered: something is to be erased and lives still, or is called erased by no tombstone.
        """
        for stream, erasure in look.pending(self._at):
            # A notebook may be on the agenda itself and belong to an engagement that is: each request counts once.
            if erasure.id not in self._receipts:
                self._give_receipt(stream, erasure)
        moments = [look_at(stream, stream.terms, self._at) for stream in self._look(look.entry).streams]
        next_look = min((moment for moment in moments if moment is not None), default=None)
        self._service.agenda.settle(look.entry, next_look)

    def _give_receipt(self, stream: Stream, erasure: Erasure) -> None:
        slots = self._slots([erasure])
        erased = {slot_id: slot.erased for slot_id, slot in slots.items() if slot.erased is not None}
        if erased.keys() < {grant.slot_id for grant in erasure.grants}:
            raise Tampered
        vault = self._service.vault
        if not erased.keys() <= self._buried and not vault.buried(erased):
            raise Tampered
        epoch = max(erased.values())
        receipt = RecordErased(erasure.id, epoch, vault.tombstone_head(epoch))
        try:
            self._record(stream, receipt, uuid5(erasure.id, "receipt"))
        except (
            Invalid
        ):  # taken back at the very moment at which it was carried out: what is gone is on record all the same
            reconcile_stream(self._service, self._at, stream.id, erased)
        self._receipts.add(erasure.id)
        self._report.erased += len(erased)

    def _slots(self, erasures: Iterable[Erasure]) -> Mapping[UUID, StoredSlot]:
        return self._service.vault.tree.slots({grant.slot_id for one in erasures for grant in one.grants})

    def _record(self, stream: Stream, command: Command, about: UUID) -> None:
        request = Request(SERVICE_ID, self._at, uuid5(NAMESPACE, f"eraser/{about}"), self._service.digest(about.bytes))
        self._service.write_side.execute(stream.id, command, request)
