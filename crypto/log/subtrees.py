"""Proofs that bundles do without: of one leaf (RFC 9162, 2.1.3), and of subtrees.

A *subtree* [start, end) is what a tree of end − start leaves would be, where start is a multiple of the smallest power
of two that isn't below end − start (draft-ietf-plants-merkle-tree-certs, 4). Nothing here signs subtrees yet; witnesses
may be asked to, and the published test cases cover them.
"""

from collections.abc import Sequence

from crypto.verifier.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE, check_root, next_hash, node_hash, split
from crypto.verifier.refused import Refused


def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash ``leaf`` is number ``index`` of the tree; silence is success (RFC 9162, 2.1.3).

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    check_root(root_of_path(index, size, leaf, proof), root)


def root_of_path(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a proof of inclusion leads to, from the hash of leaf ``index``.

    Raises:
        Refused: there is no such leaf, or the proof isn't one for it.
    """
    if not 0 <= index < size <= MAX_SIZE or len(leaf) != HASH_SIZE:
        raise Refused("no such leaf in a tree of this size")
    steps = iter(proof)

    def rooted(low: int, high: int) -> bytes:
        """The root of [low, high), which has the leaf."""
        if high - low == 1:
            return leaf
        middle = low + split(high - low)
        if index < middle:
            return node_hash(rooted(low, middle), next_hash(steps))
        found = rooted(middle, high)
        return node_hash(next_hash(steps), found)

    root = rooted(0, size)
    if next(steps, None) is not None:
        raise Refused("the proof is too long")
    return root


def is_subtree(start: int, end: int) -> bool:
    """Whether [start, end) is a subtree (4.1)."""
    return 0 <= start < end <= MAX_SIZE and start % (1 << (end - start - 1).bit_length()) == 0


def check_subtree_inclusion(index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the whole tree's leaf number ``index``, with hash ``leaf``, is in the subtree (4.3).

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    if not is_subtree(start, end):
        raise Refused("no such subtree")
    check_inclusion(index - start, end - start, leaf, proof, root)


def check_subtree_consistency(
    start: int, end: int, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that [start, end) with ``subtree_root`` is a subtree of the tree of ``size`` with ``root`` (4.4).

    An empty subtree is part of every tree.

    Raises:
        Refused: it isn't, or the proof isn't one.
    """
    steps = iter(proof)
    if start == end and 0 <= end <= size:
        return check_root(subtree_root, EMPTY_ROOT, steps)
    if not is_subtree(start, end) or not end <= size <= MAX_SIZE:
        raise Refused("no such subtree in a tree of this size")

    def rooted(low: int, high: int) -> tuple[bytes, bytes]:
        """What of the subtree is in [low, high), and the root of all of it; the subtree ends in it."""
        if start <= low and high == end:
            both = subtree_root if low == start else next_hash(steps)
            return both, both
        middle = low + split(high - low)
        if end <= middle:
            part, whole = rooted(low, middle)
            return part, node_hash(whole, next_hash(steps))
        part, whole = rooted(middle, high)
        left = next_hash(steps)
        return part if middle <= start else node_hash(left, part), node_hash(left, whole)

    part, whole = rooted(0, size)
    check_root(part, subtree_root)
    return check_root(whole, root, steps)
