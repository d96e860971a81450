"""Two folders of root keys: what lies in them, and what is said when a file isn't what it should be."""

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.errors import RootDamaged, RootForeign, RootMissing, RootStoreError, RootUnreachable
from crypto.ports import RootStore
from crypto.roots import decode_half
from ops.roots import FileRoots
from ops.settings import RootSettingsError
from tests.ops.roots.conftest import HALF
from tests.ops.roots.rigs import CONTEXT, DEPLOYMENT, FOREIGN, KEY, Rig, files_rig, record_of, state

SIDES = pytest.mark.parametrize("side", ["a", "b"])


def test_what_lies_there_is_for_its_owner_only(files: Rig, roots: FileRoots) -> None:
    """A record and a half for each root in both folders; nobody else may read a file or enter a folder."""
    assert set(files.files()) == {f"{side}/{name}" for side in "ab" for name in ("record", HALF(1), HALF(2))}
    for path in (files.kept, *files.kept.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert set(roots.places().values()) == {"ok"}


def test_after_destroying_no_half_is_in_any_file(files: Rig, roots: RootStore) -> None:
    """The 32 bytes of both halves were in the folders' files, and are in none of them afterwards."""
    halves = [decode_half(files.files()[f"{side}/{HALF(1)}"]).secret for side in "ab"]
    assert [sum(half in content for content in files.files().values()) for half in halves] == [1, 1]
    roots.destroy(1)
    assert [sum(half in content for content in files.files().values()) for half in halves] == [0, 0]


def test_a_half_that_cannot_be_overwritten_is_not_said_to_be_gone(files: Rig, roots: RootStore) -> None:
    """While the system refuses to write, destroying fails and the bytes are still there; later it succeeds."""
    half = decode_half(files.files()[f"a/{HALF(1)}"]).secret
    assert files.child(["limit", 0], ["destroy", 1]) == [None, "RootUnwritable"]
    assert any(half in content for content in files.files().values())
    roots.destroy(1)
    assert not any(half in content for content in files.files().values())


def flipped(half: Path, _: Path) -> None:
    """One bit of the secret."""
    content = bytearray(half.read_bytes())
    content[60] ^= 1
    half.write_bytes(content)


def cut(half: Path, _: Path) -> None:
    """The last byte is missing."""
    half.write_bytes(half.read_bytes()[:-1])


def emptied(half: Path, _: Path) -> None:
    """Nothing is left in it."""
    half.write_bytes(b"")


def lengthened(half: Path, _: Path) -> None:
    """A byte too many."""
    half.write_bytes(half.read_bytes() + b"\0")


def another_epochs(half: Path, _: Path) -> None:
    """The retired root's half under the live one's name."""
    shutil.copy(half.with_name(HALF(1)), half)


def another_deployments(half: Path, elsewhere: Path) -> None:
    """A half of the same epoch from the folders of somebody else."""
    rig = files_rig(elsewhere)
    rig.open().stage(FOREIGN, 2)
    shutil.copy(rig.kept / "a" / HALF(2), half)


def another_drawings(half: Path, elsewhere: Path) -> None:
    """A half of the same deployment and epoch that was drawn another time."""
    rig = files_rig(elsewhere)
    rig.open().stage(DEPLOYMENT, 2)
    shutil.copy(rig.kept / "a" / HALF(2), half)


def the_other_half(half: Path, _: Path) -> None:
    """A copy of the other folder's half: together they would make a root of zeros."""
    shutil.copy(half.parent.parent / ("b" if half.parent.name == "a" else "a") / half.name, half)


def shown(half: Path, _: Path) -> None:
    """The group may read it."""
    half.chmod(0o640)


def writable(half: Path, _: Path) -> None:
    """Others may change it."""
    half.chmod(0o602)


def gone(half: Path, _: Path) -> None:
    """It isn't there."""
    half.unlink()


def a_folder(half: Path, _: Path) -> None:
    """A folder has its name."""
    half.unlink()
    half.mkdir(mode=0o700)


def a_link(half: Path, elsewhere: Path) -> None:
    """It was moved away, and a link has its name."""
    half.rename(elsewhere.with_suffix(".moved"))
    half.symlink_to(elsewhere.with_suffix(".moved"))


HARMS: list[tuple[Callable[[Path, Path], None], type[RootStoreError], str]] = [
    (flipped, RootDamaged, "damaged"),
    (cut, RootDamaged, "damaged"),
    (emptied, RootDamaged, "damaged"),
    (lengthened, RootDamaged, "damaged"),
    (another_epochs, RootDamaged, "damaged"),
    (another_deployments, RootForeign, "foreign"),
    (another_drawings, RootDamaged, "mismatched"),
    (the_other_half, RootDamaged, "mismatched"),
    (shown, RootDamaged, "open-to-others"),
    (writable, RootDamaged, "open-to-others"),
    (gone, RootMissing, "half-missing"),
    (a_folder, RootUnreachable, "unreachable"),
    (a_link, RootUnreachable, "unreachable"),
]


@SIDES
@pytest.mark.parametrize(("harm", "error", "word"), HARMS, ids=[harm.__name__ for harm, _, _ in HARMS])
def test_what_is_wrong_with_a_half_is_told(
    files: Rig, roots: FileRoots, side: str,
    harm: Callable[[Path, Path], None], error: type[RootStoreError], word: str,
) -> None:  # fmt: skip
    """Each harm to the live half has its error and its word; nothing is repaired, and the retired root still opens."""
    wrapped, retired = roots.wrap(2, KEY, CONTEXT), roots.wrap(1, KEY, CONTEXT)
    assert roots.unwrap(2, wrapped, CONTEXT) == KEY
    harm(files.kept / side / HALF(2), files.folder / "elsewhere")
    with pytest.raises(error) as raised:
        roots.unwrap(2, wrapped, CONTEXT)
    assert issubclass(raised.type, error)
    assert roots.places()[str(files.kept / side)] == word
    assert roots.record() == record_of(2)
    assert roots.unwrap(1, retired, CONTEXT) == KEY
    if error is not RootUnreachable:
        assert roots.epochs() == {1}


@SIDES
def test_a_damaged_staged_root_is_neither_used_nor_written_over(files: Rig, roots: FileRoots, side: str) -> None:
    """No crash leaves such a half, so it isn't taken for one's rest; ``destroy`` makes room for another."""
    roots.stage(DEPLOYMENT, 3)
    flipped(files.kept / side / HALF(3), files.folder)
    with pytest.raises(RootDamaged):
        roots.switch(record_of(3))
    with pytest.raises(RootDamaged):
        roots.stage(DEPLOYMENT, 3)
    roots.destroy(3)
    roots.stage(DEPLOYMENT, 3)
    roots.switch(record_of(3))
    assert state(roots) == (record_of(3), {1, 2, 3})


def test_the_folders_may_change_places(files: Rig, roots: RootStore) -> None:
    """Which folder is named first doesn't matter."""
    wrapped = roots.wrap(2, KEY, CONTEXT)
    turned = FileRoots(files.kept / "b", files.kept / "a")
    assert turned.unwrap(2, wrapped, CONTEXT) == KEY
    turned.stage(DEPLOYMENT, 3)
    assert state(roots) == (record_of(2), {1, 2, 3})


def test_one_folder_is_not_two(tmp_path: Path) -> None:
    """Both halves in one place would be no halves: the same folder is refused, under whatever name."""
    folder = tmp_path / "a"
    for other in (folder, tmp_path / "b" / ".." / "a"):
        with pytest.raises(RootSettingsError):
            FileRoots(folder, other)
    roots = FileRoots(folder, tmp_path / "b")
    folder.mkdir()
    (tmp_path / "b").symlink_to(folder)
    with pytest.raises(RootSettingsError):
        roots.stage(DEPLOYMENT, 1)
    assert list(folder.iterdir()) == []


def test_it_is_known_when_both_lie_on_one_device(roots: FileRoots, tmp_path: Path) -> None:
    """Two folders side by side are on one device; a folder of the system's own isn't; an absent one can't be asked."""
    assert roots.on_one_device()
    assert not FileRoots(tmp_path, Path("/dev")).on_one_device()
    with pytest.raises(RootUnreachable):
        FileRoots(tmp_path, tmp_path / "absent").on_one_device()
