"""Leases: which epoch's keys each process may hold in memory, and until when.

Whoever erases moves the tree on, and then waits until no lease is left on an older epoch: each of them was renewed with
a newer one, given up, or has run out (``ops.keys.fence`` is the process's side). A renewal and a switch exclude each
other in the database, so a lease on the older epoch is either there when the switch has ended, or its process was told.

Time here is the database server's clock. A clock that is set forward ends leases early, by as much as it was moved.
"""

from typing import NamedTuple
from uuid import UUID

from ops.store.connections import Connections

_RENEW = "SELECT renew_lease(%(process)b, %(kind)s, %(epoch)s::bigint, %(seconds)s::double precision)"
_LAGGARDS = """
SELECT process, kind, epoch, extract(epoch FROM until - clock_timestamp())::double precision
  FROM leases WHERE epoch < %(epoch)s AND until > clock_timestamp() ORDER BY until
"""


class Lease(NamedTuple):
    """A lease that hasn't run out; ``seconds`` are left of it."""

    process: UUID
    kind: str
    epoch: int
    seconds: float


class PostgresLeases:
    """The leases of one cell's processes. Errors are the library's ``PersistenceError`` and its subclasses."""

    def __init__(self, connections: Connections, kind: str = "process") -> None:
        self._connections = connections
        self._kind = kind

    def renew(self, process: UUID, epoch: int, seconds: float) -> int:
        """Hold a lease on an epoch for so many seconds from now; return the tree's present epoch, 0 before it has one.

        Only a process whose epoch is the present one may open keys; the others are waited for while they finish.
        """
        values = {"process": process, "kind": self._kind, "epoch": epoch, "seconds": seconds}
        with self._connections.use() as connection:
            [(present,)] = connection.execute(_RENEW, values).fetchall()
        return int(present)

    def laggards(self, epoch: int) -> list[Lease]:
        """The leases on epochs before this one that haven't run out, the one that ends first in front."""
        with self._connections.use() as connection:
            return [Lease(*row) for row in connection.execute(_LAGGARDS, {"epoch": epoch}).fetchall()]

    def forget(self, process: UUID) -> None:
        """Give a process's lease up. Only the process itself may, once it holds no key."""
        with self._connections.use() as connection:
            connection.execute("DELETE FROM leases WHERE process = %s", [process])
