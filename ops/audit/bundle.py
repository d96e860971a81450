"""The archive of a bundle, byte by byte (crypto/FORMAT.md, bundles): a ZIP whose members aren't compressed.

The same evidence gives the same bytes: members stand in the order in which they are written, with the earliest time
that a ZIP can say, and with their length and checksum before them. So the file is one that can be wound back.
"""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Final, Self

from crypto.receipt import canonical
from ops.audit.errors import BundleTooLarge

FORMAT: Final = "driehoek-bundle/1"
LARGEST: Final = (1 << 31) - 1
"""Bytes of a bundle at most, directory aside: as far as a ZIP goes in its first and plainest form."""

_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_HEADER: Final = 30
_OWNER_READS: Final = 0o100600 << 16


class Member:
    """One member while it is written; ``room`` is how many bytes it may have at most."""

    def __init__(self, file: IO[bytes], room: int) -> None:
        self._file, self._room = file, room

    def write(self, *pieces: bytes) -> None:
        """Write on.

        Raises:
            BundleTooLarge: the bundle would pass ``LARGEST``.
        """
        data = b"".join(pieces)
        self._room -= len(data)
        if self._room < 0:
            raise BundleTooLarge
        self._file.write(data)


class BundleWriter:
    """Writes the members of one bundle into a file, one after another; an archive once the context ends."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()  # of one that was given up, too: it would be tried later, when the file is closed

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """The next member."""
        entry = zipfile.ZipInfo(name, _NO_TIME)
        entry.create_system, entry.external_attr = _UNIX, _OWNER_READS
        room = LARGEST - self._file.tell() - _HEADER - len(name)
        with self._archive.open(entry, "w") as file:
            yield Member(file, room)

    def whole(self, name: str, data: bytes) -> None:
        """A member that is there already."""
        with self.member(name) as member:
            member.write(data)


def claims(
    origin: str, size: int, scope: dict[str, object], streams: Iterable[tuple[str, int]], stated_at: int
) -> bytes:
    """Return ``bundle.json``: what the bundle claims to be, believed by nobody.

    Args:
        origin: of its checkpoint.
        size: likewise.
        scope: ``kind`` and what goes with it.
        streams: the streams that it holds whole, each with its last version.
        stated_at: the index of the event that says the same.
    """
    held = [{"stream": stream, "version": version} for stream, version in streams]
    return canonical(
        {"format": FORMAT, "origin": origin, "size": size, "scope": scope, "streams": held, "stated_at": stated_at}
    )


def u16(number: int) -> bytes:
    """A number in two bytes, the larger first."""
    return number.to_bytes(2, "big")


def u32(number: int) -> bytes:
    """A number in four bytes, the larger first."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """A number in eight bytes, the larger first."""
    return number.to_bytes(8, "big")
