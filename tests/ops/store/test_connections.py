"""We connect on our conditions: a recent server, no unsafe setting, a role per purpose, errors without data."""

import os
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError, ProgrammingError

from ops.store import connections
from ops.store.connections import Connections, library_error
from ops.store.migrate import migrate
from ops.store.recorder import CellRecorder
from ops.store.rows import StoreUnavailable, TooOldServer, UnsafeSetting
from tests.support import Cell, hash_leaf, head_mac, new_recorder, sealed


def test_an_old_server_is_refused(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bar raised above this server, neither migrating nor connecting works; below it, both do."""
    open_connection = Connections(cell.url, cell.name).open("append")
    open_connection.close()
    monkeypatch.setattr(connections, "_OLDEST", 990_000)
    with pytest.raises(TooOldServer):
        Connections(cell.url, cell.name).open("append")
    with pytest.raises(TooOldServer):
        migrate(cell.url, cell.name)


@pytest.mark.parametrize("value", ["y", "yes", "TRUE", " 1 "])
def test_the_library_s_unlocked_inserts_are_refused(cell: Cell, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """With POSTGRES_ENABLE_DB_FUNCTIONS on, readers would miss events: we don't start."""
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    recorder = new_recorder(cell)
    with pytest.raises(UnsafeSetting):
        recorder.insert_events([sealed(uuid4(), 1)])
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "n")
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [1]
    recorder.close()


def test_each_purpose_has_its_role(cell: Cell) -> None:
    """Reading steps into the application's role, projecting into the projector's; reads end in time."""
    pools = Connections(cell.url, cell.name, read_timeout=2.5)
    with pools.use() as reader, pools.use("project") as projector:
        query = "SELECT current_user::text, current_setting('statement_timeout')"
        assert reader.execute(query).fetchone() == ("driehoek_app", "2500ms")
        assert projector.execute(query).fetchone() == ("driehoek_projector", "2500ms")
    pools.close()


def test_a_recorder_takes_the_connections_of_its_own_cell(cell: Cell) -> None:
    """Handing a recorder another cell's connections is a mistake that is caught at once."""
    with pytest.raises(ValueError, match="another cell"):
        CellRecorder(Connections(cell.url, cell.name), "elsewhere", head_mac, hash_leaf)


def test_errors_carry_no_data(cell: Cell) -> None:
    """PostgreSQL quotes values in its errors; what leaves the store is the library's class and the SQLSTATE."""
    pools, secret = Connections(cell.url, cell.name), "a word typed by the coachee"
    with pytest.raises(PersistenceError) as refused, pools.use() as connection:
        connection.execute("SELECT %s::uuid", [secret])
    assert secret not in repr(refused.value)
    assert "22P02" in str(refused.value)
    pools.close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (psycopg.errors.UniqueViolation(), IntegrityError),
        (psycopg.errors.UndefinedTable(), ProgrammingError),
        (psycopg.errors.AdminShutdown(), OperationalError),
        (psycopg.OperationalError(), StoreUnavailable),
    ],
)
def test_driver_errors_become_the_library_s(error: psycopg.Error, expected: type[PersistenceError]) -> None:
    """The library's error classes mirror the driver's."""
    assert type(library_error(error)) is expected


def test_a_child_process_gets_connections_of_its_own(recorder: CellRecorder) -> None:
    """After a fork, the child appends and reads on new connections, and the parent's go on working."""
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [1]
    assert recorder.max_notification_id() == 1
    child = os.fork()
    if child == 0:
        try:
            written = recorder.insert_events([sealed(uuid4(), 1)])
            os._exit(0 if written == [2] and recorder.max_notification_id() == 2 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert recorder.insert_events([sealed(uuid4(), 1)]) == [3]
    assert recorder.max_notification_id() == 3
