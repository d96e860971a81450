"""What a thief of the database holds: every byte below its folder, searched for everything that anybody typed."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_CHUNK: Final = 1 << 20
_OVERLAP: Final = 1_024
_WINDOW: Final = 8
_SHORTEST: Final = 12
_ZEROS: Final = bytes(64)


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes:
        files, size: how many files and bytes were searched.
        texts: how many texts were searched for.
        found: how many of them were found, in any encoding.
        control: whether a text that lies there in the clear was found; without it the search proves nothing.
    """

    files: int
    size: int
    texts: int
    found: int
    control: bool


def disguises(text: str) -> Iterator[bytes]:
    """The byte strings that a text may hide in: UTF-8, UTF-16, hexadecimal, and base64 at each of its alignments."""
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    for shift in range(3):
        # Characters that also depend on neighbours are cut off at both ends.
        encoded = base64.b64encode(bytes(shift) + plain)
        yield encoded[-(-shift * 4 // 3) : len(encoded) - 4]


def search(folders: Iterable[Path], texts: Iterable[str], control: str) -> Search:
    """Search every file below some folders for every text, and for the control."""
    wanted: dict[bytes, list[tuple[bytes, str]]] = {}
    searched = {*texts, control}
    for text in searched:
        for pattern in disguises(text[:60]):
            if len(pattern) >= _SHORTEST:
                wanted.setdefault(pattern[:_WINDOW], []).append((pattern, text))
    found: set[str] = set()
    seen: set[bytes] = set()
    files = size = 0
    for file in (f for folder in folders for f in sorted(folder.rglob("*")) if f.is_file()):
        files += 1
        for piece in _pieces(file):
            size += len(piece)
            # A new database is three copies of the same template: what was searched once needn't be again.
            if (fingerprint := sha256(piece).digest()) not in seen:
                seen.add(fingerprint)
                found |= _found_in(piece, wanted)
    return Search(files, size, len(searched) - 1, len(found - {control}), control in found)


def _found_in(piece: bytes, wanted: Mapping[bytes, list[tuple[bytes, str]]]) -> set[str]:
    """One look at each place: its first bytes are looked up, and only what they may be the start of is compared."""
    packed = piece.replace(_ZEROS, b"")  # no text holds this many zero bytes
    found = set()
    for place in range(len(packed) - _WINDOW + 1):
        candidates = wanted.get(packed[place : place + _WINDOW])
        if candidates is not None:
            found |= {text for pattern, text in candidates if packed.startswith(pattern, place)}
    return found


def _pieces(file: Path) -> Iterator[bytes]:
    """A file in pieces that overlap, so that nothing hides across a cut."""
    with file.open("rb") as reading:
        tail = b""
        while piece := reading.read(_CHUNK):
            yield tail + piece
            tail = piece[-_OVERLAP:]
