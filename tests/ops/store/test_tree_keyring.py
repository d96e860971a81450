"""The keyring on the real tables: provisioned, grown, erased, backed up, restored, and used by many at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest

from crypto.errors import KeyErased, KeyNeverProvisioned, TreeBehind
from crypto.slots import SlotKey
from tests.ops.store.grown import Grown, location
from tests.ops.store.trees import tree_store
from tests.support import Cell


@pytest.fixture
def grown(cell: Cell, tmp_path: Path) -> Iterator[Grown]:
    """A founded tree."""
    with tree_store(cell, founded=False) as store:
        yield Grown(cell, store, tmp_path)


def test_what_is_provisioned_opens_until_it_is_erased(grown: Grown) -> None:
    """More slots than a page has, in two groups and two scopes; one slot erased, then a whole page."""
    coach, coachee = grown.keyring.scope("C"), grown.keyring.scope("E")
    group, other = uuid4(), uuid4()
    first, second = coach.provision_many(group, 300), coachee.provision_many(other, 3)
    slots = {slot.slot_id: slot for slot in first}
    assert grown.process().scope("C").open_many(slots) == slots
    grown.erase(grown.place(first[0]))
    grown.erase(*grown.store.group_pages(other))
    for keyring in (grown.keyring, grown.process()):
        with pytest.raises(KeyErased):
            keyring.scope("C").open(first[0].slot_id)
        assert keyring.scope("C").open_own(slots).keys() == slots.keys() - {first[0].slot_id}
        assert keyring.scope("E").erased([slot.slot_id for slot in second]) == {slot.slot_id for slot in second}
        assert keyring.scope("C").marks().claims(slots) == slots.keys()
        keyring.check()
    third = coachee.provision(other)
    assert grown.place(third)[:-1] not in grown.store.group_pages(group)
    assert grown.process().scope("E").open(third.slot_id) == third


@pytest.mark.parametrize("number", [127, 128, 128 + 64 * 256 - 1, 128 + 64 * 256])
def test_the_tree_grows_deeper(grown: Grown, number: int) -> None:
    """Over the borders of direct, indirect and doubly indirect pages, by the numbers that the table gives out."""
    with grown.cell.connect() as connection:
        connection.execute("UPDATE key_state SET next_page = %s", [number])
    scope = grown.keyring.scope("C")
    slots = {slot.slot_id: slot for slot in (scope.provision(uuid4()) for _ in range(3))}
    assert grown.process().scope("C").open_many(slots) == slots
    doomed = next(iter(slots))
    grown.erase(grown.place(slots.pop(doomed)))
    assert grown.process().scope("C").open_own([*slots, doomed]) == slots


def test_a_switch_that_was_not_finished_is_copied_from_the_tables(grown: Grown) -> None:
    """After a crash the copy that is made from the tables is the very file that would have been made before."""
    scope = grown.keyring.scope("C")
    slot = scope.provision(uuid4())
    switch = grown.erase(grown.place(slot))
    again = grown.store.last_switch()
    assert again is not None
    assert grown.copies.write(switch.state.deployment, again) == grown.copies.write(switch.state.deployment, switch)


def test_a_restored_database_brings_nothing_back(grown: Grown) -> None:
    """Behind its root it opens nothing; made fresh, it opens what lived at the backup and wasn't erased since."""
    scope, group = grown.keyring.scope("C"), uuid4()
    alive, early, late, whole = scope.provision_many(group, 4)
    page_group = uuid4()
    page_slot = scope.provision(page_group)
    grown.erase(grown.place(early))
    kept = grown.back_up()
    grown.erase(grown.place(late))
    lost = scope.provision_many(group, 300)
    grown.erase(*grown.store.group_pages(page_group), grown.place(lost[0]))
    newest = grown.state

    grown.put_back(kept)
    with pytest.raises(TreeBehind):
        grown.process().check()
    missing, switch = grown.plan_restore()
    assert [one.state.epoch for one in missing] == [3, 4]
    assert missing[-1].state == newest
    with pytest.raises(TreeBehind):  # planned isn't done
        grown.process().scope("C")
    assert grown.store.restore([one.tombstone for one in missing], switch)
    grown.finish(switch)

    restored = grown.process().scope("C")
    assert restored.open_many([alive.slot_id, whole.slot_id]) == {alive.slot_id: alive, whole.slot_id: whole}
    for dead in (early, late, page_slot):
        with pytest.raises(KeyErased):
            restored.open(dead.slot_id)
    for gone in (lost[0], lost[-1]):
        with pytest.raises(KeyNeverProvisioned):
            restored.open(gone.slot_id)
    again = grown.process().scope("C").provision_many(group, 300)
    secrets = {slot.secret for slot in (*lost, early, late, page_slot)}
    assert not secrets & {slot.secret for slot in again}
    assert {grown.place(slot) for slot in again} & {bytes([1, 4]), bytes([1, 5])}  # places of lost slots, given anew
    grown.erase(grown.place(again[0]))
    assert [tombstone.epoch for tombstone in grown.store.tombstones(0)] == [2, 3, 4, 5, 6]


def test_provisioning_goes_on_while_keys_are_erased(grown: Grown) -> None:
    """Four processes provision and open, one erases what they made: the living open to their keys, the dead don't."""
    over = Event()
    groups = [uuid4() for _ in range(4)]
    made: list[list[SlotKey]] = [[] for _ in groups]

    def provision(number: int) -> None:
        scope = grown.process().scope("C")
        while not over.is_set():
            slot = scope.provision(groups[number])
            made[number].append(slot)
            with suppress(KeyErased):  # it may be erased already; a wrong key never opens
                assert scope.open(slot.slot_id) == slot

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(provision, number) for number in range(4)]
        try:
            for turn in range(24):
                slots = list(grown.store.slots_within([b""]))[turn::7]
                doomed = {location(slot) for slot in slots}
                if turn % 5 == 4:
                    doomed |= set(grown.store.group_pages(groups[turn % 4])[-1:])
                grown.erase(*doomed)
        finally:
            over.set()
        for one in running:
            one.result(timeout=60)
    scope = grown.process().scope("C")
    all_slots = {slot.slot_id: slot for some in made for slot in some}
    erased = scope.erased(all_slots)
    assert len(all_slots) > 100
    assert 20 < len(erased) < len(all_slots)
    assert scope.open_own(all_slots) == {slot_id: all_slots[slot_id] for slot_id in all_slots.keys() - erased}
