"""Whoever can write to the tables, with every trigger off, is found out by the next read: each way by its own error."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from ops.store.recorder import CellRecorder
from ops.store.rows import (
    HeadForged,
    LeafForged,
    LogGap,
    StoreError,
    StreamGap,
    StreamTruncated,
    VersionConflict,
)
from tests.support import Cell, hash_leaf, new_recorder, sealed

LAST = 5
OTHER_LEAF = b"another leaf" + bytes(32)
# What is done to a stream of five events, and what reading it then says.
TAMPERING: dict[str, tuple[str, type[StoreError]]] = {
    "drop the first event": ("DELETE FROM events WHERE {stream} AND originator_version = 1", StreamGap),
    "drop a middle event": ("DELETE FROM events WHERE {stream} AND originator_version = 3", StreamGap),
    "drop the last event": ("DELETE FROM events WHERE {stream} AND originator_version = 5", StreamTruncated),
    "drop all events": ("DELETE FROM events WHERE {stream}", StreamTruncated),
    "drop a middle event and close the gap": (
        (
            "DELETE FROM events WHERE {stream} AND originator_version = 3;"
            "UPDATE events SET originator_version = 3 WHERE {stream} AND originator_version = 4;"
            "UPDATE events SET originator_version = 4 WHERE {stream} AND originator_version = 5"
        ),
        LeafForged,
    ),
    "drop the last event and set the head back": (
        (
            "DELETE FROM events WHERE {stream} AND originator_version = 5;"
            "UPDATE heads SET version = 4, leaf_hash = (SELECT leaf_hash FROM events"
            " WHERE {stream} AND originator_version = 4) WHERE {stream}"
        ),
        HeadForged,
    ),
    "change the head's code": ("UPDATE heads SET mac = sha256(mac) WHERE {stream}", HeadForged),
    "move the head on": ("UPDATE heads SET version = 6 WHERE {stream}", HeadForged),
    "drop the head": ("DELETE FROM heads WHERE {stream}", HeadForged),
    "take another stream's head": (
        (
            "UPDATE heads h SET version = o.version, leaf_hash = o.leaf_hash, mac = o.mac FROM heads o"
            " WHERE h.{stream} AND o.originator_id <> h.originator_id"
        ),
        HeadForged,
    ),
    "change a leaf's hash": (
        "UPDATE events SET leaf_hash = sha256(leaf_hash) WHERE {stream} AND originator_version = 3",
        LeafForged,
    ),
    "change a leaf": (
        "UPDATE events SET leaf = %(leaf)s WHERE {stream} AND originator_version = 3",
        LeafForged,
    ),
    "change a leaf and its hash": (
        "UPDATE events SET leaf = %(leaf)s, leaf_hash = %(hash)s WHERE {stream} AND originator_version = 3",
        LeafForged,
    ),
    "change the last leaf and its hash, in its place": (
        (
            "UPDATE events SET leaf = overlay(leaf placing 'x' from 1),"
            " leaf_hash = sha256('\\x00'::bytea || overlay(leaf placing 'x' from 1))"
            " WHERE {stream} AND originator_version = 5"
        ),
        HeadForged,
    ),
    "swap two versions": (
        (
            "UPDATE events SET originator_version = 99 WHERE {stream} AND originator_version = 2;"
            "UPDATE events SET originator_version = 2 WHERE {stream} AND originator_version = 4;"
            "UPDATE events SET originator_version = 4 WHERE {stream} AND originator_version = 99"
        ),
        LeafForged,
    ),
    "append an event of another stream": (
        "UPDATE events SET originator_version = 6, {stream} WHERE NOT ({stream}) AND originator_version = 1",
        LeafForged,
    ),
    "append a fitting event behind the head": (
        (
            "INSERT INTO events SELECT 99, originator_id, 6, topic, state, 'forged'::bytea || leaf_hash,"
            " sha256('\\x00'::bytea || 'forged'::bytea || leaf_hash)"
            " FROM events WHERE {stream} AND originator_version = 5"
        ),
        HeadForged,
    ),
}


@pytest.fixture
def stream(recorder: CellRecorder) -> UUID:
    """A stream of five events, with another one beside it."""
    ours, other = uuid4(), uuid4()
    recorder.insert_events([sealed(other, 1), sealed(other, 2)])
    for version in range(1, LAST + 1):
        recorder.insert_events([sealed(ours, version)])
    return ours


def _forge(cell: Cell, statements: str, stream: UUID) -> None:
    values = {"leaf": OTHER_LEAF, "hash": hash_leaf(OTHER_LEAF)}
    with cell.connect(forge=True) as connection:
        for statement in statements.replace("{stream}", f"originator_id = '{stream}'").split(";"):
            assert connection.execute(statement, values).rowcount


@pytest.mark.parametrize("case", TAMPERING)
def test_a_changed_stream_is_found_on_read(cell: Cell, recorder: CellRecorder, stream: UUID, case: str) -> None:
    """Before the change the stream reads; after it, reading it raises the error of that change."""
    statements, expected = TAMPERING[case]
    assert len(recorder.select_events(stream)) == LAST
    _forge(cell, statements, stream)
    with pytest.raises(expected) as found:
        recorder.select_events(stream)
    assert type(found.value) is expected


READS: dict[str, Callable[[CellRecorder, UUID], object]] = {
    "from the middle": lambda recorder, stream: recorder.select_events(stream, gt=2),
    "the last one": lambda recorder, stream: recorder.select_events(stream, desc=True, limit=1),
    "backwards": lambda recorder, stream: recorder.select_events(stream, desc=True),
    "a page longer than the stream": lambda recorder, stream: recorder.select_events(stream, limit=50),
}


@pytest.mark.parametrize("way", READS)
def test_every_read_to_the_end_sees_a_missing_end(cell: Cell, recorder: CellRecorder, stream: UUID, way: str) -> None:
    """However the end of a stream is reached, a missing last event is noticed."""
    assert READS[way](recorder, stream)
    _forge(cell, TAMPERING["drop the last event"][0], stream)
    with pytest.raises(StreamTruncated):
        READS[way](recorder, stream)


def test_a_forged_head_is_not_built_upon(cell: Cell, stream: UUID) -> None:
    """A process that doesn't remember the stream checks the head before it appends: no fresh code on a forged head."""
    _forge(cell, TAMPERING["drop the last event and set the head back"][0], stream)
    fresh = new_recorder(cell)
    with pytest.raises(HeadForged):
        fresh.insert_events([sealed(stream, LAST)])
    fresh.close()


def test_a_stream_rolled_back_whole_is_found_in_the_log(cell: Cell, recorder: CellRecorder, stream: UUID) -> None:
    """An older genuine head with its older rows reads as a stream; the log has lost a position and says so."""
    with cell.connect() as connection:
        head = connection.execute("SELECT * FROM heads WHERE originator_id = %s", [stream]).fetchone()
    assert head is not None
    assert recorder.insert_events([sealed(stream, LAST + 1)]) == [LAST + 3]
    recorder.insert_events([sealed(uuid4(), 1)])
    with cell.connect(forge=True) as connection:
        connection.execute("DELETE FROM events WHERE position = %s", [LAST + 3])
        connection.execute("DELETE FROM heads WHERE originator_id = %s", [stream])
        connection.execute("INSERT INTO heads VALUES (%s, %s, %s, %s, %s)", head)
    assert len(recorder.select_events(stream)) == LAST
    with pytest.raises(LogGap):
        recorder.select_notifications(start=1, limit=100)
    with pytest.raises(VersionConflict):  # and who remembers the stream doesn't carry on
        recorder.insert_events([sealed(stream, LAST + 2)])


@pytest.mark.parametrize("position", [1, 3, LAST + 2], ids=["first", "middle", "last"])
def test_a_missing_position_stops_a_follower(cell: Cell, recorder: CellRecorder, stream: UUID, position: int) -> None:
    """Wherever in the log a position is missing, pages and followers raise rather than step over it."""
    del stream
    assert [event.id for event in recorder.select_notifications(1, 100)] == list(range(1, LAST + 3))
    with cell.connect(forge=True) as connection:
        connection.execute("DELETE FROM events WHERE position = %s", [position])
    with pytest.raises(LogGap):
        recorder.select_notifications(1, 100)
    with recorder.subscribe(gt=0) as follower, pytest.raises(LogGap):
        next(follower)
    with recorder.subscribe(gt=position) as follower:  # behind the gap all is well
        assert position == LAST + 2 or next(follower).id == position + 1
