"""The root key in a file: 32 random bytes, readable by their owner only.

Creating is explicit and happens once: a missing root never means "make one", because everything that was ever sealed
would be lost in silence.
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from ops.secret_file import write_once

SIZE: Final = 32
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class RootFileError(Exception):
    """The root key's file is missing, exists already, is damaged, or can be read by others. Holds no key."""


def create(path: Path) -> bytes:
    """Make a new root key.

    Raises:
        RootFileError: when there is one already.
    """
    key = secrets.token_bytes(SIZE)
    try:
        write_once(path, key)
    except FileExistsError as error:
        raise RootFileError("a root key exists already") from error
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
