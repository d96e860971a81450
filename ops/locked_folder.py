"""A folder of a few small files, each replaced whole, by one process and thread at a time.

A file is written beside its place, synced and renamed, and the folder synced: a crash leaves the old file or the new.
Work happens while the folder is locked (``flock``, which goes with the process that dies). It belongs on a local file
system.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.roots.folder import make

_NEW: Final = ".new"
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_LARGEST: Final = 1 << 22


@dataclass(frozen=True)
class Refusals:
    """What is raised.

    Attributes:
        missing: there is no folder.
        unusable: it, or a file in it, can't be used; made with the system's words for why.
        open_to_others: others than its owner have rights on a secret.
    """

    missing: type[Exception]
    unusable: type[Exception]
    open_to_others: type[Exception]


@dataclass(frozen=True)
class LockedFolder:
    """A folder by its path. Nothing is made or read before it is opened."""

    path: Path
    refusals: Refusals

    @contextmanager
    def opened(self, *, make_it: bool = False) -> Iterator["OpenFolder"]:
        """The folder, locked. Waits for whoever has it. Raises what ``refusals`` says."""
        try:
            if make_it:
                make(self.path, [])
            handle = os.open(self.path, _FOLDER)
        except FileNotFoundError:
            raise self.refusals.missing from None
        except OSError as error:
            raise _unusable(self.refusals, error) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield OpenFolder(handle, self.refusals)
        finally:
            os.close(handle)


class OpenFolder:
    """The folder while it is locked. Methods raise what ``Refusals`` says."""

    def __init__(self, handle: int, refusals: Refusals) -> None:
        self._handle, self._refusals = handle, refusals

    def read(self, name: str, *, secret: bool) -> bytes | None:
        """A file's bytes; None when there is no such file. A secret that others have rights on is refused."""
        try:
            handle = os.open(name, _READ, dir_fd=self._handle)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(self._refusals, error) from error
        try:
            if secret and os.fstat(handle).st_mode & _OTHERS:
                raise self._refusals.open_to_others
            with os.fdopen(handle, "rb", closefd=False) as file:
                return file.read(_LARGEST)
        except OSError as error:
            raise _unusable(self._refusals, error) from error
        finally:
            os.close(handle)

    def write(self, name: str, data: bytes) -> None:
        """Replace a file; durable on return. Where that fails nothing has changed."""
        staged = f"{name}{_NEW}"
        try:
            with suppress(FileNotFoundError):
                os.unlink(staged, dir_fd=self._handle)  # of one who died here; nobody else is in the folder
            with os.fdopen(os.open(staged, _WRITE, 0o600, dir_fd=self._handle), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.rename(staged, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            os.fsync(self._handle)
        except OSError as error:
            raise _unusable(self._refusals, error) from error


def _unusable(refusals: Refusals, error: OSError) -> Exception:
    """The system's own words for what went wrong; without the path that it went wrong with."""
    return refusals.unusable(error.strerror or type(error).__name__)
