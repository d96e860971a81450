"""The root key in a file: 32 random bytes, readable by their owner only.

Creating is explicit and happens once: a missing root never means "make one", because everything that was ever sealed
would be lost in silence. The file is written beside its place, synced and renamed, so a crash leaves either no key or
a whole one.
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

SIZE: Final = 32
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class RootFileError(Exception):
    """The root key's file is missing, exists already, is damaged, or can be read by others. Holds no key."""


def create(path: Path) -> bytes:
    """Make a new root key.

    Raises:
        RootFileError: when there is one already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    key = secrets.token_bytes(SIZE)
    handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        os.link(staged, path)  # fails when the name is taken: two makers can't both win
    except FileExistsError as error:
        raise RootFileError("a root key exists already") from error
    finally:
        staged.unlink()
    _sync_folder(path.parent)
    return key


def read(path: Path) -> bytes:
    """The root key.

    Raises:
        RootFileError: when it isn't there, isn't whole, or others may read it.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise RootFileError("the root key's file can be read by others than its owner")
            key = file.read(SIZE + 1)
    except FileNotFoundError as error:
        raise RootFileError("the root key's file is missing") from error
    except OSError as error:
        raise RootFileError("the root key's file can't be read") from error
    if len(key) != SIZE:
        raise RootFileError("the root key's file is damaged")
    return key


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
