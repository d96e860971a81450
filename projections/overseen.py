"""An engagement's record as an overseer opens it: facts with their own grant, in the log's order, never a part.

What belongs to an engagement follows from its facts: its own stream, its reads, its coaches' practice and notebooks,
and the coachee's journal. Of these there are facts alone here as well, and not all that they tell is told on: whoever
shows something of this says what (:mod:`projections.adherence`).

Beside it there are the later engagements of the same coach with one of the same parties: that there are, and since
when (P37).

What was opened is remembered for as long as the process runs, for each overseer apart: nobody is told what they didn't
open with their own grant. Facts are immutable, so remembering them is safe; whether there is more is asked every time.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Final
from uuid import UUID

from domain.adherence.history import Later
from domain.events import RecordedEvent
from domain.intake import EngagementEnded, EngagementRequested
from domain.parties import PartyReplaced
from domain.personal import Diary, Notebook, personal_stream_id
from domain.practice import practice_stream_id
from domain.reads import Place, access_stream_id, places_of
from domain.vocabulary import Role
from projections.oversight_index import coach_named
from projections.ports import FactsOpener, Record

_MOST: Final = 50_000
"""Events that are remembered, over all overseers."""

Happened = tuple[int, RecordedEvent]
"""An event and its position in the log."""


@dataclass(frozen=True)
class Overseen:
    """What is on record of one engagement.

    Attributes:
        engagement: which one.
        events: its events, in the log's order.
        coaches: who coaches it or did, in order.
        later: what a coach of it began later with one of its parties, oldest first; once it has ended.
        beside: events of these, which tell so.
    """

    engagement: UUID
    events: tuple[RecordedEvent, ...] = field(repr=False)
    coaches: tuple[UUID, ...] = field(repr=False)
    later: tuple[Later, ...] = field(default=(), repr=False)
    beside: tuple[RecordedEvent, ...] = field(default=(), repr=False)

    @property
    def places(self) -> dict[UUID, tuple[Place, ...]]:
        """Where all that was opened for this lies, by the engagement that it tells of."""
        told = {self.engagement: _places(self.events)}
        for later in self.later:
            told[later.engagement] = _places(one for one in self.beside if one.originator_id == later.engagement)
        return told

    def until(self, moment: datetime) -> "Overseen":
        """The same as it was just before a moment."""
        events = tuple(event for event in self.events if event.timestamp < moment)
        later = tuple(one for one in self.later if one.requested_at < moment)
        return Overseen(self.engagement, events, _coaches(events), later, self.beside)


class Overseeing:
    """Opens engagements' records. Safe to share between threads.

    Args:
        opener: opens facts with an overseer's own grant.
        record: the record, sealed.
        engagements_of: all engagements that somebody coaches or coached.
    """

    def __init__(self, opener: FactsOpener, record: Record, engagements_of: Callable[[UUID], Iterable[UUID]]) -> None:
        self._opener, self._record, self._engagements_of = opener, record, engagements_of
        self._opened: OrderedDict[tuple[UUID, UUID], tuple[Happened, ...]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def see(self, overseer: UUID, engagement: UUID) -> Overseen:
        """All that is on record of an engagement at this moment.

        Raises:
            projections.ports.FactsOpener, projections.ports.Record: as these do.
        """
        upto = self._record.size()
        own = self._stream(overseer, engagement, upto)
        coaches = _coaches(event for _, event in own)
        coachees = [event.fact.coachee for _, event in own if isinstance(event.fact, EngagementRequested)]
        streams = [
            access_stream_id(engagement),
            *(practice_stream_id(coach) for coach in coaches),
            *(personal_stream_id(engagement, Notebook, coach) for coach in coaches),
            *(personal_stream_id(engagement, Diary, coachee) for coachee in coachees),
        ]
        events = [*own, *(one for stream in streams for one in self._stream(overseer, stream, upto))]
        whole = tuple(event for _, event in sorted(events, key=_position))
        return self._with_later(overseer, Overseen(engagement, whole, coaches), upto)

    def _with_later(self, overseer: UUID, seen: Overseen, upto: int) -> Overseen:
        if not any(isinstance(event.fact, EngagementEnded) for event in seen.events):
            return seen
        parties, began = _parties(seen.events), seen.events[0].timestamp
        later: dict[UUID, tuple[Later, tuple[RecordedEvent, ...]]] = {}
        for other in (one for coach in seen.coaches for one in self._engagements_of(coach) if one != seen.engagement):
            events = tuple(event for _, event in self._stream(overseer, other, upto))
            if events and events[0].timestamp > began and parties & _parties(events):
                later[other] = Later(other, events[0].timestamp), events
        found = sorted(later.values(), key=_requested_at)
        return replace(
            seen, later=tuple(one for one, _ in found), beside=tuple(event for _, events in found for event in events)
        )

    def _stream(self, overseer: UUID, stream: UUID, upto: int) -> tuple[Happened, ...]:
        """A stream's events up to a position. What comes later is there the next time, in the order of the log."""
        with self._lock:
            known = self._opened.pop((overseer, stream), ())
            self._size -= len(known)
        more = self._record.sealed(stream, len(known))
        opened = [(one.position, self._opener.open_facts(stream, one.version, one.state, overseer)) for one in more]
        found = (*known, *opened)
        self._remember((overseer, stream), found)
        return tuple(one for one in found if one[0] <= upto)

    def _remember(self, whose: tuple[UUID, UUID], found: tuple[Happened, ...]) -> None:
        with self._lock:
            self._size += len(found) - len(self._opened.pop(whose, ()))
            self._opened[whose] = found
            while self._size > _MOST:
                _, forgotten = self._opened.popitem(last=False)
                self._size -= len(forgotten)


def _coaches(events: Iterable[RecordedEvent]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(one for event in events if (one := coach_named(event)) is not None))


def _parties(events: Iterable[RecordedEvent]) -> set[UUID]:
    """The organisation, its line managers and the coachee."""
    found = set[UUID]()
    for event in events:
        match event.fact:
            case EngagementRequested() as happened:
                found |= {happened.organisation, happened.line_manager, happened.coachee}
            case PartyReplaced(role=Role.LINE_MANAGER) as happened:
                found.add(happened.person)
    return found


def _places(events: Iterable[RecordedEvent]) -> tuple[Place, ...]:
    return places_of((event.originator_id, event.originator_version) for event in events)


def _requested_at(found: tuple[Later, tuple[RecordedEvent, ...]]) -> datetime:
    return found[0].requested_at


def _position(happened: Happened) -> int:
    return happened[0]
