"""A command that is sent twice is recorded once, and a batch of commands answers each of them on its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from ops.store.batch import Submission
from ops.store.recorder import CellRecorder
from ops.store.rows import (
    CommandRecord,
    CommandReplayed,
    CommandReused,
    RecordedCommand,
    SealedPart,
    SealedStoredEvent,
    VersionConflict,
)
from tests.support import Cell, new_command, new_recorder, sealed, within


def _decide(recorder: CellRecorder, *batch: Submission) -> list[int | type[BaseException]]:
    """Append these commands as one batch; for each, its first position or the class of its error."""
    recorder.committer.appender.begin(batch)
    recorder.committer.appender.finish()
    return [type(one.error) if one.error is not None else one.first for one in batch]


def test_a_command_is_found_by_its_id(recorder: CellRecorder) -> None:
    """What is recorded of a command is its digest and the place of its last event."""
    stream, command = uuid4(), new_command()
    assert recorder.command(command.command_id) is None
    assert recorder.insert_events([sealed(stream, 1), sealed(stream, 2)], command=command) == [1, 2]
    assert recorder.command(command.command_id) == RecordedCommand(command.command_id, command.digest, stream, 2, 2)


def test_the_same_command_again_is_answered_with_the_record(recorder: CellRecorder) -> None:
    """Same id and digest: `CommandReplayed` with what was recorded, in another stream and at another version too."""
    stream, command = uuid4(), new_command()
    recorder.insert_events([sealed(stream, 1)], command=command)
    for again in (sealed(stream, 1), sealed(stream, 2), sealed(uuid4(), 1)):
        with pytest.raises(CommandReplayed) as replayed:
            recorder.insert_events([again], command=command)
        assert replayed.value.recorded == recorder.command(command.command_id)
    assert recorder.max_notification_id() == 1


def test_the_id_of_another_command_is_refused(recorder: CellRecorder) -> None:
    """Same id, other digest: `CommandReused`, and nothing is recorded."""
    command = new_command()
    recorder.insert_events([sealed(uuid4(), 1)], command=command)
    with pytest.raises(CommandReused):
        recorder.insert_events([sealed(uuid4(), 1)], command=CommandRecord(command.command_id, b"another"))
    assert recorder.max_notification_id() == 1


def test_a_command_sent_from_everywhere_at_once_is_recorded_once(cell: Cell) -> None:
    """Sixteen threads on two connections send one command: one is told the positions, fifteen the record."""
    recorders = [new_recorder(cell), new_recorder(cell)]
    command, stream, start = new_command(), uuid4(), Barrier(16)

    def send(number: int) -> object:
        start.wait(10)
        try:
            return recorders[number % 2].insert_events([sealed(stream, 1)], command=command)
        except CommandReplayed as replayed:
            return replayed.recorded

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, range(16)))
    assert answers.count([1]) == 1
    assert answers.count(recorders[0].command(command.command_id)) == 15
    assert recorders[0].max_notification_id() == 1
    for one in recorders:
        one.close()


def test_in_a_batch_each_command_gets_its_own_answer(recorder: CellRecorder) -> None:
    """A conflict, a replayed id and a reused id fail alone; their neighbours are recorded, without a gap."""
    known, stream = new_command(), uuid4()
    recorder.insert_events([sealed(stream, 1)], command=known)
    assert _decide(
        recorder,
        Submission([sealed(uuid4(), 1), sealed(uuid4(), 1)], new_command()),
        Submission([sealed(stream, 1)], new_command()),
        Submission([sealed(uuid4(), 1)], known),
        Submission([sealed(uuid4(), 1)], CommandRecord(known.command_id, b"other")),
        Submission([sealed(uuid4(), 7)]),
        Submission([sealed(uuid4(), 1)]),
    ) == [2, VersionConflict, CommandReplayed, CommandReused, VersionConflict, 4]
    assert recorder.max_notification_id() == 4


def test_an_error_that_names_nobody_hits_only_its_cause(recorder: CellRecorder) -> None:
    """A command that the database can't take at all (a NUL in a text) doesn't take its neighbours with it."""
    stream = uuid4()
    poisoned = StoredEvent(uuid4(), 1, "nul \0", b"")
    first, error, last = _decide(
        recorder, Submission([sealed(stream, 1)]), Submission([poisoned]), Submission([sealed(uuid4(), 1)])
    )
    assert (first, last) == (1, 2)
    assert isinstance(error, type)
    assert recorder.max_notification_id() == 2


def test_a_command_over_several_streams_is_whole_or_nothing(recorder: CellRecorder) -> None:
    """One command may write to several streams, its events mixed; a conflict on one of them refuses all."""
    one, two = uuid4(), uuid4()
    assert recorder.insert_events([sealed(one, 1), sealed(two, 1), sealed(one, 2)], command=new_command()) == [1, 2, 3]
    with pytest.raises(VersionConflict):
        recorder.insert_events([sealed(one, 3), sealed(two, 1)])
    assert [len(recorder.select_events(stream)) for stream in (one, two)] == [2, 1]


def test_what_only_our_memory_got_wrong_is_no_conflict(cell: Cell, recorder: CellRecorder) -> None:
    """Another process has written to a stream that this one remembers: its next command there goes through."""
    stream, other = uuid4(), new_recorder(cell)
    recorder.insert_events([sealed(stream, 1)])
    other.insert_events([sealed(stream, 2)])
    assert recorder.insert_events([sealed(stream, 3)]) == [3]
    with pytest.raises(VersionConflict):
        other.insert_events([sealed(stream, 3)])
    assert other.insert_events([sealed(stream, 4)]) == [4]
    assert len(recorder.select_events(stream)) == 4
    other.close()


def test_who_begins_a_stream_second_is_told_at_once(cell: Cell, recorder: CellRecorder) -> None:
    """A stream that somebody else has begun is looked up once, not guessed again, and nothing is left on the way."""
    stream, other = uuid4(), new_recorder(cell)
    other.insert_events([sealed(stream, 1)])
    before = recorder.committer.transactions
    assert _decide(recorder, Submission([sealed(stream, 1)])) == [VersionConflict]
    assert recorder.committer.transactions == before + 1
    assert recorder.insert_events([sealed(stream, 2)]) == [2]
    other.close()


def test_a_stale_memory_of_a_hash_is_refreshed(cell: Cell, recorder: CellRecorder) -> None:
    """The version fits and the remembered hash doesn't: the head is fetched anew and the command goes through."""
    stream, rounds = uuid4(), recorder.committer.transactions
    recorder.insert_events([sealed(stream, 1)])
    heads = recorder._heads
    good = heads.get(stream)
    assert good is not None
    heads.put({stream: type(good)(1, bytes(32))})
    assert recorder.insert_events([sealed(stream, 2)]) == [2]
    assert recorder.committer.transactions == rounds + 3
    assert len(new := recorder.select_events(stream)) == 2
    assert new[1].originator_version == 2
    with cell.connect() as connection:
        assert connection.execute("SELECT size FROM log_state").fetchone() == (2,)


@pytest.mark.parametrize(
    "versions", [(1, 1), (1, 3), (2, 1), (-1,), (2,)], ids=["twice", "hole", "back", "negative", "late"]
)
def test_a_stream_has_no_holes(recorder: CellRecorder, versions: tuple[int, ...]) -> None:
    """Events that can't follow one another, or can't begin a stream, are an `IntegrityError` and leave nothing."""
    stream = uuid4()
    with pytest.raises(IntegrityError):
        recorder.insert_events([sealed(stream, version) for version in versions if version > 0] or [_at(stream, -1)])
    assert recorder.max_notification_id() is None


def _at(stream: UUID, version: int) -> StoredEvent:
    return StoredEvent(stream, version, "t", b"")


def test_parts_grants_and_leaves_lie_beside_the_events(recorder: CellRecorder) -> None:
    """What went in comes out, in order, by stream, by position and by key; the leaves form a chain."""
    stream = uuid4()
    events = [sealed(stream, 1, parts=3, grants=2), sealed(stream, 2, parts=0), sealed(stream, 3, parts=1, grants=1)]
    recorder.insert_events(events[:1])
    recorder.insert_events(events[1:])
    first, _, last = events
    assert isinstance(first, SealedStoredEvent)
    assert isinstance(last, SealedStoredEvent)
    parts = recorder.parts(stream)
    assert [(row.position, row.idx) for row in parts] == [(1, 1), (1, 2), (1, 3), (3, 1)]
    assert tuple(SealedPart(row.key_id, row.sealed) for row in parts) == first.parts + last.parts
    assert recorder.parts_at([3, 2]) == parts[3:]
    assert {row.slot_id for row in recorder.grants_at(1)} == {grant.slot_id for grant in first.grants}
    assert [row.position for row in recorder.grants({last.grants[0].key_id})] == [3]
    leaves = recorder.leaves(stream)
    assert [row.number for row in leaves] == [1, 2, 3]
    assert [row.leaf[-32:] for row in leaves] == [bytes(32), leaves[0].leaf_hash, leaves[1].leaf_hash]
    assert [(row.leaf, row.leaf_hash) for row in recorder.log_leaves(2, 5)] == [row[1:] for row in leaves[1:]]


def test_ten_megabytes_in_one_append_go_through(recorder: CellRecorder) -> None:
    """One event of 10 MB, and ten thousand of 1 KB, over the Unix socket: neither hangs, both are read back."""
    big, many = uuid4(), uuid4()
    within(30, lambda: recorder.insert_events([sealed(big, 1, state=bytes(10_000_000), parts=0)]))
    events = [sealed(many, version, state=bytes(1_000), parts=0) for version in range(1, 10_001)]
    assert within(30, lambda: recorder.insert_events(events)) == list(range(2, 10_002))
    assert len(recorder.select_events(big)[0].state) == 10_000_000
    assert len(recorder.select_events(many)) == 10_000


def test_commands_that_wait_together_share_a_transaction(recorder: CellRecorder) -> None:
    """Thirty-two threads that write without pause need far fewer transactions than they record commands."""
    each, threads = 20, 32

    def write(_: int) -> None:
        stream = uuid4()
        for version in range(1, each + 1):
            recorder.insert_events([sealed(stream, version)], command=new_command())

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(threads)))
    assert recorder.max_notification_id() == recorder.committer.commands == each * threads
    assert recorder.committer.transactions < each * threads / 3


def test_commands_on_one_stream_take_turns(recorder: CellRecorder) -> None:
    """Threads that all decide on the same stream, and decide again on a conflict, record every command in the end."""
    stream, each = uuid4(), 10

    def write(_: int) -> None:
        done = 0
        while done < each:
            try:
                recorder.insert_events([sealed(stream, len(recorder.select_events(stream)) + 1)])
                done += 1
            except VersionConflict:
                continue

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert [event.originator_version for event in recorder.select_events(stream)] == list(range(1, 4 * each + 1))


def test_the_database_itself_holds_versions_and_ids_unique(cell: Cell, recorder: CellRecorder) -> None:
    """Were the function's checks wrong, constraints would still refuse a second version and a second command id."""
    recorder.insert_events([sealed(uuid4(), 1)], command=new_command())
    with cell.connect(forge=True) as connection:
        for copy in (
            "INSERT INTO events SELECT 9, originator_id, originator_version, topic, state, leaf, leaf_hash FROM events",
            "INSERT INTO commands SELECT command_id, digest, originator_id, 9, 9 FROM commands",
        ):
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute(copy)
