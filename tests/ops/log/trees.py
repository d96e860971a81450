"""Trees for tests, worked out as RFC 6962 defines them and not as tiles are."""

from collections.abc import Iterable

from crypto.log.tiles import TILE_WIDTH, Tile, TiledTree, extend
from crypto.verifier.merkle import root_of


class Tree:
    """A tree over leaf hashes (32 bytes each)."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self.leaves = list(leaves)
        self._tiles = {(tile.level, tile.index): hashes for tile, hashes in extend(0, self.leaves, self._read)}

    def root(self, size: int) -> bytes:
        """The root over the first ``size`` leaves."""
        return root_of(self.leaves[:size])

    def proof(self, old: int, size: int) -> list[bytes]:
        """The proof that the tree of ``old`` leaves is a prefix of that of ``size``."""
        return TiledTree(size, self._read).consistency(old)

    def _read(self, tile: Tile) -> bytes:
        return self._tiles[tile.level, tile.index][: 32 * min(tile.width, TILE_WIDTH)]
