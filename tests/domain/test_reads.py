"""Reads as facts, and tickets that open nothing but what is on record."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import RecordedEvent
from domain.reads import (
    VIEW_OF,
    AccessStream,
    NotOnRecord,
    Place,
    Purpose,
    Read,
    Reader,
    Ticket,
    View,
    access_stream_id,
    places_of,
)
from domain.stream import AnotherKind
from domain.vocabulary import PARTIES, Role
from tests.stage import Stage

AT = datetime(2026, 3, 1, tzinfo=UTC)
STREAMS = [UUID(int=n) for n in range(1, 4)]


def read(*places: Place, reader: Reader | None = None, engagement: UUID | None = None) -> Read:
    """A coach's read of these places."""
    somebody = uuid4()
    return Read(reader or Reader(somebody, Role.COACH, somebody), AT, Purpose.VIEW, View.COACH, engagement, places)


versions = st.lists(st.tuples(st.sampled_from(STREAMS), st.integers(1, 500)), max_size=30)


@given(versions)
def test_places_are_ranges_however_much_was_read(found: list[tuple[UUID, int]]) -> None:
    """One range for each stream, which holds every version that was read and begins and ends with one."""
    places = places_of(found)
    assert [place.stream for place in places] == list(dict.fromkeys(stream for stream, _ in found))
    for place in places:
        of_stream = [version for stream, version in found if stream == place.stream]
        assert (place.first, place.last) == (min(of_stream), max(of_stream))


@given(versions, versions)
def test_a_ticket_opens_what_is_on_record_and_nothing_else(
    told: list[tuple[UUID, int]], wanted: list[tuple[UUID, int]]
) -> None:
    """Whatever lies within the recorded ranges opens; one version outside of them, or of another stream, doesn't."""
    one = read(*places_of(told))
    ticket = Ticket([one])
    within = all(
        any(p.stream == stream and p.first <= version <= p.last for p in one.places) for stream, version in wanted
    )
    lies = [Place(stream, version, version) for stream, version in wanted]
    if within:
        ticket.check(one.reader.principal, lies)
    else:
        with pytest.raises(NotOnRecord):
            ticket.check(one.reader.principal, lies)


def test_a_ticket_is_for_its_reader() -> None:
    """What is recorded on one's behalf opens nothing with somebody else's keys, nor as somebody else."""
    representative, organisation = uuid4(), uuid4()
    place = Place(STREAMS[0], 1, 3)
    ticket = Ticket([read(place, reader=Reader(representative, Role.SPONSOR_ORGANISATION, organisation))])
    ticket.check(organisation, [place])
    ticket.check_read_by(representative, place)
    for principal in (representative, uuid4()):
        with pytest.raises(NotOnRecord):
            ticket.check(principal, [place])
    for person in (organisation, uuid4()):
        with pytest.raises(NotOnRecord):
            ticket.check_read_by(person, place)


def test_several_reads_of_one_request_share_a_ticket() -> None:
    """A list over two engagements opens both, and no third."""
    somebody = Reader(uuid4(), Role.COACH, uuid4())
    places = [Place(stream, 1, 1) for stream in STREAMS]
    ticket = Ticket(read(place, reader=somebody) for place in places[:2])
    ticket.check(somebody.principal, places[:2])
    with pytest.raises(NotOnRecord):
        ticket.check(somebody.principal, places[1:])


def test_an_access_stream_follows_from_what_it_is_about() -> None:
    """An engagement's reads have one stream, a person's others one of theirs; two engagements never share one."""
    engagement, another, person = uuid4(), uuid4(), Reader.as_self(uuid4())
    assert read(engagement=engagement).stream == read(engagement=engagement).stream == access_stream_id(engagement)
    assert read(engagement=another).stream != access_stream_id(engagement)
    assert read(reader=person).stream == access_stream_id(person.person)
    assert read(engagement=engagement, reader=person).stream == access_stream_id(engagement)


def test_an_access_stream_holds_reads_only(stage: Stage) -> None:
    """Folding any other fact as an access stream fails; it has no parties, no keys and nobody who acts."""
    stage.introduce()
    stage.request_engagement()
    events: list[RecordedEvent] = list(stage.service.write_side.events.get(stage.engagement_id))  # type: ignore[arg-type]
    with pytest.raises(AnotherKind):
        AccessStream.replay(stage.engagement_id, events)
    person = uuid4()
    state = AccessStream.replay(access_stream_id(person), [read(reader=Reader.as_self(person)).event(1)])
    assert (state.version, dict(state.parties), state.role_of(person), state.slots()) == (1, {}, None, {})
    assert state.group == state.id


def test_every_party_has_a_view_to_be_named() -> None:
    """A read of one's own view names that view, for each party and for supervisors."""
    assert {*PARTIES, Role.COACHING_SUPERVISOR} == VIEW_OF.keys()
    assert all(VIEW_OF[role].value == role.word for role in VIEW_OF)
