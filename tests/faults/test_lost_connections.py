"""What becomes of a command when its connection dies: with an id it is recorded once, without one nobody pretends.

| The connection dies                     | with an id      | without an id                     |
|-----------------------------------------|-----------------|-----------------------------------|
| before the batch could be committed     | recorded once   | `CommitUnknown`, not recorded     |
| after the commit, its answer lost       | recorded once   | `CommitUnknown`, recorded once    |
| while nothing was under way             | recorded once   | recorded once                     |
| and the database stays away             | `StoreUnavailable`, nothing is recorded             |
"""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from ops.store.appender import Appender
from ops.store.batch import Submission
from ops.store.heads import HeadCache
from ops.store.recorder import CellRecorder
from ops.store.rows import CommandRecord, CommandReplayed, CommitUnknown, StoreUnavailable
from tests.faults.proxy import Relay
from tests.support import Cell, hash_leaf, head_mac, new_command, new_recorder, sealed, within


@pytest.fixture
def relayed(cell: Cell) -> Iterator[tuple[CellRecorder, Relay]]:
    """A recorder whose append connection runs through a relay, open and used once."""
    with Relay(cell.data) as relay:
        recorder = new_recorder(Cell(cell.name, relay.url(cell.url), cell.data))
        recorder.insert_events([sealed(uuid4(), 1)])
        yield recorder, relay
        recorder.close()


def _append_pid(recorder: CellRecorder) -> int:
    pid = recorder.committer.appender.backend_pid
    assert pid is not None
    return pid


def _kill_while_waiting(cell: Cell, recorder: CellRecorder, work: Callable[[], object]) -> object:
    """Run `work`, whose append is held up by the lock of the log, and terminate its server process as it waits."""
    pid = _append_pid(recorder)
    with cell.connect() as holder, cell.connect() as killer, ThreadPoolExecutor(1) as pool:
        holder.execute("BEGIN")
        holder.execute("SELECT FROM log_state FOR UPDATE")
        working = pool.submit(work)
        killer.execute("SET statement_timeout = '10s'")
        killer.execute(
            "DO $$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock')"
            " LOOP PERFORM pg_stat_clear_snapshot(); END LOOP; END $$".replace("%s", str(pid))
        )
        killer.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
        holder.execute("ROLLBACK")
        return working.result(20)


def _answer(recorder: CellRecorder, stream: UUID, command: CommandRecord | None) -> object:
    try:
        return recorder.insert_events([sealed(stream, 1), sealed(stream, 2)], command=command)
    except CommitUnknown:
        return CommitUnknown


def test_killed_before_the_commit_with_an_id(cell: Cell, recorder: CellRecorder) -> None:
    """The first attempt dies with its server process; the leader sends it again, and it is recorded once."""
    stream, command = uuid4(), new_command()
    recorder.insert_events([sealed(uuid4(), 1)])
    assert _kill_while_waiting(cell, recorder, lambda: _answer(recorder, stream, command)) == [2, 3]
    assert len(recorder.select_events(stream)) == 2
    assert recorder.max_notification_id() == 3


def test_killed_before_the_commit_without_an_id(cell: Cell, recorder: CellRecorder) -> None:
    """Without an id nobody can tell: an `OperationalError` that says so, never a conflict, and nothing sent twice."""
    stream = uuid4()
    recorder.insert_events([sealed(uuid4(), 1)])
    assert _kill_while_waiting(cell, recorder, lambda: _answer(recorder, stream, None)) is CommitUnknown
    assert issubclass(CommitUnknown, OperationalError)
    assert not issubclass(CommitUnknown, IntegrityError)
    assert recorder.select_events(stream) == []
    assert recorder.insert_events([sealed(stream, 1)]) == [2]


def test_a_lost_answer_with_an_id(relayed: tuple[CellRecorder, Relay]) -> None:
    """The commit happened and its answer was lost: the caller gets the positions, not an error, and no second copy."""
    recorder, relay = relayed
    stream, command = uuid4(), new_command()
    relay.lose_next_answer()
    assert within(20, lambda: _answer(recorder, stream, command)) == [2, 3]
    assert relay.cut.is_set()
    assert len(recorder.select_events(stream)) == 2
    assert recorder.max_notification_id() == 3
    with pytest.raises(CommandReplayed):  # sent by the client once more, it is a replay like any other
        recorder.insert_events([sealed(stream, 1)], command=command)


def test_a_lost_answer_without_an_id(relayed: tuple[CellRecorder, Relay]) -> None:
    """Without an id the same loss is `CommitUnknown`; the events are there, once."""
    recorder, relay = relayed
    stream = uuid4()
    relay.lose_next_answer()
    assert within(20, lambda: _answer(recorder, stream, None)) is CommitUnknown
    assert relay.cut.is_set()
    assert len(recorder.select_events(stream)) == 2
    assert recorder.insert_events([sealed(stream, 3)]) == [4]


def test_a_lost_answer_to_a_replay_is_still_a_replay(relayed: tuple[CellRecorder, Relay]) -> None:
    """A command that was recorded before isn't mistaken for our own lost attempt: its leaves are others."""
    recorder, relay = relayed
    stream, command = uuid4(), new_command()
    recorder.insert_events([sealed(stream, 1)], command=command)
    relay.lose_next_answer()
    with pytest.raises(CommandReplayed):
        within(20, lambda: recorder.insert_events([sealed(stream, 2)], command=command))
    assert relay.cut.is_set()
    assert len(recorder.select_events(stream)) == 1


@pytest.mark.parametrize("command", [None, new_command()], ids=["without an id", "with an id"])
def test_a_connection_closed_while_idle_is_nobody_s_problem(
    cell: Cell, recorder: CellRecorder, command: CommandRecord | None
) -> None:
    """A server process that was terminated between two appends is noticed before the next: no command is in doubt."""
    recorder.insert_events([sealed(uuid4(), 1)])
    with cell.connect() as killer:
        killer.execute("SELECT pg_terminate_backend(%s, 10000)", [_append_pid(recorder)])
    recorder.committer.appender._used = 0  # as if it had been idle for long
    assert recorder.insert_events([sealed(uuid4(), 1)], command=command) == [2]


def test_a_database_that_stays_away_is_said_to_be_away(cell: Cell) -> None:
    """When reconnecting fails for too long, every waiting command is told, with an id or without."""
    working = new_recorder(cell)
    doors = iter([working.connections.open("append")])

    def connect() -> psycopg.Connection:
        for connection in doors:
            return connection
        raise psycopg.OperationalError

    appender = Appender(connect, HeadCache(head_mac), hash_leaf, head_mac, patience=0.05)
    batch = [Submission([sealed(uuid4(), 1)]), Submission([sealed(uuid4(), 1)], new_command())]
    appender.begin(batch[:1])
    appender.finish()
    assert batch[0].first == 1
    appender.close()
    appender.begin(again := [Submission([sealed(uuid4(), 1)]), batch[1]])
    appender.finish()
    assert [type(one.error) for one in again] == [StoreUnavailable, StoreUnavailable]
    assert working.max_notification_id() == 1
    working.close()


def test_nothing_is_lost_or_doubled_while_connections_die_at_random(cell: Cell, recorder: CellRecorder) -> None:
    """Eight threads write commands with ids while their connection is terminated again and again, at seeded moments."""
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    each, stop = 40, Event()
    recorder.insert_events([sealed(uuid4(), 1)])

    def kill() -> None:
        with cell.connect() as killer:
            while not stop.wait(chance.uniform(0.001, 0.03)):
                if (pid := recorder.committer.appender.backend_pid) is not None:
                    killer.execute("SELECT pg_terminate_backend(%s)", [pid])

    def write(_: int) -> list[tuple[UUID, int]]:
        stream = uuid4()
        return [
            (stream, (recorder.insert_events([sealed(stream, version)], command=new_command()) or [0])[0])
            for version in range(1, each + 1)
        ]

    killing = Thread(target=kill)
    killing.start()
    try:
        with ThreadPoolExecutor(8) as pool:
            told = [pair for pairs in pool.map(write, range(8)) for pair in pairs]
    finally:
        stop.set()
        killing.join(10)
    log = recorder.select_notifications(2, 10_000)
    assert sorted((event.id, event.originator_id) for event in log) == sorted((at, stream) for stream, at in told)
    assert all(len(recorder.select_events(stream)) == each for stream in {stream for stream, _ in told})
