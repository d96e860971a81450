"""What changed for me? One list for each person, oldest first, of which a stream and webhooks are made.

An entry says that an engagement is another one for its reader now, and nothing of what was said: whoever wants that
reads their view. Entries count from 1 for each person, by what that person can see (:mod:`projections.sightings`), so
a gap is no sign of anything and the list is the same, byte for byte, whatever others do out of its person's sight.
Reads are no changes: a stream that told of reads would tell of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID

import psycopg

from domain.events import RecordedEvent
from projections.lists import ListBuilder, Lists
from projections.sightings import Change, Sightings

NAME: Final = "changes"
CHANNEL: Final = "driehoek_changes"
"""Where it is said whose list has grown: ``<cell>/<list>``, a list by its pseudonym."""

_KNOWN: Final = 2_000
"""Streams whose state a builder remembers; others are read from their beginning again."""

_TOLD = "SELECT pg_notify(%s, current_schema() || '/' || one::text) FROM unnest(%s::uuid[]) AS one"

Earlier = Callable[[UUID, int], Iterable[RecordedEvent]]
"""A stream's events up to a version, facts and labels only."""


class Following:
    """Whom each event concerns, for a builder that takes events in the log's order. One thread at a time.

    Args:
        earlier: what is on record of a stream that isn't remembered, or where another process went on.
    """

    def __init__(self, earlier: Earlier) -> None:
        self._earlier = earlier
        self._known: OrderedDict[UUID, Sightings] = OrderedDict()
        self._lock = Lock()

    def __call__(self, event: RecordedEvent) -> Iterable[UUID]:
        """The persons whose views it changes, in an order of its own."""
        with self._lock:
            state = self._known.pop(event.originator_id, None)
            if state is None or state.version != event.originator_version - 1:
                state = Sightings()
                for one in self._earlier(event.originator_id, event.originator_version - 1):
                    state.apply(one)
            found = state.apply(event)
            self._known[event.originator_id] = state
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        return found


@dataclass(frozen=True)
class ChangesBuilder(ListBuilder):
    """Builds the lists of changes, and says whose have grown once that is committed."""

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """As a list's builder does, with a notification for each list that got rows."""
        touched = super().choose(connection, within)
        if touched:
            connection.execute(_TOLD, (CHANNEL, [owner for owner, _ in touched]))
        return touched


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        sequence: its number on its person's list, from 1.
        change: what it is to them.
        engagement: the engagement that it is about.
        version: how many of the engagement's events the person could see with it, which is the version of their view;
            None for what isn't counted there.
        at: when it happened.
    """

    sequence: int
    change: Change
    engagement: UUID
    version: int | None
    at: datetime


@dataclass(frozen=True)
class ChangeList:
    """A person's changes, oldest first."""

    lists: Lists
    earlier: Earlier

    def count(self, person: UUID) -> int:
        """How many there are.

        Raises:
            ViewForged: the list isn't the one that was built.
        """
        return self.lists.count(person)

    def after(self, person: UUID, sequence: int, limit: int) -> list[Entry]:
        """Up to ``limit`` changes that come after a number, in order.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        upto = min(self.count(person), sequence + limit)
        if upto <= sequence:
            return []
        rows = self.lists.page(person, before=upto + 1, limit=upto - sequence)[::-1]
        last = {row.stream: row.version for row in rows}
        told = {
            (stream, event.originator_version): entry
            for stream, version in last.items()
            for event, entry in self._told(person, stream, version)
        }
        return [Entry(row.seq, *told[row.stream, row.version]) for row in rows]

    def _told(
        self, person: UUID, stream: UUID, upto: int
    ) -> Iterable[tuple[RecordedEvent, tuple[Change, UUID, int | None, datetime]]]:
        """What each event of a stream is to a person, for those that concern them."""
        state = Sightings()
        for event in self.earlier(stream, upto):
            change = state.apply(event).get(person)
            if change is not None and state.engagement is not None:
                counted = change is Change.ENGAGEMENT
                yield event, (change, state.engagement, state.seen_by(person) if counted else None, event.timestamp)
