"""The tables of the log only go on, whoever writes: tiles grow, checkpoints gain signatures, and what is kept stays."""

import psycopg
import pytest
from psycopg import errors

from tests.support import Cell

PUBLISH = "SELECT publish_checkpoint(1, %s, %s, %s, '{0}', '{0}', ARRAY[%s::bytea])"
HASHES = [bytes([number]) * 32 for number in range(9)]

WRONG_WAYS = [
    "DELETE FROM tiles",
    "TRUNCATE tiles",
    "TRUNCATE checkpoints",
    "UPDATE tiles SET hashes = substr(hashes, 1, 32)",
    "UPDATE tiles SET hashes = hashes",
    "UPDATE tiles SET hashes = sha256('') || hashes",
    "UPDATE tiles SET hashes = overlay(hashes placing sha256('') from 1) || sha256('')",
    "UPDATE tiles SET idx = 1, hashes = hashes || sha256('')",
    "UPDATE tiles SET level = 1, hashes = hashes || sha256('')",
    "UPDATE tiles SET hashes = hashes || 'x'",
    "UPDATE checkpoints SET note = 'another'",
    "UPDATE checkpoints SET size = size + 1",
    "UPDATE checkpoints SET line = 2",
    "UPDATE checkpoints SET at = at - interval '1 day'",
    "UPDATE checkpoints SET witnessed = false",
    "UPDATE checkpoints SET handover = false",
    "UPDATE checkpoints SET stamp = 'another'",
    "UPDATE checkpoints SET stamp = NULL",
    "DELETE FROM checkpoints",
    "DELETE FROM checkpoints WHERE size = 2",
    "DELETE FROM checkpoints WHERE size = 3",
    "DELETE FROM checkpoints WHERE size = 4",
    "DELETE FROM checkpoints WHERE size = 8",
    "MERGE INTO tiles USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
]
RIGHT_WAYS = [
    "UPDATE tiles SET hashes = hashes || sha256('')",
    "UPDATE checkpoints SET note = note || 'and more'",
    "UPDATE checkpoints SET witnessed = true, handover = true",
    "UPDATE checkpoints SET stamp = 'token' WHERE stamp IS NULL",
    "DELETE FROM checkpoints WHERE size = 5",
]
CALLS = [
    PUBLISH % ("9", "'n'", "false", "'\\x" + b"".join(HASHES).hex() + "'"),
    "SELECT cosign_checkpoint(1, 8, 'line', true)",
    "SELECT stamp_checkpoint(1, 8, 'token')",
]


@pytest.fixture
def published(cell: Cell) -> Cell:
    """Checkpoints of 2 (handed over), 3 (stamped), 4 (witnessed, the last), 5 and 8 leaves, and their tile."""
    with cell.connect() as connection:
        connection.execute("UPDATE log_state SET size = 9")
        for size in (2, 3, 4, 5, 8):
            connection.execute(PUBLISH, [size, b"note", size == 2, b"".join(HASHES[:size])])
        connection.execute("SELECT stamp_checkpoint(1, 3, 'token'), cosign_checkpoint(1, 4, ' signed', true)")
    return cell


@pytest.mark.parametrize("statement", WRONG_WAYS)
def test_nobody_takes_anything_back(published: Cell, statement: str) -> None:
    """The owner, a superuser here, can't take back what was published, nor change what was said of it."""
    with published.connect() as connection, pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        connection.execute(statement)


@pytest.mark.parametrize("statement", RIGHT_WAYS)
def test_what_may_change_changes(published: Cell, statement: str) -> None:
    """Positive control: tiles grow, checkpoints gain, and one that was replaced may go."""
    with published.connect() as connection:
        assert connection.execute(statement).rowcount >= 1


@pytest.mark.parametrize("call", CALLS)
def test_only_whoever_builds_views_publishes(published: Cell, call: str) -> None:
    """The application's role, which appends events, can't publish, cosign or stamp; the projector's can."""
    with published.connect("driehoek_app") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(call)
    with published.connect("driehoek_projector") as connection:
        connection.execute(call)


@pytest.mark.parametrize("role", ["driehoek_app", "driehoek_projector"])
@pytest.mark.parametrize("statement", ["INSERT INTO tiles VALUES (0, 9, sha256(''))", "DELETE FROM checkpoints"])
def test_no_role_writes_past_the_functions(published: Cell, role: str, statement: str) -> None:
    """Neither role writes to the tables themselves; both read them."""
    with published.connect(role) as connection:
        assert connection.execute("SELECT count(*) FROM checkpoints").fetchone() == (5,)
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


def test_a_tile_that_says_something_else_is_not_stored(published: Cell) -> None:
    """Hashes that contradict a stored tile are refused, wider or narrower, and with them their checkpoint."""
    with published.connect("driehoek_projector") as connection:
        for hashes in (HASHES[1:], HASHES[1:4], [*HASHES[:8], HASHES[0]][::-1]):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(PUBLISH, [9, b"note", False, b"".join(hashes)])
        connection.execute(PUBLISH, [9, b"note", False, b"".join(HASHES[:3])])  # narrower, and a prefix
        with pytest.raises(errors.InvalidParameterValue):
            connection.execute(PUBLISH, [10, b"note", False, b"".join(HASHES)])
        assert connection.execute(
            "SELECT length(hashes), (SELECT max(size) FROM checkpoints) FROM tiles"
        ).fetchall() == [(8 * 32, 9)]
