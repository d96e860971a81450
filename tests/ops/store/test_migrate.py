"""A cell's schema is made once, by whoever comes first, also by an owner who may do little else."""

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from tests.support import Cell, new_recorder, sealed

REVISIONS = ["0000_roles", "0001_store", "0002_key_tree", "0003_log", "0004_webhooks"]


def test_migrating_twice_changes_nothing(database_url: str, postgres: EmbeddedPostgres) -> None:
    """The first call applies every revision, the second none, and what was recorded between them stays."""
    assert migrate(database_url, "twice") == REVISIONS
    recorder = new_recorder(Cell("twice", database_url, postgres.data))
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [1]
    assert migrate(database_url, "twice") == []
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [2]
    recorder.close()


def test_two_migrators_at_once_take_turns(database_url: str) -> None:
    """Of four processes that start together, one does all the work."""
    assert sorted(_at_once([(database_url, "at_once")] * 4)) == [[], [], [], REVISIONS]


def test_two_threads_at_once_take_turns(database_url: str) -> None:
    """The same within one process, for one cell and for two."""
    cells = ["threads", "threads", "other_threads"]
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(lambda cell: migrate(database_url, cell), cells)) == [[], REVISIONS, REVISIONS]


def test_many_cells_in_many_databases_at_once(folder: Path) -> None:
    """Roles belong to the whole server: on a new one, cells made at one moment in several databases don't collide."""
    with EmbeddedPostgres(folder / "pg") as fresh:
        urls = [fresh.url(f"database_{number}") for number in range(3)]
        assert _at_once([(urls[number % 3], f"cell_{number}") for number in range(6)]) == [REVISIONS] * 6


def _at_once(cells: list[tuple[str, str]]) -> list[list[str]]:
    """Migrate each (url, cell) in a process of its own, all started at the same moment."""
    fork = get_context("fork")
    start = fork.Barrier(len(cells))
    answers = [fork.Pipe() for _ in cells]

    def run(number: int) -> None:
        start.wait(10)
        answers[number][1].send(migrate(*cells[number]))

    processes = [fork.Process(target=run, args=(number,)) for number in range(len(cells))]
    for process in processes:
        process.start()
    results = [answer[0].recv() if answer[0].poll(20) else ["no answer"] for answer in answers]
    for process in processes:
        process.join(10)
    return results


def test_a_plain_owner_with_the_roles_given_can_migrate_and_append(postgres: EmbeddedPostgres) -> None:
    """In a hosted database the owner may create no roles: being a member of the existing ones is enough."""
    url = postgres.url("hosted")
    migrate(url, "administrator")  # so that the roles exist
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain_owner LOGIN IN ROLE driehoek_app, driehoek_projector")
        connection.execute("GRANT CREATE ON DATABASE hosted TO plain_owner")
    own = Cell("own_cell", url.replace("postgres:@", "plain_owner:@"), postgres.data)
    assert migrate(own.url, own.name) == REVISIONS
    recorder = new_recorder(own)
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [1]
    recorder.close()
    with own.connect() as connection:
        assert connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
                                  ).fetchone() == (False,)  # fmt: skip
        for way in ("UPDATE events SET topic = 'x'", "DELETE FROM parts", "TRUNCATE commands"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(way)


def test_cells_do_not_see_each_other(database_url: str, postgres: EmbeddedPostgres) -> None:
    """Two cells in one database are two logs."""
    cells = [Cell(name, database_url, postgres.data) for name in ("left", "right")]
    for cell in cells:
        migrate(cell.url, cell.name)
    left, right = map(new_recorder, cells)
    assert left.insert_events([sealed(uuid4(), 1), sealed(uuid4(), 1)]) == [1, 2]
    assert right.max_notification_id() is None
    assert right.insert_events([sealed(uuid4(), 1)]) == [1]
    left.close()
    right.close()


@pytest.mark.parametrize("name", ["", "Cell", "1cell", 'c"; drop', "c" * 64, "pg_mine"])
def test_a_cell_has_a_plain_name(database_url: str, name: str) -> None:
    """A name that would need quoting, or that PostgreSQL keeps for itself, is refused before anything happens."""
    with pytest.raises(ValueError, match="cell's name"):
        migrate(database_url, name)
