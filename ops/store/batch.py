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

_length = Struct(">i").pack
_int4 = Struct(">ii").pack
_int2 = Struct(">ih").pack
_header = Struct(">iiIii").pack
_empty = Struct(">iiI").pack
_NULL = _length(-1)
_16, _32 = _length(16), _length(32)


def _array(oid: int, count: int, chunks: Iterable[bytes]) -> bytes:
    """A one-dimensional array of `count` elements; `chunks` are length prefixes and bytes, alternating."""
    return b"".join((_header(1, 1, oid, count, 1), *chunks)) if count else _empty(0, 0, oid)


def _int4_array(values: Sequence[int]) -> bytes:
    if not values:
        return _empty(0, 0, _INT4)
    flat = [4] * (2 * len(values))
    flat[1::2] = values
    return _header(1, 1, _INT4, len(values), 1) + pack(f">{len(flat)}i", *flat)


class Submission:
    """One command: what it writes, encoded, and the gate at which its caller waits for the leader.

    Raises `VersionConflict` for events that continue no stream: the versions of a stream rise by one.
    """

    __slots__ = (
        "command", "count", "decided", "error", "first", "gate", "grants", "in_doubt", "last_hash", "leaf_bodies",
        "parts", "size", "spans", "states", "streams", "topics", "versions",
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
        self.streams: list[UUID] = []
        self.versions: list[int] = []
        self.topics: list[bytes] = []
        self.states: list[bytes] = []
        self.leaf_bodies: list[bytes] = []
        # Per part and per grant: the place of its event here; then each further column's chunks.
        self.parts: tuple[list[int], list[bytes], list[bytes], list[bytes]] = ([], [], [], [])
        self.grants: tuple[list[int], list[bytes], list[bytes], list[bytes]] = ([], [], [], [])
        self.size = 0
        for at, event in enumerate(events, 1):
            self._add(at, event)

    def _add(self, at: int, event: StoredEvent) -> None:
        stream, version, state, topic = event.originator_id, event.originator_version, event.state, event.topic.encode()
        if not isinstance(stream, UUID):
            raise TypeError("a stream is named by a UUID")
        span = self.spans.get(stream)
        if span is not None and version != span[1] + 1:
            raise VersionConflict
        self.spans[stream] = (version - 1 if span is None else span[0], version, at)
        body = leaf_body_of(event)
        self.streams.append(stream)
        self.versions.append(version)
        self.topics += (_length(len(topic)), topic)
        self.states += (_length(len(state)), state)
        self.leaf_bodies.append(body)
        size = len(state) + len(body)
        if isinstance(event, SealedStoredEvent):
            places, indexes, keys, contents = self.parts
            for index, part in enumerate(event.parts, 1):
                sealed = part.sealed
                places.append(at)
                indexes.append(_int2(2, index))
                keys += (_16, part.key_id.bytes)
                contents += (_length(len(sealed)), sealed)
                size += len(sealed)
            places, keys, slots, contents = self.grants
            for grant in event.grants:
                sealed = grant.sealed
                places.append(at)
                keys += (_16, grant.key_id.bytes)
                slots += (_16, grant.slot_id.bytes)
                contents += (_length(len(sealed)), sealed)
                size += len(sealed)
        self.size += size


def encode(
    submissions: Sequence[Submission], heads: Mapping[UUID, Head], hash_leaf: HashLeaf, head_mac: HeadMac
) -> tuple[list[bytes], dict[UUID, Head]]:
    """The append function's parameters for one batch, and where its streams will stand once it is recorded.

    `heads` holds the present head of every stream in the batch; no stream may occur in two submissions. Each
    submission learns the hash of its last leaf, by which it recognises itself after an acknowledgement was lost.
    """
    after: dict[UUID, Head] = {}
    s: tuple[list[bytes], ...] = ([], [], [], [], [])
    s_version: list[int] = []
    s_at: list[int] = []
    e: tuple[list[bytes], ...] = ([], [], [], [], [])
    e_version: list[int] = []
    p_at: list[int] = []
    p: tuple[list[bytes], ...] = ([], [], [])
    g_at: list[int] = []
    g: tuple[list[bytes], ...] = ([], [], [])
    c: tuple[list[bytes], ...] = ([], [], [])
    c_version: list[int] = []
    c_at: list[int] = []
    offset = 0
    for one in submissions:
        chain = {stream: heads[stream].leaf_hash for stream in one.spans}
        e_streams, e_leaves, e_hashes = e[0], e[3], e[4]
        leaf_hash = b""
        for stream, body in zip(one.streams, one.leaf_bodies, strict=True):
            leaf = body + PREV_MARK + chain[stream]
            chain[stream] = leaf_hash = hash_leaf(leaf)
            e_streams += (_16, stream.bytes)
            e_leaves += (_length(len(leaf)), leaf)
            e_hashes += (_32, leaf_hash)
        one.last_hash = leaf_hash
        e_version += one.versions
        _extend((e[1], e[2]), (one.topics, one.states))
        for stream, (_, version, at) in one.spans.items():
            before, leaf_hash = heads[stream], chain[stream]
            mac = head_mac(stream, version, leaf_hash)
            _extend(s, ((_16, stream.bytes), (_NULL,) if before.version is None else (_int4(4, before.version),),
                        (_32, before.leaf_hash), (_32, leaf_hash), (_length(len(mac)), mac)))  # fmt: skip
            s_version.append(version)
            s_at.append(offset + at)
            after[stream] = Head(version, leaf_hash)
        p_at += [offset + at for at in one.parts[0]] if offset else one.parts[0]
        _extend(p, one.parts[1:])
        g_at += [offset + at for at in one.grants[0]]
        _extend(g, one.grants[1:])
        if one.command is not None:
            digest = one.command.digest
            _extend(c, ((_16, one.command.command_id.bytes), (_length(len(digest)), digest),
                        (_16, one.streams[-1].bytes)))  # fmt: skip
            c_version.append(one.versions[-1])
            c_at.append(offset + one.count)
        offset += one.count
    streams, parts, grants, commands = len(s_at), len(p_at), len(g_at), len(c_at)
    return [
        _array(_UUID, streams, s[0]), _array(_INT4, streams, s[1]), _array(_BYTEA, streams, s[2]),
        _int4_array(s_version), _int4_array(s_at), _array(_BYTEA, streams, s[3]), _array(_BYTEA, streams, s[4]),
        _array(_UUID, offset, e[0]), _int4_array(e_version), _array(_TEXT, offset, e[1]),
        _array(_BYTEA, offset, e[2]), _array(_BYTEA, offset, e[3]), _array(_BYTEA, offset, e[4]),
        _int4_array(p_at), _array(_INT2, parts, p[0]), _array(_UUID, parts, p[1]), _array(_BYTEA, parts, p[2]),
        _int4_array(g_at), _array(_UUID, grants, g[0]), _array(_UUID, grants, g[1]), _array(_BYTEA, grants, g[2]),
        _array(_UUID, commands, c[0]), _array(_BYTEA, commands, c[1]), _array(_UUID, commands, c[2]),
        _int4_array(c_version), _int4_array(c_at),
    ], after  # fmt: skip


def _extend(columns: Sequence[list[bytes]], chunks: Sequence[Sequence[bytes]]) -> None:
    for column, more in zip(columns, chunks, strict=True):
        column.extend(more)
