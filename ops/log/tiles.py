"""Tiles as PostgreSQL keeps them, and leaves as they are hashed into them."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import psycopg

from crypto.leaf import leaf_hash
from crypto.log.tiles import Tile, extend
from crypto.verifier.merkle import HASH_SIZE
from ops.log.errors import LeafTampered, TilesDamaged

Read = Callable[[Tile], bytes]

_TILE: Final = b"SELECT substr(hashes, 1, %s) FROM tiles WHERE level = %s AND idx = %s"
_TILED: Final = b"SELECT idx * 256 + length(hashes) / 32 FROM tiles WHERE level = 0 ORDER BY idx DESC LIMIT 1"
_LEAVES: Final = """
SELECT position, leaf, leaf_hash FROM events WHERE position > %s AND position <= %s ORDER BY position
"""
_PIECE: Final = 4_096
_COUNTS: Final = "SELECT level, count(*), sum(length(hashes) / 32) FROM tiles GROUP BY level ORDER BY level"


class Counted(NamedTuple):
    """What is stored of one level: how many tiles, and how many hashes in them."""

    level: int
    tiles: int
    hashes: int


def read_tile(connection: psycopg.Connection[Any], tile: Tile) -> bytes:
    """The hashes of a tile, one after another, as many as its width.

    Raises:
        TilesDamaged: it isn't there, or not as wide.
    """
    wanted = tile.width * HASH_SIZE
    row = connection.execute(_TILE, (wanted, tile.level, tile.index), prepare=True, binary=True).fetchone()
    if row is None or len(row[0]) != wanted:
        raise TilesDamaged
    return bytes(row[0])


def tiled(connection: psycopg.Connection[Any]) -> int:
    """How many leaves the stored tiles hold."""
    row = connection.execute(_TILED, prepare=True).fetchone()
    return 0 if row is None else int(row[0])


def counts(connection: psycopg.Connection[Any]) -> list[Counted]:
    """What is stored, level by level."""
    return [Counted(level, tiles, int(hashes)) for level, tiles, hashes in connection.execute(_COUNTS)]


def leaf_hashes(connection: psycopg.Connection[Any], after: int, upto: int) -> list[bytes]:
    """The hashes of the leaves behind position ``after`` up to ``upto``, each worked out anew from its leaf.

    Raises:
        LeafTampered: one isn't there, or isn't what is recorded beside it.
    """
    found = []
    for position, leaf, recorded in connection.execute(_LEAVES, (after, upto), prepare=True, binary=True):
        found.append(leaf_hash(leaf))
        if position != after + len(found) or found[-1] != recorded:
            raise LeafTampered(after + len(found))
    if len(found) != upto - after:
        raise LeafTampered(after + len(found) + 1)
    return found


class Growth:
    """Tiles as they are stored, and what was added to them since, which isn't stored yet.

    Args:
        size: how many leaves the stored tiles hold.
        stored: reads a stored tile.
    """

    def __init__(self, size: int, stored: Read) -> None:
        self.size = size
        self._stored = stored
        self._added: dict[tuple[int, int], bytes] = {}

    def add(self, leaves: list[bytes]) -> None:
        """Add leaf hashes (32 bytes each) at the end."""
        for tile, hashes in extend(self.size, leaves, self.read):
            self._added[tile.level, tile.index] = hashes
        self.size += len(leaves)

    def read(self, tile: Tile) -> bytes:
        """A tile's hashes, of any width that it has by now."""
        hashes = self._added.get((tile.level, tile.index))
        return self._stored(tile) if hashes is None else hashes

    @property
    def added(self) -> list[tuple[int, int, bytes]]:
        """The tiles that changed: level, index and hashes, whole."""
        return [(level, index, hashes) for (level, index), hashes in sorted(self._added.items())]


def grown(connection: psycopg.Connection[Any], upto: int) -> Growth:
    """The tiles over the first ``upto`` events at least: those that are stored, and what events add to them.

    Raises:
        LeafTampered: see ``leaf_hashes``.
        TilesDamaged: a tile is missing.
    """
    growth = Growth(tiled(connection), lambda tile: read_tile(connection, tile))
    while growth.size < upto:
        growth.add(leaf_hashes(connection, growth.size, min(upto, growth.size + _PIECE)))
    return growth
