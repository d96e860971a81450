"""What changed for somebody: exactly what their own version counts, in order, and nothing of what others do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import pytest

from domain.engagement import Engagement
from domain.events import RecordedEvent
from domain.vocabulary import EngagementKind, Role
from ops.erasure.eraser import Eraser
from ops.wiring import CellService
from projections import changes
from projections.changes import Entry
from projections.locators import ViewForged
from projections.sightings import Change, Sightings
from tests.projections.tables import contents
from tests.stage import C, E, M, O, Stage, tell
from tests.support import Cell

K = Role.CANDIDATE


@dataclass
class _Advancing(Stage):
    """A stage whose changes are taken in act by act, in many small batches."""

    sizes: list[int] = field(default_factory=list)

    def request(self, *args: Any, **more: Any) -> Any:
        """As on any stage, once the acts before it are taken in."""
        builder = self.service.builders[changes.NAME]
        self.sizes.append(builder.advance(self.service.connections, 3))
        return super().request(*args, **more)


@pytest.fixture
def told(service: CellService) -> Stage:
    """A whole engagement, with a team's member and others who take over."""
    stage = tell(Stage(service))
    stage.advance()
    return stage


def _all(stage: Stage, role: Role) -> list[Entry]:
    return stage.service.changes.after(stage.people[role], 0, 10_000)


def _events(stage: Stage) -> Iterator[RecordedEvent]:
    yield from cast("Iterator[RecordedEvent]", stage.service.write_side.events.get(stage.engagement_id))


def _counted(engagement: Engagement, people: set[UUID]) -> dict[UUID, int]:
    """What each person's version is, as the domain counts it."""
    found = {person: engagement.reader_of(person) for person in people}
    return {person: engagement.seen_by(*reader) for person, reader in found.items() if reader}


def _hold_against_the_domain(stage: Stage, people: set[UUID]) -> None:
    """Event by event: whom it concerns is whose count it raises, and the counts are the domain's."""
    engagement, state = Engagement(stage.engagement_id), Sightings()
    before: dict[UUID, int] = {}
    for event in _events(stage):
        engagement.apply(event)
        found = state.apply(event)
        counted = _counted(engagement, people)
        raised = {person for person, count in counted.items() if count > before.get(person, 0)}
        assert {person for person, change in found.items() if change is Change.ENGAGEMENT} == raised
        assert {person: state.seen_by(person) for person in counted} == counted
        before = counted
    assert set(before) == people


def test_whom_an_event_concerns_is_whose_version_it_raises(told: Stage) -> None:
    """For each prefix of a whole engagement, and for every party."""
    _hold_against_the_domain(told, {told.people[role] for role in (O, M, C, E)})


def test_the_same_of_a_team_with_people_who_take_over(service: CellService) -> None:
    """A member who is admitted, a coach and a manager who take over: each from their own moment on."""
    stage = Stage(service)
    stage.introduce()
    stage.request_engagement(kind=EngagementKind.TEAM)
    stage.choose_coach()
    member = stage.admit_member()
    stage.put_contract_in_force()
    left = {stage.replace(M), stage.replace(C)}
    stage.hold_session(1)
    present = {stage.people[role] for role in (O, M, C, E)}
    _hold_against_the_domain(stage, left | present | {member})
    stage.advance()
    for person in left:
        assert _listed(stage, person)[-1].version == stage.state().seen_by(*stage.state().reader_of(person))  # type: ignore[misc]


def _listed(stage: Stage, person: UUID) -> list[Entry]:
    return stage.service.changes.after(person, 0, 10_000)


def test_a_list_counts_without_gaps_and_ends_at_the_version(told: Stage) -> None:
    """Numbers from 1 on, versions that rise, the last one what the view says; a candidate learns of their meeting."""
    for role in (O, M, C, E):
        entries = _all(told, role)
        assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
        versions = [entry.version for entry in entries if entry.version is not None]
        assert versions == sorted(set(versions))
        assert told.view(role)["version"] == f"v{versions[-1]}"
        assert {entry.engagement for entry in entries} == {told.engagement_id}
    assert [entry.change for entry in _all(told, K)] == [Change.CANDIDACY]
    assert told.service.changes.count(told.called("nobody")) == 0


def test_pages_are_parts_of_the_whole(told: Stage) -> None:
    """From any number on, any page is that part of the list; past the end there is nothing."""
    whole = _all(told, C)
    person = told.people[C]
    for after, limit in ((0, 1), (0, 5), (3, 4), (len(whole) - 1, 50), (len(whole), 5), (len(whole) + 7, 5)):
        assert told.service.changes.after(person, after, limit) == whole[after : after + limit]


def test_the_lists_are_the_same_however_they_are_built(service: CellService, cell: Cell) -> None:
    """In small batches along the way, in one go afterwards, or by a builder that remembers nothing: the same rows."""
    stage = _Advancing(service)
    tell(stage, sessions=1)
    assert max(stage.sizes) == 3
    stage.advance()
    first = contents(cell)
    builder = service.builders[changes.NAME]
    builder.clear(service.connections)
    assert _all(stage, E) == []
    stage.advance()
    assert contents(cell) == first


def test_somebody_whose_keys_are_erased_is_told(told: Stage) -> None:
    """Whoever keeps copies learns that it is time to forget them; the others learn nothing."""
    before = {role: told.service.changes.count(told.people[role]) for role in (O, M, C, E)}
    told.at = told.at.replace(year=told.at.year + 1)
    Eraser(told.service).run(told.at)
    told.advance()
    new = {role: [entry.change for entry in _all(told, role)[before[role] :]] for role in (O, M, C, E)}
    assert set(new[M]) == {Change.READING}
    assert Change.READING not in set(new[E])


def test_a_row_that_is_missing_is_noticed(told: Stage, cell: Cell) -> None:
    """A list that lost its last row, or whose count was set back, is refused; untouched it reads."""
    assert _all(told, M)
    with cell.connect() as connection:
        connection.execute("DELETE FROM view_rows WHERE view = 'changes' AND seq = 2")
    with pytest.raises(ViewForged):
        _all(told, M)
    with cell.connect() as connection:
        connection.execute("UPDATE view_heads SET count = 1 WHERE view = 'changes'")
    with pytest.raises(ViewForged):
        told.service.changes.count(told.people[M])
