"""Whatever is done to stored pages, no wrong key comes of it: a slot opens to its own key, or is tampered."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from crypto.errors import Tampered, TreeBehind
from crypto.ports import StoredPage
from tests.crypto.forest import Forest

GROUPS = [UUID(int=1), UUID(int=2)]
LEFT, RIGHT, BETWEEN, ROOT = b"\x80\x01", b"\x80\x02", b"\x80", b""

Damage = Callable[[Forest, dict[bytes, StoredPage], bytes], StoredPage]


def grown() -> Forest:
    """A tree with two slot pages below one in between, one for each group."""
    forest = Forest()
    forest.tree.ordinal = 129
    for group in GROUPS:
        forest.keyring.scope("C").provision(group)
    assert sorted(forest.tree.sealed) == [ROOT, b"\x00", BETWEEN, LEFT, RIGHT]
    return forest


def _flipped(forest: Forest, _: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    page = forest.tree.sealed[path]
    return replace(page, sealed=page.sealed[:-1] + bytes((page.sealed[-1] ^ 1,)))


def _older_bytes(forest: Forest, old: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    return replace(forest.tree.sealed[path], sealed=old[path].sealed)


def _older_row(_: Forest, old: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    return old[path]


def _anothers_bytes(forest: Forest, _: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    other = forest.tree.sealed[LEFT if path == RIGHT else RIGHT]
    return replace(forest.tree.sealed[path], sealed=other.sealed)


def _anothers_row(forest: Forest, _: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    return forest.tree.sealed[LEFT if path == RIGHT else RIGHT]


def _another_trees(forest: Forest, _: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    return replace(grown().tree.sealed[path], epoch=forest.tree.sealed[path].epoch)


def _later(forest: Forest, _: dict[bytes, StoredPage], path: bytes) -> StoredPage:
    return replace(forest.tree.sealed[path], epoch=forest.tree.sealed[path].epoch + 1)


DAMAGES: list[Damage | None] = [
    _flipped,
    _older_bytes,
    _older_row,
    _anothers_bytes,
    _anothers_row,
    _another_trees,
    _later,
    None,
]


@pytest.mark.parametrize("path", [ROOT, BETWEEN, LEFT, RIGHT], ids=["root", "between", "left", "right"])
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__ if damage else "missing")
def test_a_tampered_page_opens_to_no_wrong_key(path: bytes, damage: Damage | None) -> None:
    """A page that was changed, put back, moved or taken away is noticed on every way below it, and only there."""
    forest = grown()
    scope = forest.keyring.scope("C")
    kept, doomed = zip(*(scope.provision_many(group, 2) for group in GROUPS), strict=True)
    old = dict(forest.tree.sealed)
    forest.erase(*(forest.place(slot) for slot in doomed))
    page = forest.tree.sealed[path]
    wrong = damage(forest, old, path) if damage else None
    fresh = forest.process(pages_kept=1)
    scope = fresh.scope("C")
    del forest.tree.sealed[path]
    if wrong is not None:
        forest.tree.sealed[path] = wrong
    for slot, group in zip(kept, GROUPS, strict=True):
        if forest.place(slot).startswith(path):
            with pytest.raises(Tampered):
                scope.open(slot.slot_id)
            with pytest.raises(Tampered):
                scope.open_own([slot.slot_id])
            with pytest.raises(Tampered):  # nor is anything new put on such a page
                scope.provision(group)
        else:
            assert scope.open(slot.slot_id) == slot
    with pytest.raises(Tampered):
        forest.plan(*(forest.place(slot) for slot in kept))
    forest.tree.sealed[path] = page
    assert scope.open_many([slot.slot_id for slot in kept]) == {slot.slot_id: slot for slot in kept}


def test_an_old_database_put_back_whole_is_behind() -> None:
    """All pages and the state as they were before an erasure: not one of them is opened (the control opens all)."""
    forest = grown()
    slot, doomed = forest.keyring.scope("C").provision_many(GROUPS[0], 2)
    backup = forest.tree.backup()
    forest.erase(forest.place(doomed))
    assert forest.process().scope("C").open(slot.slot_id) == slot
    for name in ("live", "sealed", "rows"):
        setattr(forest.tree, name, getattr(backup, name))
    with pytest.raises(TreeBehind):
        forest.process().scope("C")
