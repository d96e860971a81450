"""A switch changes what is doomed and the ways to it; a refresh leaves nothing that wasn't taken."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from crypto import tombstones
from crypto.anchor import record_of
from crypto.errors import (
    CryptoError,
    KeyErased,
    KeyNeverProvisioned,
    Malformed,
    RootForeign,
    RootMissing,
    Tampered,
    TreeBehind,
)
from crypto.keyring import Keyring
from crypto.ports import StoredPage, Tombstone, TreeState
from crypto.tree import SCOPES_PAGE, page_head
from tests.crypto.forest import TIME_US, Forest
from tests.crypto.tree_store import DictionaryTree, place_of

GROUP, OTHER = UUID(int=1), UUID(int=2)


def test_a_plan_rewrites_the_ways_and_nothing_else() -> None:
    """A plan for slots and a whole page holds the pages above them, once each, and tells what dies by it."""
    forest = Forest()
    scope = forest.keyring.scope("C")
    one, two, kept = scope.provision_many(GROUP, 3)
    whole = forest.keyring.scope("E").provision_many(OTHER, 2)
    spare = scope.provision(uuid4())
    doomed = [forest.place(two), forest.place(one), forest.place(whole[0])[:-1], forest.place(whole[1])]
    erasures = [uuid4(), uuid4()]
    forest.stage()
    switch = forest.keyring.plan(doomed, erasures, TIME_US)
    assert [page.path for page in switch.pages] == [b"", forest.place(one)[:-1]]
    assert {page.epoch for page in switch.pages} == {2}
    dead = sorted(slot.slot_id for slot in (one, two, *whole))
    places = sorted({forest.place(one), forest.place(two), forest.place(whole[0])[:-1]})
    assert switch.tombstone == Tombstone(2, tuple(sorted(erasures)), tuple(places), tuple(dead), TIME_US)
    assert switch.before == 1
    assert switch.state.epoch == 2
    assert switch.state.page_head == page_head(switch.pages[0].sealed)
    assert switch.state.tombstone_head == tombstones.head_of(forest.state.deployment, [switch.tombstone])
    untouched = {path: page for path, page in forest.tree.sealed.items() if path not in {p.path for p in switch.pages}}
    forest.finish(switch)
    assert untouched.items() <= forest.tree.sealed.items()
    assert scope.open_own([one.slot_id, kept.slot_id, spare.slot_id]) == {kept.slot_id: kept, spare.slot_id: spare}


def test_places_on_a_damaged_page_are_told_from_those_that_can_go() -> None:
    """One page doesn't open: a plan with a place on it fails, the others are named and can be planned for."""
    forest = Forest()
    scope = forest.keyring.scope("C")
    sound, damaged = (forest.place(scope.provision(group)) for group in (GROUP, OTHER))
    assert forest.keyring.openable([sound, damaged]) == {sound, damaged}
    page = forest.tree.sealed[damaged[:-1]]
    forest.tree.sealed[damaged[:-1]] = replace(page, sealed=page.sealed[:-1] + bytes((page.sealed[-1] ^ 1,)))
    assert forest.keyring.openable([sound, damaged]) == {sound}
    forest.stage()
    with pytest.raises(Tampered):
        forest.keyring.plan([sound, damaged], [], TIME_US)
    assert forest.keyring.plan([sound], [], TIME_US).tombstone.locations == (sound,)


def test_planning_changes_nothing_yet() -> None:
    """Until it is committed, a plan leaves stores and memory as they were; the slot that it dooms opens."""
    forest = Forest()
    slot = forest.keyring.scope("C").provision(GROUP)
    scope = forest.keyring.scope("C")
    state, sealed = forest.state, dict(forest.tree.sealed)
    forest.plan(forest.place(slot))
    assert (forest.state, forest.tree.sealed) == (state, sealed)
    assert scope.open(slot.slot_id) == slot
    forest.keyring.drop()
    assert scope.open(slot.slot_id) == slot


def test_what_is_erased_already_is_left_out() -> None:
    """Slots that died before aren't erased again, also on pages that can't be opened any more; an empty plan renews."""
    forest = Forest()
    scope = forest.keyring.scope("C")
    one, two = scope.provision(GROUP), scope.provision(OTHER)
    places = [forest.place(one), forest.place(two)]
    forest.erase(places[0][:-1])
    again = forest.plan(*places)
    assert (again.tombstone.locations, again.tombstone.slots) == ((places[1],), (two.slot_id,))
    forest.finish(again)
    nothing = forest.plan(*places)
    assert (nothing.tombstone.locations, nothing.tombstone.slots) == ((), ())
    assert [page.path for page in nothing.pages] == [b""]
    forest.finish(nothing)
    # A page that died before may be named again: its place merely gets another random child.
    forest.erase(places[0][:-1])
    assert scope.erased([one.slot_id, two.slot_id]) == {one.slot_id, two.slot_id}
    slot = scope.provision(GROUP)
    assert forest.process().scope("C").open(slot.slot_id) == slot


@pytest.mark.parametrize("doomed", [b"", b"\x00", b"\x00\x02", b"\x80", b"\xc0", b"\xc0\x01", b"\x05\x01\x01"])
def test_scopes_and_pages_in_between_are_not_erased(doomed: bytes) -> None:
    """The root page, the scopes' page and its entries, pages in between and what is no place at all are refused."""
    forest = Forest()
    forest.stage()
    with pytest.raises(Malformed):
        forest.keyring.plan([doomed], [], TIME_US)
    slot = forest.keyring.scope("C").provision(GROUP)
    assert forest.keyring.plan([forest.place(slot)], [], TIME_US).tombstone.slots == (slot.slot_id,)


def test_a_plan_needs_the_next_root() -> None:
    """Without a staged root of the next epoch there is no plan; with it there is, and it opens under that root only."""
    forest = Forest()
    slot = forest.keyring.scope("C").provision(GROUP)
    with pytest.raises(RootMissing):
        forest.keyring.plan([forest.place(slot)], [], TIME_US)
    forest.finish(forest.plan(forest.place(slot)))
    assert forest.roots.epochs() == {2}
    forest.keyring.check()


def test_a_switch_that_comes_too_late_changes_nothing() -> None:
    """Of two plans on one epoch only the first is committed."""
    forest = Forest()
    one, two = forest.keyring.scope("C").provision_many(GROUP, 2)
    late = forest.plan(forest.place(one))
    forest.finish(forest.keyring.plan([forest.place(two)], [], TIME_US))
    assert not forest.tree.commit(late)
    assert forest.process().scope("C").open_own([one.slot_id, two.slot_id]) == {one.slot_id: one}


def _lost(forest: Forest) -> tuple[DictionaryTree, TreeState]:
    """A forest whose database was backed up, changed by erasures and provisions, and lost."""
    scope = forest.keyring.scope("C")
    scope.provision_many(GROUP, 4)
    scope.provision_many(OTHER, 2)
    backup = forest.tree.backup()
    first, *_ = forest.tree.rows.values()
    forest.erase(place_of(first))
    scope.provision_many(GROUP, 2)  # on a page that the backup knows
    scope.provision_many(uuid4(), 2)  # and on one that it doesn't
    forest.erase(*forest.tree.group_pages(OTHER))
    return backup, forest.state


def test_a_restored_tree_lives_on_and_what_came_after_the_backup_is_gone() -> None:
    """After a restore the backup's living slots open, the erased ones are erased, and later ones were never there."""
    forest = Forest()
    backup, live = _lost(forest)
    lost = forest.tree.rows
    keys = {s.slot_id: forest.keyring.scope("C").open(s.slot_id) for s in lost.values() if s.erased is None}
    where = {slot_id: (place_of(lost[slot_id]), "C") for slot_id in keys}
    before = forest.opened_by(forest.reachable(), where)
    assert all(slot.secret in before[slot_id] for slot_id, slot in keys.items())
    unused = forest.reachable()[b"\x01\xff"]
    forest.restore(backup)
    scope = forest.keyring.scope("C")
    assert forest.state.epoch == live.epoch + 1
    kept = {slot_id: slot for slot_id, slot in keys.items() if slot_id in backup.rows}
    assert len(kept) == 3
    assert scope.open_many(kept) == kept
    assert scope.erased(lost) == {slot_id for slot_id in backup.rows if lost[slot_id].erased}
    after = forest.opened_by(forest.reachable(), where)
    for slot_id, slot in keys.items():
        assert (slot.secret in after[slot_id]) is (slot_id in kept)
        if slot_id not in kept:
            with pytest.raises(KeyNeverProvisioned):
                scope.open(slot_id)
    assert unused.isdisjoint(forest.reachable()[b"\x01\xff"])  # places that weren't in use were filled anew, too
    assert tombstones.head_of(live.deployment, forest.tree.chain) == forest.state.tombstone_head
    new = {slot.slot_id: slot for slot in scope.provision_many(GROUP, 4)}
    assert forest.process().scope("C").open_many({**kept, **new}) == {**kept, **new}


def test_a_refresh_rewrites_every_page_that_is_known() -> None:
    """A refresh holds the root page, the scopes' page, every taken page and those above; each child off use is new."""
    forest = Forest()
    forest.tree.ordinal = 129
    kept = forest.keyring.scope("C").provision(GROUP)
    dropped = forest.keyring.scope("C").provision(OTHER)
    forest.stage()
    switch = forest.keyring.refresh(forest.state, {}, [forest.place(kept)], TIME_US)
    assert [page.path for page in switch.pages] == [b"", SCOPES_PAGE, b"\x80", b"\x80\x01"]
    assert switch.tombstone == Tombstone(2, (), (), (), TIME_US)
    assert switch.before == 1
    old = forest.reachable()
    forest.finish(switch)
    new = forest.reachable()
    where = {slot.slot_id: (forest.place(slot), "C") for slot in (kept, dropped)}
    assert kept.secret in forest.opened_by(new, where)[kept.slot_id]
    assert dropped.secret not in forest.opened_by(new, where)[dropped.slot_id]
    same = {location for location in new if not old[location].isdisjoint(new[location])}
    assert same == {SCOPES_PAGE + bytes((index,)) for index in range(10)} | {forest.place(kept)}
    # An empty page stays usable if it is taken itself.
    assert forest.process().scope("C").open(kept.slot_id) == kept


def test_a_restore_needs_the_newest_pages() -> None:
    """Without the copies the tree stays behind, and an older copy doesn't open; with them all it is restored."""
    forest = Forest()
    backup, live = _lost(forest)
    for tombstone in forest.tree.tombstones(1):
        backup.bury(tombstone)
    taken = [place_of(slot) for slot in backup.rows.values() if slot.erased is None]
    forest.stage()
    keyring = Keyring(forest.roots, backup)
    old_root = next(page for page in forest.tree.all_pages if (page.path, page.epoch) == (b"", 2))
    slot_page = {path: page for path, page in forest.copies.items() if path == b""}
    assert len(forest.copies) == 2
    wrong: list[tuple[TreeState, dict[bytes, StoredPage], type[CryptoError]]] = [
        (backup.live or live, {}, TreeBehind),
        (live, {}, Tampered),
        (live, {**forest.copies, b"": old_root}, Tampered),
        (live, slot_page, Tampered),
        (replace(live, tombstone_head=bytes(32)), {**forest.copies}, Tampered),
        (replace(live, deployment=uuid4()), {**forest.copies}, RootForeign),
    ]
    for state, overlay, error in wrong:
        with pytest.raises(error):
            keyring.refresh(state, overlay, taken, TIME_US)
    with pytest.raises(Malformed):
        keyring.refresh(live, forest.copies, [b"\x80"], TIME_US)
    with pytest.raises(Tampered):  # a page that was erased can't be taken
        keyring.refresh(live, forest.copies, [*taken, b"\x02\x00"], TIME_US)
    switch = keyring.refresh(live, forest.copies, taken, TIME_US)
    assert (switch.before, switch.state.epoch) == (1, 4)
    assert backup.commit(switch)
    forest.roots.switch(record_of(switch.state))
    keyring.check()


def test_a_restore_may_take_up_a_switch_that_was_not_finished() -> None:
    """Copies of an epoch that was committed and whose root is only staged serve as well: nothing of it is lost."""
    forest = Forest()
    slot, doomed = forest.keyring.scope("C").provision_many(GROUP, 2)
    backup = forest.tree.backup()
    switch = forest.plan(forest.place(doomed))
    assert forest.tree.commit(switch)
    assert forest.roots.epochs() == {1, 2}
    backup.bury(switch.tombstone)
    forest.tree, forest.keyring = backup, Keyring(forest.roots, backup)
    forest.roots.stage(switch.state.deployment, 3)
    copies = {page.path: page for page in switch.pages}
    forest.finish(forest.keyring.refresh(switch.state, copies, [forest.place(slot)], TIME_US))
    forest.roots.destroy(2)
    assert forest.process().scope("C").open(slot.slot_id) == slot
    with pytest.raises(KeyErased):
        forest.process().scope("C").open(doomed.slot_id)
