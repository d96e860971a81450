"""The record can only grow: nobody changes or removes a row, and the application may do nothing but append and read."""

from uuid import uuid4

import psycopg
import pytest

from ops.store.recorder import CellRecorder
from tests.support import Cell, new_command, sealed

RECORD = {
    "events": "topic = 'x'",
    "parts": "key_id = gen_random_uuid()",
    "grants": "sealed = ''",
    "commands": "version = 9",
}
WAYS = [
    *(f"UPDATE {table} SET {change}" for table, change in RECORD.items()),
    *(f"DELETE FROM {table}" for table in RECORD),
    *(f"TRUNCATE {table}" for table in RECORD),
    "TRUNCATE events, parts, grants, commands CASCADE",
    "UPDATE events SET topic = 'x' WHERE false",
    "MERGE INTO events USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
]
# What the application's role may not do, beyond the ways above.
FORBIDDEN = [
    "INSERT INTO events VALUES (99, gen_random_uuid(), 1, 't', '', '', '')",
    "INSERT INTO parts VALUES (1, 9, gen_random_uuid(), '')",
    "INSERT INTO grants VALUES (1, gen_random_uuid(), gen_random_uuid(), '')",
    "INSERT INTO commands VALUES (gen_random_uuid(), '', gen_random_uuid(), 1, 1)",
    "INSERT INTO heads VALUES (gen_random_uuid(), 1, 1, '', '')",
    "UPDATE heads SET version = 0",
    "DELETE FROM heads",
    "UPDATE log_state SET size = 0",
    "DELETE FROM log_state",
    "SELECT * FROM log_state FOR UPDATE",
    "DO $$ BEGIN LOCK TABLE events IN EXCLUSIVE MODE; END $$",
    "INSERT INTO view_rows VALUES ('v', gen_random_uuid(), 1, 1, 1, 1)",
    "DELETE FROM view_keys",
    "UPDATE view_heads SET count = 0",
    "INSERT INTO tracking VALUES ('p', 1, '')",
    "ALTER TABLE events DISABLE TRIGGER append_only",
    "DROP TRIGGER append_only ON events",
    "CREATE TABLE mine (x int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE parts",
    "SET session_replication_role = replica",
    "COPY events TO PROGRAM 'cat'",
]
READABLE = (*RECORD, "log_state", "heads", "view_keys", "view_rows", "view_heads", "tracking")


@pytest.fixture
def filled(cell: Cell, recorder: CellRecorder) -> Cell:
    """A cell with a row in every table of the record, written the one way there is."""
    assert recorder.insert_events([sealed(uuid4(), 1, grants=1)], command=new_command()) == [1]
    return cell


def _contents(cell: Cell) -> list[object]:
    with cell.connect() as connection:
        return [connection.execute(f"TABLE {table}").fetchall() for table in RECORD]


@pytest.mark.parametrize("role", [None, "driehoek_app", "driehoek_projector"], ids=["owner", "app", "projector"])
def test_nobody_changes_or_removes_a_row(filled: Cell, role: str | None) -> None:
    """Each UPDATE, DELETE, TRUNCATE and MERGE on the record is refused, to the owner as well, and leaves no trace."""
    before = _contents(filled)
    with filled.connect(role) as connection:
        for way in WAYS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(way)
    assert all(before)
    assert _contents(filled) == before


def test_with_triggers_off_the_same_statements_would_work(filled: Cell) -> None:
    """The control: it is the triggers that refuse the owner, not a mistake in the statements."""
    with filled.connect(forge=True) as connection:
        for way in WAYS:
            connection.execute(way)
    assert not any(_contents(filled))


def test_the_application_may_do_nothing_else(filled: Cell) -> None:
    """A table of attempts by the application's role; beside them, reading works."""
    with filled.connect("driehoek_app") as connection:
        for attempt in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt)
        for table in READABLE:
            connection.execute(f"TABLE {table}")


def test_the_projector_may_not_append(filled: Cell) -> None:
    """The projector's role reads the log and owns the views, but can't call the append function."""
    call = "SELECT append({})".format(", ".join(["'{}'"] * 26))
    with filled.connect("driehoek_projector") as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(call)
        connection.execute("INSERT INTO tracking VALUES ('p', 1, '')")
        connection.execute("UPDATE tracking SET position = 2")
    with filled.connect("driehoek_app") as connection:
        connection.execute(call)


def test_temporary_tables_can_not_stand_in_for_ours(filled: Cell, recorder: CellRecorder) -> None:
    """The append function sees the cell's tables only, whatever its caller puts in front of them."""
    with filled.connect("driehoek_app") as connection:
        connection.execute("CREATE TEMP TABLE log_state (id boolean, size bigint)")
        connection.execute("INSERT INTO log_state VALUES (true, 1000)")
        connection.execute("SET search_path = pg_temp")
        row = connection.execute(f"SELECT first FROM {filled.name}.append({', '.join(['%s'] * 26)})", _EMPTY).fetchone()
    assert row == (2,)
    assert recorder.max_notification_id() == 1


_EMPTY: list[list[int]] = [[] for _ in range(26)]
