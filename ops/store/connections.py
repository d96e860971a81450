"""Connections to one cell, by purpose, and the conditions under which we connect at all.

Each purpose steps into its own role as it connects: reading and appending as `driehoek_app`, projecting as
`driehoek_projector`. Pools are small and counted here, by hand: the library would open fifteen connections for every
application and view. Reads carry a statement timeout; appends don't, because an append that waits for its turn is
healthy and one that is cut off is in doubt.

Everything is in autocommit: one statement, one round trip, one transaction.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import psycopg
from eventsourcing import persistence
from psycopg import sql
from psycopg_pool import ConnectionPool, PoolTimeout

from ops.store.rows import StoreUnavailable, TooOldServer, UnsafeSetting

Purpose = Literal["read", "project"]
# What execute() returns without a row factory.
Row = tuple[object, ...]

_OLDEST = 170000
# Seconds to wait for a free connection: a caller is better told soon that the database is away.
_POOL_WAIT = 5.0
_CELL = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,62}")
_ROLES = {"read": "driehoek_app", "append": "driehoek_app", "project": "driehoek_projector", "listen": "driehoek_app"}
# The append function's plans: every lookup is by key and stays so, however small its table was when it was planned.
# Room to hold a batch in memory: what spills to a temporary file is slow, and one more place to think about.
_APPEND_SETTINGS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_hashjoin": "off",
                    "enable_mergejoin": "off", "work_mem": "64MB"}  # fmt: skip
# Locks go with their connection: a server that hears no more of the other side's machine gives them up in a minute.
_LISTEN_SETTINGS = {"tcp_keepalives_idle": "30", "tcp_keepalives_interval": "10", "tcp_keepalives_count": "3"}


def check_cell_name(cell: str) -> str:
    """Return `cell` if it can name a schema and a NOTIFY channel without quoting; raise ValueError otherwise."""
    if not _CELL.fullmatch(cell):
        raise ValueError("a cell's name is a lower-case identifier of at most 63 characters, not of PostgreSQL's own")
    return cell


def check_server(connection: psycopg.Connection) -> None:
    """Raise `TooOldServer` or `UnsafeSetting` when this server, or this environment, can't keep our promises."""
    if connection.info.server_version < _OLDEST:
        connection.close()
        raise TooOldServer
    if os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS", "").strip().lower() in {"y", "yes", "t", "true", "on", "1"}:
        connection.close()
        raise UnsafeSetting


class Connections:
    """The connections of one process to one cell. Open lazily; safe to inherit through fork; close when done."""

    def __init__(self, url: str, cell: str = "cell", *, readers: int = 4, read_timeout: float = 30.0) -> None:
        self.url = url
        self.cell = check_cell_name(cell)
        self._sizes: dict[Purpose, int] = {"read": readers, "project": 2}
        self._read_timeout = read_timeout
        self._pools: dict[tuple[int, Purpose], ConnectionPool[psycopg.Connection]] = {}

    @contextmanager
    def use(self, purpose: Purpose = "read") -> Iterator[psycopg.Connection]:
        """Borrow a connection, in autocommit. Database errors leave as the library's own classes."""
        try:
            with self._pool(purpose).connection(timeout=min(self._read_timeout, _POOL_WAIT)) as connection:
                yield connection
        except psycopg.Error as error:
            raise library_error(error) from None

    def open(self, purpose: Literal["append", "listen"]) -> psycopg.Connection:
        """A connection of its own, which the caller closes. Raises psycopg's errors: its callers reconnect on them."""
        connection = psycopg.connect(
            self.url, autocommit=True, application_name=f"driehoek {purpose} {self.cell}", prepare_threshold=0,
            keepalives_idle=30, tcp_user_timeout=30_000,
        )  # fmt: skip
        check_server(connection)
        settings = _APPEND_SETTINGS if purpose == "append" else _LISTEN_SETTINGS
        self._step_into(connection, purpose, settings)
        return connection

    def close(self) -> None:
        """Close the pools that this process opened."""
        mine = [key for key in self._pools if key[0] == os.getpid()]
        for key in mine:
            self._pools.pop(key).close()

    def _pool(self, purpose: Purpose) -> ConnectionPool[psycopg.Connection]:
        # Keyed by process: after a fork, the parent's pools have no threads here and their sockets aren't ours.
        pool = self._pools.get((os.getpid(), purpose))
        if pool is None:
            if not self._pools:
                self._check()
            pool = ConnectionPool(
                self.url,
                kwargs={
                    "autocommit": True,
                    "application_name": f"driehoek {purpose} {self.cell}",
                    "keepalives_idle": 30,
                    "tcp_user_timeout": 30_000,
                },
                configure=lambda connection: self._configure(connection, purpose),
                check=ConnectionPool.check_connection if purpose == "project" else None,
                min_size=1,
                max_size=self._sizes[purpose],
                open=True,
            )
            kept = self._pools.setdefault((os.getpid(), purpose), pool)
            if kept is not pool:  # another thread was faster
                pool.close()
                pool = kept
        return pool

    def _check(self) -> None:
        """Raise what stands against this server now: a pool would take it for a lost connection, and wait and retry."""
        with psycopg.connect(self.url, autocommit=True, application_name=f"driehoek check {self.cell}") as connection:
            check_server(connection)

    def _configure(self, connection: psycopg.Connection, purpose: Purpose) -> None:
        check_server(connection)
        self._step_into(connection, purpose, {"statement_timeout": f"{int(self._read_timeout * 1000)}"})

    def _step_into(self, connection: psycopg.Connection, purpose: str, settings: dict[str, str]) -> None:
        """Set the role, the schema and the given settings for the life of the connection, in one round trip."""
        statements = [
            sql.SQL("SET ROLE {}").format(sql.Identifier(_ROLES[purpose])),
            sql.SQL("SET search_path = {}, pg_temp").format(sql.Identifier(self.cell)),
            *(sql.SQL("SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
              for name, value in settings.items()),
        ]  # fmt: skip
        connection.execute(sql.SQL("; ").join(statements), prepare=False)


class Held:
    """One open connection in the place of ``Connections``: what is asked through it ends with the locks it holds.

    A server works a statement off even when whoever sent it is gone. Sent on the connection that holds a lock, it is
    done, one way or the other, before anybody else is given the lock.
    """

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    @contextmanager
    def use(self, _purpose: Purpose = "read") -> Iterator[psycopg.Connection]:
        """Lend the connection, whatever for. Database errors leave as the library's own classes."""
        try:
            yield self._connection
        except psycopg.Error as error:
            raise library_error(error) from None


def library_error(error: psycopg.Error) -> persistence.PersistenceError:
    """The library's counterpart of a driver error, with a fixed message: PostgreSQL's own can quote values."""
    if isinstance(error, PoolTimeout):
        return StoreUnavailable()
    if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
        return StoreUnavailable()
    for kind in type(error).__mro__:
        ours = getattr(persistence, kind.__name__, None)
        if kind.__module__ == "psycopg" and isinstance(ours, type) and issubclass(ours, persistence.PersistenceError):
            return ours(f"the database refused (SQLSTATE {error.sqlstate})")
    return persistence.PersistenceError("the database refused")
