"""The operator's order to erase: whose grants go, whether that can be done now, and doing it at once.

An order is checked as a whole before anything is recorded: the engagement, the grants, the hold, the root store and the
key copies. What it can't foresee (a disk that fills up at this moment) leaves an order on record that is carried out by
the next run, and says so.

Grants that are made later are others: who is still a party is granted the keys of what is said from then on. To keep
somebody out, let the organisation or the coachee replace them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Final
from uuid import UUID, uuid5

from eventsourcing.persistence import PersistenceError

from crypto.errors import CryptoError
from domain.application import Request
from domain.disposal import Access, accesses
from domain.engagement import Engagement
from domain.erasure import RecordErasureRequested
from domain.errors import NotFound
from domain.principals import NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import ErasureGround, Role
from ops.erasure.copies import CopiesError
from ops.erasure.epochs import AnotherEraserError, Epochs, Observe
from ops.erasure.eraser import Eraser
from ops.erasure.journal import StepJournal
from ops.erasure.trial import try_out
from ops.keys.vault import Vault
from ops.wiring import CellService

PATIENCE: Final = 60.0
"""Seconds that an order waits for another process that is erasing."""

_PAUSE: Final = 0.1
_LATER: Final = "put that right, and a worker or driehoek keys run carries it out"
_NOTHING: Final = "nothing was recorded"
_USABLE: Final = frozenset({"ok", "missing", "incomplete", "damaged"})
"""Words on a place that an epoch can be added to. The last three are of key copies: a missing folder is made."""


class OrderError(Exception):
    """An order can't be carried out. Says why; names nobody."""


@dataclass(frozen=True)
class Order:
    """Living grants of one engagement and its notebooks, to be erased.

    Attributes:
        engagement: which one.
        grants: by stream, as they were found; none of them empty.
    """

    engagement: UUID
    grants: Mapping[UUID, tuple[Access, ...]] = field(repr=False)

    @property
    def count(self) -> int:
        """How many grants."""
        return sum(len(grants) for grants in self.grants.values())


@dataclass(frozen=True)
class Carried:
    """An order that was carried out.

    Attributes:
        erased: how many grants.
        epoch: the first epoch of the tree without them.
        erasures: the requests on record.
    """

    erased: int
    epoch: int
    erasures: tuple[UUID, ...]


def choose(service: CellService, engagement_id: UUID, roles: Collection[Role], slots: Collection[UUID]) -> Order:
    """The living grants that these roles, and these slots, have in an engagement and its notebooks. Records nothing.

    Raises:
        OrderError: there is no such engagement or slot, a hold is in force, or no grant lives.
    """
    streams = _streams(service, engagement_id)
    engagement = streams[0]
    if engagement.escrow is not None:
        raise OrderError("the engagement is on hold, and what is held isn't erased by an order; lift the hold first")
    known = {one.slot_id for stream in streams for one in accesses(stream, stream.terms)}
    if not known.issuperset(slots):
        raise OrderError("this engagement and its notebooks have no such slot")
    grants = {
        stream.id: tuple(one for one in _living(stream) if one.role in roles or one.slot_id in slots)
        for stream in streams
    }
    chosen = Order(engagement_id, {stream: found for stream, found in grants.items() if found})
    if not chosen.grants:
        raise OrderError("there is nothing to revoke: none of these grants lives any more, or ever did")
    return chosen


def check_places(service: CellService, at: datetime) -> None:
    """Check that an epoch can be made now, by trying out what it takes; silence is success.

    What a crash left is finished first, so that nothing stands in the order's way.

    Raises:
        OrderError: the root store or the key copies aren't in order; nothing of the order is on record.
    """
    vault = service.vault
    for what, places in (("the root store", vault.roots.places()), ("the key copies", vault.copies.status())):
        if wrong := sorted(set(places.values()) - _USABLE):
            raise OrderError(f"{what} can't be used ({', '.join(wrong)}); {_NOTHING}")
    journal = StepJournal(service.write_side, at, lambda _: None)
    epochs = Epochs(vault, journal.note)
    try:
        with epochs.alone():
            epochs.resume(again=journal.lacks(vault.tree.state()))
            state, _ = vault.tree.pages([])
            try_out(vault.roots, vault.copies, state.deployment, state.epoch + 1)
    except AnotherEraserError:
        return  # somebody is at it at this moment
    except (CryptoError, CopiesError) as error:
        raise OrderError(f"{error}; {_NOTHING}") from error


def carry_out(service: CellService, order: Order, reason: str, at: datetime, observe: Observe) -> Carried:
    """Record the order in the service's name and erase what it names, for good. Call ``check_places`` before.

    Args:
        service: the open cell.
        order: what to erase.
        reason: why; told to the engagement's parties.
        at: the time (UTC).
        observe: told after each step of the epoch.

    Raises:
        OrderError: it is on record and couldn't be carried out to its end.
        domain.errors.Refusal: somebody else had some of it erased meanwhile; of each stream all or nothing is recorded.
    """
    erasures = tuple(_record(service, stream, grants, reason, at) for stream, grants in order.grants.items())
    slots = [one.slot_id for grants in order.grants.values() for one in grants]
    eraser, put_off, waited, pause = Eraser(service, observe), 0, 0.0, Event()
    while (epoch := _erased_in(service.vault, slots)) is None or not _receipts(service, order, erasures):
        if waited >= PATIENCE:
            raise OrderError("the order is on record; another process is erasing, and will carry it out, too")
        # Each time: an eraser elsewhere that looked between two of our requests takes the engagement off the list.
        service.agenda.put(order.engagement, at)
        if put_off:
            raise OrderError(f"the order is on record, and something that it is about can't be read; {_LATER}")
        try:
            put_off = eraser.run(at).put_off
        except AnotherEraserError:
            pause.wait(_PAUSE)
            waited += _PAUSE
        except (CryptoError, CopiesError, PersistenceError) as error:
            raise OrderError(f"the order is on record and isn't carried out yet ({error}); {_LATER}") from error
    return Carried(len(slots), epoch, erasures)


def _streams(service: CellService, engagement_id: UUID) -> list[Stream]:
    """The engagement, and its notebooks as far as something was written in them."""
    write = service.write_side
    engagement = write.load(Engagement, engagement_id)
    if not engagement.version:
        raise OrderError("there is no such engagement")
    streams: list[Stream] = [engagement]
    for notebook in write.notebooks(engagement_id):
        try:
            streams.append(write.stream(notebook))
        except NotFound:
            continue
    return streams


def _living(stream: Stream) -> list[Access]:
    return [one for one in accesses(stream, stream.terms) if stream.ledger.lives(one.slot_id)]


def _record(service: CellService, stream: UUID, grants: tuple[Access, ...], reason: str, at: datetime) -> UUID:
    erasure = uuid5(stream, "/".join(sorted(one.slot_id.hex for one in grants)))
    command = RecordErasureRequested(
        erasure, ErasureGround.OPERATOR_ORDER, tuple(one.doomed for one in grants), {"statement": reason}
    )
    request = Request(SERVICE_ID, at, uuid5(NAMESPACE, f"order/{erasure}"), service.digest(erasure.bytes))
    service.write_side.execute(stream, command, request)
    return erasure


def _erased_in(vault: Vault, slots: Collection[UUID]) -> int | None:
    """The epoch without these slots; None as long as one of them lives."""
    epochs = [slot.erased for slot in vault.tree.slots(slots).values()]
    return None if None in epochs else max(epoch for epoch in epochs if epoch is not None)


def _receipts(service: CellService, order: Order, erasures: Collection[UUID]) -> bool:
    """Whether each request has its receipt."""
    ledgers = [service.write_side.stream(stream).ledger.erasures for stream in order.grants]
    return all(ledger[erasure].receipt is not None for ledger in ledgers for erasure in ledger.keys() & set(erasures))
