"""What tests of the commands share: a home with a cell of its own, and one in which an engagement was played."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from uuid import UUID

import psycopg.conninfo
import pytest
from psycopg import sql

from domain.disposal import accesses
from domain.principals import NAMESPACE
from domain.vocabulary import Role
from ops.embedded import EmbeddedPostgres
from ops.keys.vault import KeyPlaces
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell
from tests.processes import Home
from tests.stage import Stage, tell

_numbers = count(1)


@dataclass
class Played(Home):
    """A home whose cell has one engagement in it, played from its request to its end.

    Attributes:
        engagement: its id.
    """

    engagement: UUID = NAMESPACE

    @property
    def cell(self) -> str:
        """The cell's name."""
        return self.environment["DRIEHOEK_CELL"]

    @property
    def url(self) -> str:
        """The database."""
        return self.environment["DATABASE_URL"]

    @property
    def places(self) -> KeyPlaces:
        """Where its keys are."""
        return KeyPlaces.in_folder(self.path)

    def opened(self) -> AbstractContextManager[CellService]:
        """The cell, opened in this process."""
        return open_cell(self.url, self.cell, self.places)

    def connect(self, *, forge: bool = False) -> psycopg.Connection:
        """A connection as the owner; ``forge``: with every trigger off."""
        connection = psycopg.connect(self.url, autocommit=True)
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(self.cell)))
        if forge:
            connection.execute("SET session_replication_role = replica")
        return connection

    def size(self) -> int:
        """How many events are on record."""
        with self.connect() as connection:
            [(size,)] = connection.execute("SELECT size FROM log_state").fetchall()
        return int(size)

    def play(self, salt: str = "", **contract: Any) -> UUID:
        """Play an engagement; its id."""
        with self.opened() as service:
            stage = tell(Stage(service, salt), **contract)
            return stage.engagement_id

    def living(self, role: Role, engagement: UUID | None = None) -> set[UUID]:
        """A role's slots in an engagement and its notebooks that really open; asked of the keyring, not of facts."""
        with self.opened() as service:
            write, of = service.write_side, engagement or self.engagement
            streams = [write.stream(of), *(write.stream(notebook) for notebook in write.notebooks(of))]
            slots = {one.slot_id for s in streams for one in accesses(s, s.terms) if one.role is role}
            return set(service.vault.keyring.scope(role.value).open_own(slots))


def refused(done: CompletedProcess[str], words: str, code: int = 1) -> None:
    """One line that says why, nothing on standard output, and the exit code."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line]
    assert line.startswith("driehoek: ")
    assert words in line


@contextmanager
def a_home(database_url: str) -> Iterator[Home]:
    """A home that nobody has founded a cell in yet."""
    folder = Path(tempfile.mkdtemp(prefix="driehoek-cli-"))
    name = f"cli_{os.getpid()}_{next(_numbers)}"
    yield Home(folder, {"DATABASE_URL": database_url, "DRIEHOEK_CELL": name})
    shutil.rmtree(folder)


def play_in(home: Home) -> Played:
    """Found a home's cell, and play an engagement in it."""
    made = Played(home.path, home.environment, home.printed)
    migrate(made.url, made.cell)
    found_cell(made.url, made.cell, made.places)
    made.engagement = made.play()
    return made


@pytest.fixture
def home(database_url: str) -> Iterator[Home]:
    """A home on the test's server, with a cell of its own that nobody has founded yet."""
    with a_home(database_url) as made:
        yield made


@pytest.fixture(scope="session")
def once(postgres: EmbeddedPostgres) -> Iterator[Played]:
    """A home with an engagement, which nobody opens any more: it is copied, its database and its folder."""
    with a_home(postgres.url(f"once_{os.getpid()}")) as made:
        yield play_in(made)


@contextmanager
def copied(postgres: EmbeddedPostgres, once: Played) -> Iterator[Played]:
    """A home with an engagement, in a database of its own, which is gone afterwards."""
    database = f"copy_{os.getpid()}_{next(_numbers)}"
    template = psycopg.conninfo.conninfo_to_dict(once.url)["dbname"]
    folder = Path(tempfile.mkdtemp(prefix="driehoek-cli-"))
    shutil.copytree(once.path, folder, dirs_exist_ok=True)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        of, to = sql.Identifier(str(template)), sql.Identifier(database)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(to, of))
        try:
            environment = {**once.environment, "DATABASE_URL": postgres.url(database)}
            yield Played(folder, environment, [], once.engagement)
        finally:
            shutil.rmtree(folder)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(to))


@pytest.fixture
def played(postgres: EmbeddedPostgres, once: Played) -> Iterator[Played]:
    """A home with an engagement."""
    with copied(postgres, once) as made:
        yield made


@pytest.fixture(scope="module")
def still(postgres: EmbeddedPostgres, once: Played) -> Iterator[Played]:
    """A home with an engagement, for tests that change nothing."""
    with copied(postgres, once) as made:
        yield made
