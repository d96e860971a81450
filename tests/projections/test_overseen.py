"""An engagement's record as an overseer opens it: whole, in order, facts alone, and with their own grant."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from domain.personal import Diary, Notebook, personal_stream_id
from domain.practice import practice_stream_id
from domain.reads import Place, Purpose, Read, Reader, View, access_stream_id
from domain.vocabulary import Role
from ops.embedded import EmbeddedPostgres
from ops.record import SealedRecord
from ops.store.migrate import migrate
from ops.store.rows import HeadForged, StoreError
from projections.overseen import Overseeing
from tests.stage import C, E, Stage, open_service, tell
from tests.support import Cell

S = Role.COACHING_SUPERVISOR


@pytest.fixture(scope="module")
def told(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Stage]:
    """An engagement with every kind of content, and another one beside it."""
    migrate(database_url, "overseen")
    with open_service(Cell("overseen", database_url, postgres.data)) as service:
        stage = Stage(service)
        other = Stage(service, salt="other")
        other.introduce()
        other.request_engagement()
        yield tell(stage)


def _fresh(stage: Stage) -> Overseeing:
    index = stage.service.index
    return Overseeing(index.opener, SealedRecord(stage.service.recorder), index.engagements_of)


def _look(stage: Stage) -> None:
    """The coachee reads their view."""
    reader = Reader(stage.people[E], E, stage.people[E])
    stage.service.reads.record(Read(reader, stage.at, Purpose.VIEW, View.COACHEE, stage.engagement_id))


def _log(stage: Stage, *streams: UUID) -> list[tuple[UUID, int]]:
    rows = stage.service.recorder.select_notifications(1, 10_000)
    return [(row.originator_id, row.originator_version) for row in rows if row.originator_id in streams]  # type: ignore[misc]


def test_all_that_belongs_to_an_engagement_is_there_in_order(told: Stage) -> None:
    """Its own stream, reads, notebook, journal and its coach's practice, in the log's order; nothing of another's."""
    _look(told)
    seen = told.service.overseeing.see(told.people[S], told.engagement_id)
    streams = (
        told.engagement_id, access_stream_id(told.engagement_id),
        personal_stream_id(told.engagement_id, Notebook, told.people[C]),
        personal_stream_id(told.engagement_id, Diary, told.people[E]), practice_stream_id(told.people[C]),
    )  # fmt: skip
    found = [(event.originator_id, event.originator_version) for event in seen.events]
    assert found == _log(told, *streams)
    assert {stream for stream, _ in found} == set(streams)
    assert seen.coaches == (told.people[C],)
    (places,) = seen.places.values()
    assert {place.stream: (place.first, place.last) for place in places} == {
        stream: (1, max(version for of, version in found if of == stream)) for stream in streams
    }


def test_no_part_is_opened(told: Stage) -> None:
    """Events have facts and labels; not one word that anybody typed."""
    seen = told.service.overseeing.see(told.people[S], told.engagement_id)
    assert all(event.parts == () for event in seen.events)
    assert any(event.labels for event in seen.events)
    assert "says" not in repr([event.fact for event in seen.events])


def test_what_was_opened_before_is_continued(told: Stage) -> None:
    """After every further event what is remembered and gone on from is what a fresh look gives."""
    overseeing, overseer = told.service.overseeing, told.people[S]
    before = overseeing.see(overseer, told.engagement_id)
    for _ in range(3):
        _look(told)
        continued = overseeing.see(overseer, told.engagement_id)
        assert continued == _fresh(told).see(overseer, told.engagement_id)
    assert len(continued.events) == len(before.events) + 3
    assert overseeing.see(overseer, told.engagement_id) == continued


def test_a_coach_who_comes_later_brings_their_streams(stage: Stage) -> None:
    """A notebook that becomes known only later has its events in their places in the log."""
    stage.introduce()
    stage.request_engagement()
    overseeing, overseer = stage.service.overseeing, stage.people[S]
    assert overseeing.see(overseer, stage.engagement_id).coaches == ()
    stage.choose_coach()
    stage.write_note()
    former = stage.replace(C)
    seen = overseeing.see(overseer, stage.engagement_id)
    assert seen.coaches == (former, stage.people[C])
    assert seen == _fresh(stage).see(overseer, stage.engagement_id)
    assert personal_stream_id(stage.engagement_id, Notebook, former) in {
        one.stream for one in seen.places[seen.engagement]
    }


def test_what_the_same_people_begin_later_is_known(stage: Stage) -> None:
    """Of an ended engagement: that its coach has a later one with one of its parties, since when, and where (P37)."""
    tell(stage)
    ended, overseer = stage.engagement_id, stage.people[S]
    overseeing = stage.service.overseeing
    stage.request_engagement()
    stage.advance()
    assert overseeing.see(overseer, ended).later == ()  # no coach yet, so nobody knows whose it will be
    stage.choose_coach()
    stage.advance()
    seen = overseeing.see(overseer, ended)
    (later,) = seen.later
    assert later.engagement == stage.engagement_id
    assert seen.places[later.engagement] == (Place(later.engagement, 1, stage.state().version),)
    assert seen.until(later.requested_at).later == ()
    assert overseeing.see(overseer, stage.engagement_id).later == ()  # it goes on
    with_others = Stage(stage.service, salt="others")
    with_others.introduce()
    with_others.people[C] = stage.people[C]
    with_others.request_engagement()
    with_others.choose_coach()
    stage.advance()
    assert overseeing.see(overseer, ended).later == (later,)


def test_it_opens_with_an_overseer_s_own_grant_alone(told: Stage) -> None:
    """With a party's keys nothing opens, not even what an overseer has opened in this process."""
    overseeing = told.service.overseeing
    assert overseeing.see(told.people[S], told.engagement_id).events
    with pytest.raises(Exception, match="sealed bytes"):
        overseeing.see(told.people[E], told.engagement_id)


def test_little_is_remembered_at_most(told: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't fit is opened again, with the same result."""
    monkeypatch.setattr("projections.overseen._MOST", 5)
    small, overseer = _fresh(told), told.people[S]
    expected = told.service.overseeing.see(overseer, told.engagement_id)
    for _ in range(2):
        assert small.see(overseer, told.engagement_id) == expected


def test_a_stream_cut_short_is_noticed(stage: Stage, cell: Cell) -> None:
    """An event removed in SQL, or a head set back, stops the look; untouched it goes on."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    overseer, engagement = stage.people[S], stage.engagement_id
    whole = _fresh(stage).see(overseer, engagement)

    def forge(statement: str, *values: Any) -> None:
        with cell.connect(forge=True) as connection:
            connection.execute(statement, values)

    cut = "DELETE FROM events WHERE originator_id = %s AND originator_version = %s"
    forge(cut, engagement, max(event.originator_version for event in whole.events))
    with pytest.raises(StoreError):
        _fresh(stage).see(overseer, engagement)
    with pytest.raises(StoreError):
        stage.service.overseeing.see(overseer, engagement)
    forge("UPDATE heads SET version = version - 1 WHERE originator_id = %s", engagement)
    with pytest.raises(HeadForged):
        _fresh(stage).see(overseer, engagement)
