"""The embedded server: durable, silent, shared by whoever enters, gone when the last one leaves."""

from pathlib import Path

import psycopg
import pytest

from ops.embedded import EmbeddedPostgres, KeysInsideDataError, keys_outside


def test_it_keeps_what_was_written_when_it_stops(folder: Path) -> None:
    """Started, stopped and started again, it has its data; while stopped, nobody answers."""
    with EmbeddedPostgres(folder / "pg") as server:
        url = server.url("mine")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS x")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    with EmbeddedPostgres(folder / "pg") as server, psycopg.connect(server.url("mine")) as connection:
        assert connection.execute("TABLE kept").fetchone() == (42,)


def test_it_is_durable_and_silent(folder: Path) -> None:
    """A commit means a disk write; the server's log has neither the statement nor the value of one that failed."""
    word = "canary-in-a-statement"
    with EmbeddedPostgres(folder / "pg") as postgres, psycopg.connect(postgres.url(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                "CREATE TEMP TABLE once (x text PRIMARY KEY); INSERT INTO once VALUES ('%s'), ('%s')".replace(
                    "%s", word
                )
            )
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute("SELECT %s::text, 1 / %s", [word, 0])
    log = (postgres.data / "log").read_text()
    assert "duplicate key" in log
    assert "division by zero" in log
    assert word not in log


def test_keys_live_elsewhere(tmp_path: Path) -> None:
    """A key file inside the data directory, by whatever path, is refused; beside it, it is fine."""
    data = tmp_path / "pg"
    data.mkdir()
    (tmp_path / "link").symlink_to(data)
    for inside in (data / "root.key", data, tmp_path / "link" / "root.key", data / ".." / "pg" / "k"):
        with pytest.raises(KeysInsideDataError):
            keys_outside(data, inside)
    assert keys_outside(data, tmp_path / "root.key") == tmp_path / "root.key"
