"""What the rest of the product asks of the log."""

from threading import Event
from typing import Final
from uuid import UUID

from crypto.log.tiles import Tile, TiledTree
from ops.log import rows
from ops.log.errors import LogFolderMissing, PublishingLate
from ops.log.lines import Lines
from ops.log.place import LogPlace
from ops.log.policies import load
from ops.log.publisher import Publisher
from ops.log.publishing import Outsider, Publishing
from ops.log.rows import Published
from ops.log.tiles import Counted, counts, read_tile
from ops.store.connections import Connections
from ops.store.lookups import Lookups
from ops.store.rows import RecordedCommand

PATIENCE: Final = 10.0
"""Seconds that somebody waits for a checkpoint by default."""


class LogBook:
    """The log of one cell: its checkpoints, its tree, and a way to have it published now.

    Reading needs the database only. Publishing needs the log's folder, which a process may be without.

    Args:
        connections: the cell.
        place: how it is run.
        publisher: publishes, where the folder is.
        lines: what an operator does to the log on purpose.
    """

    def __init__(self, connections: Connections, place: LogPlace, publisher: Publisher, lines: Lines) -> None:
        self._connections, self._place, self.publisher, self.lines = connections, place, publisher, lines
        self._pause = Event()

    def latest(self) -> Published | None:
        """The latest signed checkpoint; None before the first."""
        with self._connections.use() as connection:
            return rows.latest(connection)

    def witnessed(self) -> Published | None:
        """The latest checkpoint that our policy's quorum has signed, on the present time line; None without one."""
        with self._connections.use() as connection:
            return rows.latest(connection, witnessed=True)

    def stamped(self) -> list[Published]:
        """All checkpoints with a time stamp token, in order."""
        with self._connections.use() as connection:
            return Published.found(connection, "WHERE stamp IS NOT NULL ORDER BY line, size")

    def handovers(self) -> list[Published]:
        """All checkpoints that keys which ended signed beside those that began, in order."""
        with self._connections.use() as connection:
            return Published.found(connection, "WHERE handover ORDER BY line, size")

    def counts(self) -> list[Counted]:
        """How many tiles and hashes are stored, level by level."""
        with self._connections.use() as connection:
            return counts(connection)

    def tile(self, tile: Tile) -> bytes:
        """A stored tile's hashes.

        Raises:
            ops.log.errors.TilesDamaged: it isn't there, or not as wide.
        """
        with self._connections.use() as connection:
            return read_tile(connection, tile)

    def leaves(self, first: int, last: int) -> list[bytes]:
        """The leaf records at these positions, from 1."""
        return [row.leaf for row in Lookups(self._connections).log_leaves(first, last - first + 1)]

    def tree(self, size: int) -> TiledTree:
        """The tree of the first ``size`` leaves, at most as many as were signed. Reads tiles as they are needed."""
        return TiledTree(size, self.tile)

    def publish_now(self, size: int | None = None, seconds: float = PATIENCE) -> Published:
        """The latest checkpoint, once it covers the first ``size`` events, or by default all that are on record now.

        Publishes in this process, unless another publisher is at it or this process is without the log's folder; then
        it waits for the other.

        Raises:
            PublishingLate: that takes longer than ``seconds``.
            ops.log.errors.LogError: the log can't go on as it stands.
        """
        wanted = self.publisher.size() if size is None else size
        pause, waited, reached = 0.005, 0.0, 0
        while True:
            latest = self._stepped() or self.latest()
            if latest is not None and latest.size >= wanted:
                return latest
            if latest is None or latest.size <= reached:
                if waited >= seconds:
                    raise PublishingLate
                self._pause.wait(pause)
                waited, pause = waited + pause, min(pause * 2, 0.1)
            else:
                reached = latest.size

    def covering(self, position: int, seconds: float = PATIENCE) -> Published:
        """The latest checkpoint that witnesses signed, if it covers a position; else the latest one, once it does.

        Raises:
            PublishingLate, ops.log.errors.LogError: as ``publish_now``.
        """
        latest, witnessed = self.publish_now(position, seconds), self.witnessed()
        covers = witnessed is not None and witnessed.line == latest.line and witnessed.size >= position
        return witnessed if covers and witnessed is not None else latest

    def recorded(self, command: UUID) -> RecordedCommand | None:
        """Where a command is on record; None where it isn't."""
        return Lookups(self._connections).command(command)

    def publishing(self) -> Publishing:
        """The loop that publishes, with the witnesses and the time stamp authority that are configured; not started.

        Raises:
            ops.log.errors.LogPolicyUnusable, LogStampsUnusable: a file that is named can't be used.
        """
        outsiders: list[Outsider] = []
        if self._place.policy is not None:
            from ops.log.witnesses import Witnesses  # noqa: PLC0415 - an HTTP client, for those who have witnesses only

            outsiders.append(Witnesses(load(self._place.policy), self._connections))
        if self._place.tsa is not None:
            from ops.log.stamps import Stamps, read_authorities  # noqa: PLC0415 - likewise

            outsiders.append(Stamps(self._place.tsa, read_authorities(self._place.tsa_cert), self._connections))
        return Publishing(self.publisher, self._connections, outsiders)

    def rotate(self) -> Published:
        """Let fresh keys take over; returns a checkpoint that is signed by them.

        Raises:
            ops.log.errors.LogNotBegun: there is nothing to take over from.
            ops.log.errors.LogError: the log can't go on as it stands.
        """
        self.lines.stage_keys()
        while True:
            latest = self.publish_now()
            seen = self.lines.signer.look()
            if seen is None or not seen.keys.staged:
                return latest

    def _stepped(self) -> Published | None:
        """A step's outcome; None when another publisher is at it, or this process is without the folder."""
        try:
            return self.publisher.step()
        except LogFolderMissing:
            return None
