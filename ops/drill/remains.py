"""A search of the disk for raw keys: every byte of every file, against every key that there ever was.

A key of 32 random bytes stands where it stands at any offset, so each position is looked at: its first eight bytes are
looked up among those of all keys, and what may be the start of one is compared in full. Keys are searched as they are
and in hexadecimal, the two spellings in which databases, logs and dumps write bytes.
"""

import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_WINDOW: Final = 8
_PIECE: Final = 1 << 20
_OVERLAP: Final = 64


@dataclass(frozen=True)
class Remains:
    """What a search found.

    Attributes:
        files, size: how many files and bytes were searched.
        keys: how many keys were searched for.
        found: those that were found. Secret.
    """

    files: int
    size: int
    keys: int
    found: frozenset[bytes]

    def __repr__(self) -> str:
        return f"Remains(files={self.files}, size={self.size}, keys={self.keys}, found={len(self.found)})"


def search(folders: Iterable[Path], keys: Collection[bytes]) -> Remains:
    """Search every file below some folders for these keys (32 bytes each)."""
    wanted: dict[int, list[tuple[bytes, bytes]]] = {}
    for key in keys:
        for spelled in (key, key.hex().encode(), key.hex().upper().encode()):
            wanted.setdefault(int.from_bytes(spelled[:_WINDOW], sys.byteorder), []).append((spelled, key))
    starts = set(wanted)
    found: set[bytes] = set()
    seen: set[bytes] = set()
    files = size = 0
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        files += 1
        for piece in _pieces(path):
            size += len(piece)
            # A new database is three copies of one template, and most of a write-ahead log's segment is zeros.
            if (fingerprint := sha256(piece).digest()) in seen:
                continue
            seen.add(fingerprint)
            for windows in _windows(piece):
                for start in starts.intersection(windows):
                    found |= {key for spelled, key in wanted[start] if spelled in piece}
    return Remains(files, size, len(keys), frozenset(found))


def _windows(piece: bytes) -> Iterator["memoryview[int]"]:
    """Every eight bytes that follow each other anywhere, as numbers: a view for each alignment."""
    for shift in range(_WINDOW):
        whole = (len(piece) - shift) // _WINDOW * _WINDOW
        yield memoryview(piece)[shift : shift + whole].cast("Q")


def _pieces(path: Path) -> Iterator[bytes]:
    """A file in pieces that overlap, so that nothing hides across a cut."""
    with path.open("rb") as file:
        tail = b""
        while piece := file.read(_PIECE):
            yield tail + piece
            tail = piece[-_OVERLAP:]
