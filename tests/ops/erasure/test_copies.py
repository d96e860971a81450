"""The key copies: one whole file per epoch in every folder, or an error that says what is wrong."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from crypto import tombstones
from crypto.encoding import dumps
from crypto.errors import Malformed
from crypto.ports import StoredPage, Switch, Tombstone, TreeState
from ops.erasure import copy_file
from ops.erasure.copies import (
    CopiesError,
    CopiesUnwritable,
    CopyDamaged,
    CopyDiffers,
    CopyForeign,
    CopyMissing,
    KeyCopies,
)

DEPLOYMENT = UUID(int=7)
NAME = "epoch-0000000042.cbor"
# Writes a switch's copies in a process of its own, after something was done to that process.
WRITING = """
import os, pickle, resource, signal, sys
from pathlib import Path
from ops.erasure import copies
done = []
{first}
switch = pickle.loads(sys.stdin.buffer.read())
try:
    copies.KeyCopies([Path(folder) for folder in sys.argv[1:]]).write(switch.state.deployment, switch)
except copies.CopiesError as error:
    print(type(error).__name__)
"""
KILLED_AT = """
def killing(call, count={count}):
    def kill(*arguments, **named):
        done.append(1)
        if len(done) > count:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*arguments, **named)
    return kill
{call} = killing({call})
"""


def a_switch(epoch: int = 42, deployment: UUID = DEPLOYMENT) -> Switch:
    """A switch of one epoch, its pages in the order of their paths."""
    pages = tuple(StoredPage(path, epoch, os.urandom(8221)) for path in (b"", b"\x80", b"\x80\3", b"\xc0"))
    state = TreeState(deployment, epoch, os.urandom(60), sha256(pages[0].sealed).digest(), os.urandom(32))
    tombstone = Tombstone(epoch, (uuid4(),), (b"\x80\3\7",), (uuid4(), uuid4()), 1_700_000_000_000_000)
    return Switch(epoch - 1, state, pages, tombstone)


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders that aren't there yet."""
    return [tmp_path / "a", tmp_path / "deep" / "b"]


def write_elsewhere(first: str, switch: Switch, folders: list[Path]) -> tuple[int, str]:
    """Write a switch in another process, prepared by these statements: its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-c", WRITING.format(first=first), *map(str, folders)],
        input=pickle.dumps(switch),
        capture_output=True,
        check=False,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    return done.returncode, done.stdout.decode().strip()


def test_what_is_written_is_read(folders: list[Path]) -> None:
    """The same file in both folders, whole, private, alone, and read as the very switch that was written."""
    kept, switch = KeyCopies(folders), a_switch()
    digest = kept.write(DEPLOYMENT, switch)
    contents = [(folder / NAME).read_bytes() for folder in folders]
    assert contents[0] == contents[1]
    assert contents[0][-32:] == digest == sha256(contents[0][:-32]).digest()
    for folder in folders:
        assert [path.name for path in folder.iterdir()] == [NAME]
        assert (folder.stat().st_mode & 0o777, (folder / NAME).stat().st_mode & 0o777) == (0o700, 0o600)
    assert kept.read(DEPLOYMENT, 42) == switch
    assert kept.epochs() == (42,)
    assert kept.status() == {str(folder): "ok" for folder in folders}


def test_writing_again_changes_nothing(folders: list[Path]) -> None:
    """The same switch again, its pages in whatever order, is the same file; it completes a folder that lacks it."""
    kept, switch = KeyCopies(folders), a_switch()
    digest, content = kept.write(DEPLOYMENT, switch), (folders[0] / NAME).read_bytes()
    (folders[1] / NAME).unlink()
    assert kept.write(DEPLOYMENT, replace(switch, pages=switch.pages[::-1])) == digest
    assert [(folder / NAME).read_bytes() for folder in folders] == [content, content]


@pytest.mark.parametrize("present", [0, 1])
def test_an_epoch_is_never_written_over(folders: list[Path], present: int) -> None:
    """Another switch of the same epoch is refused if any folder has a whole one, and nothing is written anywhere."""
    kept, switch = KeyCopies(folders), a_switch()
    kept.write(DEPLOYMENT, switch)
    (folders[1 - present] / NAME).unlink()
    for other in (a_switch(), replace(switch, before=40), replace(switch, pages=switch.pages[1:])):
        with pytest.raises(CopyDiffers):
            kept.write(DEPLOYMENT, other)
    assert not (folders[1 - present] / NAME).exists()
    assert kept.read(DEPLOYMENT, 42) == switch


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda content: content[:-1],
    "cut to the hash": lambda content: content[-32:],
    "longer": lambda content: content + b"\0",
    "first byte": lambda content: bytes([content[0] ^ 1]) + content[1:],
    "in a page": lambda content: content[:9000] + bytes([content[9000] ^ 1]) + content[9001:],
    "in the hash": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "another epoch's": lambda _: copy_file.encode(a_switch(41)),
    "hashes well, is something else": lambda _: (body := dumps([1, "no switch"])) + sha256(body).digest(),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("where", [0, 1])
def test_a_damaged_copy_is_repaired_from_the_other(folders: list[Path], damage: str, where: int) -> None:
    """Read from the whole one; the damaged one is written again and told of. With both damaged there is no answer."""
    told: list[tuple[Path, int, bool]] = []
    kept, switch = KeyCopies(folders, lambda *repaired: told.append(repaired)), a_switch()
    kept.write(DEPLOYMENT, switch)
    content = (folders[0] / NAME).read_bytes()
    (folders[where] / NAME).write_bytes(DAMAGES[damage](content))
    assert kept.status() == {str(folder): "damaged" if folder == folders[where] else "ok" for folder in folders}
    assert kept.read(DEPLOYMENT, 42) == switch
    assert told == [(folders[where], 42, True)]
    assert kept.read(DEPLOYMENT, 42) == switch
    assert len(told) == 1
    assert (folders[where] / NAME).read_bytes() == content
    for folder in folders:
        (folder / NAME).write_bytes(DAMAGES[damage](content))
    with pytest.raises(CopyDamaged):
        kept.read(DEPLOYMENT, 42)
    kept.write(DEPLOYMENT, switch)
    assert kept.read(DEPLOYMENT, 42) == switch


def test_a_missing_copy_is_repaired_from_the_other(folders: list[Path]) -> None:
    """One folder lacks the file, or is gone altogether; with none left the error names the epoch."""
    told: list[tuple[Path, int, bool]] = []
    kept, switch = KeyCopies(folders, lambda *repaired: told.append(repaired)), a_switch()
    with pytest.raises(CopyMissing) as missing:
        kept.read(DEPLOYMENT, 42)
    assert (missing.value.epoch, told) == (42, [])
    kept.write(DEPLOYMENT, switch)
    (folders[0] / NAME).unlink()
    assert kept.read(DEPLOYMENT, 42) == switch
    (folders[1] / NAME).unlink()
    folders[1].rmdir()
    assert kept.read(DEPLOYMENT, 42) == switch
    assert told == [(folders[0], 42, True), (folders[1], 42, True)]
    (folders[0] / NAME).unlink()
    (folders[1] / NAME).write_bytes(b"")
    with pytest.raises(CopyDamaged):
        kept.read(DEPLOYMENT, 42)


def test_another_deployment_s_copies_are_refused(folders: list[Path]) -> None:
    """To read, to write over, and to write in another's name; also when only one folder has the other's."""
    kept, switch, other = KeyCopies(folders), a_switch(), a_switch(deployment=UUID(int=8))
    with pytest.raises(CopyForeign):
        kept.write(DEPLOYMENT, other)
    assert kept.epochs() == ()
    kept.write(DEPLOYMENT, switch)
    (folders[1] / NAME).write_bytes(copy_file.encode(other))
    for act in (lambda: kept.write(DEPLOYMENT, switch), lambda: kept.read(DEPLOYMENT, 42)):
        with pytest.raises(CopyForeign):
            act()
    assert (folders[1] / NAME).read_bytes() == copy_file.encode(other)


def test_two_different_whole_copies_are_refused(folders: list[Path]) -> None:
    """Nobody can tell here which is right, so neither is given, and neither is touched."""
    kept, one, other = KeyCopies(folders), a_switch(), a_switch()
    kept.write(DEPLOYMENT, one)
    (folders[1] / NAME).write_bytes(copy_file.encode(other))
    with pytest.raises(CopyDiffers):
        kept.read(DEPLOYMENT, 42)
    assert [(folder / NAME).read_bytes() for folder in folders] == [copy_file.encode(one), copy_file.encode(other)]


@pytest.mark.parametrize("call", ["os.fsync", "os.fdopen", "Path.replace", "os.posix_fadvise", "Path.read_bytes"])
@pytest.mark.parametrize("count", range(4))
def test_a_crash_leaves_whole_copies_or_none(folders: list[Path], call: str, count: int) -> None:
    """Killed at any step, a file is whole or not there; writing again completes both folders and leaves no rest."""
    switch = a_switch()
    code, _ = write_elsewhere(KILLED_AT.format(call=call, count=count), switch, folders)
    crashed = code == -9
    assert crashed == (count < {"os.fdopen": 2, "Path.replace": 2, "os.posix_fadvise": 2}.get(call, 4))
    content = copy_file.encode(switch)
    for folder in folders:
        assert not (folder / NAME).exists() or (folder / NAME).read_bytes() == content
    kept = KeyCopies(folders)
    kept.write(DEPLOYMENT, switch)
    assert kept.read(DEPLOYMENT, 42) == switch
    assert [path.name for folder in folders for path in folder.iterdir()] == [NAME, NAME]


def test_a_full_disk_is_an_error(folders: list[Path]) -> None:
    """Where a file can't grow to its size nothing is said to be copied; with room it is."""
    switch, limit = a_switch(), "resource.setrlimit(resource.RLIMIT_FSIZE, ({0}, {0}))"
    assert write_elsewhere(limit.format(10_000), switch, folders) == (0, "CopiesUnwritable")
    assert KeyCopies(folders).epochs() == ()
    assert write_elsewhere(limit.format(1_000_000), switch, folders) == (0, "")
    assert KeyCopies(folders).read(DEPLOYMENT, 42) == switch


def test_a_disk_that_gives_back_something_else_is_an_error(folders: list[Path]) -> None:
    """What is read back is compared: bytes that changed on the way to the disk aren't counted as a copy."""
    rot = "sync = os.fsync\nos.fsync = lambda file: (sync(file), os.pwrite(file, b'rot', 99) if {} else None)"
    still_writing = "not os.path.isdir(f'/proc/self/fd/{file}')"
    assert write_elsewhere(rot.format(still_writing), a_switch(), folders) == (0, "CopiesUnwritable")
    assert KeyCopies(folders).status()[str(folders[0])] == "damaged"
    assert write_elsewhere(rot.format("False"), switch := a_switch(), folders) == (0, "")
    assert KeyCopies(folders).read(DEPLOYMENT, 42) == switch


def test_a_folder_that_can_not_be_made_is_an_error(folders: list[Path]) -> None:
    """A file stands in the folder's place: writing fails; reading goes on, and tells that it couldn't repair."""
    told: list[tuple[Path, int, bool]] = []
    kept, switch = KeyCopies(folders, lambda *repaired: told.append(repaired)), a_switch()
    folders[1].parent.write_bytes(b"in the way")
    with pytest.raises(CopiesUnwritable):
        kept.write(DEPLOYMENT, switch)
    assert kept.status() == {str(folders[0]): "ok", str(folders[1]): "missing"}
    assert kept.read(DEPLOYMENT, 42) == switch
    assert told == [(folders[1], 42, False)]
    folders[1].parent.unlink()
    kept.write(DEPLOYMENT, switch)
    assert set(kept.status().values()) == {"ok"}


def test_a_folder_s_word_says_what_is_wrong(folders: list[Path]) -> None:
    """Missing, incomplete (against the other folder, or a hole in both), damaged, ok; other files don't matter."""
    kept = KeyCopies(folders)
    assert set(kept.status().values()) == {"missing"}
    for epoch in (2, 3, 4):
        kept.write(DEPLOYMENT, a_switch(epoch))
    (folders[0] / "notes.txt").write_text("of the operator")
    (folders[0] / "epoch-5.cbor").write_text("no copy by its name")
    assert (kept.epochs(), set(kept.status().values())) == ((2, 3, 4), {"ok"})
    (folders[0] / "epoch-0000000004.cbor").unlink()
    assert kept.status() == {str(folders[0]): "incomplete", str(folders[1]): "ok"}
    kept.write(DEPLOYMENT, a_switch(6))
    assert kept.epochs() == (2, 3, 4, 6)
    assert set(kept.status().values()) == {"incomplete"}
    (folders[1] / "epoch-0000000003.cbor").write_bytes(b"rot")
    assert kept.status() == {str(folders[0]): "incomplete", str(folders[1]): "damaged"}


def test_at_least_two_different_folders_are_needed(tmp_path: Path) -> None:
    """One folder, one twice, or one under two names is refused; three are fine and all get the file."""
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for few in ([], ["a"], ["a", "a"], ["a", "./b/../a"], ["a", "link"]):
        with pytest.raises(ValueError, match="different folders"):
            KeyCopies([tmp_path / name for name in few])
    kept, switch = KeyCopies([tmp_path / name for name in "abc"]), a_switch()
    kept.write(DEPLOYMENT, switch)
    for name in "ab":
        (tmp_path / name / NAME).unlink()
    assert kept.read(DEPLOYMENT, 42) == switch
    assert all((tmp_path / name / NAME).exists() for name in "abc")


def test_a_file_has_one_spelling() -> None:
    """What isn't written so isn't read: another order of pages, another version, more fields, other types."""
    switch = a_switch()
    pages = [[page.path, page.epoch, page.sealed] for page in switch.pages]
    fields = [
        1, DEPLOYMENT.bytes, 41, 42, switch.state.root_wrap, switch.state.page_head, switch.state.tombstone_head, pages,
        tombstones.encode(switch.tombstone),
    ]  # fmt: skip

    def file_of(fields: list[object]) -> bytes:
        body = dumps(fields)
        return body + sha256(body).digest()

    assert copy_file.decode(file_of(fields)) == switch
    for place, other in ((0, 2), (1, b"short"), (3, "42"), (7, pages[::-1]), (7, [*pages, [b""]]), (7, 7), (8, b"")):
        with pytest.raises(Malformed):
            copy_file.decode(file_of([*fields[:place], other, *fields[place + 1 :]]))
    with pytest.raises(Malformed):
        copy_file.decode(file_of([*fields, None]))


def test_errors_say_nothing_but_an_epoch(tmp_path: Path) -> None:
    """Every message is fixed, names no folder, and is one of the family's."""
    errors: list[Exception] = [CopiesUnwritable(), CopyMissing(42), CopyDamaged(), CopyForeign(), CopyDiffers()]
    assert all(isinstance(error, CopiesError) and str(tmp_path) not in str(error) for error in errors)
    assert len({str(error) for error in errors}) == len(errors)
    assert [str(error) for error in errors if "42" in str(error)] == [str(CopyMissing(42))]
