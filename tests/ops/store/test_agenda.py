"""The agenda says which stream to look at when; nothing that was put down is lost by somebody's late answer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from ops.store.agenda import Agenda, Entry
from ops.store.connections import Connections
from tests.support import Cell

NOON = datetime(2027, 3, 1, 12, 0, 0, 123_456, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def agenda(cell: Cell) -> Iterator[Agenda]:
    """An empty agenda."""
    connections = Connections(cell.url, cell.name)
    yield Agenda(connections)
    connections.close()


def test_what_is_due_comes_in_order(agenda: Agenda) -> None:
    """From the moment itself on, the oldest first, no more than were asked for."""
    early, late, later = uuid4(), uuid4(), uuid4()
    agenda.put(late, NOON)
    agenda.put(later, NOON + HOUR)
    agenda.put(early, NOON - HOUR)
    assert agenda.due(NOON - timedelta(microseconds=1), 9) == [Entry(early, NOON - HOUR)]
    assert agenda.due(NOON, 9) == [Entry(early, NOON - HOUR), Entry(late, NOON)]
    assert agenda.due(NOON + HOUR, 2) == agenda.due(NOON, 9)
    assert agenda.due(NOON - 2 * HOUR, 9) == []


def test_the_next_moment_is_known(agenda: Agenda) -> None:
    """That of the first entry, past or to come; none for an empty agenda."""
    first, second = uuid4(), uuid4()
    assert agenda.next_at() is None
    agenda.put(second, NOON)
    agenda.put(first, NOON - HOUR)
    assert agenda.next_at() == NOON - HOUR
    agenda.remove(first)
    assert agenda.next_at() == NOON
    agenda.remove(second)
    agenda.remove(second)
    assert agenda.next_at() is None


@pytest.mark.parametrize("moved", [-HOUR, HOUR])
def test_a_stream_has_one_entry(agenda: Agenda, moved: timedelta) -> None:
    """Put down again, earlier or later, it is looked at then and only then."""
    stream = uuid4()
    agenda.put(stream, NOON)
    agenda.put(stream, NOON + moved)
    assert agenda.due(NOON + 2 * HOUR, 9) == [Entry(stream, NOON + moved)]


@pytest.mark.parametrize("look_at", [NOON + HOUR, None], ids=["again later", "no more"])
def test_a_look_settles_what_was_seen(agenda: Agenda, look_at: datetime | None) -> None:
    """After a look the entry moves on or goes away, the others stay."""
    stream, other = uuid4(), uuid4()
    for one in (stream, other):
        agenda.put(one, NOON)
    assert agenda.settle(Entry(stream, NOON), look_at)
    rest = [Entry(other, NOON)]
    assert agenda.due(NOON + 2 * HOUR, 9) == (rest if look_at is None else [*rest, Entry(stream, look_at)])


@pytest.mark.parametrize("look_at", [NOON + HOUR, None], ids=["again later", "no more"])
def test_a_late_answer_does_not_undo_what_came_since(agenda: Agenda, look_at: datetime | None) -> None:
    """The stream was put down anew during the look: the answer changes nothing, and the new entry stays."""
    stream, changed = uuid4(), NOON + HOUR / 2
    agenda.put(stream, NOON)
    [seen] = agenda.due(NOON, 9)
    agenda.put(stream, changed)
    assert not agenda.settle(seen, look_at)
    assert agenda.due(NOON + 2 * HOUR, 9) == [Entry(stream, changed)]
    agenda.remove(stream)
    assert not agenda.settle(Entry(stream, changed), look_at)
    assert agenda.next_at() is None
