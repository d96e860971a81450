"""Every grant against the contract: whether it is on record, and whether the clause in force at its place gives it.

Told from facts alone, in the order of the log; no key is needed for it beyond that of the facts. What each party may
read is ``ops.given``'s to say, which knows no ledger and no disposal, so nothing of what is judged judges itself. Two
things are compared with it: the grants that lie in the store, and the grants that facts name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from domain.endings import PartDisclosed
from domain.events import CompartmentOpened, CompartmentShared, RecordedEvent
from domain.principals import (
    SERVICE_ID,
    CellFounded,
    OrganisationRegistered,
    OverseerAppointed,
    PersonRegistered,
)
from ops.given import Given
from ops.store.lookups import GrantRow


class Why(Enum):
    """What is wrong with a grant."""

    NOT_ON_RECORD = "not on record"
    MISSING = "on record, and not stored"
    OUTSIDE_CLAUSE = "outside the clause"
    NO_SUCH_PART = "of a part that isn't there"


@dataclass(frozen=True, order=True)
class Unfounded:
    """A grant that shouldn't be as it is: where it is on record (or lies), under which slot, and why."""

    stream: UUID
    version: int
    slot: UUID
    why: str


@dataclass(frozen=True)
class Structure:
    """How many grants were compared, and what is wrong."""

    grants: int
    unfounded: tuple[Unfounded, ...]


def check(log: Iterable[tuple[RecordedEvent, Sequence[GrantRow]]], given: Given, oversight: UUID) -> Structure:
    """Hold the grants of these events, in the order of the log, against each other and against what is given.

    Args:
        log: events, each with the grants that are stored with it.
        given: told from the same events.
        oversight: the id of the key that facts lie under, of which no clause speaks.
    """
    found: list[Unfounded] = []
    places: dict[UUID, tuple[UUID, int]] = {}
    labels: dict[tuple[UUID, int, int], UUID] = {}
    count = 0
    for event, rows in log:
        at = event.originator_id, event.originator_version
        labels |= {(*at, index): label.key_id for index, label in enumerate(event.labels, start=1)}
        named = set(_named(event, oversight, rows))
        stored = {(row.key_id, row.slot_id) for row in rows}
        places |= {slot_id: at for _, slot_id in named | stored}
        count += len(named | stored)
        found += [Unfounded(*at, slot_id, Why.NOT_ON_RECORD.value) for _, slot_id in stored - named]
        found += [Unfounded(*at, slot_id, Why.MISSING.value) for _, slot_id in named - stored]
        happened = event.fact
        if isinstance(happened, PartDisclosed):
            part = (event.originator_id, happened.event_version, happened.index)
            if labels.get(part) != happened.key_id or happened.expires_at <= event.timestamp:
                found.append(Unfounded(*at, happened.recipient.slot_id, Why.NO_SUCH_PART.value))
    found += [Unfounded(*places[slot_id], slot_id, Why.OUTSIDE_CLAUSE.value) for _, _, slot_id in given.unfounded()]
    return Structure(count, tuple(sorted(found)))


def _named(event: RecordedEvent, oversight: UUID, rows: Sequence[GrantRow]) -> Iterator[tuple[UUID, UUID]]:
    """The grants that a fact names, each as key and slot."""
    match event.fact:
        case CompartmentOpened() as opened:
            yield from ((opened.key_id, to.slot_id) for to in opened.recipients.values())
        case CompartmentShared() as shared:
            yield shared.key_id, shared.recipient.slot_id
        case PartDisclosed() as disclosed:
            yield disclosed.disclosure_id, disclosed.recipient.slot_id
        case PersonRegistered() | OrganisationRegistered() as registered:
            yield event.originator_id, registered.custody.slot_id
        case OverseerAppointed() as appointed:
            yield oversight, appointed.recipient.slot_id
        case CellFounded() as founded:
            yield SERVICE_ID, founded.custody.slot_id
            # The service's own grant of the oversight key is the one thing that its fact doesn't name: one is there.
            yield from [(row.key_id, row.slot_id) for row in rows if row.key_id == oversight][:1]
