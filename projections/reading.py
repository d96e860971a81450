"""One read of a view: locate, open as one reader, fold.

The plaintext exists in this process's memory for the length of the request, and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.vocabulary import Role
from projections import coach_view, coachee_view, manager_view, organisation_view, supervisor_timeline
from projections.building import tracked
from projections.locators import Located, ViewForged, locate
from projections.opened import Opened, Story
from projections.ports import Database, FactsOpener, PartOpener, Seal

FOLDS: Final[Mapping[Role, tuple[str, Callable[[Story], dict[str, Any]]]]] = MappingProxyType(
    {view.ROLE: (view.NAME, view.fold) for view in (organisation_view, manager_view, coach_view, coachee_view)}
)
"""Each party's view: its name, and how it is folded."""


@dataclass(frozen=True)
class PartyView:
    """One role's view of engagements, with that role's capability to open parts."""

    role: Role
    opener: PartOpener
    seal: Seal
    database: Database

    def located(self, streams: list[UUID]) -> list[Located]:
        """The locators of these streams, in the order of the log."""
        with self.database.use("read") as connection:
            return locate(connection, FOLDS[self.role][0], streams, self.seal)

    def story(self, streams: list[UUID], principal: UUID) -> Story:
        """The parts of these streams, opened as this role with a principal's keys."""
        sealed = [located.part for located in self.located(streams)]
        payloads = self.opener.open_parts(sealed, principal)
        return Story(Opened.of(at.stream, at.version, p) for at, p in zip(sealed, payloads, strict=True))

    def read(self, streams: list[UUID], principal: UUID) -> dict[str, Any]:
        """The view of one engagement; ``streams[0]`` is the engagement, its version is the view's."""
        story = self.story(streams, principal)
        return {"version": f"v{story.version_in(streams[0])}", **FOLDS[self.role][1](story)}


_TIMELINE = """
SELECT v.position, e.originator_id, e.originator_version, e.state
  FROM view_rows v JOIN events e USING (position)
 WHERE v.view = %s AND v.position > %s ORDER BY v.position LIMIT %s
"""


@dataclass(frozen=True)
class TimelineView:
    """The supervisor's timeline, opened with an overseer's own grant of the oversight key."""

    opener: FactsOpener
    seal: Seal
    database: Database
    pseudonym: Callable[[UUID], str]

    def page(
        self, overseer: UUID, *, after: int, limit: int, engagement: str | None = None
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Up to ``limit`` entries after a place in the log, and the place to go on from; None at the end.

        Raises:
            ViewForged: when the rows aren't those of every position that the view has taken in, in their order.
            projections.building.TrackingForged: when how far it has come isn't what was written.
        """
        entries: list[dict[str, Any]] = []
        place: int | None = after
        while place is not None and len(entries) < limit:
            events, place = self._events(overseer, place, limit)
            for position, event in events:
                shown = supervisor_timeline.fold([event], self.pseudonym)
                if shown and engagement in (None, shown[0]["engagement"]):
                    entries += shown
                if len(entries) == limit:
                    return entries, position
        return entries, place

    def _events(self, overseer: UUID, after: int, limit: int) -> tuple[list[tuple[int, RecordedEvent]], int | None]:
        with self.database.use("read") as connection, connection.transaction():
            # One snapshot for both: a batch that commits between them would look like a forgery.
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = connection.execute(_TIMELINE, (supervisor_timeline.NAME, after, limit), binary=True).fetchall()
            reached = tracked(connection, supervisor_timeline.NAME, self.seal)
        # Every position has facts, so a whole view has a row for each, and nothing may be left out of sight.
        if [row[0] for row in rows] != list(range(after + 1, after + 1 + max(0, min(limit, reached - after)))):
            raise ViewForged
        latest: dict[UUID, int] = {}
        for _, stream, version, _ in rows:
            if latest.get(stream, version - 1) != version - 1:
                raise ViewForged
            latest[stream] = version
        opened = [
            (position, self.opener.open_facts(stream, version, state, overseer))
            for position, stream, version, state in rows
        ]
        return opened, (rows[-1][0] if len(rows) == limit else None)
