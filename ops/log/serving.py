"""The log for auditors who ask over HTTP (``api.backend.Log``)."""

from typing import Final

from crypto.errors import Malformed
from crypto.log.tiles import ENTRIES, TILE_WIDTH, Tile, width_of
from domain.reads import NotOnRecord, Positions, Ticket
from ops.log.book import LogBook

_LENGTH: Final = 2


class ServedLog:
    """One cell's log."""

    def __init__(self, log: LogBook) -> None:
        self._log = log

    def checkpoint(self) -> bytes | None:
        """The latest signed note; None before the first."""
        latest = self._log.latest()
        return None if latest is None else latest.note

    def tile(self, level: str, place: str) -> bytes | None:
        """A tile's hashes; None where the latest checkpoint's tree has none so wide, or that is no path."""
        tile = self._signed(f"tile/{level}/{place}")
        return None if tile is None or tile.level < 0 else self._log.tile(tile)

    def entries_at(self, place: str) -> Positions | None:
        """Which positions a bundle of entries holds; None as ``tile``."""
        tile = self._signed(f"tile/{ENTRIES}/{place}")
        if tile is None:
            return None
        return Positions(tile.index * TILE_WIDTH + 1, tile.index * TILE_WIDTH + tile.width)

    def entries(self, positions: Positions, ticket: Ticket) -> bytes:
        """These entries, each behind its length (u16).

        Raises:
            NotOnRecord: the ticket is for something else.
        """
        if not any(read.log == positions for read in ticket.reads):
            raise NotOnRecord
        leaves = self._log.leaves(positions.first, positions.last)
        return b"".join(len(leaf).to_bytes(_LENGTH, "big") + leaf for leaf in leaves)

    def _signed(self, path: str) -> Tile | None:
        """The tile at a path, where the latest checkpoint's tree has it."""
        try:
            tile = Tile.at(path)
        except Malformed:
            return None
        latest = self._log.latest()
        there = latest is not None and tile.width <= width_of(tile.level, tile.index, latest.size)
        return tile if there else None
