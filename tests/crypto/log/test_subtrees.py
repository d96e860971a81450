"""Proofs about subtrees; the published cases lie in tests/vectors/test_merkle.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.log.subtrees import check_subtree_consistency, check_subtree_inclusion, is_subtree
from crypto.verifier.merkle import EMPTY_ROOT
from crypto.verifier.refused import Refused
from tests.crypto.log.reference import entries_of, hashes_of, mth, path, proof


@given(st.integers(1, 60), st.data())
def test_a_whole_tree_is_a_subtree(size: int, data: st.DataObject) -> None:
    """What holds for trees holds for subtrees from 0 on, with the same proofs."""
    entries = entries_of(size)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    check_subtree_inclusion(index, 0, size, hashes_of(size)[index], path(index, entries), mth(entries))
    check_subtree_consistency(0, old, size, mth(entries[:old]), mth(entries), proof(old, entries))


def test_a_subtree_of_a_small_tree() -> None:
    """[4, 6) of a tree of 7: its leaf, its root, and what leads from there to the whole."""
    entries = entries_of(7)
    inside, whole = mth(entries[4:6]), mth(entries)
    check_subtree_inclusion(5, 4, 6, hashes_of(7)[5], [hashes_of(7)[4]], inside)
    steps = [hashes_of(7)[6], mth(entries[:4])]
    check_subtree_consistency(4, 6, 7, inside, whole, steps)
    check_subtree_consistency(3, 3, 7, EMPTY_ROOT, whole, [])
    for wrong in (steps[:1], [*steps, inside], [steps[1], steps[0]], [b"", steps[1]]):
        with pytest.raises(Refused):
            check_subtree_consistency(4, 6, 7, inside, whole, wrong)
    with pytest.raises(Refused):
        check_subtree_consistency(4, 6, 7, whole, whole, steps)


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 5), (4, 4), (-4, 0), (3, 2), (0, 1 << 63)])
def test_what_is_no_subtree_is_refused(start: int, end: int) -> None:
    """A range that no tree of its size begins at has no proofs."""
    assert is_subtree(4, 7)
    assert not is_subtree(start, end)
    with pytest.raises(Refused):
        check_subtree_inclusion(start, start, end, EMPTY_ROOT, [], EMPTY_ROOT)
