"""The tree of keys in PostgreSQL keeps what it is given, moves on as a whole, and never back."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, PersistenceError

from crypto.errors import KeyErased, KeyNeverProvisioned, Malformed
from ops.store.tree import PostgresTreeStore
from tests.ops.store.trees import contents, erased, new_slot, page, slots_on, state_of, switch_from, tree_store
from tests.support import Cell


@pytest.fixture
def tree(cell: Cell) -> Iterator[PostgresTreeStore]:
    """A founded tree."""
    with tree_store(cell) as store:
        yield store


def test_before_there_is_a_tree_there_is_nothing(cell: Cell) -> None:
    """Without a tree nothing is found and nothing is stored; to ask for its pages or a page's number is an error."""
    with tree_store(cell, founded=False) as store:
        assert store.state() is None
        assert store.all_paths() == []
        assert store.reserve(uuid4(), 1) is None
        assert store.tombstones(0) == []
        assert not store.add_pages(1, [page(b"\1")], uuid4())
        assert not store.commit(switch_from(1))
        for ask in (lambda: store.pages([b""]), store.next_ordinal):
            with pytest.raises(KeyNeverProvisioned):
                ask()
    assert not any(contents(cell).values())


def test_a_tree_is_founded_once(cell: Cell) -> None:
    """The first founding stores state and pages; the second is told so, and changes nothing."""
    first, second = [page(b""), page(b"\0")], [page(b""), page(b"\0"), page(b"\1")]
    with tree_store(cell, founded=False) as store:
        assert store.found(state_of(first), first)
        kept = contents(cell)
        assert not store.found(state_of(second), second)
        assert contents(cell) == kept
        tree, pages = store.pages([b"", b"\0", b"\1"])
        assert pages == {b"": first[0], b"\0": first[1]}
        assert tree == store.state()
        assert (tree.epoch, tree.page_head) == (1, state_of(first).page_head)


def test_pages_come_with_the_state(tree: PostgresTreeStore) -> None:
    """Asked for nothing there is still the state; pages that aren't there are absent, and none comes twice."""
    assert tree.pages([]) == (tree.state(), {})
    state, pages = tree.pages([b"", b"", b"\xff"])
    assert state == tree.state()
    assert list(pages) == [b""]


def test_paths_come_parents_first(tree: PostgresTreeStore) -> None:
    """However they were added, a page comes after the page it hangs from; slot pages as they are numbered."""
    for path in (b"\xc0\0\1", b"\x80", b"\x80\1", b"\xc0", b"\x7f", b"\x80\0", b"\xc0\0"):
        assert tree.add_pages(1, [page(path)], None)
    paths = tree.all_paths()
    assert paths == [b"", b"\0", b"\x7f", b"\x80", b"\x80\0", b"\x80\1", b"\xc0", b"\xc0\0", b"\xc0\0\1"]
    assert all(path[:-1] in paths[:place] for place, path in enumerate(paths) if path)


def test_slots_are_found_by_id(tree: PostgresTreeStore) -> None:
    """A stored slot is given back whole, an unknown one is absent, an erased one names its epoch."""
    kept, lost = slots_on(tree, b"\1", uuid4(), 2)
    assert tree.slots([kept.slot_id, lost.slot_id, uuid4()]) == {kept.slot_id: kept, lost.slot_id: lost}
    assert tree.commit(switch_from(1, b"\1", locations=[b"\1\1"], slots=[lost.slot_id]))
    assert tree.slots([kept.slot_id, lost.slot_id]) == {kept.slot_id: kept, lost.slot_id: erased(lost, 2)}
    assert tree.slots([]) == {}


def test_slots_are_found_by_their_place(tree: PostgresTreeStore) -> None:
    """At a place or below it: one slot, a page, a page of pages, the tree; each slot once, in order, erased or not."""
    assert tree.add_pages(1, [page(b"\x80")], None)
    direct = slots_on(tree, b"\1", uuid4(), 3)
    first, second = slots_on(tree, b"\x80\0", uuid4(), 2), slots_on(tree, b"\x80\xff", uuid4(), 2)
    assert tree.slots_within([b"\1\2"]) == direct[2:]
    assert tree.slots_within([b"\1"]) == direct
    assert tree.slots_within([b"\x80\0", b"\x80\0\1"]) == first
    assert tree.slots_within([b"\x80"]) == first + second
    assert tree.slots_within([b"\x80\xff\0", b"\1\0"]) == [direct[0], second[0]]
    assert tree.slots_within([b""]) == direct + first + second
    assert tree.slots_within([b"\2", b"\0", b"\1\3", b"\x80\1", b"\xff\xff\xff"]) == []
    assert tree.slots_within([]) == []
    assert tree.commit(switch_from(1, b"\1", locations=[b"\1\0"]))
    assert tree.slots_within([b"\1"]) == [erased(direct[0], 2), *direct[1:]]


def test_a_group_s_pages_come_in_order(tree: PostgresTreeStore) -> None:
    """The paths of a group's own slot pages, erased ones too; the pages that lead there have no group."""
    ours, others = uuid4(), uuid4()
    assert tree.add_pages(1, [page(b"\x80"), page(b"\x80\0")], ours)
    assert tree.add_pages(1, [page(b"\2")], ours)
    assert tree.add_pages(1, [page(b"\1")], others)
    assert tree.group_pages(ours) == [b"\2", b"\x80\0"]
    assert tree.commit(switch_from(1, locations=[b"\2"]))
    assert tree.group_pages(ours) == [b"\2", b"\x80\0"]
    assert tree.group_pages(others) == [b"\1"]
    assert tree.group_pages(uuid4()) == []


def test_places_are_given_side_by_side(tree: PostgresTreeStore) -> None:
    """From the newest page with room for all of them, each place once; None when no page of the group has room."""
    group, other = uuid4(), uuid4()
    assert tree.reserve(group, 1) is None
    assert tree.add_pages(1, [page(b"\1")], group)
    assert tree.reserve(other, 1) is None
    assert [tree.reserve(group, count) for count in (1, 4, 250)] == [(b"\1", 0), (b"\1", 1), (b"\1", 5)]
    assert tree.reserve(group, 2) is None
    assert tree.add_pages(1, [page(b"\2")], group)
    assert tree.reserve(group, 1) == (b"\2", 0)
    assert tree.reserve(group, 255) == (b"\2", 1)
    assert tree.reserve(group, 1) == (b"\1", 255)
    assert tree.reserve(group, 1) is None


def test_no_place_is_given_on_an_erased_page(tree: PostgresTreeStore) -> None:
    """An erased page has no room, and neither has the tree's first page, which is nobody's."""
    group = uuid4()
    for path in (b"\1", b"\2"):
        assert tree.add_pages(1, [page(path)], group)
    assert tree.commit(switch_from(1, locations=[b"\2"]))
    assert tree.reserve(group, 1) == (b"\1", 0)
    assert tree.commit(switch_from(2, locations=[b"\1"]))
    assert tree.reserve(group, 1) is None


@pytest.mark.parametrize("count", [0, -1, 257])
def test_more_places_than_a_page_has_are_refused(tree: PostgresTreeStore, count: int) -> None:
    """One to 256 places can be asked for; with another number nothing is taken."""
    group = uuid4()
    assert tree.add_pages(1, [page(b"\1")], group)
    with pytest.raises(PersistenceError):
        tree.reserve(group, count)
    assert tree.reserve(group, 256) == (b"\1", 0)


def test_page_numbers_go_up(tree: PostgresTreeStore) -> None:
    """From 1, because page 0 comes with the tree; also across an epoch."""
    assert [tree.next_ordinal(), tree.next_ordinal()] == [1, 2]
    assert tree.commit(switch_from(1))
    assert tree.next_ordinal() == 3


def test_a_page_is_added_in_its_epoch_only(cell: Cell, tree: PostgresTreeStore) -> None:
    """In another epoch than the present one nothing is stored; a page that says another one itself is a mistake."""
    assert tree.commit(switch_from(1))
    kept = contents(cell)
    for epoch in (1, 3):
        assert not tree.add_pages(epoch, [page(b"\1", epoch)], uuid4())
    with pytest.raises(ValueError, match="epoch"):
        tree.add_pages(2, [page(b"\1", 1)], uuid4())
    assert contents(cell) == kept
    assert tree.add_pages(2, [page(b"\1", 2)], uuid4())


def test_a_page_that_is_there_stays(tree: PostgresTreeStore) -> None:
    """Of two pages for one path the first stays, with its group; what is new beside it is stored."""
    first, second, beside = page(b"\1"), page(b"\1"), page(b"\2")
    group, other = uuid4(), uuid4()
    assert tree.add_pages(1, [first], group)
    assert tree.add_pages(1, [second, beside], other)
    assert tree.pages([b"\1", b"\2"])[1] == {b"\1": first, b"\2": beside}
    assert (tree.group_pages(group), tree.group_pages(other)) == ([b"\1"], [b"\2"])


def test_slots_are_stored_all_or_none(tree: PostgresTreeStore) -> None:
    """An id or a place that was ever used, erased or not, a place that wasn't given: refused, with all beside it."""
    group = uuid4()
    old, gone = slots_on(tree, b"\1", group, 2)
    assert tree.commit(switch_from(1, b"\1", locations=[b"\1\1"]))
    assert tree.reserve(group, 2) == (b"\1", 2)
    good = new_slot(b"\1", 2)
    for bad in (
        *(replace(new_slot(b"\1", 3), slot_id=used.slot_id) for used in (old, gone, good)),
        *(new_slot(b"\1", index) for index in (0, 1, 2, 4, 255)),
        new_slot(b"\0", 0),
        new_slot(b"\5", 0),
    ):
        with pytest.raises(IntegrityError):
            tree.add_slots([good, bad])
    assert tree.slots_within([b""]) == [old, erased(gone, 2)]
    tree.add_slots([good, new_slot(b"\1", 3)])
    assert len(tree.slots_within([b"\1"])) == 4


def test_no_slot_is_stored_on_an_erased_page(tree: PostgresTreeStore) -> None:
    """A place was given, then its page was erased: KeyErased, and no slot is stored, nor the one on a living page."""
    group, other = uuid4(), uuid4()
    for path, owner in ((b"\1", group), (b"\2", other)):
        assert tree.add_pages(1, [page(path)], owner)
        assert tree.reserve(owner, 2) == (path, 0)
    assert tree.commit(switch_from(1, locations=[b"\1"]))
    with pytest.raises(KeyErased):
        tree.add_slots([new_slot(b"\2", 0), new_slot(b"\1", 0)])
    assert tree.slots_within([b""]) == []
    tree.add_slots([new_slot(b"\2", 0)])


def test_a_switch_changes_everything_at_once(tree: PostgresTreeStore) -> None:
    """Pages replaced, others left alone, slots and pages erased, tombstone added, state moved on."""
    ours, others = slots_on(tree, b"\1", uuid4(), 2), slots_on(tree, b"\2", uuid4(), 2)
    untouched = tree.pages([b"\0"])[1]
    switch = switch_from(1, b"\1", locations=[b"\1\0", b"\2"], slots=[ours[0].slot_id, *(s.slot_id for s in others)])
    assert tree.commit(switch)
    assert tree.state() == switch.state
    assert tree.pages([b"", b"\0", b"\1"]) == (
        switch.state,
        {one.path: one for one in (*switch.pages, *untouched.values())},
    )
    assert tree.slots_within([b""]) == [erased(ours[0], 2), ours[1], *(erased(slot, 2) for slot in others)]
    assert tree.all_paths() == [b"", b"\0", b"\1"]
    assert tree.tombstones(0) == tree.tombstones(1) == [switch.tombstone]
    assert tree.tombstones(2) == []


def test_a_switch_from_another_epoch_changes_nothing(cell: Cell, tree: PostgresTreeStore) -> None:
    """Before the present epoch or after it: False, and every table is as it was."""
    slot = slots_on(tree, b"\1", uuid4(), 1)[0]
    assert tree.commit(switch_from(1))
    kept = contents(cell)
    for before in (1, 3):
        assert not tree.commit(switch_from(before, b"\1", locations=[b"\1\0"], slots=[slot.slot_id]))
    assert contents(cell) == kept
    assert tree.commit(switch_from(2, b"\1", locations=[b"\1\0"], slots=[slot.slot_id]))


def test_a_switch_that_does_not_fit_changes_nothing(cell: Cell, tree: PostgresTreeStore) -> None:
    """A page that isn't there or is erased, another deployment, an epoch that doesn't go up: refused as a whole."""
    slot = slots_on(tree, b"\1", uuid4(), 1)[0]
    slots_on(tree, b"\2", uuid4(), 1)
    assert tree.commit(switch_from(1, locations=[b"\2"]))
    kept, good = contents(cell), switch_from(2, b"\1", locations=[b"\1\0"], slots=[slot.slot_id])
    back = replace(good.state, epoch=2)
    for bad in (
        switch_from(2, b"\1", b"\7", locations=[b"\1\0"]),
        switch_from(2, b"\1", b"\2", locations=[b"\1\0"]),
        replace(good, state=replace(good.state, deployment=uuid4())),
        replace(good, state=back, pages=tuple(replace(one, epoch=2) for one in good.pages)),
    ):
        with pytest.raises(PersistenceError):
            tree.commit(bad)
    with pytest.raises(ValueError, match="epoch"):
        tree.commit(replace(good, pages=(page(b"", 2),)))
    with pytest.raises(Malformed):
        tree.commit(switch_from(2, locations=[b""]))
    assert contents(cell) == kept
    assert tree.commit(good)


def test_whatever_lies_at_a_doomed_place_is_erased(tree: PostgresTreeStore) -> None:
    """Slots that were stored after the switch was prepared, and pages below an erased one, are erased with the rest."""
    assert tree.add_pages(1, [page(b"\x80")], None)
    prepared = switch_from(1, locations=[b"\x80", b"\1\0"])
    below, kept = slots_on(tree, b"\x80\5", uuid4(), 2), slots_on(tree, b"\1", uuid4(), 2)
    assert tree.commit(prepared)
    assert tree.slots_within([b"\x80"]) == [erased(slot, 2) for slot in below]
    assert tree.slots_within([b"\1"]) == [erased(kept[0], 2), kept[1]]
    assert tree.all_paths() == [b"", b"\0", b"\1"]


def test_what_is_erased_stays_so(tree: PostgresTreeStore) -> None:
    """Erased again, later: the slot and its page keep the epoch in which they died."""
    slot = slots_on(tree, b"\1", uuid4(), 1)[0]
    assert tree.commit(switch_from(1, b"\1", locations=[b"\1\0"], slots=[slot.slot_id]))
    assert tree.commit(switch_from(2, locations=[b"\1"], slots=[slot.slot_id, uuid4()]))
    assert tree.commit(switch_from(3, locations=[b"\1"], slots=[slot.slot_id]))
    assert tree.slots([slot.slot_id]) == {slot.slot_id: erased(slot, 2)}


def test_a_restored_tree_catches_up_in_one_step(tree: PostgresTreeStore, cell: Cell) -> None:
    """Tombstones that the backup is too old for come with the switch; they erase, in their epochs, what is known."""
    slots, gone = slots_on(tree, b"\1", uuid4(), 3), slots_on(tree, b"\2", uuid4(), 1)
    second = switch_from(1, locations=[b"\1\0", b"\7\7"], slots=[slots[0].slot_id, uuid4()]).tombstone
    third = switch_from(2, locations=[b"\2", b"\1\0"], slots=[slots[0].slot_id, gone[0].slot_id]).tombstone
    planned = switch_from(3, b"\1")
    fresh = replace(planned, before=1)
    kept = contents(cell)
    for missing in ([], [second], [third], [third, second], [second, second, third]):
        with pytest.raises(IntegrityError):
            tree.restore(missing, fresh)
    assert not tree.restore([second, third], planned)
    assert contents(cell) == kept
    assert tree.restore([second, third], fresh)
    assert tree.state() == fresh.state
    assert tree.slots_within([b""]) == [erased(slots[0], 2), *slots[1:], erased(gone[0], 3)]
    assert tree.all_paths() == [b"", b"\0", b"\1"]
    assert tree.tombstones(0) == [second, third, fresh.tombstone]
    assert tree.commit(switch_from(4, b"\1"))


def test_the_last_switch_can_be_taken_up(tree: PostgresTreeStore) -> None:
    """What the present epoch changed is given again, to be copied; with it the pages that were added since."""
    assert tree.last_switch() is None
    slots_on(tree, b"\1", uuid4(), 2)
    assert tree.last_switch() is None
    for before in (1, 2):
        switch = switch_from(before, b"\1", locations=[b"\1" + bytes([before])])
        assert tree.commit(switch)
        assert tree.last_switch() == switch
    added = page(b"\2", 3)
    assert tree.add_pages(3, [added], uuid4())
    assert tree.last_switch() == replace(switch, pages=(*switch.pages, added))


def test_a_changed_tombstone_is_refused(cell: Cell, tree: PostgresTreeStore) -> None:
    """A tombstone is read by its one spelling, whatever somebody put into the table."""
    assert tree.commit(switch_from(1))
    assert len(tree.tombstones(0)) == 1
    with cell.connect(forge=True) as connection:
        connection.execute("UPDATE tombstones SET body = body || '\\x00'")
    with pytest.raises(Malformed):
        tree.tombstones(0)
