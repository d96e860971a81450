"""The tree against a model: a dictionary of what was provisioned and what was erased, and an adversary who kept all.

Random histories of provisioning, erasing slots and pages, growing across the borders of the tree's depths, new
processes, backups and restores. After each: what lives opens to the same key, what died is erased, and with every byte
that was ever written and the live root nobody makes a dead key.
"""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from crypto.errors import KeyNeverProvisioned
from crypto.slots import SCOPES, SlotKey
from crypto.tree import page_ordinal, slot_page
from tests.crypto.forest import TIME_US, Forest, state_of
from tests.crypto.tree_store import DictionaryTree

BORDERS = (128, 128 + 256, 128 + 64 * 256, 128 + 64 * 256 + 256, 128 + 64 * 256 + 65536)
"""Numbers of slot pages at which a page above or a whole level begins."""

GROUPS = [UUID(int=number) for number in range(3)]


T = TypeVar("T", UUID, bytes)


def some_of(known: Iterable[T], most: int) -> st.SearchStrategy[list[T]]:
    """A few of these, or none."""
    choices = sorted(known)
    return st.lists(st.sampled_from(choices), max_size=most) if choices else st.just([])


class Histories(RuleBasedStateMachine):
    """Histories of one tree."""

    @initialize()
    def found(self) -> None:
        """A founded tree, and nothing in it."""
        self.forest = Forest()
        self.scope_of: dict[UUID, tuple[bytes, str]] = {}
        self.alive: dict[UUID, SlotKey] = {}
        self.dead: dict[UUID, SlotKey] = {}
        self.lost: dict[UUID, SlotKey] = {}
        self.backup: tuple[DictionaryTree, set[UUID]] | None = None

    @rule(group=st.sampled_from(GROUPS), scope=st.sampled_from(SCOPES), count=st.sampled_from([1, 3, 200, 257]))
    def provision(self, group: UUID, scope: str, count: int) -> None:
        """New slots, on one page or on several."""
        for slot in self.forest.keyring.scope(scope).provision_many(group, count):
            self.alive[slot.slot_id] = slot
            self.scope_of[slot.slot_id] = self.forest.place(slot), scope

    @rule(border=st.sampled_from(BORDERS), before=st.integers(0, 2))
    def approach(self, border: int, before: int) -> None:
        """The tree grew on until shortly before a border."""
        self.forest.tree.ordinal = max(self.forest.tree.ordinal, border - before)

    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        """Some slots and some whole pages die together."""
        slots = data.draw(some_of(self.alive, 5))
        pages = data.draw(some_of(self.forest.tree.groups, 2))
        doomed = {self.scope_of[slot_id][0] for slot_id in slots} | set(pages)
        self.forest.erase(*doomed)
        for slot_id in [i for i in self.alive if self.scope_of[i][0].startswith(tuple(doomed))]:
            self.dead[slot_id] = self.alive.pop(slot_id)

    @rule(pages_kept=st.sampled_from([1, 4, 64]))
    def restart(self, pages_kept: int) -> None:
        """Another process takes over, with more or less room for opened pages."""
        self.forest.keyring = self.forest.process(pages_kept=pages_kept)

    @rule()
    def back_up(self) -> None:
        """A backup is made."""
        self.backup = self.forest.tree.backup(), set(self.alive) | set(self.dead)

    @rule()
    def restore(self) -> None:
        """The database is lost, and the backup restored: what was provisioned since is lost for good."""
        if self.backup is None:
            return
        tree, known = self.backup
        self.backup = None
        self.forest.restore(tree)
        for slots in (self.alive, self.dead):
            self.lost.update({slot_id: slots.pop(slot_id) for slot_id in [*slots] if slot_id not in known})

    @invariant()
    def everything_is_as_the_model_says(self) -> None:
        """The living open to the key that they were provisioned with, and nothing else opens."""
        for name in SCOPES:
            scope = self.forest.keyring.scope(name)
            own = [slot_id for slot_id, (_, owner) in self.scope_of.items() if owner == name]
            assert scope.open_own(own) == {slot_id: self.alive[slot_id] for slot_id in own if slot_id in self.alive}
            assert scope.erased(own) == {slot_id for slot_id in own if slot_id in self.dead}
            assert scope.marks().claims([*self.scope_of]) == {slot_id for slot_id in own if slot_id not in self.lost}
        for slot_id in [*self.dead][:3]:
            assert state_of(self.forest, slot_id, self.scope_of[slot_id][1]) == "erased"
        for slot_id in [*self.lost][:3]:
            with pytest.raises(KeyNeverProvisioned):
                state_of(self.forest, slot_id, self.scope_of[slot_id][1])
        self.forest.keyring.check()

    def teardown(self) -> None:
        """The adversary makes the living keys and none of the dead ones; with one old root kept, all of its time's."""
        if not hasattr(self, "forest"):
            return
        made = self.forest.opened_by(self.forest.reachable(), self.scope_of)
        for slot_id, slot in {**self.alive, **self.dead, **self.lost}.items():
            assert (slot.secret in made[slot_id]) == (slot_id in self.alive)
        kept = self.forest.opened_by(self.forest.reachable(hoard=self.forest.hoard), self.scope_of)
        for slot_id, slot in {**self.alive, **self.dead, **self.lost}.items():
            assert slot.secret in kept[slot_id]


TestHistories = Histories.TestCase
TestHistories.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.parametrize("ordinal", [border + step for border in BORDERS for step in (-1, 0, 1)])
def test_growing_over_a_border_moves_nothing(ordinal: int) -> None:
    """Slots made before, at and after a border of the depths open, and pages that were there stay byte for byte."""
    forest = Forest()
    scope, group = forest.keyring.scope("E"), uuid4()
    before = scope.provision_many(group, 2)
    sealed = dict(forest.tree.sealed)
    forest.tree.ordinal = ordinal
    after = scope.provision_many(uuid4(), 2)
    assert page_ordinal(forest.place(after[0])[:-1]) == ordinal
    assert sealed.items() <= forest.tree.sealed.items()
    assert len(forest.tree.sealed) == len(sealed) + len(slot_page(ordinal))
    slots = {slot.slot_id: slot for slot in (*before, *after)}
    assert forest.process().scope("E").open_many(slots) == slots
    doomed = forest.place(after[0])
    assert [page.path for page in forest.erase(doomed).pages] == [doomed[:length] for length in range(len(doomed))]
    forest.keyring.drop()
    del slots[after[0].slot_id]
    assert forest.keyring.scope("E").open_own([*slots, after[0].slot_id]) == slots


def test_a_root_that_was_kept_opens_what_was_erased() -> None:
    """Control: with the root of the epoch before the erasure, the adversary makes the dead key; without it, never."""
    forest = Forest()
    doomed, alive = forest.keyring.scope("C").provision_many(uuid4(), 2)
    where = {slot.slot_id: (forest.place(slot), "C") for slot in (doomed, alive)}
    forest.erase(forest.place(doomed))
    forest.erase()
    assert doomed.secret not in forest.opened_by(forest.reachable(), where)[doomed.slot_id]
    assert alive.secret in forest.opened_by(forest.reachable(), where)[alive.slot_id]
    assert doomed.secret not in forest.opened_by(forest.reachable(hoard=[2]), where)[doomed.slot_id]
    assert doomed.secret in forest.opened_by(forest.reachable(hoard=[1]), where)[doomed.slot_id]


@pytest.mark.parametrize("fresh", [True, False], ids=["staged afresh", "staged root used again"])
def test_a_staged_root_is_for_one_plan(fresh: bool) -> None:
    """A plan that was written but not committed leads to what a second plan under the same root erases; else never."""
    forest = Forest()
    scope = forest.keyring.scope("C")
    doomed, other = scope.provision(uuid4()), scope.provision(uuid4())
    where = {slot.slot_id: (forest.place(slot), "C") for slot in (doomed, other)}
    aborted = forest.plan(where[other.slot_id][0])
    forest.tree.all_states.append(aborted.state)
    forest.tree.all_pages += aborted.pages
    if fresh:
        forest.roots.destroy(2)
        forest.stage()
    forest.finish(forest.keyring.plan([where[doomed.slot_id][0]], [uuid4()], TIME_US))
    made = forest.opened_by(forest.reachable(), where)
    assert other.secret in made[other.slot_id]
    assert (doomed.secret in made[doomed.slot_id]) is not fresh


def test_a_fresh_tree_grows_on_below_a_page_that_leads_nowhere() -> None:
    """All slot pages below a page in between are erased when the tree is made fresh: new ones still hang from it."""
    forest = Forest()
    forest.tree.ordinal = BORDERS[0]
    group = uuid4()
    forest.keyring.scope("C").provision(group)
    backup = forest.tree.backup()
    forest.erase(*forest.tree.group_pages(group))
    forest.restore(backup)
    slot = forest.keyring.scope("C").provision(uuid4())
    assert forest.place(slot)[:1] == slot_page(BORDERS[0])[:1]
    assert forest.process().scope("C").open(slot.slot_id) == slot
