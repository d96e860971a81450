"""The key copies: what each epoch changed of the tree of keys, kept in at least two folders outside the database.

Every erasure gives the tree a new root and destroys the old one, so the pages of an older backup can't be opened any
more, those of living engagements included. What brings a restored database up to date is here: one file per epoch
with the pages that the epoch replaced and its tombstone. All of it is ciphertext, addresses and ids: a copy may be
copied, and opens nothing without the live root.

A file is written beside its place, synced, renamed, and read back from the disk before it counts. Files are never
changed: the same epoch again with the same bytes is fine, with other bytes it is refused. One writer at a time: who
erases holds a lock. ``copy_file`` says what is in a file.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final, Literal, NamedTuple
from uuid import UUID

from crypto.errors import Malformed
from crypto.ports import Switch
from ops.erasure.copy_file import HASH_SIZE, decode, encode

_NAME: Final = re.compile(r"epoch-(\d{10})\.cbor")
_FEWEST: Final = 2


class CopiesError(Exception):
    """The key copies can't do what was asked. Messages are fixed, but for an epoch's number."""

    message: ClassVar[str] = "the key copies failed"

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.message)


class CopiesUnwritable(CopiesError):  # noqa: N818 - named by what happened, as in crypto.errors
    """A folder is full, read-only or out of reach, or gave back other bytes than it was given."""

    message = "the key copies can't be written"


class CopyMissing(CopiesError):  # noqa: N818 - as above
    """No folder has the file of this epoch."""

    def __init__(self, epoch: int) -> None:
        super().__init__(f"the key copies of epoch {epoch} are missing")
        self.epoch = epoch


class CopyDamaged(CopiesError):  # noqa: N818 - as above
    """No folder has a whole file of this epoch, but at least one has a damaged or unreadable one."""

    message = "the key copies are damaged"


class CopyForeign(CopiesError):  # noqa: N818 - as above
    """A file is of another deployment."""

    message = "the key copies belong to another deployment"


class CopyDiffers(CopiesError):  # noqa: N818 - as above
    """There is a whole file of this epoch with other content: two histories meet here."""

    message = "the key copies of this epoch hold something else"


Repaired = Callable[[Path, int, bool], None]
"""Told of a folder whose file of an epoch was missing or damaged, and whether it is whole now."""


class KeyCopies:
    """The copies of one deployment, in at least two different folders, which are made when they are missing.

    Raises:
        ValueError: fewer than two folders, or the same one twice.
    """

    def __init__(self, folders: Sequence[Path], repaired: Repaired = lambda _folder, _epoch, _whole: None) -> None:
        self.folders = tuple(folder.resolve() for folder in folders)
        if len(self.folders) < _FEWEST or len(set(self.folders)) < len(self.folders):
            raise ValueError("key copies need at least two different folders")
        self._repaired = repaired

    def write(self, deployment: UUID, switch: Switch) -> bytes:
        """Write an epoch's file to every folder and read it back; return its hash (32 bytes). Idempotent.

        Raises:
            CopyForeign: the switch, or a file of this epoch that is there, is of another deployment.
            CopyDiffers: a whole file of this epoch holds something else. Nothing was written.
            CopiesUnwritable: a folder couldn't be written. Others may have been: write again.
        """
        if switch.state.deployment != deployment:
            raise CopyForeign
        content = encode(switch)
        places = [_place(folder, switch.state.epoch) for folder in self.folders]
        there = [_look(place, deployment, switch.state.epoch) for place in places]
        if any(found.word == "whole" and found.content != content for found in there):
            raise CopyDiffers
        for place in places:
            _write(place, content)
        return content[-HASH_SIZE:]

    def read(self, deployment: UUID, epoch: int) -> Switch:
        """An epoch's switch, its pages in the order of their paths, from whichever folder has it whole.

        Where it is missing or damaged it is written again, and ``repaired`` is told.

        Raises:
            CopyMissing, CopyDamaged: no folder has it whole.
            CopyForeign: a folder has another deployment's.
            CopyDiffers: two folders have different ones, each whole.
        """
        there = {folder: _look(_place(folder, epoch), deployment, epoch) for folder in self.folders}
        whole = {found.content for found in there.values() if found.word == "whole"}
        if len(whole) > 1:
            raise CopyDiffers
        if not whole:
            raise CopyDamaged if any(found.word == "damaged" for found in there.values()) else CopyMissing(epoch)
        [content] = whole
        for folder in (folder for folder, found in there.items() if found.word != "whole"):
            self._repaired(folder, epoch, self._repair(folder, epoch, content))
        return decode(content)

    def epochs(self) -> tuple[int, ...]:
        """The epochs that any folder has a file of, whole or not, in order."""
        return tuple(sorted({epoch for folder in self.folders for epoch in _epochs(folder)}))

    def status(self) -> Mapping[str, str]:
        """Each folder with one word on it. Reads every file.

        ``missing``: no such folder; ``unwritable``: nothing can be added; ``damaged``: a file isn't whole, or can't be
        read; ``incomplete``: an epoch is missing that another folder has, or that lies between two; else ``ok``.
        """
        epochs = self.epochs()
        wanted = set(range(epochs[0], epochs[-1] + 1)) if epochs else set()
        return {str(folder): _word(folder, wanted) for folder in self.folders}

    def _repair(self, folder: Path, epoch: int, content: bytes) -> bool:
        try:
            _write(_place(folder, epoch), content)
        except CopiesUnwritable:
            return False
        return True


def _word(folder: Path, wanted: set[int]) -> str:
    if not folder.is_dir():
        return "missing"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return "unwritable"
    there = _epochs(folder)
    if any(_look(_place(folder, epoch), None, epoch).word != "whole" for epoch in there):
        return "damaged"
    return "ok" if there == wanted else "incomplete"


def _place(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch:010}.cbor"


def _epochs(folder: Path) -> set[int]:
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return set()
    return {int(match[1]) for match in map(_NAME.fullmatch, names) if match}


class _Found(NamedTuple):
    word: Literal["whole", "damaged", "missing"]
    content: bytes = b""


def _look(path: Path, deployment: UUID | None, epoch: int) -> _Found:
    """What is at a place. A file that can't be read, or is another epoch's, is damaged as well."""
    try:
        content = path.read_bytes()
        switch = decode(content)
    except FileNotFoundError:
        return _Found("missing")
    except (OSError, Malformed):
        return _Found("damaged")
    if switch.state.epoch != epoch:
        return _Found("damaged")
    if deployment is not None and switch.state.deployment != deployment:
        raise CopyForeign
    return _Found("whole", content)


def _write(path: Path, content: bytes) -> None:
    """Make the file hold this, durably, and read it back. A reader sees the old file or the new one, whole."""
    try:
        _make_folder(path.parent)
        staged = path.with_name(f".{path.name}.staged")
        handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
            # Out of memory, so that what is read back comes from the disk.
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        staged.replace(path)
        _sync(path.parent)
        if path.read_bytes() != content:
            raise CopiesUnwritable
    except OSError as error:
        raise CopiesUnwritable from error


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
