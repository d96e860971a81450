"""Lists of what concerns one person: which engagements they are in, what they have read.

A row points to the event that put it on the list, and the events' facts are opened to tell whom they concern. Whose
rows they are is told by a pseudonym, made with a key of the service's: the table doesn't say who works with whom.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from domain.events import RecordedEvent
from projections.building import Builder
from projections.locators import ViewForged, head_fields
from projections.ports import Database, Seal

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
SELECT h.count, h.mac, v.seq, v.position, v.originator_id, v.originator_version, v.state
  FROM view_heads h
  LEFT JOIN (SELECT r.seq, r.position, e.originator_id, e.originator_version, e.state
               FROM view_rows r LEFT JOIN events e USING (position)
              WHERE r.view = %(view)s AND r.originator_id = %(list)s AND r.seq < %(before)s
                AND (%(within)s::uuid IS NULL OR e.originator_id = %(within)s)
              ORDER BY r.seq DESC LIMIT %(limit)s) v ON true
 WHERE h.view = %(view)s AND h.originator_id = %(list)s ORDER BY v.seq DESC
"""
_COUNT = "SELECT count, mac FROM view_heads WHERE view = %s AND originator_id = %s"
_SIZE = "SELECT count(*) FROM view_rows WHERE view = %(view)s AND originator_id = %(list)s"
_FROM_THE_END: Final = (1 << 31) - 1


class Row(NamedTuple):
    """A row of somebody's list, with the event that it points to; ``seq`` counts from 1."""

    seq: int
    position: int
    stream: UUID
    version: int
    state: bytes


@dataclass(frozen=True)
class ListBuilder(Builder):
    """Builds the lists of one kind.

    Attributes:
        open_facts: opens facts with the service's own key; None for an event that is passed over.
        list_of: names a person's list.
        concerned: the persons on whose lists an event goes.
    """

    open_facts: Callable[[UUID, int, bytes], RecordedEvent | None]
    list_of: Callable[[UUID], UUID]
    concerned: Callable[[RecordedEvent], Iterable[UUID]]

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """A row for everybody whom an event within the batch concerns."""
        lists: list[UUID] = []
        positions: list[int] = []
        for position, stream, version, state in connection.execute(_EVENTS, within, binary=True).fetchall():
            event = self.open_facts(stream, version, state)
            for person in () if event is None else self.concerned(event):
                lists.append(self.list_of(person))
                positions.append(position)
        rows = connection.execute(_ROWS, {**within, "lists": lists, "positions": positions}, binary=True).fetchall()
        last: dict[UUID, int] = {}
        for owner, seq in rows:
            last[owner] = max(seq, last.get(owner, 0))
        return list(last.items())


@dataclass(frozen=True)
class Lists:
    """The lists of one kind, newest first."""

    view: str
    database: Database
    seal: Seal
    list_of: Callable[[UUID], UUID]

    def count(self, person: UUID) -> int:
        """How many rows a person's list has.

        Raises:
            ViewForged: it isn't the number that was written.
        """
        owner = self.list_of(person)
        with self.database.use("read") as connection:
            for count, mac in connection.execute(_COUNT, (self.view, owner), binary=True):
                self._check(owner, count, mac)
                return int(count)
        return 0

    def page(self, person: UUID, *, before: int | None, limit: int, within: UUID | None = None) -> list[Row]:
        """Up to ``limit`` rows of a person's list with a number below ``before``; of one stream only, if asked.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        owner = self.list_of(person)
        start = _FROM_THE_END if before is None else before
        asked = {"view": self.view, "list": owner, "before": start, "limit": limit, "within": within}
        with self.database.use("read") as connection, connection.transaction():
            # One snapshot for both: a batch that commits between them would look like a forgery.
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = connection.execute(_PAGE, asked, binary=True).fetchall()
            size = connection.execute(_SIZE, asked, binary=True).fetchall()[0][0] if within else None
        if not rows:
            return []
        count, mac = rows[0][:2]
        self._check(owner, count, mac)
        found = [Row(*row[2:]) for row in rows if row[2] is not None]
        first = min(count, start - 1)
        whole = (
            [row.seq for row in found] == list(range(first, max(0, first - limit), -1))
            if size is None
            else size == count
        )
        if not whole or any(row.stream is None for row in found):
            raise ViewForged
        return found

    def _check(self, owner: UUID, count: int, mac: bytes) -> None:
        try:
            self.seal.check(mac, *head_fields(self.view, owner, count))
        except Exception as error:
            raise ViewForged from error
