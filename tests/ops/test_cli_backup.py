"""``driehoek backup`` and ``restore``: there and back without what was erased, and refusals that change nothing."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from psycopg import sql

from domain.keys import CellRestored, Keys, keys_stream_id
from ops.clock import now
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import DUMP, MANIFEST, Manifest, back_up, load
from ops.store.migrate import migrate
from tests.ops.conftest import Played, a_home, play_in, refused
from tests.stage import C, E, M

REVOKE = ("keys", "revoke", "--role", "coach", "--reason", "because", "--yes")


def lose(home: Played) -> None:
    """Lose the database's cell, whole."""
    with home.connect() as connection:
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(home.cell)))


def is_there(home: Played) -> bool:
    """Whether the cell's tables are there."""
    with home.connect() as connection:
        row = connection.execute("SELECT to_regclass(%s)", [f"{home.cell}.key_state"]).fetchone()
    return row is not None and row[0] is not None


def is_empty(home: Played) -> bool:
    """Whether there is nothing in the cell, or no cell."""
    if not is_there(home):
        return True
    with home.connect() as connection:
        row = connection.execute(
            "SELECT (SELECT size FROM log_state), (SELECT count(*) FROM key_state), (SELECT count(*) FROM events)"
        ).fetchone()
    return row == (0, 0, 0)


def backup_of(home: Played, folder: Path) -> Path:
    """A backup, made in this process."""
    back_up(home.url, home.cell, folder, now())
    return folder


@pytest.fixture(scope="module")
def lost(database_url: str) -> Iterator[tuple[Played, Path]]:
    """A cell that was backed up, then had an erasure, then was lost; and the backup. For tests that change nothing."""
    with a_home(database_url) as made:
        home = play_in(made)
        backup = backup_of(home, home.path / "backup")
        home.answer(*REVOKE, str(home.engagement))
        lose(home)
        yield home, backup


@contextmanager
def as_before(home: Played, *names: str) -> Iterator[None]:
    """Put these folders of a home back to what they were."""
    kept = home.path / "as-before"
    for name in names:
        shutil.copytree(home.path / name, kept / name)
    try:
        yield
    finally:
        for name in names:
            shutil.rmtree(home.path / name, ignore_errors=True)
            shutil.copytree(kept / name, home.path / name)
        shutil.rmtree(kept)


def test_a_backup_says_what_it_is(played: Played) -> None:
    """Two files for their owner's eyes, a manifest that fits them, and no key: it is made without the root store."""
    folder = played.path / "backup"
    with as_before(played, "keys"):
        shutil.rmtree(played.path / "keys")
        told = played.answer("backup", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == [DUMP, MANIFEST]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert told == asdict(Manifest.read(folder)) == json.loads((folder / MANIFEST).read_bytes())
    assert (told["cell"], told["epoch"], told["size"]) == (played.cell, 1, played.size())
    assert "opens with the root store" in played.run("backup", str(played.path / "another")).stdout


def test_a_backup_is_never_written_over(played: Played) -> None:
    """A folder that isn't empty is refused and stays as it is; without a cell there is nothing to back up."""
    folder = backup_of(played, played.path / "backup")
    before = [path.read_bytes() for path in sorted(folder.iterdir())]
    refused(played.run("backup", str(folder)), "isn't empty")
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == before
    other = played.path / "other"
    refused(played.run("backup", str(other), DRIEHOEK_CELL="nobody"), "migrate")
    assert not other.exists()


def test_what_was_erased_stays_erased(played: Played) -> None:
    """Backed up, revoked, lost, restored: the coach's keys don't come back, everybody else's do, and work goes on."""
    before = {role: played.living(role) for role in (C, E, M)}
    folder = backup_of(played, played.path / "backup")
    played.answer(*REVOKE, str(played.engagement))
    left = {role: played.living(role) for role in (C, E, M)}
    assert left[C] == set() != before[C]
    lose(played)
    told = played.answer("restore", str(folder))
    assert (told["from_epoch"], told["to_epoch"]) == (1, 3)
    assert told["erased"] >= len(before[C])
    assert {role: played.living(role) for role in (C, E, M)} == left
    assert played.answer("keys", "status")["opens"] is True
    assert set(played.answer("projections", "status")["behind"].values()) == {0}
    with played.opened() as service:
        assert service.write_side.load(Keys, keys_stream_id(3)).has(CellRestored, 3)
    second = played.play("after the restore")
    assert played.living(E, second) != set()
    assert played.answer("keys", "run")["erased"] > 0


def test_a_database_restored_by_other_means(played: Played) -> None:
    """It doesn't open until ``restore`` without a folder has brought it forward: then it does."""
    folder = backup_of(played, played.path / "backup")
    played.answer(*REVOKE, str(played.engagement))
    lose(played)
    migrate(played.url, played.cell)
    load(played.url, played.cell, folder)
    done = played.run("keys", "status")
    assert done.returncode == 1
    assert "behind its root" in done.stdout
    for command in (["serve"], ["worker"], ["migrate"], ["keys", "run"]):
        refused(played.run(*command), "behind its root")
    assert "stay erased" in played.run("restore").stdout
    assert played.answer("keys", "status")["opens"] is True
    assert played.living(C) == set()
    assert played.living(E) != set()


def test_one_place_of_copies_is_enough(played: Played) -> None:
    """With a folder of key copies lost the other one serves, and the lost one is written again."""
    folder = backup_of(played, played.path / "backup")
    played.answer(*REVOKE, str(played.engagement))
    lose(played)
    shutil.rmtree(played.path / "copies" / "a")
    played.answer("restore", str(folder))
    assert set(played.answer("keys", "status")["copies"].values()) == {"ok"}


def _no_copies(home: Played) -> None:
    shutil.rmtree(home.path / "copies")


def _rotten_copies(home: Played) -> None:
    for file in (home.path / "copies").rglob("*.cbor"):
        file.write_bytes(file.read_bytes()[:-1] + b"\0")


def _no_root(home: Played) -> None:
    shutil.rmtree(home.path / "keys")


def _half_a_root(home: Played) -> None:
    shutil.rmtree(home.path / "keys" / "b")


def _rotten_root(home: Played) -> None:
    for file in (home.path / "keys").rglob("*.half"):
        file.write_bytes(file.read_bytes()[:-1])


def _no_room(home: Played) -> None:
    (home.path / "copies" / "b").rename(home.path / "copies" / "c")
    (home.path / "copies" / "b").touch()


SPOILT: list[tuple[Callable[[Played], None], str]] = [
    (_no_copies, "key copies of epoch 2 are missing"),
    (_rotten_copies, "key copies are damaged"),
    (_no_root, "root store is empty"),
    (_half_a_root, "root"),
    (_rotten_root, "damaged"),
    (_no_room, "key copies can't be written"),
]


@pytest.mark.parametrize(("spoil", "words"), SPOILT, ids=[spoil.__name__.strip("_") for spoil, _ in SPOILT])
def test_without_what_it_opens_with_nothing_is_restored(
    lost: tuple[Played, Path], spoil: Callable[[Played], None], words: str
) -> None:
    """Key copies or root missing or damaged: one line without a path, and the cell stays empty."""
    home, backup = lost
    with as_before(home, "keys", "copies"):
        spoil(home)
        done = home.run("restore", str(backup))
    refused(done, words)
    assert str(home.path) not in done.stderr
    assert is_empty(home)


def _cut(folder: Path) -> None:
    (folder / DUMP).write_bytes((folder / DUMP).read_bytes()[:-1])


def _changed(folder: Path) -> None:
    data = bytearray((folder / DUMP).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / DUMP).write_bytes(data)


def _without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _garbled(folder: Path) -> None:
    (folder / MANIFEST).write_text("{}")


def _later_format(folder: Path) -> None:
    rewrite(folder, format=2)


def _other_history(folder: Path) -> None:
    rewrite(folder, tombstone_head="00" * 32)


def _no_dump_inside(folder: Path) -> None:
    """A manifest that fits, of a dump that isn't one."""
    data = b"PGDMP" + b"\0" * 100
    (folder / DUMP).write_bytes(data)
    rewrite(folder, dump_bytes=len(data), dump_sha256=sha256(data).hexdigest())


def rewrite(folder: Path, **changes: Any) -> None:
    """Write another manifest."""
    made = asdict(replace(Manifest(**json.loads((folder / MANIFEST).read_bytes())), **changes))
    (folder / MANIFEST).write_text(json.dumps(made))


BROKEN: list[tuple[Callable[[Path], None], str]] = [
    (_cut, "isn't the one that its manifest describes"),
    (_changed, "isn't the one that its manifest describes"),
    (_without_manifest, "isn't a whole backup"),
    (_garbled, "isn't a whole backup"),
    (_later_format, "format"),
    (_other_history, "do not belong"),
    (_no_dump_inside, "pg_restore failed"),
]


@pytest.mark.parametrize(("spoil", "words"), BROKEN, ids=[spoil.__name__.strip("_") for spoil, _ in BROKEN])
def test_a_broken_backup_is_refused(
    lost: tuple[Played, Path], spoil: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    """Cut, changed, not whole, or of another history: one line, and the cell stays as empty as it was."""
    home, backup = lost
    folder = tmp_path / "backup"
    shutil.copytree(backup, folder)
    spoil(folder)
    done = home.run("restore", str(folder))
    refused(done, words)
    assert str(folder) not in done.stderr
    assert is_empty(home)


def test_after_every_refusal_it_still_can_be_restored(lost: tuple[Played, Path], postgres: EmbeddedPostgres) -> None:
    """Control: the very cell and backup of the refusals above, restored in another database."""
    home, backup = lost
    other = postgres.url(f"after_{uuid4().hex[:8]}")
    told = home.answer("restore", str(backup), DATABASE_URL=other)
    assert told["living"] > 0
    assert home.answer("keys", "status", DATABASE_URL=other)["opens"] is True


def test_a_cell_that_is_not_empty_is_left_alone(played: Played) -> None:
    """Loading over what is there is refused; so is a backup of a cell of another name."""
    folder, size = backup_of(played, played.path / "backup"), played.size()
    refused(played.run("restore", str(folder)), "isn't empty")
    rewrite(folder, cell="another")
    refused(played.run("restore", str(folder)), "another name")
    assert played.size() == size
    assert played.answer("keys", "status")["epoch"] == 1


def test_a_foreign_backup_is_refused(lost: tuple[Played, Path], postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    """A backup of another deployment whose cell has the same name isn't loaded."""
    home, _ = lost
    foreign = postgres.url(f"foreign_{uuid4().hex[:8]}")
    assert home.run("migrate", DATABASE_URL=foreign, DRIEHOEK_HOME=str(tmp_path)).returncode == 0
    folder = tmp_path / "backup"
    back_up(foreign, home.cell, folder, now())
    refused(home.run("restore", str(folder)), "another deployment")
    assert is_empty(home)


def test_a_foreign_root_store_is_refused(played: Played, tmp_path: Path) -> None:
    """With another cell's root store nothing is touched, that store neither; with its own the cell is restored."""
    other = {"DRIEHOEK_HOME": str(tmp_path), "DRIEHOEK_CELL": f"{played.cell}_other"}
    assert played.run("migrate", **other).returncode == 0
    roots = {f"DRIEHOEK_ROOT_{half.upper()}": str(tmp_path / "keys" / half) for half in "ab"}
    before = {path: path.read_bytes() for path in (tmp_path / "keys").rglob("*") if path.is_file()}
    size = played.size()
    refused(played.run("restore", **roots), "another deployment")
    assert {path: path.read_bytes() for path in (tmp_path / "keys").rglob("*") if path.is_file()} == before
    assert played.size() == size
    assert played.answer("restore")["to_epoch"] == 2


def test_there_must_be_something_to_restore(home: Played, played: Played, tmp_path: Path) -> None:
    """Without a folder and without a cell there is nothing; a folder that isn't there is wrong usage."""
    refused(played.run("restore", DRIEHOEK_CELL="nobody"), "no such cell")
    assert home.run("restore", str(tmp_path / "nothing")).returncode == 2


def test_nothing_is_restored_under_a_running_process(played: Played) -> None:
    """A server holds keys of the cell: refused; once it has ended it works."""
    with played.serving("--no-worker"):
        refused(played.run("restore"), "processes hold keys")
    assert played.answer("restore")["to_epoch"] == 2


def test_of_two_restores_at_once_one_works(played: Played) -> None:
    """The other is told so in one line; the cell is whole afterwards."""
    folder = backup_of(played, played.path / "backup")
    played.answer(*REVOKE, str(played.engagement))
    lose(played)
    with played.start("restore", str(folder)) as one, played.start("restore", str(folder)) as other:
        said = [process.communicate()[1].decode() for process in (one, other)]
        assert sorted(process.wait() for process in (one, other)) == [0, 1]
    [line] = [line for text in said for line in text.splitlines() if line.startswith("driehoek: ")]
    assert any(words in line for words in ("another restore", "isn't empty", "processes hold keys"))
    assert not any("Traceback" in text for text in said)
    assert played.answer("keys", "status")["opens"] is True
    assert played.living(C) == set()
    assert played.living(E) != set()
