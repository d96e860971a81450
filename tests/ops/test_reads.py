"""Recording reads: together, in order, each once, and no ticket for what isn't on record."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.leaf import pseudonym, verify_leaf
from domain.events import RecordedEvent
from domain.principals import SERVICE_ID
from domain.reads import (
    AccessStream,
    NotRecorded,
    Place,
    Positions,
    Purpose,
    Read,
    Reader,
    ReadRecorded,
    View,
    access_stream_id,
)
from domain.vocabulary import Role
from ops.reads import ReadRecorder, _Waiting
from ops.store.rows import GENESIS, CommitUnknown, HeadForged, VersionConflict
from ops.wiring import CellService, open_cell
from tests.support import Cell, within

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_ticks = count(1)


def read(engagement: UUID | None, person: UUID | None = None, purpose: Purpose = Purpose.VIEW) -> Read:
    """A read that is like no other."""
    reader = Reader(person or uuid4(), Role.COACH, uuid4())
    places = () if engagement is None else (Place(engagement, 1, 9),)
    return Read(reader, AT + timedelta(seconds=next(_ticks)), purpose, View.COACH, engagement, places)


def recorded(service: CellService, of: UUID) -> list[RecordedEvent]:
    """The access stream of an engagement or a person, oldest first, read with every check of the store."""
    return list(reversed(service.write_side.reads_of(of, before=None, limit=100_000)))


@pytest.fixture
def another(cell: Cell, service: CellService) -> Iterator[CellService]:
    """The same cell, opened a second time, as by another process: it remembers no head of the first."""
    assert service.recorder.cell == cell.name
    with open_cell(cell.url, cell.name, cell.places) as opened:
        yield opened


def test_a_read_is_on_record_as_it_was(service: CellService) -> None:
    """Who, as whom, on whose behalf, what for, which view and where: all of it, in facts, and nothing else."""
    engagement = uuid4()
    one = dataclasses.replace(read(engagement), log=Positions(3, 7))
    ticket = service.reads.record(one)
    assert ticket.reads == (one,)
    (event,) = recorded(service, engagement)
    assert isinstance(event.fact, ReadRecorded)
    assert (event.actor, event.role, event.timestamp) == (one.reader.person, Role.COACH, one.at)
    assert event.fact == ReadRecorded(
        engagement=engagement, principal=one.reader.principal, purpose=Purpose.VIEW, view=View.COACH,
        places=one.places, log=Positions(3, 7),
    )  # fmt: skip
    assert (event.labels, event.principal) == ((), SERVICE_ID)
    position = service.recorder.max_notification_id() or 0
    assert service.recorder.parts_at([position]) == []
    assert service.recorder.grants_at(position) == []


def test_the_service_signs_and_the_leaf_s_actor_is_the_reader(service: CellService) -> None:
    """An outsider sees a signature of the service's over a leaf whose actor is the reader's pseudonym."""
    one = read(uuid4())
    service.reads.record(one)
    (row,) = service.recorder.leaves(one.stream)
    author, key = service.service.party.public.signing, service.service.key_for("pseudonyms")
    leaf = verify_leaf(row.leaf, stream=one.stream, version=1, prev=GENESIS, author=author)
    assert leaf.actor == pseudonym(key, one.stream, one.reader.person)
    assert leaf.actor != pseudonym(key, one.stream, SERVICE_ID)


def test_what_belongs_to_no_engagement_lies_with_its_reader(service: CellService) -> None:
    """A look at one's own record is in one's own access stream, and loads as what it is."""
    person = uuid4()
    service.reads.record(read(None, person, Purpose.OWN_RECORD))
    (event,) = recorded(service, person)
    assert event.originator_id == access_stream_id(person)
    assert isinstance(service.write_side.stream(access_stream_id(person)), AccessStream)


def test_nothing_gets_no_ticket(service: CellService) -> None:
    """A ticket for no read at all isn't to be had."""
    with pytest.raises(ValueError, match="which reads"):
        service.reads.record()


def test_reads_that_wait_share_an_append(service: CellService) -> None:
    """Readers who come while the log is busy are recorded together: all, each once, with fewer appends than reads."""
    engagement, reads = uuid4(), ReadRecorder(service.write_side.mapper, service.recorder)
    wanted = [read(engagement) for _ in range(200)]
    with ThreadPoolExecutor(16) as pool:
        tickets = list(pool.map(reads.record, wanted))
    assert [ticket.reads for ticket in tickets] == [(one,) for one in wanted]
    assert {event.timestamp for event in recorded(service, engagement)} == {one.at for one in wanted}
    assert reads.recorded == 200
    assert reads.batches < 200


def test_one_request_is_recorded_whole(service: CellService) -> None:
    """A page over many engagements is one append: an event in each one's stream, side by side in the log."""
    engagements = [uuid4() for _ in range(5)]
    before = service.recorder.max_notification_id() or 0
    service.reads.record(*[read(one) for one in engagements])
    streams = [found.originator_id for found in service.recorder.select_notifications(before + 1, 10)]
    assert streams == [access_stream_id(one) for one in engagements]


def test_two_processes_on_one_stream_lose_nothing(service: CellService, another: CellService) -> None:
    """Both write to the same access streams at once; whoever comes second goes again, and every read is there once."""
    engagements = [uuid4(), uuid4()]
    work = [(opened, read(engagements[n % 2])) for n in range(80) for opened in (service, another)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: one[0].reads.record(one[1]), work))
    found = [event.timestamp for one in engagements for event in recorded(service, one)]
    assert sorted(found) == sorted(one.at for _, one in work)


@given(st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 2), min_size=1, max_size=4)), max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whoever_records_what_in_which_order(
    service: CellService, another: CellService, course: list[tuple[bool, list[int]]]
) -> None:
    """However two processes take turns, each stream holds its reads in the order in which they were recorded."""
    engagements = [uuid4() for _ in range(3)]
    expected: dict[UUID, list[datetime]] = {one: [] for one in engagements}
    for first, of in course:
        wanted = [read(engagements[number]) for number in of]
        (service if first else another).reads.record(*wanted)
        for one in wanted:
            expected[one.engagement or SERVICE_ID].append(one.at)
    assert {one: [event.timestamp for event in recorded(another, one)] for one in engagements} == expected


class _Fought:
    """A store in which somebody else is always quicker, or the connection is lost in the commit."""

    def __init__(self, service: CellService, error: Exception) -> None:
        self.recorder, self.error, self.attempts = service.recorder, error, 0

    def versions(self, streams: Iterator[UUID]) -> dict[UUID, int]:
        """As they are."""
        return self.recorder.versions(streams)

    def insert_events(self, _: list[StoredEvent]) -> None:
        """Refuse."""
        self.attempts += 1
        raise self.error


@pytest.mark.parametrize(("error", "attempts"), [(VersionConflict(), 50), (CommitUnknown(), 1)], ids=["fight", "lost"])
def test_no_ticket_without_a_commit(service: CellService, error: Exception, attempts: int) -> None:
    """When the store never takes it, or nobody knows, there is no ticket; a conflict was tried again and again."""
    fought = _Fought(service, error)
    reads = ReadRecorder(service.write_side.mapper, fought)  # type: ignore[arg-type]
    with pytest.raises(NotRecorded):
        reads.record(read(uuid4()))
    assert (fought.attempts, reads.recorded) == (attempts, 0)


def test_no_ticket_while_the_log_refuses(cell: Cell, service: CellService) -> None:
    """Without the right to append, nothing is recorded and nobody waits for ever; with it again, all goes on."""
    engagement = uuid4()
    with cell.connect() as owner:
        (name,) = owner.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE oid = 'append'::regproc"
        ).fetchone() or ("",)
        owner.execute(f"REVOKE EXECUTE ON FUNCTION {name} FROM driehoek_app".encode())
        with ThreadPoolExecutor(4) as pool:
            refused = [pool.submit(service.reads.record, read(engagement)) for _ in range(12)]
            assert all(isinstance(one.exception(20), NotRecorded) for one in refused)
        owner.execute("GRANT EXECUTE ON FUNCTION append TO driehoek_app")
    assert recorded(service, engagement) == []
    within(20, lambda: service.reads.record(read(engagement)))
    assert len(recorded(service, engagement)) == 1


def test_a_forged_head_stops_nobody_else(cell: Cell, service: CellService) -> None:
    """Of reads that are recorded together, only those of the stream that was tampered with are refused."""
    good, bad = uuid4(), uuid4()
    for one in (good, bad):
        service.reads.record(read(one))
    with cell.connect(forge=True) as forger:
        forger.execute("UPDATE heads SET mac = %s WHERE originator_id = %s", [bytes(32), access_stream_id(bad)])
    service.recorder._heads.drop([access_stream_id(bad)])
    batch = [_Waiting([read(one)]) for one in (good, bad, good)]
    service.reads._settle(batch)
    assert [type(one.error) for one in batch] == [type(None), HeadForged, type(None)]
    assert len(recorded(service, good)) == 3


def test_an_interrupt_leaves_nobody_waiting(service: CellService) -> None:
    """A reader who is interrupted before the commit gets no ticket; those who come after aren't held up."""
    engagement, reads = uuid4(), ReadRecorder(service.write_side.mapper, service.recorder)

    def interrupted(_: list[Read]) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reads, "_append", interrupted)
        with pytest.raises(KeyboardInterrupt):
            reads.record(read(engagement))
    within(20, lambda: reads.record(read(engagement)))
    assert Counter(event.fact.topic for event in recorded(service, engagement)) == {"read.recorded": 1}
