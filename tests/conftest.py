"""What every test may ask for: a PostgreSQL server, and on it a fresh cell.

The server is the embedded one, one per test process (so one per xdist worker: nothing is shared, nothing races), in a
folder directly below the temporary directory, because pytest's own folders are closed to the user that the server runs
as when the tests run as root. A cell is a schema: each test gets a copy of one that was migrated, or founded, too.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from ops.embedded import EmbeddedPostgres
from ops.settings import Settings
from ops.store.migrate import migrate
from ops.store.recorder import CellRecorder
from ops.wiring import CellService, found_cell
from tests.live import Tokens, fresh_settings, serving, tokens_of
from tests.stage import Stage, open_service
from tests.support import Cell, copied, hurry, new_recorder

_numbers = count(1)

LONGEST: Final = (
    "adversary/test_restores.py",
    "adversary/test_after_the_end.py",
    "adversary/test_fsck.py",
    "ops/test_worker_erasing.py",
    "adversary/test_history.py",
    "adversary/test_non_interference.py",
    "ops/roots/test_crashes.py",
    "ops/test_cli_keys.py",
    "adversary/test_tampering.py",
    "faults/test_reads.py",
)
"""The files that take longest, the longest first: begun last, they would be waited for by idle processors."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; all else stays as it is."""
    turns = {place: turn for turn, place in enumerate(LONGEST)}
    root = Path(__file__).parent
    items.sort(key=lambda item: turns.get(str(item.path.relative_to(root)), len(turns)))


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


NewCell = Callable[..., AbstractContextManager[Cell]]
"""Makes a fresh cell; ``founded=False``: an empty log."""


@pytest.fixture(scope="session")
def new_cell(postgres: EmbeddedPostgres) -> NewCell:
    """Makes fresh cells, each in a database of its own, out of two that nobody opens any more."""
    empty = Cell("cell", postgres.url("empty"), postgres.data)
    migrate(empty.url, empty.name)
    founded = Cell("cell", postgres.url("founded"), postgres.data, founded=True)
    migrate(founded.url, founded.name)
    found_cell(founded.url, founded.name, founded.places)
    cells = {False: empty, True: founded}
    return lambda *, founded=True: copied(postgres, cells[founded], f"cell_{next(_numbers)}")


@pytest.fixture
def cell(request: pytest.FixtureRequest, new_cell: NewCell) -> Iterator[Cell]:
    """A fresh cell: an empty log, or only its founding in it where the test's service is to be open."""
    with new_cell(founded="service" in request.fixturenames) as made:
        yield made


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
