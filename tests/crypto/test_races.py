"""An erasure at the worst moment: never a wrong key, never a false alarm, never a new slot that doesn't open again."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from crypto.errors import KeyErased
from crypto.slots import SlotKey
from crypto.tree import is_slot_page
from tests.crypto.forest import TIME_US, Forest, Interposed, keyring_with

GROUP, OTHER = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize("doomed", ["the slot", "its page", "another slot", "nothing"])
@pytest.mark.parametrize("memory", ["cold", "warm", "old"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["slots", "pages", "record", "unwrap"])
def test_an_erasure_while_a_slot_is_opened(method: str, when: str, memory: str, doomed: str) -> None:
    """Whenever the erasure comes, the slot opens to its key or is erased; and once the row was read, is erased."""
    forest = Forest()
    slot, other = forest.keyring.scope("C").provision_many(GROUP, 2)
    spare = forest.keyring.scope("C").provision(OTHER)
    places = {"the slot": [forest.place(slot)], "its page": [forest.place(slot)[:-1]], "nothing": []}
    owner = forest.roots if method in ("record", "unwrap") else forest.tree
    happening = Interposed(owner, method, when, lambda: forest.erase(*places.get(doomed, [forest.place(other)])))
    happening.happened = True  # not yet
    keyring = keyring_with(happening, forest.roots, forest.tree)
    scope = keyring.scope("C")
    if memory != "cold":
        scope.open(slot.slot_id)
    if memory == "old":
        forest.erase()
        keyring.drop()
        scope.open(spare.slot_id)
        forest.erase()
    happening.happened = False
    if doomed in ("the slot", "its page"):
        try:
            assert scope.open(slot.slot_id) == slot
        except KeyErased:
            assert happening.happened
        if happening.happened:
            with pytest.raises(KeyErased):
                scope.open(slot.slot_id)
    else:
        assert scope.open(slot.slot_id) == slot
    forest.keyring.check()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["record", "pages", "unwrap"])
def test_an_erasure_while_pages_are_opened_past_the_cache(method: str, when: str) -> None:
    """Whenever the erasure comes, a scope is opened, a check passes and a plan is made, on the tree before or after."""
    for task in ("scope", "check", "plan"):
        forest = Forest()
        slot, doomed = forest.keyring.scope("C").provision_many(GROUP, 2)
        for epoch in (2, 3):
            forest.roots.stage(forest.state.deployment, epoch)
        switch = forest.keyring.plan([forest.place(doomed)], [], TIME_US)
        owner = forest.roots if method in ("record", "unwrap") else forest.tree
        keyring = keyring_with(
            Interposed(owner, method, when, lambda: forest.finish(switch)),  # noqa: B023 - called within the round
            forest.roots,
            forest.tree,
        )
        match task:
            case "scope":
                assert keyring.scope("C").open(slot.slot_id) == slot
            case "check":
                keyring.check()
            case _:
                assert keyring.plan([forest.place(slot)], [], TIME_US).before in (1, 2)
        assert forest.state.epoch == 2


def test_an_erasure_before_the_row_is_read_is_seen() -> None:
    """A process whose pages are of before an erasure asks for the row, and so opens nothing that is erased."""
    forest = Forest()
    slot, other = forest.keyring.scope("C").provision_many(GROUP, 2)
    late = forest.process().scope("C")
    assert late.open_many([slot.slot_id, other.slot_id])  # control: the old pages are in its memory
    forest.erase(forest.place(slot))
    with pytest.raises(KeyErased):
        late.open(slot.slot_id)
    assert late.open(other.slot_id) == other


@pytest.mark.parametrize("room", ["on a page", "on a new page", "deep down"])
@pytest.mark.parametrize("doomed", ["the group's pages", "another slot", "nothing"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("method", ["reserve", "next_ordinal", "pages", "add_pages", "add_slots", "record", "unwrap"])
def test_an_erasure_while_a_slot_is_provisioned(method: str, when: str, doomed: str, room: str) -> None:
    """Whenever the erasure comes, a slot that was handed out opens to the same key, or its row says erased."""
    forest = Forest()
    other = forest.keyring.scope("C").provision(OTHER)
    if room == "on a page":
        forest.keyring.scope("C").provision(GROUP)
    if room == "deep down":
        forest.tree.ordinal = 128 + 64 * 256

    def erase() -> None:
        match doomed:
            case "the group's pages":
                forest.erase(*forest.tree.group_pages(GROUP))
            case "another slot":
                forest.erase(forest.place(other))
            case _:
                forest.erase()

    owner = forest.roots if method in ("record", "unwrap") else forest.tree
    happening = Interposed(owner, method, when, erase)
    happening.happened = True  # not yet
    scope = keyring_with(happening, forest.roots, forest.tree).scope("C")
    happening.happened = False
    slots = {slot.slot_id: slot for slot in scope.provision_many(GROUP, 3)}
    fresh = forest.process().scope("C")
    if forest.tree.rows[next(iter(slots))].erased is None:
        assert fresh.open_many(slots) == scope.open_many(slots) == slots
    else:
        assert (method, when, doomed) == ("add_slots", "after", "the group's pages")
        assert fresh.erased(slots) == set(slots)
    again = scope.provision(GROUP)
    assert fresh.open(again.slot_id) == again


@pytest.mark.parametrize("shared", [True, False], ids=["one process", "several processes"])
def test_many_threads_and_an_eraser(shared: bool) -> None:
    """While one erases again and again, others provision and open: every slot that lives opens, with its own key."""
    forest = Forest()
    forest.tree.ordinal = 120
    everybody = [forest.process(pages_kept=2)] * 4 if shared else [forest.process() for _ in range(4)]
    victims = forest.keyring.scope("E").provision_many(OTHER, 40)

    def work(number: int) -> dict[UUID, SlotKey]:
        scope, made = everybody[number].scope("C"), dict[UUID, SlotKey]()
        for _ in range(60):
            made |= {slot.slot_id: slot for slot in scope.provision_many(uuid4(), 2)}
            recent = [*made][-20:]
            assert scope.open_own(recent).items() <= made.items()
            if number % 2:
                everybody[number].drop()
        return made

    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(work, number) for number in range(4)]
        for number, victim in enumerate(victims):
            pages = [path for path in forest.tree.all_paths() if is_slot_page(path)]
            forest.erase(forest.place(victim), *pages[-1:][number % 3 :])  # now and then, somebody's whole page
        made = {slot_id: slot for future in futures for slot_id, slot in future.result(30).items()}
    scope = forest.process().scope("C")
    gone = scope.erased(made)
    assert scope.open_own(made) == {slot_id: slot for slot_id, slot in made.items() if slot_id not in gone}
    assert len(made) > len(gone)
    assert forest.process().scope("E").erased([victim.slot_id for victim in victims]) == {v.slot_id for v in victims}


def test_two_processes_make_the_page_in_between_at_once() -> None:
    """Both find that the page above their new pages is missing, both make it, and go on below the one that stays."""
    forest = Forest()
    forest.tree.ordinal = 128
    others: list[SlotKey] = []
    happening = Interposed(
        forest.tree, "add_pages", "before", lambda: others.extend(forest.process().scope("C").provision_many(OTHER, 2))
    )
    mine = keyring_with(happening, forest.roots, forest.tree).scope("C").provision_many(GROUP, 2)
    assert happening.happened
    assert [page.path for page in forest.tree.all_pages].count(b"\x80") == 2
    slots = {slot.slot_id: slot for slot in (*mine, *others)}
    assert forest.process().scope("C").open_many(slots) == slots
