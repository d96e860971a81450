"""Where a process finds its database, and what it does first: no core dumps, and a tidy end."""

import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg

from ops.embedded import EmbeddedPostgres, keys_outside
from ops.settings import Settings
from ops.wiring import NotFoundedError

DATABASE: Final = "driehoek"
"""The embedded server's database."""


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The URL of the configured database, or of the embedded server, which runs as long as the context."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    for keys in (*settings.root_folders, *settings.copy_folders, settings.log_place.folder):
        keys_outside(settings.data, keys)
    settings.home.mkdir(parents=True, exist_ok=True)
    with EmbeddedPostgres(settings.data) as postgres:
        yield postgres.url(DATABASE)


@contextmanager
def cell_database(settings: Settings) -> Iterator[str]:
    """As ``database``, where the cell has been made.

    Raises:
        NotFoundedError: it hasn't; told at once, where a pool of connections would go on trying.
    """
    with database(settings) as url:
        with psycopg.connect(url, application_name=f"driehoek check {settings.cell}") as connection:
            found = connection.execute("SELECT to_regclass(%s)", [f"{settings.cell}.key_state"]).fetchone()
        if found is None or found[0] is None:
            raise NotFoundedError
        yield url


def forbid_core_dumps() -> None:
    """A core dump would write every key in memory to disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_tidily() -> None:
    """Let SIGTERM unwind the stack: close connections, finish the batch at hand, stop the embedded server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
