"""One step of the log: look, hash the new leaves, extend the tree, sign, store.

Of several publishers in one cell one works at a time (an advisory lock, which goes with its connection); the others
find the work done. What is signed is on disk in the log's folder before it is stored here, so a publisher that dies
between the two leaves a signed checkpoint that the next one stores, and never a stored one that wasn't signed.
"""

from collections.abc import Callable
from typing import Any, Final

import psycopg

from crypto.log.tiles import TiledTree
from ops.log import rows
from ops.log.announcing import Announcer
from ops.log.errors import TilesDamaged
from ops.log.rows import Published
from ops.log.signer import Signer, Turn
from ops.log.tiles import grown, tiled
from ops.store.connections import Connections

BATCH: Final = 65_536
"""Leaves that a step adds at most."""

_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema || '/log', 0))"
_SIZE: Final = "SELECT size FROM log_state"


class Publisher:
    """Publishes one cell's log.

    Args:
        connections: the cell.
        signer: signs; the only one who sees the log's keys.
        announcer: puts on record what has to stand there before the next checkpoint.
        clock: seconds since 1970.
    """

    def __init__(
        self, connections: Connections, signer: Signer, announcer: Announcer, clock: Callable[[], int]
    ) -> None:
        self._connections, self._signer, self._announcer, self._clock = connections, signer, announcer, clock

    def step(self) -> Published | None:
        """Publish what isn't published yet, at most ``BATCH`` leaves; None when another publisher is at it.

        Returns:
            The latest checkpoint, which may still be behind the record.

        Raises:
            ops.log.errors.LogError: the log can't go on as it stands; nothing was signed, and events aren't held up.
            eventsourcing.persistence.PersistenceError: the database can't be used.
        """
        announced = False
        while True:
            with self._connections.use("project") as connection:
                with connection.transaction():
                    if not _one(connection, _LOCK):
                        return None
                    stored = rows.latest(connection)
                    with self._signer.turn(begun=stored is not None) as turn:
                        if stored is not None:
                            turn.check_known(stored.line, stored.size)
                        keys = turn.keys
                        if announced or not turn.announces:
                            return self._publish(connection, turn, stored)
                # Outside the transaction: what is recorded here is an event like others, and part of what is signed.
                self._announcer.announce(keys, connection)
                announced = True

    def size(self) -> int:
        """How many events are on record."""
        with self._connections.use("project") as connection:
            return int(_one(connection, _SIZE))

    def _publish(self, connection: psycopg.Connection[Any], turn: Turn, stored: Published | None) -> Published | None:
        size = int(_one(connection, _SIZE))
        turn.check_size(size)
        if size == 0:
            return stored
        signed = 0 if turn.last is None else turn.last.checkpoint.size
        stored_size = tiled(connection)
        if stored_size > size:
            raise TilesDamaged
        upto = min(size, max(stored_size + BATCH, signed))
        growth = grown(connection, upto)
        tree = TiledTree(upto, growth.read)
        last = turn.sign(upto, tree.root(), tree.consistency(signed), self._clock())
        line = turn.keys.line
        if stored is None or (stored.line, stored.size) != (line, upto):
            rows.publish(connection, line, upto, last.note, growth.added, handover=last.is_handover)
        return rows.latest(connection)


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query, prepare=True).fetchone()
    return None if row is None else row[0]
