"""Reads a bundle of evidence: a ZIP file in the one spelling that FORMAT.md 16 gives it, in bounded memory.

Nothing is compressed, so nothing unfolds. Members lie one behind another, each once, under names that are known here,
and every header is what ours would be. Whatever else a ZIP can be (nested, overlapping, encrypted) isn't a bundle.
"""

import re
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO, Final
from zlib import crc32

from crypto.verifier.refused import Refused

MAX_MEMBERS: Final = 256
_NAME: Final = re.compile(
    r"bundle\.json|checkpoint|leaves|around|facts|grants|parts|receipts\.json|consistency/[1-9][0-9]{0,18}"
    r"|timestamps/[1-9][0-9]{0,18}\.(?:checkpoint|tsr)"
)
_NEEDED: Final = frozenset({"bundle.json", "checkpoint", "leaves", "around", "facts", "grants", "receipts.json"})
_CHUNK: Final = 1 << 20


class Bundle:
    """A bundle that was opened; ``sizes`` are those of its members in bytes, by name."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.sizes, self._places = file, dict[str, int](), dict[str, tuple[int, int]]()
        at, directory = 0, b""
        while (head := self._read(at, 30))[:4] == b"PK\3\4" and len(head) == 30:  # noqa: PLR2004 - a local header
            crc, size, _, length = struct.unpack_from("<3IH", head, 14)
            raw = self._read(at + 30, length)
            name = raw.decode("latin-1")
            # Version 2.0, no flags, stored, 1980-01-01, no extra field; by Unix, no comment, a file of mode 0600.
            common = struct.pack("<5H3I2H", 20, 0, 0, 0, 0x21, crc, size, size, length, 0)
            if head[4:] != common or not _NAME.fullmatch(name) or name in self.sizes or len(self.sizes) == MAX_MEMBERS:
                raise Refused("the bundle has a member that it may not have, one twice, or one in another form")
            self.sizes[name], self._places[name] = size, (at + 30 + length, crc)
            directory += struct.pack("<4sH26s3H2I", b"PK\1\2", 0x0314, common, 0, 0, 0, 0o100600 << 16, at) + raw
            at += 30 + length + size
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, *[len(self.sizes)] * 2, len(directory), at, 0)
        if self._read(at, len(directory) + 23) != directory + end:
            raise Refused("the file isn't a bundle, or was cut short")
        if missing := sorted(_NEEDED - self.sizes.keys()):
            raise Refused(f"the bundle has no {missing[0]}")

    def read(self, name: str, limit: int) -> bytes:
        """Return a member of at most ``limit`` bytes; an empty one where there is none."""
        if self.sizes.get(name, 0) > limit:
            raise Refused(f"{name}: too large")
        return b"".join(self._chunks(name))

    def hashes(self, name: str) -> Iterator[bytes]:
        """Yield a member's hashes; the last one is short where it was cut short."""
        for chunk in self._chunks(name):
            yield from (chunk[at : at + 32] for at in range(0, len(chunk), 32))

    def records(self, name: str, head: str, longest: int) -> Iterator[tuple[Any, ...]]:
        """Yield a member's records: the fields of a head, and the body instead of the last one, which is its length."""
        form, buffer, at, before = struct.Struct(head), b"", 0, -1
        for chunk in self._chunks(name):
            buffer, at = buffer[at:] + chunk, 0
            while len(buffer) - at >= form.size:
                *fields, length = form.unpack_from(buffer, at)
                end = at + form.size + length
                if length > longest or fields[0] < before:
                    raise Refused(f"{name}: a record that is too long, or out of order")
                if end > len(buffer):
                    break
                yield *fields, buffer[end - length : end]
                at, before = end, fields[0]
        if at != len(buffer):
            raise Refused(f"{name}: cut short")

    def _chunks(self, name: str) -> Iterator[bytes]:
        (at, crc), left, counted = self._places.get(name, (0, 0)), self.sizes.get(name, 0), 0
        while left and (chunk := self._read(at, min(left, _CHUNK))):
            at, left, counted = at + len(chunk), left - len(chunk), crc32(chunk, counted)
            yield chunk
        if counted != crc:
            raise Refused(f"{name}: damaged")

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(at)
        return self._file.read(size)
