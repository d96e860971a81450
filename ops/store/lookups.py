"""What lies beside the events: commands, sealed parts, grants and leaves, as stored.

Nothing here is checked beyond its type: parts and grants authenticate themselves when they are opened, and leaves are
the input of a verification.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from ops.store.connections import Connections
from ops.store.rows import RecordedCommand

R = TypeVar("R")

_COMMAND = "SELECT command_id, digest, originator_id, version, position FROM commands WHERE command_id = %(id)b"
_PARTS = """
SELECT p.position, e.originator_id, e.originator_version, p.idx, p.key_id, p.sealed
  FROM events e JOIN parts p USING (position) WHERE {} ORDER BY p.position, p.idx
"""
_PARTS_OF, _PARTS_AT = (_PARTS.format(by) for by in ("e.originator_id = %(of)b", "e.position = ANY(%(of)b)"))
_GRANTS = """
SELECT g.position, e.originator_id, g.key_id, g.slot_id, g.sealed
  FROM grants g JOIN events e USING (position) WHERE {} ORDER BY g.position, g.slot_id
"""
_GRANTS_OF, _GRANTS_AT, _ALL_GRANTS = (
    _GRANTS.format(by) for by in ("g.key_id = ANY(%(of)b)", "g.position = ANY(%(of)b)", "true")
)
_GRANTED = """
SELECT e.originator_id, g.slot_id FROM grants g JOIN events e USING (position) ORDER BY g.position, g.slot_id
"""
_STREAM_LEAVES = """
SELECT originator_version, leaf, leaf_hash FROM events WHERE originator_id = %(of)b ORDER BY originator_version
"""
_POSITIONS = """
SELECT originator_version, position FROM events WHERE originator_id = %(of)b AND originator_version > %(gt)b
"""
_LOG_LEAVES = "SELECT position, leaf, leaf_hash FROM events WHERE position >= %(of)b ORDER BY position LIMIT %(limit)b"


class PartRow(NamedTuple):
    """A sealed part where it lies: which event, which index in it (from 1), under which compartment key."""

    position: int
    originator_id: UUID
    originator_version: int
    idx: int
    key_id: UUID
    sealed: bytes


class GrantRow(NamedTuple):
    """A grant where it lies: recorded with the event at `position`, of the stream `originator_id`."""

    position: int
    originator_id: UUID
    key_id: UUID
    slot_id: UUID
    sealed: bytes


class LeafRow(NamedTuple):
    """A leaf and its hash; `number` is the version in a stream's list, the position in the log's."""

    number: int
    leaf: bytes
    leaf_hash: bytes


class Lookups:
    """Reads from one cell, on the pool of readers."""

    def __init__(self, connections: Connections) -> None:
        self.connections = connections

    def command(self, command_id: UUID) -> RecordedCommand | None:
        """The command recorded under this id, or None."""
        rows = self._rows(_COMMAND, id=command_id)
        return RecordedCommand(*rows[0]) if rows else None

    def parts(self, originator_id: UUID) -> list[PartRow]:
        """The sealed parts of a stream, in order."""
        return self._made(PartRow, _PARTS_OF, of=originator_id)

    def parts_at(self, positions: Iterable[int]) -> list[PartRow]:
        """The sealed parts of the events at these positions, in order."""
        return self._made(PartRow, _PARTS_AT, of=list(positions))

    def grants(self, key_ids: Iterable[UUID]) -> list[GrantRow]:
        """Every grant of these compartment keys, in the order of the log."""
        return self._made(GrantRow, _GRANTS_OF, of=list(key_ids))

    def grants_at(self, *positions: int) -> list[GrantRow]:
        """The grants recorded with the events at these positions, in order."""
        return self._made(GrantRow, _GRANTS_AT, of=list(positions))

    def all_grants(self) -> list[GrantRow]:
        """Every grant of the log, in order: the input of a closure proof."""
        return self._made(GrantRow, _ALL_GRANTS)

    def granted(self) -> list[tuple[UUID, UUID]]:
        """The stream and the slot of every grant of the log, in order; without what is sealed."""
        return [(stream, slot) for stream, slot in self._rows(_GRANTED)]

    def leaves(self, originator_id: UUID) -> list[LeafRow]:
        """The leaves of a stream by version."""
        return self._made(LeafRow, _STREAM_LEAVES, of=originator_id)

    def positions(self, originator_id: UUID, after: int) -> dict[int, int]:
        """The positions of a stream's events after a version, by version."""
        return dict(self._rows(_POSITIONS, of=originator_id, gt=after))

    def log_leaves(self, start: int, limit: int) -> list[LeafRow]:
        """The leaves of the log from position `start`, at most `limit`."""
        return self._made(LeafRow, _LOG_LEAVES, of=start, limit=limit)

    def _made(self, make: Callable[..., R], query: str, **values: object) -> list[R]:
        return [make(*row) for row in self._rows(query, **values)]

    def _rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Run one prepared statement in binary; errors are the library's."""
        with self.connections.use() as connection:
            return connection.execute(query.encode(), values, prepare=True, binary=True).fetchall()
