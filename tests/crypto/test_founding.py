"""A tree is founded once, whatever crashes and whoever else founds, and tells what is wrong between it and its root."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from crypto.anchor import record_of
from crypto.errors import (
    CryptoError,
    KeyNeverProvisioned,
    RootForeign,
    RootMissing,
    Tampered,
    TreeAhead,
    TreeBehind,
)
from crypto.keyring import Keyring
from tests.crypto.forest import TIME_US, Forest, Interposed, keyring_with
from tests.crypto.tree_store import DictionaryTree, ForgetfulRoots, place_of


class CrashError(Exception):
    """The process dies here."""


def _crash(*_: object) -> None:
    raise CrashError


def test_a_tree_is_founded_once() -> None:
    """The first founding makes a tree that can be used, and a second one changes nothing."""
    tree, roots = DictionaryTree(), ForgetfulRoots()
    keyring = Keyring(roots, tree)
    with pytest.raises(KeyNeverProvisioned):
        keyring.check()
    with pytest.raises(KeyNeverProvisioned):
        keyring.scope("C")
    assert keyring.found()
    keyring.check()
    state, record = tree.state(), roots.record()
    assert state is not None
    assert record == record_of(state)
    assert (state.epoch, sorted(tree.sealed)) == (1, [b"", b"\x00"])
    assert not keyring.found()
    assert not Keyring(roots, tree).found()
    assert (tree.state(), roots.record()) == (state, record)
    slot = keyring.scope("C").provision(uuid4())
    assert Keyring(roots, tree).scope("C").open(slot.slot_id) == slot


@pytest.mark.parametrize("step", ["stage", "wrap", "found", "switch"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_founding_that_crashed_is_taken_up(step: str, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before or after any step, a founding is finished by the next one, with one root and one tree."""
    tree, roots = DictionaryTree(), ForgetfulRoots()
    owner: object = tree if step == "found" else roots
    real = getattr(owner, step)

    def crash(*arguments: object) -> None:
        if when == "after":
            real(*arguments)
        raise CrashError

    monkeypatch.setattr(owner, step, crash)
    with pytest.raises(CrashError):
        Keyring(roots, tree).found()
    monkeypatch.undo()
    staged, stored = dict(roots.keys), tree.state()
    again = Keyring(roots, tree)
    finished = (step, when) == ("switch", "after")
    assert again.found() is not finished
    again.check()
    assert staged.items() <= roots.keys.items()
    assert stored in (None, tree.state())
    assert list(roots.keys) == [1]
    slot = again.scope("C").provision(uuid4())
    assert Keyring(roots, tree).scope("C").open(slot.slot_id) == slot


def test_a_founding_that_was_stored_can_be_used_before_it_is_switched_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the first commit and the first switch the staged root serves."""
    tree, roots = DictionaryTree(), ForgetfulRoots()
    keyring = Keyring(roots, tree)
    monkeypatch.setattr(roots, "switch", _crash)
    with pytest.raises(CrashError):
        keyring.found()
    assert roots.record() is None
    keyring.check()
    slot = keyring.scope("C").provision(uuid4())
    assert keyring.scope("C").open(slot.slot_id) == slot


@pytest.mark.parametrize("step", ["deployment", "stage", "wrap", "found", "state"])
def test_foundings_that_meet_found_one_tree(step: str) -> None:
    """Eight processes that reach the same step at the same moment share one root and one tree, and all go on."""
    tree, roots, barrier = DictionaryTree(), ForgetfulRoots(), Barrier(8)
    owner: object = tree if step in ("found", "state") else roots
    real, failures, keyrings = getattr(owner, step), list[BaseException](), list[Keyring]()

    class Meeting:
        """One process, which waits for all others the first time that it reaches the step."""

        def __init__(self) -> None:
            self.waited = False

        def __call__(self, *arguments: object) -> object:
            if not self.waited:
                self.waited = True
                barrier.wait(10)
            return real(*arguments)

    def process() -> None:
        mine: object = _View(owner, step, Meeting())
        keyring = Keyring(mine, tree) if owner is roots else Keyring(roots, mine)  # type: ignore[arg-type]
        try:
            keyring.found()
            keyrings.append(keyring)
        except (CryptoError, AssertionError) as error:
            failures.append(error)

    threads = [Thread(target=process) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    assert len(keyrings) == 8
    assert (list(roots.keys), sorted(tree.sealed)) == ([1], [b"", b"\x00"])
    slots = {slot.slot_id: slot for keyring in keyrings for slot in [keyring.scope("C").provision(uuid4())]}
    assert Keyring(roots, tree).scope("C").open_many(slots) == slots


@pytest.mark.parametrize("step", ["deployment", "stage", "wrap", "found", "state"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_founding_that_comes_late_leaves_a_switch_alone(step: str, when: str) -> None:
    """A process that founds while another has founded and is erasing by now changes neither tree nor live root."""
    tree, roots = DictionaryTree(), ForgetfulRoots()

    def meanwhile() -> None:
        other = Keyring(roots, tree)
        assert other.found()
        slot = other.scope("C").provision(uuid4())
        assert tree.live is not None
        roots.stage(tree.live.deployment, 2)
        assert tree.commit(other.plan([place_of(tree.rows[slot.slot_id])], [], TIME_US))

    happening = Interposed(tree if step in ("found", "state") else roots, step, when, meanwhile)
    late = keyring_with(happening, roots, tree)
    late.found()
    assert happening.happened
    assert (roots.live and roots.live.epoch, tree.live and tree.live.epoch) == (1, 2)
    assert roots.epochs() == {1, 2}
    late.check()


class _View:
    """A store as one process sees it: one method is its own."""

    def __init__(self, real: object, name: str, method: Callable[..., object]) -> None:
        self._real, self._name, self._method = real, name, method

    def __getattr__(self, name: str) -> object:
        return self._method if name == self._name else getattr(self._real, name)


def _behind(forest: Forest) -> None:
    backup = forest.tree.backup()
    forest.erase()
    forest.tree = backup


def _emptied(forest: Forest) -> None:
    forest.tree = DictionaryTree()


def _ahead(forest: Forest) -> None:
    old = forest.roots.record(), dict(forest.roots.keys)
    forest.erase()
    forest.roots.live, forest.roots.keys = old


def _no_roots(forest: Forest) -> None:
    forest.roots = ForgetfulRoots()


def _foreign(forest: Forest) -> None:
    forest.roots = Forest().roots


def _foreign_staged(forest: Forest) -> None:
    forest.roots = ForgetfulRoots()
    forest.roots.stage(uuid4(), 1)


def _other_tombstones(forest: Forest) -> None:
    forest.tree.live = replace(forest.state, tombstone_head=bytes(32))


def _other_root_page(forest: Forest) -> None:
    forest.tree.sealed[b""] = replace(forest.tree.sealed[b""], sealed=bytes(8_221))


def _other_root_page_and_head(forest: Forest) -> None:
    other = Forest()
    forest.tree.live = replace(forest.state, page_head=other.state.page_head)
    forest.tree.sealed[b""] = other.tree.sealed[b""]


def _no_root_page(forest: Forest) -> None:
    del forest.tree.sealed[b""]


def _other_wrap(forest: Forest) -> None:
    forest.tree.live = replace(forest.state, root_wrap=Forest().state.root_wrap)


def _aborted_switch(forest: Forest) -> None:
    # Two plans under one staged root; the one that was committed and switched to is then replaced by the other.
    slots = forest.keyring.scope("C").provision_many(uuid4(), 2)
    other = forest.plan(forest.place(slots[0]))
    forest.finish(forest.keyring.plan([forest.place(slots[1])], [], TIME_US))
    forest.tree.live = other.state
    forest.tree.sealed.update({page.path: page for page in other.pages})


def _root_gone(forest: Forest) -> None:
    forest.roots.keys.clear()


BROKEN: list[tuple[Callable[[Forest], None], type[CryptoError]]] = [
    (_behind, TreeBehind),
    (_emptied, TreeBehind),
    (_ahead, TreeAhead),
    (_no_roots, TreeAhead),
    (_foreign, RootForeign),
    (_foreign_staged, RootForeign),
    (_other_tombstones, Tampered),
    (_other_root_page, Tampered),
    (_other_root_page_and_head, Tampered),
    (_no_root_page, Tampered),
    (_other_wrap, Tampered),
    (_aborted_switch, Tampered),
    (_root_gone, RootMissing),
]


@pytest.mark.parametrize(("breaks", "error"), BROKEN, ids=[breaks.__name__ for breaks, _ in BROKEN])
def test_what_does_not_agree_fails_closed(breaks: Callable[[Forest], None], error: type[CryptoError]) -> None:
    """Each way in which tree and root don't belong together is an error of its own kind, and nothing opens."""
    forest = Forest()
    slot = forest.keyring.scope("C").provision(uuid4())
    running = forest.keyring.scope("C")
    forest.keyring.check()
    breaks(forest)
    fresh = forest.process()
    with pytest.raises(error):
        fresh.check()
    if breaks is not _emptied:
        with pytest.raises(error):
            fresh.scope("C")
    # A process that had the scope before is no better off once its pages are dropped.
    running._store = running._places._store = forest.tree
    running._places._opened._store, running._places._opened._roots = forest.tree, forest.roots
    forest.keyring.drop()
    with pytest.raises(KeyNeverProvisioned if breaks is _emptied else error):
        running.open(slot.slot_id)


@pytest.mark.parametrize(
    ("breaks", "error"),
    [(_emptied, TreeBehind), (_no_roots, TreeAhead), (_foreign, RootForeign), (_foreign_staged, RootForeign)],
)
def test_founding_does_not_paper_over_a_loss(breaks: Callable[[Forest], None], error: type[CryptoError]) -> None:
    """Where a tree or its root was lost, founding refuses, and stages, stores and switches nothing."""
    forest = Forest()
    forest.erase()
    breaks(forest)
    before = (forest.tree.live, dict(forest.tree.sealed), dict(forest.roots.keys), forest.roots.live)
    with pytest.raises(error):
        forest.process().found()
    assert (forest.tree.live, dict(forest.tree.sealed), dict(forest.roots.keys), forest.roots.live) == before


def test_a_record_that_was_lost_is_not_made_again() -> None:
    """A tree past its first epoch whose root is there without a record isn't taken for a founding."""
    forest = Forest()
    forest.erase()
    forest.roots.live = None
    with pytest.raises(TreeAhead):
        forest.process().found()
    assert forest.roots.record() is None


def test_a_tree_at_a_staged_epoch_is_well() -> None:
    """Between a switch's commit and the root's switch the tree opens under the staged root, and so it does after."""
    forest = Forest()
    scope = forest.keyring.scope("C")
    slot, doomed = scope.provision_many(uuid4(), 2)
    switch = forest.plan(forest.place(doomed))
    forest.keyring.check()
    assert forest.tree.commit(switch)
    for keyring in (forest.keyring, forest.process()):
        keyring.drop()
        keyring.check()
        assert keyring.scope("C").open_own([slot.slot_id, doomed.slot_id]) == {slot.slot_id: slot}
        assert not keyring.found()
    forest.roots.switch(record_of(switch.state))
    forest.roots.destroy(1)
    forest.keyring.check()
    # And the next one is planned on a tree that was never switched to.
    forest.stage()
    assert forest.keyring.plan([forest.place(slot)], [], TIME_US).before == 2
