"""The list of what somebody has read, and how everything else passes over reads."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.events import RecordedEvent
from domain.reads import Purpose, Read, Reader, View, access_stream_id
from ops.mapper import open_facts
from ops.wiring import CellService
from projections.access_log import NAME
from projections.locators import ViewForged
from projections.passing import PassingOver
from tests.projections.tables import catch_up
from tests.support import Cell

AT = datetime(2026, 3, 1, tzinfo=UTC)
READER, ANOTHER = uuid4(), uuid4()
ENGAGEMENTS = [uuid4() for _ in range(3)]


def record(service: CellService, count: int, person: UUID = READER) -> list[datetime]:
    """So many reads in turn over three engagements, each at a moment of its own; the moments."""
    at = [AT + timedelta(seconds=n) for n in range(count)]
    reader = Reader.as_self(person)
    for n, moment in enumerate(at):
        service.reads.record(Read(reader, moment, Purpose.VIEW, View.COACH, ENGAGEMENTS[n % 3]))
    return at


def walk(service: CellService, limit: int, within: UUID | None = None) -> list[datetime]:
    """The moments of the reader's whole list, page by page, newest first."""
    found: list[datetime] = []
    before: int | None = None
    while page := service.own_reads.page(READER, before=before, limit=limit, within=within):
        assert len(page) <= limit
        assert all(service.recorder.select_notifications(p.position, 1)[0].id == p.position for p in page)
        found += [one.event.timestamp for one in page]
        before = page[-1].number
    return found


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_are_newest_first_and_whole(service: CellService, limit: int) -> None:
    """One's own reads and nobody else's, all or those of one engagement, however small the pages and the batches."""
    at = record(service, 10)
    record(service, 5, ANOTHER)
    catch_up(service, batch=3)
    assert walk(service, limit) == at[::-1]
    for number, engagement in enumerate(ENGAGEMENTS):
        assert walk(service, limit, access_stream_id(engagement)) == at[number::3][::-1]
    assert walk(service, limit, access_stream_id(uuid4())) == []
    assert service.own_reads.page(uuid4(), before=None, limit=limit) == []


def test_a_rebuilt_list_is_the_same(service: CellService) -> None:
    """Cleared, it is empty; built again, also by a builder that remembers what it passed over, it is what it was."""
    at = record(service, 6)
    catch_up(service)
    builder = service.builders[NAME]
    builder.clear(service.connections)
    assert walk(service, 10) == []
    catch_up(service)
    assert walk(service, 10) == at[::-1]


@pytest.mark.parametrize("within", [None, access_stream_id(ENGAGEMENTS[0])], ids=["anywhere", "of one engagement"])
def test_a_row_removed_in_sql_is_noticed(service: CellService, cell: Cell, within: UUID | None) -> None:
    """A list that lost a row is refused, whichever row is asked for; untouched it reads."""
    record(service, 6)
    catch_up(service)
    assert walk(service, 10, within)
    with cell.connect() as owner:
        owner.execute("DELETE FROM view_rows WHERE view = %s AND seq = 3", (NAME,))
    with pytest.raises(ViewForged):
        walk(service, 10, within)


def test_the_table_names_nobody(service: CellService, cell: Cell) -> None:
    """Nor does somebody's list of reads go by the name of their list of engagements."""
    record(service, 3)
    catch_up(service)
    with cell.connect() as owner:
        found = owner.execute("SELECT DISTINCT originator_id FROM view_rows WHERE view = %s", (NAME,)).fetchall()
    assert len(found) == 1
    assert found[0][0] not in {READER, service.engagements.lists.list_of(READER)}


@pytest.mark.parametrize("reads", [True, False])
def test_one_event_tells_of_its_stream(service: CellService, reads: bool) -> None:
    """What isn't wanted is opened once for each stream, however long it is; what is wanted is all there."""
    record(service, 30)
    opened: Counter[UUID] = Counter()

    def counting(stream: UUID, version: int, state: bytes) -> RecordedEvent:
        opened[stream] += 1
        return open_facts(service.service.oversight, stream, version, state)

    wanted, access = PassingOver(counting, reads=reads), {access_stream_id(one) for one in ENGAGEMENTS}
    log = service.recorder.select_notifications(1, 1_000)
    found = [wanted(one.originator_id, one.originator_version, one.state) for one in log]  # type: ignore[arg-type]
    assert [event is not None for event in found] == [(one.originator_id in access) is reads for one in log]
    assert {opened[stream] for stream in opened if (stream in access) is not reads} == {1}
    assert sum(event is not None for event in found) == (30 if reads else len(log) - 30)
