"""Opened pages stay in memory for one epoch, within bounds, and are overwritten when they go."""

from typing import cast
from uuid import UUID

import pytest

from crypto.keyring import Keyring
from crypto.ports import TreeStore
from tests.crypto.forest import Forest, Interposed

GROUPS = [UUID(int=number) for number in range(1, 6)]


def test_a_page_is_asked_for_once() -> None:
    """Opening many slots of one page reads it once, and again only after it was dropped; rows are read every time."""
    forest = Forest()
    slots = forest.keyring.scope("C").provision_many(GROUPS[0], 10)
    scope = (keyring := forest.process()).scope("C")
    scope.open(slots[0].slot_id)
    reads, rows = forest.tree.page_reads, forest.tree.reads
    for slot in slots:
        assert scope.open(slot.slot_id) == slot
    assert (forest.tree.page_reads, forest.tree.reads) == (reads, rows + 10)
    keyring.drop()
    scope.open(slots[0].slot_id)
    assert forest.tree.page_reads == reads + 1


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_memory_is_bounded(kept: int) -> None:
    """However few pages may be kept, no more are, and everything opens all the same, also all at once."""
    forest = Forest()
    slots = [forest.keyring.scope("C").provision(group) for group in GROUPS]
    keyring = forest.process(pages_kept=kept)
    scope = keyring.scope("C")
    for slot in slots * 2:
        assert scope.open(slot.slot_id) == slot
        assert len(keyring._opened._opened) <= kept
    assert scope.open_many([slot.slot_id for slot in slots]) == {slot.slot_id: slot for slot in slots}
    assert len(keyring._opened._opened) == kept


def test_the_page_that_was_used_last_stays() -> None:
    """When room is short, the page that wasn't used for longest goes."""
    forest = Forest()
    slots = [forest.keyring.scope("C").provision(group) for group in GROUPS[:3]]
    keyring = forest.process(pages_kept=3)
    scope = keyring.scope("C")
    for slot in (slots[0], slots[1], slots[0], slots[2]):
        scope.open(slot.slot_id)
    assert {*keyring._opened._opened} == {b"", b"\x01", b"\x03"}


def test_dropped_pages_are_overwritten() -> None:
    """What is dropped, or makes room, is zeros afterwards; until then it isn't."""
    forest = Forest()
    slots = [forest.keyring.scope("C").provision(group) for group in GROUPS]
    keyring = forest.process(pages_kept=2)
    scope = keyring.scope("C")
    scope.open(slots[0].slot_id)
    first = [*keyring._opened._opened.values()]
    assert len(first) == 2
    assert all(map(any, first))
    scope.open_many([slot.slot_id for slot in slots[1:]])
    second = [*keyring._opened._opened.values()]
    assert not any(map(any, first))
    keyring.drop()
    assert len(second) == 2
    assert not any(map(any, second))
    assert not keyring._opened._opened
    assert scope.open(slots[0].slot_id) == slots[0]


@pytest.mark.parametrize("fenced", [True, False])
def test_what_is_opened_while_pages_are_dropped_is_not_kept(fenced: bool) -> None:
    """A process that is fenced in the middle of an opening keeps nothing of it in memory; undisturbed, it would."""
    forest = Forest()
    slot = forest.keyring.scope("C").provision(GROUPS[0])
    happening = Interposed(forest.tree, "pages", "after", lambda: keyring.drop() if fenced else None)
    happening.happened = True  # not yet
    keyring = Keyring(forest.roots, cast("TreeStore", happening))
    scope = keyring.scope("C")
    happening.happened = False
    assert scope._places.entries([forest.place(slot)]).by_location.keys() == {forest.place(slot)}
    assert happening.happened
    assert bool(keyring._opened._opened) is not fenced


def test_a_new_epoch_drops_the_old_ones_pages_and_is_told() -> None:
    """The first answer of another epoch drops all that was opened before, and tells the new epoch once."""
    forest, told = Forest(), list[int]()
    slots = [forest.keyring.scope("C").provision(group) for group in GROUPS]
    keyring = forest.process(on_epoch=told.append)
    scope = keyring.scope("C")
    assert (keyring.epoch, told) == (0, [])
    scope.open_many([slot.slot_id for slot in slots[:3]])
    assert (keyring.epoch, told) == (1, [1])
    old = dict(keyring._opened._opened)
    forest.erase(forest.place(slots[0]))
    scope.open(slots[1].slot_id)
    assert (keyring.epoch, told) == (1, [1])  # nothing was asked for: the process hasn't seen it, and needn't
    scope.open(slots[4].slot_id)
    assert (keyring.epoch, told) == (2, [1, 2])
    assert {*keyring._opened._opened} == {b"", b"\x05"}
    assert not any(map(any, old.values()))
    keyring.on_epoch = None
    forest.erase()
    keyring.drop()
    assert scope.open(slots[1].slot_id) == slots[1]
    assert (keyring.epoch, told) == (3, [1, 2])


def test_whoever_is_told_of_an_epoch_may_drop_everything() -> None:
    """The one who is told holds no lock: dropping from within ends in a right answer and not in a standstill."""
    forest = Forest()
    slot, other = forest.keyring.scope("C").provision(GROUPS[0]), forest.keyring.scope("C").provision(GROUPS[1])
    keyring = forest.process()
    keyring.on_epoch = lambda _: keyring.drop()
    scope = keyring.scope("C")
    assert scope.open(slot.slot_id) == slot
    forest.erase()
    assert scope.open(other.slot_id) == other
    assert keyring.epoch == 2


def test_an_answer_of_an_epoch_that_is_over_is_used_and_not_kept() -> None:
    """A thread whose answer comes late gets its entry, and neither puts an old page back nor turns the epoch back."""
    forest, told = Forest(), list[int]()
    slots = [forest.keyring.scope("C").provision(group) for group in GROUPS]
    unread = [slots[4], slots[2]]

    def meanwhile() -> None:
        forest.erase()
        scope._places.entries([forest.place(unread.pop())])

    happening = Interposed(forest.tree, "pages", "after", meanwhile)
    happening.happened = True  # not yet
    keyring = Keyring(forest.roots, cast("TreeStore", happening), on_epoch=told.append)
    scope = keyring.scope("C")
    scope.open(slots[0].slot_id)
    happening.happened = False
    late = scope._places.entries([forest.place(slots[1])])
    assert (late.state.epoch, keyring.epoch, told) == (1, 2, [1, 2])
    assert {*keyring._opened._opened} == {b"", b"\x03"}
    forest.erase()
    happening.happened = False
    later = scope._places.entries([forest.place(slots[3])])  # the answer is of epoch 3, and epoch 4 came meanwhile
    assert (later.state.epoch, keyring.epoch, told) == (4, 4, [1, 2, 4])
    assert scope.open_many([slot.slot_id for slot in slots]) == {slot.slot_id: slot for slot in slots}
