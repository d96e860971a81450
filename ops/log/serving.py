"""The log for auditors who ask over HTTP (``api.backend.Log``)."""

from typing import Final
from uuid import UUID

import structlog
from eventsourcing.persistence import PersistenceError

from api.waiting import Covered, LogReceipt
from crypto.errors import Malformed
from crypto.log.proofs import make_proof
from crypto.log.tiles import ENTRIES, TILE_WIDTH, Tile, width_of
from crypto.verifier.merkle import leaf_hash
from domain.reads import NotOnRecord, Positions, Ticket
from ops.log.book import LogBook
from ops.log.errors import LogError
from ops.log.rows import Published

_LENGTH: Final = 2
_log = structlog.get_logger()


class ServedLog:
    """One cell's log.

    Args:
        log: the log.
        receipts: whether writers are given receipts, which tell how much the log holds.
    """

    def __init__(self, log: LogBook, *, receipts: bool) -> None:
        self._log, self._receipts = log, receipts

    def covered(self, command: UUID, seconds: float) -> Covered | None:
        """Wait until a signed checkpoint covers what a command recorded.

        What stands in the way, a log that can't go on or a store that is lost, says nothing of the write itself: then
        there is no receipt, and no more.
        """
        try:
            recorded = self._log.recorded(command)
            if recorded is None:
                return None
            published = self._log.covering(recorded.position, seconds)
            return Covered(self._receipt(recorded.position, published) if self._receipts else None)
        except (LogError, PersistenceError) as error:
            _log.warning("checkpoint_not_waited_for", error=type(error).__name__)
            return None

    def _receipt(self, position: int, published: Published) -> LogReceipt:
        """The hash of the leaf at a position, and its proof; without the leaf, which counts what others did."""
        index = position - 1
        (leaf,) = self._log.leaves(position, position)
        proof = make_proof(index, self._log.tree(published.size).inclusion(index), published.note)
        return LogReceipt(leaf_hash=leaf_hash(leaf).hex(), proof=proof.decode())

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
