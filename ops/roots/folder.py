"""One folder of a root store: whole files or none, and files that are wiped before they go.

Three kinds of names: the ``record``, a half per epoch (``root-00000000000000000007.half``), and what a crash left:
``*.new`` never got its name, ``*.doomed`` has lost it. All work goes through the handle of the folder that was opened
and locked, so a mount that changes meanwhile changes nothing of a call.

What a crash means: before the rename of a new file it was never there; after the rename of a doomed one it isn't there
any more. Everything between is ``tidy``'s to wipe.
"""

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from crypto.errors import RootDamaged, RootUnreachable
from crypto.ports import RootRecord
from crypto.roots import Half, decode_half, decode_record

RECORD: Final = "record"
_NEW: Final = ".new"
_DOOMED: Final = ".doomed"
_HALF: Final = re.compile(r"root-(\d{20})\.half")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_LARGEST: Final = 4_096


class OpenToOthers(RootDamaged):
    """Others than its owner may read a half or change it: whether it is still a secret nobody knows."""


def half_name(epoch: int) -> str:
    """The name of an epoch's half."""
    return f"root-{epoch:020d}.half"


class Folder:
    """A folder that is open and locked for one call; ``handle`` is None where it is absent or can't be opened.

    ``absent`` tells the two apart. Methods that write raise ``OSError``; those that read, ``RootStoreError``.
    """

    def __init__(self, path: Path, handle: int | None, *, absent: bool) -> None:
        self.path = path
        self.absent = absent
        self._handle = handle

    @property
    def reachable(self) -> bool:
        """Whether it was opened."""
        return self._handle is not None

    @property
    def handle(self) -> int:
        """The open folder.

        Raises:
            RootUnreachable: it isn't open.
        """
        if self._handle is None:
            raise RootUnreachable
        return self._handle

    def identity(self) -> tuple[int, int]:
        """The device and the number by which the system knows the folder, whatever its path."""
        known = os.fstat(self.handle)
        return known.st_dev, known.st_ino

    def read(self, name: str, *, secret: bool) -> bytes | None:
        """A file's bytes; None when there is no such file.

        Raises:
            RootUnreachable: it can't be read.
            OpenToOthers: it is a secret and others have rights on it.
        """
        try:
            handle = os.open(name, _READ, dir_fd=self.handle)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RootUnreachable from error
        try:
            if secret and os.fstat(handle).st_mode & _OTHERS:
                raise OpenToOthers
            return os.read(handle, _LARGEST)
        except OSError as error:
            raise RootUnreachable from error
        finally:
            os.close(handle)

    def record(self) -> RootRecord | None:
        """The record; None when there is none.

        Raises:
            RootUnreachable: the folder or the record can't be read.
            RootDamaged: it isn't whole.
        """
        data = self.read(RECORD, secret=False)
        return None if data is None else decode_record(data)

    def half(self, epoch: int) -> Half | None:
        """An epoch's half; None when there is none.

        Raises:
            RootUnreachable: the folder or the half can't be read.
            RootDamaged: it isn't whole, or is another epoch's.
        """
        data = self.read(half_name(epoch), secret=True)
        if data is None:
            return None
        half = decode_half(data)
        if half.epoch != epoch:
            raise RootDamaged
        return half

    def epochs(self) -> frozenset[int]:
        """The epochs of which something lies here under a half's name.

        Raises:
            RootUnreachable: the folder can't be read.
        """
        try:
            names = self._names()
        except OSError as error:
            raise RootUnreachable from error
        return frozenset(int(match[1]) for match in map(_HALF.fullmatch, names) if match)

    def prepare(self, data: bytes) -> str:
        """Write a new file without a name of its own, durable on return; its provisional name."""
        name = secrets.token_hex(8) + _NEW
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        handle = os.open(name, flags, 0o600, dir_fd=self.handle)
        try:
            _write(handle, data)
            os.fsync(handle)
        except OSError:
            self.discard(name)
            raise
        finally:
            os.close(handle)
        return name

    def discard(self, prepared: str) -> None:
        """Drop a prepared file that never got its name; what can't be dropped now is ``tidy``'s later."""
        with suppress(OSError):
            os.unlink(prepared, dir_fd=self.handle)
            self.settle()

    def publish(self, prepared: str, name: str) -> None:
        """Give a prepared file its name, in place of what had it; durable on return."""
        os.rename(prepared, name, src_dir_fd=self.handle, dst_dir_fd=self.handle)
        self.settle()

    def settle(self) -> None:
        """Make the names that were seen durable: somebody may have been stopped between a rename and this."""
        os.fsync(self.handle)

    def wipe(self, name: str) -> None:
        """Make a file's bytes go and then the file; durable on return.

        It loses its name first: from then on no reader takes half-overwritten bytes for damage.
        """
        doomed = name if name.endswith((_NEW, _DOOMED)) else name + _DOOMED
        if doomed != name:
            os.rename(name, doomed, src_dir_fd=self.handle, dst_dir_fd=self.handle)
            self.settle()
        handle = os.open(doomed, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.handle)
        try:
            _write(handle, os.urandom(os.fstat(handle).st_size))
            os.fsync(handle)
            os.ftruncate(handle, 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.unlink(doomed, dir_fd=self.handle)
        self.settle()

    def tidy(self) -> None:
        """Wipe what a crash left."""
        for name in self._names():
            if name.endswith((_NEW, _DOOMED)):
                self.wipe(name)

    def _names(self) -> list[str]:
        return os.listdir(self.handle)  # noqa: PTH208 - through the handle, which a Path can't hold

    def forget(self, epoch: int) -> None:
        """Wipe an epoch's half, and whatever an interrupted attempt left of it; when this returns it is gone."""
        self.tidy()
        with suppress(FileNotFoundError):
            self.wipe(half_name(epoch))
        self.settle()


@contextmanager
def opened(*paths: Path) -> Iterator[tuple[Folder, ...]]:
    """Open folders, and lock those that are there against every other process and thread; in one order, for all."""
    folders = tuple(_open(path) for path in paths)
    try:
        there = {folder.identity(): folder for folder in folders if folder.reachable}
        for _, folder in sorted(there.items(), key=lambda item: item[0]):
            fcntl.flock(folder.handle, fcntl.LOCK_EX)
        yield folders
    except OSError as error:
        raise RootUnreachable from error
    finally:
        for folder in folders:
            if folder.reachable:
                os.close(folder.handle)


def make(path: Path, made: list[Path]) -> None:
    """Make a folder and those above it, for its owner only; ``made`` gets the ones that weren't there."""
    if path.is_dir():
        return
    make(path.parent, made)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
        made.append(path)
    above = os.open(path.parent, _FOLDER)
    try:
        os.fsync(above)
    finally:
        os.close(above)


def _open(path: Path) -> Folder:
    try:
        return Folder(path, os.open(path, _FOLDER), absent=False)
    except OSError as error:
        return Folder(path, None, absent=error.errno == errno.ENOENT)


def _write(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
