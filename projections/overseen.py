"""An engagement's record as an overseer opens it: facts with their own grant, in the log's order, never a part.

What belongs to an engagement follows from its facts: its own stream, its reads, its coaches' notebooks and the
coachee's journal. Of the last two there are facts alone here as well, and what they tell isn't told on: whoever shows
something of this says what (:mod:`projections.adherence`).

What was opened is remembered for as long as the process runs, for each overseer apart: nobody is told what they didn't
open with their own grant. Facts are immutable, so remembering them is safe; whether there is more is asked every time.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.intake import EngagementRequested
from domain.personal import Diary, Notebook, personal_stream_id
from domain.reads import Place, access_stream_id, places_of
from projections.oversight_index import coach_named
from projections.ports import FactsOpener, Record

_MOST: Final = 50_000
"""Events that are remembered, over all overseers."""

Happened = tuple[int, RecordedEvent]
"""An event and its position in the log."""


@dataclass(frozen=True)
class Overseen:
    """What is on record of one engagement, or of several.

    Attributes:
        engagement: which one.
        events: its events, in the log's order.
        coaches: who coaches it or did, in order.
    """

    engagement: UUID
    events: tuple[RecordedEvent, ...] = field(repr=False)
    coaches: tuple[UUID, ...] = field(repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where all that was opened for this lies."""
        return places_of((event.originator_id, event.originator_version) for event in self.events)


class Overseeing:
    """Opens engagements' records. Safe to share between threads.

    Args:
        opener: opens facts with an overseer's own grant.
        record: the record, sealed.
    """

    def __init__(self, opener: FactsOpener, record: Record) -> None:
        self._opener, self._record = opener, record
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
        coaches = tuple(dict.fromkeys(one for _, event in own if (one := coach_named(event)) is not None))
        coachees = [event.fact.coachee for _, event in own if isinstance(event.fact, EngagementRequested)]
        streams = [
            access_stream_id(engagement),
            *(personal_stream_id(engagement, Notebook, coach) for coach in coaches),
            *(personal_stream_id(engagement, Diary, coachee) for coachee in coachees),
        ]
        events = [*own, *(one for stream in streams for one in self._stream(overseer, stream, upto))]
        return Overseen(engagement, tuple(event for _, event in sorted(events, key=_position)), coaches)

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


def _position(happened: Happened) -> int:
    return happened[0]
