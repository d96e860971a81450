"""Hashes and proofs against RFC 6962 word by word, and what must not pass for one."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.log.subtrees import check_inclusion
from crypto.log.tiles import TiledTree, extend
from crypto.verifier.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    check_consistency,
    leaf_hash,
    root_of,
    root_of_some,
    split,
)
from crypto.verifier.refused import Refused
from tests.crypto.log.reference import entries_of, hashes_of, k, mth, path, proof, reader

SIZES = st.integers(1, 70)


def test_hashes_are_those_of_the_rfc() -> None:
    """The published roots of the empty tree and of the tree of one empty leaf."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_roots_are_those_of_the_rfc() -> None:
    """Every tree of up to 70 leaves has the root that the definition gives, and splits where it says."""
    assert root_of([]) == EMPTY_ROOT
    for size in range(1, 70):
        assert root_of(hashes_of(size)) == mth(entries_of(size))
        assert size == 1 or split(size) == k(size)


@given(SIZES, st.data())
@settings(max_examples=50, deadline=None)
def test_every_proof_of_the_rfc_is_accepted(size: int, data: st.DataObject) -> None:
    """Proofs made as the RFC says hold for their leaf, size and roots."""
    entries = entries_of(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    check_inclusion(index, size, leaf_hash(entries[index]), path(index, entries), mth(entries))
    check_consistency(old, size, mth(entries[:old]), mth(entries), proof(old, entries))


@given(SIZES, st.data())
@settings(max_examples=50, deadline=None)
def test_a_proof_with_one_bit_changed_is_refused(size: int, data: st.DataObject) -> None:
    """Wherever one bit of leaf, roots or proof differs, or a hash is missing or too many, it is no proof."""
    entries = entries_of(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    leaf, root, older = leaf_hash(entries[index]), mth(entries), mth(entries[:old])
    inclusion, consistency = path(index, entries), proof(old, entries)
    for broken in changed(data, [leaf, root, *inclusion]):
        with pytest.raises(Refused):
            check_inclusion(index, size, broken[0], broken[2:], broken[1])
    for broken in changed(data, [older, root, *consistency]):
        with pytest.raises(Refused):
            check_consistency(old, size, broken[0], broken[1], broken[2:])


def changed(data: st.DataObject, hashes: list[bytes]) -> list[list[bytes]]:
    """The same hashes with one bit flipped, one cut short, one emptied, one missing at the end and one added."""
    at, bit = data.draw(st.integers(0, len(hashes) - 1)), data.draw(st.integers(0, 255))
    flipped = (int.from_bytes(hashes[at], "big") ^ 1 << bit).to_bytes(32, "big")
    variants = [[*hashes[:at], one, *hashes[at + 1 :]] for one in (flipped, hashes[at][:-1], b"", hashes[at] + b"\0")]
    return [*variants, [*hashes, hashes[0]], *([hashes[:-1]] if len(hashes) > 2 else [])]


@given(SIZES, st.data())
@settings(max_examples=50, deadline=None)
def test_a_proof_serves_one_leaf_and_one_size(size: int, data: st.DataObject) -> None:
    """A proof for a leaf is none for the leaf beside it, and an older tree's root none for another size."""
    entries = entries_of(size)
    index = data.draw(st.integers(0, size - 1))
    for other in {n for n in range(-1, size + 2) if n != index}:
        with pytest.raises(Refused):
            check_inclusion(other, size, leaf_hash(entries[index]), path(index, entries), mth(entries))
    for old, other in pairwise(range(1, size + 1)):
        with pytest.raises(Refused):
            check_consistency(old, size, mth(entries[:other]), mth(entries), proof(old, entries))


def test_of_an_empty_or_larger_tree_nothing_is_proved() -> None:
    """Sizes that can't be are refused before anything is hashed."""
    root = leaf_hash(b"")
    check_consistency(1, 1, root, root, [])
    for old, size in ((0, 1), (2, 1), (-1, 1), (1, MAX_SIZE + 1)):
        with pytest.raises(Refused):
            check_consistency(old, size, root, root, [])
    with pytest.raises(Refused):
        check_inclusion(0, MAX_SIZE + 1, root, [], root)
    with pytest.raises(Refused, match="too short"):
        check_inclusion(0, MAX_SIZE, root, [root] * 10, root)


@given(SIZES, st.data())
@settings(max_examples=50, deadline=None)
def test_some_leaves_and_what_is_around_them_make_the_root(size: int, data: st.DataObject) -> None:
    """Any set of leaves, with the hashes around it, makes the root; with one changed, dropped or moved it doesn't."""
    hashes = hashes_of(size)
    tiles = {(tile.level, tile.index): raw for tile, raw in extend(0, hashes, reader({}))}
    indices = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    leaves, around = [hashes[n] for n in indices], TiledTree(size, reader(tiles)).around(indices)
    others = iter(around)
    assert root_of_some(size, indices, leaves, others) == mth(entries_of(size))
    assert next(others, None) is None

    at = data.draw(st.integers(0, len(indices) - 1))
    assert differs(size, indices, [*leaves[:at], leaf_hash(b"another"), *leaves[at + 1 :]], around)
    assert differs(size, indices[:at] + indices[at + 1 :], leaves[:at] + leaves[at + 1 :], around)
    assert differs(size, indices, leaves, around[:-1]) or not around
    assert differs(size, indices, leaves, [*around, leaf_hash(b"another")])
    assert differs(size, indices, [*leaves[:at], leaves[at][:-1], *leaves[at + 1 :]], around)
    if len(indices) > 1:
        swapped = [*leaves[1:], leaves[0]]
        assert differs(size, indices, swapped, around)


def differs(size: int, indices: list[int], leaves: list[bytes], around: list[bytes]) -> bool:
    """Whether these leaves don't lead to the root, or leave hashes over."""
    others = iter(around)
    try:
        found = root_of_some(size, indices, leaves, others)
    except Refused:
        return True
    return found != mth(entries_of(size)) or next(others, None) is not None


@pytest.mark.parametrize("indices", [[0, 0], [1, 0], [-1, 0], [0, 3], [0, 99], [0]])
def test_leaves_out_of_order_are_refused(indices: list[int]) -> None:
    """A leaf twice, out of order, below the first or behind the last one is refused."""
    with pytest.raises(Refused):
        root_of_some(3, indices, hashes_of(2), iter(hashes_of(3)))


def test_a_huge_tree_costs_nothing() -> None:
    """Of a tree of 2^63 − 1 leaves one leaf is checked with 63 hashes at most."""
    others = iter([leaf_hash(b"")] * 63)
    assert len(root_of_some(MAX_SIZE, [MAX_SIZE - 1], [leaf_hash(b"")], others)) == 32
