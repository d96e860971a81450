"""Merkle trees as in RFC 6962, 2.1: hashes, and the checks of proofs about them (RFC 9162, 2.1.3 and 2.1.4).

    leaf hash = SHA-256(00 ‖ leaf)     node = SHA-256(01 ‖ left ‖ right)     empty tree = SHA-256("")

A tree of n leaves splits at the largest power of two below n. A *subtree* [start, end) is what a tree of end − start
leaves would be, where start is a multiple of the smallest power of two that isn't below end − start
(draft-ietf-plants-merkle-tree-certs, 4). The whole tree is the subtree [0, n), so each check here is written once, for
subtrees, and the proofs of RFC 6962 are those with start 0.

A hash is 32 bytes; anything else is refused, here and not by whoever calls.
"""

import hmac
from bisect import bisect_left
from collections.abc import Iterator, Sequence
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


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is a subtree (draft-ietf-plants-merkle-tree-certs, 4.1)."""
    return 0 <= start < end <= MAX_SIZE and start % (1 << (end - start - 1).bit_length()) == 0


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash ``leaf`` is number ``index`` of the tree; silence is success (RFC 9162, 2.1.3.2).

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    check_subtree_inclusion(index, 0, size, leaf, proof, root)


def check_subtree_inclusion(index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """As ``check_inclusion``, in the subtree [start, end); ``index`` counts from the first leaf of the whole tree.

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    if not is_subtree(start, end) or not start <= index < end:
        raise Refused("no such leaf in a tree of this size")
    _check_hashes(leaf, root, *proof)
    at, last, found = index - start, end - start - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Refused("the proof of inclusion is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Refused("the proof of inclusion is too short")
    _check_root(found, root)


def check_consistency(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``old`` leaves (at least 1) is a prefix of the tree of ``size`` (RFC 9162, 2.1.4.2).

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    if old == 0:
        raise Refused("of an empty tree nothing can be proved")
    check_subtree_consistency(0, old, size, old_root, root, proof)


def check_subtree_consistency(
    start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that [start, end) with ``subtree_root`` is a subtree of the tree of ``size`` with ``root``.

    The algorithm is that of draft-ietf-plants-merkle-tree-certs, 4.4.3: the proof's first hash is a subtree that ends
    where ours does, and the rest leads from there to both roots. An empty subtree is part of every tree.

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    if start == end and 0 <= end <= size and not proof:
        return _check_root(subtree_root, EMPTY_ROOT)
    if not is_subtree(start, end) or not end <= size <= MAX_SIZE:
        raise Refused("no such subtree in a tree of this size")
    _check_hashes(subtree_root, root, *proof)
    first, last, end_of_tree = start, end - 1, size - 1
    while first != last and (last == end_of_tree or last & 1):
        first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
    steps = iter(proof)
    ours = whole = subtree_root if first == last else next(steps, b"")
    for sibling in steps:
        if not end_of_tree:
            raise Refused("the proof of consistency is too long")
        if last & 1 or last == end_of_tree:
            if first < last:
                ours = node_hash(sibling, ours)
            whole = node_hash(sibling, whole)
            while not last & 1:
                first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
        else:
            whole = node_hash(whole, sibling)
        first, last, end_of_tree = first >> 1, last >> 1, end_of_tree >> 1
    if end_of_tree:
        raise Refused("the proof of consistency is too short")
    _check_root(ours, subtree_root)
    return _check_root(whole, root)


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root (32 bytes) of the tree over these leaf hashes; ``EMPTY_ROOT`` of none."""
    return root_of_some(len(leaves), range(len(leaves)), leaves, iter(())) if leaves else EMPTY_ROOT


def root_of_some(size: int, indices: Sequence[int], leaves: Sequence[bytes], others: Iterator[bytes]) -> bytes:
    """Return the root of a tree of which some leaves are known, and the roots of all subtrees without any of them.

    Args:
        size: leaves of the tree.
        indices: which leaves are known, ascending, each once, all below ``size``.
        leaves: their hashes.
        others: the roots of the largest subtrees that hold none of them, from left to right. What is left over in it
            was not needed; a proof that has any left isn't one.

    Raises:
        Refused: the indices aren't in order, a hash is missing, or one isn't 32 bytes.
    """
    if not 0 < size <= MAX_SIZE or len(indices) != len(leaves):
        raise Refused("no such tree")
    if isinstance(indices, range):
        ordered = indices.step == 1 and indices.start >= 0 and indices.stop <= size
    else:
        ordered = (
            all(a < b for a, b in zip(indices, [*indices[1:], size], strict=True)) and min(indices, default=0) >= 0
        )
    if not ordered:
        raise Refused("the leaves aren't in order")
    _check_hashes(*leaves)

    def rooted(low: int, high: int, first: int, last: int) -> bytes:
        """The root of [low, high), in which ``indices[first:last]`` are."""
        if first == last:
            other = next(others, b"")
            _check_hashes(other)
            return other
        if last - first == high - low:
            return _root_of_all(leaves[first:last])
        middle = low + split(high - low)
        cut = bisect_left(indices, middle, first, last)
        return node_hash(rooted(low, middle, first, cut), rooted(middle, high, cut, last))

    return rooted(0, size, 0, len(indices))


def _root_of_all(row: Sequence[bytes]) -> bytes:
    """The root over these hashes, row by row: an odd one out moves up as it is, which splits as RFC 6962 does."""
    while len(row) > 1:
        odd = row[-1:] if len(row) & 1 else []
        above = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]
        row = [*above, *odd]
    return row[0]


def _check_hashes(*hashes: bytes) -> None:
    for one in hashes:
        if len(one) != HASH_SIZE:
            raise Refused("a hash isn't 32 bytes long")


def _check_root(found: bytes, root: bytes) -> None:
    if not hmac.compare_digest(found, root):
        raise Refused("the proof leads to another root")
