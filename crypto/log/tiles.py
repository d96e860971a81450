"""The Merkle tree of a log in tiles of 256 hashes (C2SP tlog-tiles), and proofs that read as few of them as can be.

Tile ``index`` of ``level`` holds the roots of the subtrees [(256·index + i)·256^level, (256·index + i + 1)·256^level);
level 0 holds leaf hashes. A tree of 70,000 leaves has 273 full tiles and one of width 112 on level 0, one full and one
of width 17 on level 1, and one of width 1 on level 2. A tile only ever grows at its end, so a narrower one is a prefix
of a wider one.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.errors import Malformed
from crypto.verifier.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root_of, split

TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 8
MAX_LEVEL: Final = 63
ENTRIES: Final = "entries"

_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile's place and how many hashes it has; ``level`` is -1 of a bundle of entries."""

    level: int
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is under a log's prefix (tlog-tiles, Merkle tree), e.g. ``tile/0/x001/x234/067.p/8``."""
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{ENTRIES if self.level < 0 else self.level}/{name}{partial}"

    @classmethod
    def at(cls, path: str) -> "Tile":
        """Read a path, in its one spelling.

        Raises:
            Malformed: it isn't a tile's.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise Malformed
        level = -1 if match[1] == ENTRIES else int(match[1])
        tile = cls(level, int(match[2].replace("x", "").replace("/", "")), int(match[3] or TILE_WIDTH))
        if level > MAX_LEVEL or tile.path != path:
            raise Malformed
        return tile


def width_of(level: int, index: int, size: int) -> int:
    """Return how many hashes a tile has in a tree of ``size`` leaves: 0 … 256 (tlog-tiles, partial tiles)."""
    on_level = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, on_level - index * TILE_WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """All tiles of hashes of a tree that a tree of ``since`` leaves doesn't have, level by level."""
    for level in range(MAX_LEVEL + 1):
        on_level, before = size >> (TILE_HEIGHT * level), since >> (TILE_HEIGHT * level)
        if not on_level:
            return
        for index in range(before // TILE_WIDTH, -(-on_level // TILE_WIDTH)):
            if width_of(level, index, size) > width_of(level, index, since):
                yield Tile(level, index, width_of(level, index, size))


class TiledTree:
    """The tree of the first ``size`` leaves.

    Args:
        size: how many leaves it has.
        read: gives a tile's hashes, one after another; may give more than the tile's width, never fewer. Each tile is
            read once in the life of this object, so keep it for one question.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[Tile, bytes] = {}

    @property
    def tiles_read(self) -> int:
        """How many tiles were read so far."""
        return len(self._tiles)

    def root(self) -> bytes:
        """The root of the tree (32 bytes)."""
        return self.subtree(0, self.size) if self.size else EMPTY_ROOT

    def subtree(self, low: int, high: int) -> bytes:
        """The root of [low, high), which must be a subtree that splitting the tree leads to (RFC 6962, 2.1)."""
        count = high - low
        if count & (count - 1):
            middle = low + split(count)
            return node_hash(self.subtree(low, middle), self.subtree(middle, high))
        level, height = divmod(count.bit_length() - 1, TILE_HEIGHT)
        first = low >> (level * TILE_HEIGHT)
        index, at = divmod(first, TILE_WIDTH)
        hashes = self._hashes(Tile(level, index, width_of(level, index, self.size)))
        return root_of([hashes[n * HASH_SIZE : (n + 1) * HASH_SIZE] for n in range(at, at + (1 << height))])

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that leaf ``index`` is in the tree, from the leaf's sibling on (RFC 9162, 2.1.3.1).

        Raises:
            Malformed: the tree has no such leaf.
        """
        if not 0 <= index < self.size:
            raise Malformed
        proof = []
        low, high = 0, self.size
        while high - low > 1:
            middle = low + split(high - low)
            if index < middle:
                proof.append((middle, high))
                high = middle
            else:
                proof.append((low, middle))
                low = middle
        return [self.subtree(*sibling) for sibling in reversed(proof)]

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the tree of ``old`` leaves is a prefix of this one (RFC 9162, 2.1.4.1); empty from size 0 on.

        Raises:
            Malformed: this tree is smaller.
        """
        if not 0 <= old <= self.size:
            raise Malformed
        if old in (0, self.size):
            return []
        proof = []
        low, high = 0, self.size
        while old < high:
            middle = low + split(high - low)
            if old <= middle:
                proof.append((middle, high))
                high = middle
            else:
                proof.append((low, middle))
                low = middle
        if low:
            proof.append((low, high))
        return [self.subtree(*sibling) for sibling in reversed(proof)]

    def around(self, indices: Sequence[int]) -> list[bytes]:
        """What ``crypto.verifier.merkle.root_of_some`` needs beside these leaves, from left to right.

        Args:
            indices: ascending, each once, all below ``size``.
        """
        found: list[bytes] = []

        def go(low: int, high: int, first: int, last: int) -> None:
            if first == last:
                found.append(self.subtree(low, high))
            elif last - first < high - low:
                middle = low + split(high - low)
                cut = first
                while cut < last and indices[cut] < middle:
                    cut += 1
                go(low, middle, first, cut)
                go(middle, high, cut, last)

        if indices:
            go(0, self.size, 0, len(indices))
        return found

    def _hashes(self, tile: Tile) -> bytes:
        hashes = self._tiles.get(tile)
        if hashes is None:
            hashes = self._tiles[tile] = self._read(tile)
            if len(hashes) < tile.width * HASH_SIZE:
                raise Malformed
        return hashes


def extend(size: int, leaves: Sequence[bytes], read: Callable[[Tile], bytes]) -> list[tuple[Tile, bytes]]:
    """Return the tiles that change when these leaf hashes are added to a tree of ``size``, whole, with their hashes.

    ``read`` is asked for the last tile of a level where it isn't full.

    Raises:
        Malformed: a tile that was read isn't as wide as the tree says.
    """
    changed: list[tuple[Tile, bytes]] = []
    row, level = list(leaves), 0
    while row:
        before = size >> (TILE_HEIGHT * level)
        index, width = divmod(before, TILE_WIDTH)
        if width:
            kept = read(Tile(level, index, width))[: width * HASH_SIZE]
            if len(kept) != width * HASH_SIZE:
                raise Malformed
            row = [kept[at : at + HASH_SIZE] for at in range(0, len(kept), HASH_SIZE)] + row
        above = []
        for at in range(0, len(row), TILE_WIDTH):
            hashes = row[at : at + TILE_WIDTH]
            changed.append((Tile(level, index + at // TILE_WIDTH, len(hashes)), b"".join(hashes)))
            if len(hashes) == TILE_WIDTH:
                above.append(root_of(hashes))
        row, level = above, level + 1
    return changed
