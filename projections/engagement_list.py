"""Which engagements am I in? The one question that a person asks before they know any id.

Who is in an engagement stands among the facts of three events: the request names three people, the choice names the
coach, and a replacement whoever takes over. The builder opens facts for it, no content; a row points to the event that
made somebody a party. Whose rows they are is told by a pseudonym, made with a key of the service's: the table doesn't
say who works with whom.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg

from domain.engagement import CoachChosen, EngagementRequested
from domain.events import RecordedEvent
from domain.parties import PartyReplaced
from projections.building import Builder
from projections.locators import ViewForged, head_fields
from projections.ports import Database, Seal

NAME: Final = "engagements"

_EVENTS = """
SELECT position, originator_id, originator_version, state FROM events
 WHERE position > %(after)s AND position <= %(upto)s ORDER BY position
"""
_ROWS = """
INSERT INTO view_rows (view, originator_id, seq, known_at, position, idx)
SELECT %(view)s, n.list, coalesce(h.count, 0) + row_number() OVER (PARTITION BY n.list ORDER BY n.position),
       n.position, n.position, 0
  FROM unnest(%(lists)s::uuid[], %(positions)s::bigint[]) AS n(list, position)
  LEFT JOIN view_heads h ON h.view = %(view)s AND h.originator_id = n.list
RETURNING originator_id, seq
"""
_PAGE = """
SELECT h.count, h.mac, v.seq, e.originator_id
  FROM view_heads h
  LEFT JOIN (SELECT * FROM view_rows WHERE view = %(view)s AND originator_id = %(list)s AND seq < %(before)s
              ORDER BY seq DESC LIMIT %(limit)s) v ON true
  LEFT JOIN events e ON e.position = v.position
 WHERE h.view = %(view)s AND h.originator_id = %(list)s ORDER BY v.seq DESC
"""
_FROM_THE_END: Final = (1 << 31) - 1


@dataclass(frozen=True)
class ListBuilder(Builder):
    """Builds the list.

    ``open_facts`` opens facts with the service's own key, and gives None for a read; ``list_of`` names a person's list.
    """

    open_facts: Callable[[UUID, int, bytes], RecordedEvent | None]
    list_of: Callable[[UUID], UUID]

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """A row for everybody who became a party within the batch."""
        lists: list[UUID] = []
        positions: list[int] = []
        for position, stream, version, state in connection.execute(_EVENTS, within, binary=True).fetchall():
            event = self.open_facts(stream, version, state)
            for person in () if event is None else _parties(event):
                lists.append(self.list_of(person))
                positions.append(position)
        rows = connection.execute(_ROWS, {**within, "lists": lists, "positions": positions}, binary=True).fetchall()
        last: dict[UUID, int] = {}
        for owner, seq in rows:
            last[owner] = max(seq, last.get(owner, 0))
        return list(last.items())


def _parties(event: RecordedEvent) -> tuple[UUID, ...]:
    match event.fact:
        case EngagementRequested() as happened:
            return happened.representative, happened.line_manager, happened.coachee
        case CoachChosen() as happened:
            return (happened.coach,)
        case PartyReplaced() as happened:  # who left stays on their own list: what they keep, they can read
            return (happened.person,)
        case _:
            return ()


@dataclass(frozen=True)
class EngagementList:
    """A person's engagements, newest first."""

    database: Database
    seal: Seal
    list_of: Callable[[UUID], UUID]

    def page(self, person: UUID, *, before: int | None, limit: int) -> tuple[list[UUID], int | None]:
        """Up to ``limit`` engagement ids, and the place to go on from; None at the end.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        owner = self.list_of(person)
        start = _FROM_THE_END if before is None else before
        with self.database.use("read") as connection:
            asked = {"view": NAME, "list": owner, "before": start, "limit": limit}
            rows = connection.execute(_PAGE, asked, binary=True).fetchall()
        if not rows:
            return [], None
        count, mac = rows[0][:2]
        try:
            self.seal.check(mac, *head_fields(NAME, owner, count))
        except Exception as error:
            raise ViewForged from error
        first = min(count, start - 1)
        numbers = [row[2] for row in rows if row[2] is not None]
        if numbers != list(range(first, max(0, first - limit), -1)) or any(row[3] is None for row in rows if row[2]):
            raise ViewForged
        return [row[3] for row in rows if row[2] is not None], (numbers[-1] if numbers and numbers[-1] > 1 else None)
