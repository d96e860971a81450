"""What every test may ask for: a PostgreSQL server, and on it a fresh cell.

The server is the embedded one, one per test process (so one per xdist worker: nothing is shared, nothing races), in a
folder directly below the temporary directory, because pytest's own folders are closed to the user that the server runs
as when the tests run as root. A cell is a schema: each test migrates its own, which takes about 50 ms.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ops.embedded import EmbeddedPostgres
from ops.settings import Settings
from ops.store.migrate import migrate
from ops.store.recorder import CellRecorder
from ops.wiring import CellService
from tests.live import Tokens, fresh_settings, serving, tokens_of
from tests.stage import Stage, open_service
from tests.support import Cell, hurry, new_recorder

_numbers = count(1)


@contextmanager
def _folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="driehoek-tests-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder where a server of the test's own can live."""
    with _folder() as path:
        yield path


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A running server, shared by the tests of this process."""
    with _folder() as path, EmbeddedPostgres(path / "pg") as server:
        yield hurry(server)


@pytest.fixture(scope="session")
def database_url(postgres: EmbeddedPostgres) -> str:
    """A database for the cells of this process."""
    return postgres.url("driehoek")


@pytest.fixture
def cell(postgres: EmbeddedPostgres, database_url: str) -> Cell:
    """A fresh cell: an empty log in a schema of its own."""
    name = f"cell_{next(_numbers)}"
    migrate(database_url, name)
    return Cell(name, database_url, postgres.data)


@pytest.fixture
def recorder(cell: Cell) -> Iterator[CellRecorder]:
    """A recorder on a fresh cell."""
    one = new_recorder(cell)
    yield one
    one.close()


@pytest.fixture
def service(cell: Cell) -> Iterator[CellService]:
    """A founded, open cell: write side, views, keys."""
    with open_service(cell) as opened:
        yield opened


@pytest.fixture
def stage(service: CellService) -> Stage:
    """A cast on an open cell."""
    return Stage(service)


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Settings with a home of their own."""
    made = fresh_settings()
    yield made
    shutil.rmtree(made.home)


@pytest.fixture
def tokens(settings: Settings) -> Tokens:
    """The development issuer's tokens."""
    return tokens_of(settings)


@pytest.fixture
def live_api(service: CellService, settings: Settings) -> Iterator[str]:
    """The base URL of a real server on the test's cell."""
    with serving(service, settings) as url:
        yield url
