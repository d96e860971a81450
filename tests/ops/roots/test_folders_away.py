"""Two folders of root keys, one of them away: what can still be done, and what is repaired when it is back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.errors import (
    RootDamaged,
    RootForeign,
    RootInUse,
    RootMissing,
    RootStoreError,
    RootUnreachable,
    RootUnwritable,
)
from crypto.roots import encode_record
from ops.roots import FileRoots
from tests.ops.roots.conftest import HALF
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, FOREIGN, KEY, Rig, files_rig, record_of, state

SIDES = pytest.mark.parametrize("side", ["a", "b"])


def removed(_: Path) -> None:
    """The folder isn't there."""


def unmounted(folder: Path) -> None:
    """An empty folder, as under a mount that is missing."""
    folder.mkdir(mode=0o700)


def a_file(folder: Path) -> None:
    """Something that isn't a folder has its name."""
    folder.touch()


AWAY: list[tuple[Callable[[Path], None], type[RootStoreError], type[RootStoreError], str]] = [
    (removed, RootUnreachable, RootUnwritable, "absent"),
    (unmounted, RootMissing, RootMissing, "empty"),
    (a_file, RootUnreachable, RootUnwritable, "unreachable"),
]


@SIDES
@pytest.mark.parametrize(("instead", "reading", "writing", "word"), AWAY, ids=[row[0].__name__ for row in AWAY])
def test_with_one_folder_away(
    files: Rig, roots: FileRoots, side: str, instead: Callable[[Path], None],
    reading: type[RootStoreError], writing: type[RootStoreError], word: str,
) -> None:  # fmt: skip
    """Nothing is read or made, and nothing laid down in its place. A retired root can be destroyed, no other one."""
    roots.stage(DEPLOYMENT, 3)
    wrapped = {epoch: roots.wrap(epoch, KEY, CONTEXT) for epoch in (1, 2, 3)}
    folder, away = files.kept / side, files.folder / "away"
    folder.rename(away)
    instead(folder)

    for read in (roots.record, roots.deployment, roots.epochs):
        with pytest.raises(reading):
            read()
    with pytest.raises(reading):
        roots.unwrap(2, wrapped[2], CONTEXT)
    with pytest.raises(writing):
        roots.stage(DEPLOYMENT, 4)
    with pytest.raises(writing):
        roots.switch(record_of(3))
    with pytest.raises(RootInUse):
        roots.destroy(2)
    with pytest.raises(RootUnwritable):
        roots.destroy(3)
    roots.destroy(1)
    roots.destroy(1)
    assert roots.places()[str(folder)] == word
    assert not folder.is_dir() or list(folder.iterdir()) == []

    if folder.is_dir():
        folder.rmdir()
    folder.unlink(missing_ok=True)
    away.rename(folder)
    assert (folder / HALF(1)).exists()
    assert state(roots) == (record_of(2), {2, 3})
    assert not (folder / HALF(1)).exists()
    with pytest.raises(RootMissing):
        roots.unwrap(1, wrapped[1], CONTEXT)
    assert roots.unwrap(2, wrapped[2], CONTEXT) == KEY
    roots.switch(record_of(3))


@pytest.mark.parametrize("instead", [removed, unmounted, a_file])
def test_with_both_folders_away_nothing_is_said_to_be_destroyed(
    files: Rig, roots: FileRoots, instead: Callable[[Path], None]
) -> None:
    """A store that can't be found has destroyed nothing."""
    for side in "ab":
        (files.kept / side).rename(files.folder / side)
        instead(files.kept / side)
    for epoch in (1, 2, 3):
        with pytest.raises(RootUnwritable):
            roots.destroy(epoch)


@SIDES
def test_a_record_that_is_behind_is_brought_up(files: Rig, roots: FileRoots, side: str) -> None:
    """Stopped between the two folders a switch counts; the folder that missed it gets it with the next call."""
    record = files.kept / side / "record"
    record.write_bytes(encode_record(record_of(1)))
    assert roots.record() == record_of(2)
    assert record.read_bytes() == encode_record(record_of(2))


@SIDES
def test_with_a_record_behind_and_the_other_folder_away(files: Rig, roots: FileRoots, side: str) -> None:
    """What looks staged may be live, and what looks live is: neither is destroyed on this folder's word."""
    wrapped = roots.wrap(2, KEY, CONTEXT)
    (files.kept / side / "record").write_bytes(encode_record(record_of(1)))
    other = files.kept / ("b" if side == "a" else "a")
    other.rename(files.folder / "away")
    with pytest.raises(RootUnwritable):
        roots.destroy(2)
    with pytest.raises(RootInUse):
        roots.destroy(1)
    (files.folder / "away").rename(other)
    assert roots.unwrap(2, wrapped, CONTEXT) == KEY


@SIDES
@pytest.mark.parametrize("at", [0, 20, 60, 100, -1])
def test_a_damaged_record_stops_everything_but_destroying(files: Rig, roots: FileRoots, side: str, at: int) -> None:
    """Which root is live isn't guessed. What was live before the other folder's record can be destroyed there."""
    path = files.kept / side / "record"
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    for call in (roots.record, roots.epochs, lambda: roots.wrap(2, KEY, CONTEXT), lambda: roots.switch(record_of(2))):
        with pytest.raises(RootDamaged):
            call()
    assert roots.places()[str(path.parent)] == "damaged"
    with pytest.raises(RootInUse):
        roots.destroy(2)
    roots.destroy(1)
    # The remedy: a record is no secret, and the other folder has it too.
    path.write_bytes((files.kept / ("b" if side == "a" else "a") / "record").read_bytes())
    assert state(roots) == (record_of(2), {2})


@SIDES
def test_records_of_two_deployments_are_foreign(files: Rig, roots: FileRoots, side: str) -> None:
    """A folder of somebody else's is found out by every call, and nothing in it is destroyed."""
    rig = files_rig(files.folder / "elsewhere")
    rig.open().stage(FOREIGN, 1)
    rig.open().switch(record_of(1, deployment=FOREIGN))
    (files.kept / side).rename(files.folder / "away")
    (rig.kept / side).rename(files.kept / side)
    for call in (roots.record, roots.epochs, lambda: roots.wrap(2, KEY, CONTEXT), lambda: roots.destroy(1)):
        with pytest.raises(RootForeign):
            call()
    assert set(roots.places().values()) == {"foreign"}
    assert (files.kept / side / HALF(1)).exists()


@SIDES
def test_records_that_disagree_on_an_epoch_are_damaged(files: Rig, roots: FileRoots, side: str) -> None:
    """Two records of one epoch with other heads: no switch leaves that."""
    (files.kept / side / "record").write_bytes(encode_record(record_of(2, page=77)))
    with pytest.raises(RootDamaged):
        roots.record()


def test_a_mount_that_is_missing_before_the_first_switch(files: Rig) -> None:
    """A root that is staged but not live yet isn't wiped because the other folder is empty just now."""
    roots = FileRoots(*files.settings().root_folders)
    roots.stage(DEPLOYMENT, 1)
    wrapped = roots.wrap(1, KEY, CONTEXT)
    (files.kept / "b").rename(files.folder / "away")
    for instead in (removed, unmounted):
        instead(files.kept / "b")
        for call in (lambda: roots.stage(DEPLOYMENT, 1), roots.epochs, lambda: roots.destroy(1)):
            with pytest.raises(RootStoreError):
                call()
    (files.kept / "b").rmdir()
    (files.folder / "away").rename(files.kept / "b")
    assert roots.unwrap(1, wrapped, CONTEXT) == KEY
