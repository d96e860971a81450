"""Secrets in files: written once, whole, and for their owner's eyes only; read only where nobody else can.

The file is written beside its place, synced, and then linked to its name. A crash leaves either no file or a whole
one; of two writers one wins, and the other is told.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

_OTHERS: Final = 0o077
_LONGEST: Final = 4_096


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write into; when the context ends without an error it has its name, durable. Folders are made.

    Raises:
        FileExistsError: when the name is taken.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(staged, path)
    finally:
        staged.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_once(path: Path, secret: bytes) -> None:
    """Write a new file, durable when this returns.

    Raises:
        FileExistsError: when the name is taken.
    """
    with new_file(path) as file:
        file.write(secret)


class SecretFileError(Exception):
    """A file that has to hold a secret can't be used. Says which setting names it, and nothing of what is in it."""


def read_secret(path: Path, setting: str) -> bytes:
    """What a secret's file holds, without white space at its ends.

    Raises:
        SecretFileError: it can't be read, is empty, or others than its owner have rights on it.
    """
    try:
        with path.open("rb") as file:
            theirs, secret = os.fstat(file.fileno()).st_mode & _OTHERS, file.read(_LONGEST).strip()
    except OSError as error:
        raise SecretFileError(f"a secret can't be read ({setting})") from error
    if theirs:
        raise SecretFileError(f"others than its owner have rights on a secret's file ({setting})")
    if not secret:
        raise SecretFileError(f"a secret's file is empty ({setting})")
    return secret
