"""Checkpoints as PostgreSQL keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import psycopg

from crypto.verifier.notes import Checkpoint, Note

_FIND: Final = "SELECT line, size, note, at, witnessed, handover, stamp FROM checkpoints"
_PUBLISH: Final = """
SELECT publish_checkpoint(%s::int, %s::bigint, %s::bytea, %s, %s::smallint[], %s::bigint[], %s::bytea[])
"""
_COSIGN: Final = "SELECT cosign_checkpoint(%s::int, %s::bigint, %s::bytea, %s)"
_STAMP: Final = "SELECT stamp_checkpoint(%s::int, %s::bigint, %s::bytea)"


@dataclass(frozen=True)
class Published:
    """A checkpoint that was published.

    Attributes:
        line: its time line.
        size: how many leaves its tree has.
        note: the signed note: the log's signatures, then witnesses'.
        at: when it was published, by the database's clock.
        witnessed: whether the policy's quorum signed it.
        handover: whether keys that end signed it beside those that begin.
        stamp: an RFC 3161 token over its text; None when it has none.
    """

    line: int
    size: int
    note: bytes
    at: datetime
    witnessed: bool
    handover: bool
    stamp: bytes | None

    @property
    def checkpoint(self) -> Checkpoint:
        """What it says.

        Raises:
            crypto.verifier.refused.Refused: what is stored isn't a checkpoint.
        """
        return Checkpoint.parse(Note.parse(self.note).text)

    @classmethod
    def found(cls, connection: psycopg.Connection[Any], rest: str, *values: object) -> list[Self]:
        """The checkpoints that a query finds; ``rest`` is what follows FROM checkpoints."""
        return [cls(*row) for row in connection.execute(f"{_FIND} {rest}".encode(), values)]


def latest(connection: psycopg.Connection[Any], *, witnessed: bool = False) -> Published | None:
    """The largest checkpoint of the latest time line, of all or of those that the quorum signed; None without any."""
    if witnessed:
        rest = "WHERE witnessed AND line = (SELECT max(line) FROM checkpoints) ORDER BY size DESC LIMIT 1"
    else:
        rest = "ORDER BY line DESC, size DESC LIMIT 1"
    found = Published.found(connection, rest)
    return found[0] if found else None


def publish(
    connection: psycopg.Connection[Any],
    line: int,
    size: int,
    note: bytes,
    tiles: list[tuple[int, int, bytes]],
    *,
    handover: bool,
) -> None:
    """Store a signed checkpoint with the tiles (level, index, hashes) that changed."""
    flat = [[tile[n] for tile in tiles] for n in range(3)]
    connection.execute(_PUBLISH, (line, size, note, handover, *flat))


def cosign(connection: psycopg.Connection[Any], one: Published, lines: bytes, *, reached: bool) -> bool:
    """Put signature lines below a checkpoint; False when it was pruned."""
    return _yes(connection.execute(_COSIGN, (one.line, one.size, lines, reached)).fetchone())


def stamp(connection: psycopg.Connection[Any], one: Published, token: bytes) -> bool:
    """Keep a time stamp token beside a checkpoint; False when it has one, or was pruned."""
    return _yes(connection.execute(_STAMP, (one.line, one.size, token)).fetchone())


def _yes(row: tuple[Any, ...] | None) -> bool:
    return row is not None and bool(row[0])
