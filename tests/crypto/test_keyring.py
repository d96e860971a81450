"""Slots open in their own scope, and never-provisioned, erased, foreign and tampered are four different answers."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from crypto.errors import CryptoError, KeyErased, KeyNeverProvisioned, Malformed, NotInScope, Tampered, TreeFull
from crypto.keyring import Keyring
from crypto.slots import SCOPES, SlotKey
from crypto.tree import CAPACITY
from tests.crypto.forest import Forest
from tests.crypto.tree_store import DictionaryTree, place_of

GROUP = UUID(int=7)


@pytest.fixture
def forest() -> Forest:
    """A founded tree."""
    return Forest()


@pytest.mark.parametrize("owner", SCOPES)
def test_a_slot_opens_in_its_scope_only(forest: Forest, owner: str) -> None:
    """A slot opens for the scope that made it, in any process, and for none of the others."""
    slot = forest.keyring.scope(owner).provision(GROUP)
    assert forest.keyring.scope(owner).open(slot.slot_id) == slot
    assert forest.process().scope(owner).open(slot.slot_id) == slot
    for other in set(SCOPES) - {owner}:
        with pytest.raises(NotInScope):
            forest.keyring.scope(other).open(slot.slot_id)


def test_a_scope_has_a_name(forest: Forest) -> None:
    """Only the fixed scopes are there."""
    for unknown in ("", "Q", "oversight"):
        with pytest.raises(Malformed):
            forest.keyring.scope(unknown)


def test_another_root_opens_nothing(forest: Forest) -> None:
    """The same tables under another deployment's root are closed: a thief of the database lacks the root."""
    slot = forest.keyring.scope("C").provision(GROUP)
    thief = Forest()
    thief.roots.owner = forest.roots.owner
    thief.roots.live = forest.roots.live
    with pytest.raises(Tampered):
        Keyring(thief.roots, forest.tree).scope("C")
    assert forest.process().scope("C").open(slot.slot_id) == slot


def test_never_provisioned_erased_and_foreign_are_distinct(forest: Forest) -> None:
    """An unknown id, an erased slot and another scope's slot raise three different errors."""
    scope = forest.keyring.scope("C")
    mine, foreign = scope.provision(GROUP), forest.keyring.scope("O").provision(GROUP)
    assert scope.open(mine.slot_id) == mine
    forest.erase(forest.place(mine))
    with pytest.raises(KeyErased):
        scope.open(mine.slot_id)
    with pytest.raises(KeyNeverProvisioned):
        scope.open(uuid4())
    with pytest.raises(NotInScope):
        scope.open(foreign.slot_id)
    # For a foreign scope, too, erased is erased: the tombstone is no secret.
    with pytest.raises(KeyErased):
        forest.keyring.scope("O").open(mine.slot_id)


def test_the_first_error_of_several_is_told(forest: Forest) -> None:
    """Opening several slots is all or nothing; opening one's own passes over what isn't."""
    scope = forest.keyring.scope("C")
    own, gone = scope.provision_many(GROUP, 2)
    foreign = forest.keyring.scope("E").provision(GROUP)
    assert scope.open_many([own.slot_id, gone.slot_id]) == {own.slot_id: own, gone.slot_id: gone}
    forest.erase(forest.place(gone))
    with pytest.raises(KeyErased):
        scope.open_many([own.slot_id, gone.slot_id])
    asked = [own.slot_id, gone.slot_id, foreign.slot_id, uuid4()]
    assert scope.open_own(asked) == {own.slot_id: own}
    assert scope.open_many([]) == scope.open_own([]) == {}
    assert scope.erased(asked) == {gone.slot_id}
    assert scope.marks().claims(asked) == {own.slot_id, gone.slot_id}


def test_many_slots_lie_together_and_groups_apart(forest: Forest) -> None:
    """Slots of one group share pages, another group's lie on others, and none lies on the scopes' page."""
    one = forest.keyring.scope("C").provision_many(GROUP, 300) + forest.keyring.scope("E").provision_many(GROUP, 20)
    other = forest.keyring.scope("C").provision_many(UUID(int=8), 3)
    pages = [{forest.place(slot)[:-1] for slot in slots} for slots in (one, other)]
    assert [len(found) for found in pages] == [2, 1]
    assert not pages[0] & pages[1]
    assert b"\x00" not in pages[0] | pages[1]
    assert len({forest.place(slot) for slot in one + other}) == 323
    assert len({slot.secret for slot in one + other}) == 323
    assert forest.tree.group_pages(GROUP) == sorted(pages[0])


def test_provisioning_rewrites_nothing(forest: Forest) -> None:
    """New slots leave every sealed page and the state as they were; a new page is only added."""
    forest.keyring.scope("C").provision(GROUP)
    sealed, state = dict(forest.tree.sealed), forest.state
    forest.keyring.scope("C").provision_many(GROUP, 255)
    assert forest.tree.sealed == sealed
    forest.keyring.scope("C").provision(GROUP)
    assert sealed.items() < forest.tree.sealed.items()
    assert forest.state == state


def test_no_slots_are_provisioned_in_a_full_tree(forest: Forest) -> None:
    """The last page can be used; after it the tree says that it is full."""
    forest.tree.ordinal = CAPACITY - 1
    slots = {slot.slot_id: slot for slot in forest.keyring.scope("C").provision_many(GROUP, 256)}
    assert forest.process().scope("C").open_many(slots) == slots
    with pytest.raises(TreeFull):
        forest.keyring.scope("C").provision(GROUP)


def test_a_store_that_starts_at_nought_does_not_reach_the_scopes_page(forest: Forest) -> None:
    """Should the store give number 0, it isn't used: no slot lies among the scopes' entries."""
    forest.tree.ordinal = 0
    slot = forest.keyring.scope("C").provision(GROUP)
    assert forest.place(slot) == b"\x01\x00"


def _moved_row(tree: DictionaryTree, one: SlotKey, two: SlotKey) -> None:
    row, other = tree.rows[one.slot_id], tree.rows[two.slot_id]
    tree.rows[one.slot_id] = replace(row, page=other.page, index=other.index)


def _copied_row(tree: DictionaryTree, one: SlotKey, two: SlotKey) -> None:
    tree.rows[one.slot_id] = replace(tree.rows[two.slot_id], slot_id=one.slot_id)


def _to_the_scopes_page(tree: DictionaryTree, one: SlotKey, _: SlotKey) -> None:
    tree.rows[one.slot_id] = replace(tree.rows[one.slot_id], page=b"\x00", index=2)


@pytest.mark.parametrize("change", [_moved_row, _copied_row, _to_the_scopes_page])
def test_a_changed_row_is_nobodys(forest: Forest, change: Callable[[DictionaryTree, SlotKey, SlotKey], None]) -> None:
    """A slot whose row points elsewhere isn't in its scope any more, and never opens to another slot's key."""
    one, two = forest.keyring.scope("C").provision_many(GROUP, 2)
    assert forest.keyring.scope("C").open(one.slot_id) == one
    change(forest.tree, one, two)
    for name in SCOPES:
        scope = forest.process().scope(name)
        with pytest.raises(NotInScope):
            scope.open(one.slot_id)
        assert scope.open_own([one.slot_id]) == {}
    assert forest.keyring.scope("C").open(two.slot_id) == two


def test_a_slot_that_is_brought_back_by_its_row_has_another_key(forest: Forest) -> None:
    """An erased slot whose tombstone is taken off its row opens to nothing that ever was: its entry is random again."""
    slot = forest.keyring.scope("C").provision(GROUP)
    sealed = slot.seal(b"content", b"aad")
    forest.erase(forest.place(slot))
    forest.tree.rows[slot.slot_id] = replace(forest.tree.rows[slot.slot_id], erased=None)
    forest.keyring.drop()
    brought_back = forest.keyring.scope("C").open(slot.slot_id)
    assert brought_back.secret != slot.secret
    with pytest.raises(Tampered):
        brought_back.open(sealed, b"aad")


def test_a_scope_holds_its_own_secrets_only(forest: Forest) -> None:
    """A scope has no eraser, no other scope's secrets, and can't ask for the scopes' own page."""
    scope, others = forest.keyring.scope("C"), [forest.keyring.scope(name)._scope for name in SCOPES if name != "C"]
    assert not {name for name in dir(scope) if "erase" in name} - {"erased"}
    foreign = {secret for other in others for secret in (other.salt, other.mark_key)}
    assert {scope._scope.salt, scope._scope.mark_key}.isdisjoint(foreign)
    slot = scope.provision(GROUP)
    assert scope._places.entries([forest.place(slot)]).by_location  # control: a slot's entry can be asked for
    with pytest.raises(NotInScope):
        scope._places.entries([b"\x00\x03"])
    scope.open(slot.slot_id)
    assert b"\x00" not in scope._places._opened._opened  # the scopes' page isn't kept in memory either


def test_nothing_shows_a_secret(forest: Forest) -> None:
    """No repr of a keyring, scope or what they are made of shows a key."""
    scope = forest.keyring.scope("C")
    slot = scope.provision(GROUP)
    entries = scope._places.entries([place_of(forest.tree.rows[slot.slot_id])])
    shown = repr(
        [forest.keyring, scope, scope.marks(), scope._places, scope._places._opened, scope._scope, entries, slot]
    )
    assert shown.count("***") == 5
    for secret in (*entries.by_location.values(), slot.secret, scope._scope.salt, scope._scope.mark_key):
        assert repr(secret)[2:-1] not in shown


def test_errors_of_the_stores_come_through(forest: Forest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root store that fails isn't taken for a tampered tree, nor for an erased slot."""
    slot = forest.keyring.scope("C").provision(GROUP)

    class FailedError(CryptoError):
        """The store's own error."""

    def fail(*_: object) -> bytes:
        raise FailedError

    fresh = forest.process()
    scope = fresh.scope("C")
    monkeypatch.setattr(forest.roots, "unwrap", fail)
    for attempt in (fresh.check, lambda: scope.open(slot.slot_id), lambda: scope.provision(GROUP)):
        with pytest.raises(FailedError):
            attempt()
