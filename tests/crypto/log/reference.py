"""RFC 6962, 2.1, word by word: slow, recursive, and nothing like the code that it is held against."""

from collections.abc import Callable, Sequence
from hashlib import sha256

from crypto.log.tiles import Tile


def k(n: int) -> int:
    """The largest power of two smaller than n."""
    power = 1
    while power * 2 < n:
        power *= 2
    return power


def mth(entries: Sequence[bytes]) -> bytes:
    """MTH(D[n]) of section 2.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    at = k(len(entries))
    return sha256(b"\x01" + mth(entries[:at]) + mth(entries[at:])).digest()


def path(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of section 2.1.1."""
    if len(entries) == 1:
        return []
    at = k(len(entries))
    if m < at:
        return [*path(m, entries[:at]), mth(entries[at:])]
    return [*path(m - at, entries[at:]), mth(entries[:at])]


def proof(m: int, entries: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]) of section 2.1.2."""
    return _subproof(m, entries, known=True)


def _subproof(m: int, entries: Sequence[bytes], *, known: bool) -> list[bytes]:
    if m == len(entries):
        return [] if known else [mth(entries)]
    at = k(len(entries))
    if m <= at:
        return [*_subproof(m, entries[:at], known=known), mth(entries[at:])]
    return [*_subproof(m - at, entries[at:], known=False), mth(entries[:at])]


def entries_of(size: int) -> list[bytes]:
    """So many different entries."""
    return [b"entry %d" % n for n in range(size)]


def hashes_of(size: int) -> list[bytes]:
    """Their leaf hashes."""
    return [sha256(b"\x00" + entry).digest() for entry in entries_of(size)]


def reader(tiles: dict[tuple[int, int], bytes]) -> Callable[[Tile], bytes]:
    """Reads tiles from memory."""
    return lambda tile: tiles[tile.level, tile.index]
