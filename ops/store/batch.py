"""A command on its way into the log: its events as flat arrays in PostgreSQL's binary format.

The append function takes parallel arrays. psycopg would build each of them element by element, and a batch of a hundred
events has two thousand elements, so the encoding is done here by joining bytes: an array is a header followed by
(length, bytes) pairs, and a column of a batch is the concatenation of the columns of its commands.

Two steps, because two threads do them. `Submission` encodes what the caller knows, in the caller's thread, while an
earlier batch is at the server. `encode` adds what only the leader of the batch knows: places and leaf hashes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from struct import Struct, pack
from threading import Lock
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from ops.store.rows import PREV_MARK, CommandRecord, Head, SealedStoredEvent, VersionConflict, leaf_body_of

HeadMac = Callable[[UUID, int, bytes], bytes]
HashLeaf = Callable[[bytes], bytes]

# Type numbers of PostgreSQL (pg_type.oid), fixed since each type exists.
_BYTEA, _INT2, _INT4, _TEXT, _UUID = 17, 21, 23, 25, 2950
ARRAY_OIDS = {_BYTEA: 1001, _INT2: 1005, _INT4: 1007, _TEXT: 1009, _UUID: 2951}
# The append function's parameters, in order (0001_store.sql).
_STREAM_COLUMNS = (_UUID, _INT4, _BYTEA, _INT4, _INT4, _BYTEA, _BYTEA)
_EVENT_COLUMNS = (_UUID, _INT4, _TEXT, _BYTEA, _BYTEA, _BYTEA)
_PART_COLUMNS = (_INT4, _INT2, _UUID, _BYTEA)
_GRANT_COLUMNS = (_INT4, _UUID, _UUID, _BYTEA)
_COMMAND_COLUMNS = (_UUID, _BYTEA, _UUID, _INT4, _INT4)
PARAMETERS = [
    ARRAY_OIDS[oid] for oid in (*_STREAM_COLUMNS, *_EVENT_COLUMNS, *_PART_COLUMNS, *_GRANT_COLUMNS, *_COMMAND_COLUMNS)
]

# Those that a submission can encode by itself, in the order of its `columns`.
_COLUMNS = (_UUID, _TEXT, _BYTEA, _INT2, _UUID, _BYTEA, _UUID, _UUID, _BYTEA, _UUID, _BYTEA, _UUID)

_length = Struct(">i").pack
_int4 = Struct(">ii").pack
_int2 = Struct(">ih").pack
_header = Struct(">iiIii").pack
_NULL = _length(-1)
_16, _32 = _length(16), _length(32)
_EMPTY = {oid: Struct(">iiI").pack(0, 0, oid) for oid in ARRAY_OIDS}


def _array(oid: int, count: int, chunks: Iterable[bytes]) -> bytes:
    """A one-dimensional array of `count` elements; `chunks` are length prefixes and bytes, alternating."""
    return b"".join((_header(1, 1, oid, count, 1), *chunks)) if count else _EMPTY[oid]


def _int4_array(values: Sequence[int]) -> bytes:
    if not values:
        return _EMPTY[_INT4]
    flat = [4] * (2 * len(values))
    flat[1::2] = values
    return _header(1, 1, _INT4, len(values), 1) + pack(f">{len(flat)}i", *flat)


class Submission:
    """One command: what it writes, encoded, and the gate at which its caller waits for the leader.

    Raises `VersionConflict` for events that continue no stream: the versions of a stream rise by one.
    """

    __slots__ = (
        "columns", "command", "count", "decided", "error", "first", "gate", "grants_at", "in_doubt", "last_hash",
        "leaves", "parts_at", "size", "spans", "versions",
    )  # fmt: skip

    def __init__(self, events: Sequence[StoredEvent], command: CommandRecord | None = None) -> None:
        self.command = command
        self.count = len(events)
        self.gate = Lock()
        self.gate.acquire()
        self.decided = False
        self.in_doubt = False
        self.first = 0
        self.error: BaseException | None = None
        self.last_hash = b""
        # Per stream: the version it must stand at, the version it moves to, the place of its last event here.
        self.spans: dict[UUID, tuple[int, int, int]] = {}
        self.versions: list[int] = []
        # The leaves, each still without the hash of the one before it in its stream.
        self.leaves: list[tuple[UUID, bytes]] = []
        # The places, from 1, of the events that the parts and the grants belong to.
        self.parts_at: list[int] = []
        self.grants_at: list[int] = []
        # The other columns, in the order of _COLUMNS.
        self.columns = tuple(map(b"".join, self._encode(events)))
        self.size = sum(map(len, self.columns))

    def _encode(self, events: Sequence[StoredEvent]) -> list[list[bytes]]:
        spans, versions, leaves, parts_at, grants_at = (
            self.spans, self.versions, self.leaves, self.parts_at, self.grants_at
        )  # fmt: skip
        columns: list[list[bytes]] = [[] for _ in _COLUMNS]
        streams, topics, states, part_idx, part_key, part, grant_key, grant_slot, grant, *of_command = columns
        for at, event in enumerate(events, 1):
            stream, version, state, topic = event.originator_id, event.originator_version, event.state, event.topic
            if not isinstance(stream, UUID):
                raise TypeError("a stream is named by a UUID")
            span = spans.get(stream)
            if span is None:
                if version < 0:
                    raise VersionConflict
                spans[stream] = (version - 1, version, at)
            elif version == span[1] + 1:
                spans[stream] = (span[0], version, at)
            else:
                raise VersionConflict
            versions.append(version)
            streams += (_16, stream.bytes)
            text = topic.encode()
            topics += (_length(len(text)), text)
            states += (_length(len(state)), state)
            if not isinstance(event, SealedStoredEvent):
                leaves.append((stream, leaf_body_of(event)))
                continue
            leaves.append((stream, event.leaf_body))
            for index, piece in enumerate(event.parts, 1):
                sealed = piece.sealed
                parts_at.append(at)
                part_idx.append(_int2(2, index))
                part_key += (_16, piece.key_id.bytes)
                part += (_length(len(sealed)), sealed)
            for to in event.grants:
                sealed = to.sealed
                grants_at.append(at)
                grant_key += (_16, to.key_id.bytes)
                grant_slot += (_16, to.slot_id.bytes)
                grant += (_length(len(sealed)), sealed)
        if self.command is not None:
            digest = self.command.digest
            of_command[0] += (_16, self.command.command_id.bytes)
            of_command[1] += (_length(len(digest)), digest)
            of_command[2] += streams[-2:]
        return columns


def encode(
    submissions: Sequence[Submission], heads: Mapping[UUID, Head], hash_leaf: HashLeaf, head_mac: HeadMac
) -> tuple[list[bytes], dict[UUID, Head]]:
    """The append function's parameters for one batch, and where its streams will stand once it is recorded.

    `heads` holds the present head of every stream in the batch; no stream may occur in two submissions. Each
    submission learns the hash of its last leaf, by which it recognises itself after an acknowledgement was lost.
    """
    after: dict[UUID, Head] = {}
    s_stream: list[bytes] = []
    s_before: list[bytes] = []
    s_prev: list[bytes] = []
    s_hash: list[bytes] = []
    s_mac: list[bytes] = []
    s_version: list[int] = []
    s_at: list[int] = []
    leaves: list[bytes] = []
    hashes: list[bytes] = []
    versions: list[int] = []
    parts_at: list[int] = []
    grants_at: list[int] = []
    c_version: list[int] = []
    c_at: list[int] = []
    offset = 0
    for one in submissions:
        chain = {stream: heads[stream].leaf_hash for stream in one.spans}
        for stream, body in one.leaves:
            leaf = body + PREV_MARK + chain[stream]
            chain[stream] = leaf_hash = hash_leaf(leaf)
            leaves += (_length(len(leaf)), leaf)
            hashes += (_32, leaf_hash)
        one.last_hash = hashes[-1]
        for stream, (_, version, at) in one.spans.items():
            before, leaf_hash = heads[stream], chain[stream]
            mac = head_mac(stream, version, leaf_hash)
            s_stream += (_16, stream.bytes)
            s_before.append(_NULL if before.version is None else _int4(4, before.version))
            s_prev += (_32, before.leaf_hash)
            s_hash += (_32, leaf_hash)
            s_mac += (_length(len(mac)), mac)
            s_version.append(version)
            s_at.append(offset + at)
            after[stream] = Head(version, leaf_hash)
        versions += one.versions
        parts_at += [offset + at for at in one.parts_at]
        grants_at += [offset + at for at in one.grants_at]
        offset += one.count
        if one.command is not None:
            c_version.append(one.versions[-1])
            c_at.append(offset)
    streams, parts, grants, commands = len(s_at), len(parts_at), len(grants_at), len(c_at)
    counts = (offset, offset, offset, parts, parts, parts, grants, grants, grants, commands, commands, commands)
    (e_stream, e_topic, e_state, p_idx, p_key, p_sealed, g_key, g_slot, g_sealed, c_id, c_digest, c_stream) = map(
        _array, _COLUMNS, counts, zip(*[one.columns for one in submissions], strict=True)
    )
    return [
        _array(_UUID, streams, s_stream), _array(_INT4, streams, s_before), _array(_BYTEA, streams, s_prev),
        _int4_array(s_version), _int4_array(s_at), _array(_BYTEA, streams, s_hash), _array(_BYTEA, streams, s_mac),
        e_stream, _int4_array(versions), e_topic, e_state, _array(_BYTEA, offset, leaves),
        _array(_BYTEA, offset, hashes),
        _int4_array(parts_at), p_idx, p_key, p_sealed,
        _int4_array(grants_at), g_key, g_slot, g_sealed,
        c_id, c_digest, c_stream, _int4_array(c_version), _int4_array(c_at),
    ], after  # fmt: skip
