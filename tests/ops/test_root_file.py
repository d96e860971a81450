"""The root key's file: made once, on purpose, whole or not at all, and read by its owner only."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ops.root_file import SIZE, RootFileError, create, read

# Stops the process between the staged file and its name: where a power cut would hurt most.
CRASHING = """
import os, signal, sys
from pathlib import Path
from ops import root_file
os.{call} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
root_file.create(Path(sys.argv[1]))
"""


def test_what_is_made_is_what_is_read(tmp_path: Path) -> None:
    """32 random bytes, in a file that nobody else may read, in a folder that nobody else may enter."""
    path = tmp_path / "keys" / "root.key"
    key = create(path)
    assert len(key) == SIZE
    assert read(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["root.key"]
    assert create(tmp_path / "other.key") != key


def test_a_second_one_is_refused(tmp_path: Path) -> None:
    """A key that exists is never replaced, and the attempt leaves nothing behind."""
    path = tmp_path / "root.key"
    key = create(path)
    with pytest.raises(RootFileError, match="exists already"):
        create(path)
    assert read(path) == key
    assert [one.name for one in tmp_path.iterdir()] == ["root.key"]


def test_of_many_makers_one_wins(tmp_path: Path) -> None:
    """Sixteen at once: one gets its key, and that is the one in the file."""
    path = tmp_path / "root.key"

    def make() -> bytes | None:
        try:
            return create(path)
        except RootFileError:
            return None

    with ThreadPoolExecutor(16) as pool:
        made = [one.result() for one in [pool.submit(make) for _ in range(16)]]
    assert [key for key in made if key is not None] == [read(path)]


@pytest.mark.parametrize("call", ["link", "fsync"])
def test_a_crash_while_making_leaves_no_key(tmp_path: Path, call: str) -> None:
    """Killed before the file has its name there is no key, and making one works afterwards."""
    path = tmp_path / "root.key"
    done = subprocess.run(
        [sys.executable, "-c", CRASHING.format(call=call), str(path)], check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == -9
    assert not path.exists()
    assert len(list(tmp_path.iterdir())) == 1  # control: it did get as far as the staged file
    with pytest.raises(RootFileError, match="missing"):
        read(path)
    assert create(path) == read(path)


@pytest.mark.parametrize("size", [0, 31, 33, 1_000])
def test_a_damaged_file_is_refused(tmp_path: Path, size: int) -> None:
    """Anything but 32 bytes is damaged, never padded, cut or replaced."""
    path = tmp_path / "root.key"
    path.touch(0o600)
    path.write_bytes(bytes(size))
    with pytest.raises(RootFileError, match="damaged"):
        read(path)
    assert path.stat().st_size == size


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o602, 0o601, 0o620])
def test_a_file_that_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    """Any right of the group or of others is too much; with it taken away the same file is fine."""
    path = tmp_path / "root.key"
    key = create(path)
    path.chmod(mode)
    with pytest.raises(RootFileError, match="others"):
        read(path)
    path.chmod(0o400)
    assert read(path) == key


def test_a_missing_one_is_never_made_by_reading(tmp_path: Path) -> None:
    """Missing is missing: reading raises and makes nothing."""
    with pytest.raises(RootFileError, match="missing"):
        read(tmp_path / "root.key")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    """What can't be read as a file is said to be unreadable, without the system's words about it."""
    with pytest.raises(RootFileError, match="can't be read"):
        read(tmp_path)
