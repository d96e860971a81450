"""The agenda: when to look at which stream again, because a key in it may be due to end then.

It holds no truth. What is due follows from the stream's own facts; the agenda only saves reading all streams every day,
and an entry that is too early costs one look. An empty agenda is filled again by following the log.

Two write here: who follows the log puts a stream down when something in it changed, and who looked puts down when to
look next. The second must not undo the first, so ``settle`` does nothing to an entry that is no longer as it was seen.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from ops.store.connections import Connections

_PUT = """
INSERT INTO agenda (originator_id, look_at) VALUES (%(stream)s, %(look_at)s)
ON CONFLICT (originator_id) DO UPDATE SET look_at = excluded.look_at
"""
_DUE = (
    "SELECT originator_id, look_at FROM agenda WHERE look_at <= %(now)s ORDER BY look_at, originator_id LIMIT %(limit)s"
)
_MOVE = "UPDATE agenda SET look_at = %(look_at)s WHERE originator_id = %(stream)s AND look_at = %(seen)s"
_STRIKE = "DELETE FROM agenda WHERE originator_id = %(stream)s AND look_at = %(seen)s"


class Entry(NamedTuple):
    """A stream, and the moment from which it wants to be looked at."""

    stream: UUID
    look_at: datetime


class Agenda:
    """The agenda of one cell. Moments have a time zone. Errors are the library's ``PersistenceError`` family."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(self, stream: UUID, look_at: datetime) -> None:
        """Look at a stream then, whatever was said of it before."""
        with self._connections.use("project") as connection:
            connection.execute(_PUT, {"stream": stream, "look_at": look_at})

    def due(self, now: datetime, limit: int) -> list[Entry]:
        """The entries that are due, the oldest first, at most ``limit``."""
        with self._connections.use() as connection:
            return [Entry(*row) for row in connection.execute(_DUE, {"now": now, "limit": limit}).fetchall()]

    def next_at(self) -> datetime | None:
        """When the first entry is due, or was; None when nothing is on the agenda."""
        with self._connections.use() as connection:
            row = connection.execute("SELECT min(look_at) FROM agenda").fetchone()
        return row[0] if row else None

    def clock(self) -> datetime:
        """The time by the database's clock."""
        with self._connections.use() as connection:
            [(at,)] = connection.execute("SELECT clock_timestamp()").fetchall()
        moment: datetime = at
        return moment.astimezone(UTC)

    def settle(self, seen: Entry, look_at: datetime | None) -> bool:
        """After a look: look again then, or, with None, no more. False when the entry isn't as it was seen."""
        query = _STRIKE if look_at is None else _MOVE
        values = {"stream": seen.stream, "seen": seen.look_at, "look_at": look_at}
        with self._connections.use("project") as connection:
            return connection.execute(query, values).rowcount == 1

    def remove(self, stream: UUID) -> None:
        """Look at a stream no more, whatever was said of it before."""
        with self._connections.use("project") as connection:
            connection.execute("DELETE FROM agenda WHERE originator_id = %s", [stream])
