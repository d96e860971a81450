"""Views behind tickets: the same as without, once the read is on record, and shut before."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.reads import NotOnRecord, Place, Purpose, Read, Reader, Ticket, View, places_of
from domain.vocabulary import PARTIES, Item, Role
from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from projections import sections
from projections.recorded import Found, RecordedTimeline, RecordedView
from tests.stage import C, E, O, Stage, open_service, tell
from tests.support import Cell

AT = datetime(2026, 3, 1, tzinfo=UTC)
S = Role.COACHING_SUPERVISOR


@pytest.fixture(scope="module")
def told(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Stage]:
    """An ended engagement with every kind of content, its views built."""
    migrate(database_url, "recorded_views")
    with open_service(Cell("recorded_views", database_url, postgres.data)) as service:
        stage = tell(Stage(service))
        stage.advance()
        yield stage


def find(stage: Stage, role: Role) -> tuple[RecordedView, Found]:
    """A party's view and what they are going to read."""
    view = RecordedView(stage.service.views[role])
    return view, view.find(stage.sight(role, stage.before_the_end()))


def ticket(found: Found, *places: Place) -> Ticket:
    """A ticket for these places on the reader's behalf; it says that they are on record, which here they needn't be."""
    sight = found.sight
    reader = Reader(uuid4(), sight.role, sight.principal)
    return Ticket([Read(reader, AT, Purpose.VIEW, View.COACH, sight.engagement.id, places or found.places)])


@pytest.mark.parametrize("role", PARTIES)
def test_behind_a_ticket_lies_the_view(told: Stage, role: Role) -> None:
    """What is found and opened is what the view tells without the detour, whole or in pieces."""
    view, found = find(told, role)
    story = view.open(found, ticket(found))
    assert story.parts == told.story(role, told.before_the_end()).parts
    assert [part for piece in view.pieces(found, ticket(found)) for part in piece] == story.parts
    assert len(story.parts) == len(found.living) > 0


@pytest.mark.parametrize("role", PARTIES)
def test_nothing_opens_with_another_ticket(told: Stage, role: Role) -> None:
    """One event less, another engagement, another reader or no place at all: nothing of it opens, not even a piece."""
    view, found = find(told, role)
    place = found.places[0]
    short = Place(place.stream, place.first, place.last - 1)
    elsewhere = Place(uuid4(), place.first, place.last)
    nobody = Ticket([Read(Reader.as_self(uuid4()), AT, Purpose.VIEW, View.COACH, None, found.places)])
    for wrong in (ticket(found, short), ticket(found, elsewhere), nobody, Ticket(())):
        for opening in (view.open, view.pieces):
            with pytest.raises(NotOnRecord):
                opening(found, wrong)


def test_a_page_is_recorded_as_far_as_it_goes(told: Stage) -> None:
    """A page names its own places, and its ticket doesn't open the page after it."""
    view, found = find(told, E)
    first, second = found.page(0, 5), found.page(5, 5)
    assert [number for number, _ in (*first.living, *second.living)] == list(range(1, 11))
    assert [part.number for part in view.open(first, ticket(first)).parts] == [1, 2, 3, 4, 5]
    assert first.places != second.places
    with pytest.raises(NotOnRecord):
        view.open(second, ticket(first))


@pytest.mark.parametrize("role", PARTIES)
def test_what_a_list_tells_is_what_the_view_tells(told: Stage, role: Role) -> None:
    """Opened alone, the parts about the engagement itself give the title, names and status of the whole view."""
    view, found = find(told, role)
    about = found.about(Item.ENGAGEMENT)
    opened = view.open(about, ticket(about))
    assert {part.item for part in opened.parts} == {Item.ENGAGEMENT.value}
    assert sections.engagement(opened) == sections.engagement(view.open(found, ticket(found)))
    assert len(about.living) < len(found.living)


def test_a_coach_s_places_cover_the_notebook(told: Stage) -> None:
    """A read of one's own notes is named with their stream; the organisation's names the engagement alone."""
    assert [place.stream for place in find(told, C)[1].places] == told.streams(C)
    assert [place.stream for place in find(told, O)[1].places] == [told.engagement_id]


def test_a_page_of_the_timeline_is_held_back(told: Stage) -> None:
    """Its entries are those of the timeline, once each engagement on it is on record for this supervisor."""
    other = Stage(told.service, salt="other")
    other.introduce()
    other.request_engagement()
    other.advance()
    supervisor = told.people[S]
    held = RecordedTimeline(told.service.timeline).find(supervisor, after=0, limit=200)
    assert held.places.keys() >= {told.engagement_id, other.engagement_id}

    def recorded(*of: Place, person: object = supervisor) -> Ticket:
        reader = Reader.as_self(person)  # type: ignore[arg-type]
        return Ticket(Read(reader, AT, Purpose.TIMELINE, View.COACHING_SUPERVISOR, p.stream, (p,)) for p in of)

    everything = list(held.places.values())
    entries, _ = told.service.timeline.page(supervisor, after=0, limit=200)
    assert held.entries(recorded(*everything)) == entries
    for wrong in (recorded(everything[0]), recorded(*everything, person=uuid4()), Ticket(())):
        with pytest.raises(NotOnRecord):
            held.entries(wrong)


def test_reads_between_events_change_no_timeline(told: Stage) -> None:
    """However many reads lie in between, the pages are the same, and every one as long as it was asked for."""
    supervisor = told.people[S]
    before, _ = told.service.timeline.page(supervisor, after=0, limit=200)
    reader = Reader.as_self(told.people[E])
    for _ in range(3):
        places = places_of([(told.engagement_id, 1)])
        told.service.reads.record(
            *[Read(reader, AT, Purpose.VIEW, View.COACHEE, told.engagement_id, places) for _ in range(300)]
        )
    late = Stage(told.service, salt="late")
    late.introduce()
    late.request_engagement()
    late.advance()
    after, _ = told.service.timeline.page(supervisor, after=0, limit=200)
    assert after[: len(before)] == before
    assert [entry["event"] for entry in after[len(before) :]] == ["engagement.requested"]
    page, place = told.service.timeline.page(supervisor, after=0, limit=7)
    walked = [page]
    while place is not None:
        page, place = told.service.timeline.page(supervisor, after=place, limit=7)
        walked.append(page)
    assert [entry for page in walked for entry in page] == after
    assert all(len(page) == 7 for page in walked[:-1])
