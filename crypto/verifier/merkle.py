"""Merkle trees as in RFC 6962, 2.1: hashes, and the checks of proofs about them (RFC 9162, 2.1.4).

    leaf hash = SHA-256(00 ‖ leaf)     node = SHA-256(01 ‖ left ‖ right)     empty tree = SHA-256("")

A tree of n leaves splits at the largest power of two below n, and each half likewise. A proof is the hashes that are
missing on the way, so a check walks down from the whole tree as it splits, and takes them in on the way back. A hash is
32 bytes; anything else is refused, here and not by whoever calls.
"""

import hmac
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from crypto.verifier.refused import Refused

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256().digest()
MAX_SIZE: Final = (1 << 63) - 1
"""The largest tree that is believed in; larger numbers are mistakes or attacks."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return SHA-256(00 ‖ leaf), 32 bytes (RFC 6962, 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(01 ‖ left ‖ right), 32 bytes (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below ``size``, which is at least 2: where a tree splits."""
    return 1 << ((size - 1).bit_length() - 1)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes. Row by row: an odd one out moves up, as RFC 6962 splits."""
    while len(leaves) > 1:
        pairs = zip(leaves[::2], leaves[1::2], strict=False)
        leaves = [*(sha256(b"\x01" + left + right).digest() for left, right in pairs), *leaves[len(leaves) & ~1 :]]
    return leaves[0] if leaves else EMPTY_ROOT


def check_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Iterable[bytes]) -> None:
    """Check that the tree of ``old`` leaves (at least 1) is a prefix of the tree of ``size`` (RFC 9162, 2.1.4)."""
    if not 0 < old <= size <= MAX_SIZE:
        raise Refused("no such older tree")
    steps = iter(proof)

    def rooted(low: int, high: int) -> tuple[bytes, bytes]:
        """The roots of [low, high) in the old tree and in the new one; the old tree ends in it."""
        if high == old:
            both = next_hash(steps) if low else old_root
            return both, both
        middle = low + split(high - low)
        if old <= middle:
            before, now = rooted(low, middle)
            return before, node_hash(now, next_hash(steps))
        before, now = rooted(middle, high)
        left = next_hash(steps)
        return node_hash(left, before), node_hash(left, now)

    before, now = rooted(0, size)
    check_root(before, old_root)
    check_root(now, root, steps)


def root_of_some(size: int, indices: Sequence[int], leaves: Sequence[bytes], others: Iterator[bytes]) -> bytes:
    """Return the root of a tree of which some leaves are known, and the roots of all subtrees without any of them.

    Args:
        size: leaves of the tree.
        indices: which leaves are known, ascending, each once, all below ``size``.
        leaves: their hashes.
        others: the roots of the largest subtrees that hold none of them, from left to right. What is left over in it
            was not needed; a proof that has any left isn't one.
    """
    ends = [-1, *indices, size]
    if not 0 < size <= MAX_SIZE or len(indices) != len(leaves) or not all(map(int.__lt__, ends, ends[1:])):
        raise Refused("the leaves aren't those of a tree, in order")
    if any(len(leaf) != HASH_SIZE for leaf in leaves):
        raise Refused("a hash isn't 32 bytes long")

    def rooted(low: int, high: int, first: int, last: int) -> bytes:
        """The root of [low, high), in which ``indices[first:last]`` are."""
        if first == last:
            return next_hash(others)
        if last - first == high - low:
            return root_of(leaves[first:last])
        middle = low + split(high - low)
        cut = bisect_left(indices, middle, first, last)
        return node_hash(rooted(low, middle, first, cut), rooted(middle, high, cut, last))

    return rooted(0, size, 0, len(indices))


def check_root(found: bytes, root: bytes, left_over: Iterable[bytes] = ()) -> None:
    """Refuse a root that isn't the expected one, and a proof that wasn't used up."""
    if next(iter(left_over), None) is not None:
        raise Refused("the proof is too long")
    if len(root) != HASH_SIZE or not hmac.compare_digest(found, root):
        raise Refused("the proof leads to another root")


def next_hash(steps: Iterator[bytes]) -> bytes:
    """Take the next hash of a proof."""
    if len(step := next(steps, b"")) != HASH_SIZE:
        raise Refused("the proof is too short, or a hash isn't 32 bytes long")
    return step
