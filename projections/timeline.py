"""One page of the supervisors' timeline: rows of the view, opened with an overseer's own grant, reads passed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from projections import supervisor_timeline
from projections.building import tracked
from projections.locators import ViewForged
from projections.passing import Passing
from projections.ports import Database, FactsOpener, Seal

_ROWS = """
SELECT v.position, e.originator_id, e.originator_version, e.state
  FROM view_rows v JOIN events e USING (position)
 WHERE v.view = %s AND v.position > %s ORDER BY v.position LIMIT %s
"""
_AT_ONCE: Final = 500
"""Rows that are fetched together: most of them may be reads, of which nothing is shown."""

Row = tuple[int, UUID, int, bytes]


@dataclass(frozen=True)
class Shown:
    """An entry of the timeline, and the event that it is made of."""

    stream: UUID
    version: int
    entry: dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class TimelineView:
    """The supervisor's timeline, opened with an overseer's own grant of the oversight key."""

    opener: FactsOpener
    seal: Seal
    database: Database
    pseudonym: Callable[[UUID], str]
    passing: Passing = field(default_factory=Passing, compare=False, repr=False)

    def page(
        self, overseer: UUID, *, after: int, limit: int, engagement: str | None = None
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Up to ``limit`` entries after a place in the log, and the place to go on from; None at the end.

        Raises:
            ViewForged: when the rows aren't those of every position that the view has taken in, in their order.
            projections.building.TrackingForged: when how far it has come isn't what was written.
        """
        shown, place = self.shown(overseer, after=after, limit=limit, engagement=engagement)
        return [one.entry for one in shown], place

    def shown(
        self, overseer: UUID, *, after: int, limit: int, engagement: str | None = None
    ) -> tuple[list[Shown], int | None]:
        """The same, each entry with the event that it is made of. Raises as ``page``."""
        found: list[Shown] = []
        for position, stream, version, state in self._rows(after):
            if self.passing.knows(stream, reads=True):
                continue
            event = self.opener.open_facts(stream, version, state, overseer)
            if self.passing.learn(event):
                continue
            entries = supervisor_timeline.fold([event], self.pseudonym)
            found += [Shown(stream, version, one) for one in entries if engagement in (None, one["engagement"])]
            if len(found) == limit:
                return found, position
        return found, None

    def _rows(self, after: int) -> Iterator[Row]:
        """The view's rows from a place on, a stretch at a time."""
        place: int | None = after
        while place is not None:
            rows = self._stretch(place)
            yield from rows
            place = rows[-1][0] if len(rows) == _AT_ONCE else None

    def _stretch(self, after: int) -> list[Row]:
        with self.database.use("read") as connection, connection.transaction():
            # One snapshot for both: a batch that commits between them would look like a forgery.
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows: list[Row] = connection.execute(
                _ROWS, (supervisor_timeline.NAME, after, _AT_ONCE), binary=True
            ).fetchall()
            reached = tracked(connection, supervisor_timeline.NAME, self.seal)
        # Every position has facts, so a whole view has a row for each, and nothing may be left out of sight.
        if [row[0] for row in rows] != list(range(after + 1, after + 1 + max(0, min(_AT_ONCE, reached - after)))):
            raise ViewForged
        latest: dict[UUID, int] = {}
        for _, stream, version, _ in rows:
            if latest.get(stream, version - 1) != version - 1:
                raise ViewForged
            latest[stream] = version
        return rows
