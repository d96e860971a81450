"""A slot's key needs entry and scope, its mark says whose it is, and it seals what it is asked to."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from crypto import slots
from crypto.errors import Malformed, Tampered
from crypto.ports import StoredSlot
from crypto.slots import SCOPES, Marks, SlotKey, derive_scope, slot_secret
from tests.crypto.tree_store import DictionaryTree

ENTRY = bytes(range(32))


@pytest.fixture
def tree() -> DictionaryTree:
    """A store of rows; nothing is opened in these tests."""
    return DictionaryTree()


def _marked(tree: DictionaryTree, marks: Marks, index: int, erased: int | None = None) -> UUID:
    slot_id = uuid4()
    tree.rows[slot_id] = StoredSlot(slot_id, b"\x05", index, marks.of(slot_id, b"\x05", index), erased)
    return slot_id


def test_the_scopes_and_their_order_are_fixed() -> None:
    """A scope's place in the list is where its entry is stored: nothing is removed, renamed or moved."""
    assert SCOPES == ("O", "M", "C", "E", "S", "A", "P", "service", "custody", "X")
    assert [slots.scope_index(name) for name in SCOPES] == [*range(10)]
    for unknown in ("", "o", "Q"):
        with pytest.raises(Malformed):
            slots.scope_index(unknown)
        with pytest.raises(Malformed):
            derive_scope(unknown, ENTRY)


def test_every_scope_has_secrets_of_its_own() -> None:
    """Even from one entry, no two scopes and no two purposes share a secret, and none is the entry."""
    scopes = [derive_scope(name, ENTRY) for name in SCOPES]
    secrets = {secret for scope in scopes for secret in (scope.salt, scope.mark_key)}
    assert len(secrets | {ENTRY}) == 2 * len(SCOPES) + 1
    assert derive_scope("C", ENTRY) == scopes[2] != derive_scope("C", bytes(32))
    assert "***" not in repr(scopes[2])
    assert scopes[2].salt.hex() not in repr(scopes[2])


def test_a_slots_key_needs_its_entry_its_scope_and_its_id() -> None:
    """Another entry, scope, scope name or id makes another key; the same ones make the same."""
    scope, slot_id = derive_scope("C", ENTRY), uuid4()
    secret = slot_secret(scope, slot_id, bytes(32))
    assert secret == slot_secret(scope, slot_id, bytes(32))
    others = {
        slot_secret(scope, slot_id, ENTRY),
        slot_secret(scope, uuid4(), bytes(32)),
        slot_secret(replace(scope, salt=bytes(32)), slot_id, bytes(32)),
        slot_secret(replace(scope, name="E"), slot_id, bytes(32)),
    }
    assert len(others | {secret}) == 5
    for wrong in (lambda: slot_secret(scope, slot_id, bytes(31)), lambda: derive_scope("C", bytes(33))):
        with pytest.raises(Malformed):
            wrong()


def test_marks_claim_a_scopes_slots_erased_or_not(tree: DictionaryTree) -> None:
    """A scope's marks claim its own slots, the erased ones too, in one read; no foreign, changed or unknown one."""
    mine, others = (Marks(derive_scope(name, ENTRY).mark_key, tree) for name in ("E", "O"))
    own = {_marked(tree, mine, 1), _marked(tree, mine, 2, erased=7)}
    foreign = _marked(tree, others, 3)
    asked = [*own, foreign, uuid4()]
    reads = tree.reads
    assert mine.claims(asked) == own
    assert tree.reads == reads + 1
    assert others.claims(asked) == {foreign}


def test_a_mark_is_of_one_slot_at_one_place(tree: DictionaryTree) -> None:
    """A row that was moved, or whose mark was copied from another, is nobody's; as it was, it is the scope's."""
    marks = Marks(derive_scope("E", ENTRY).mark_key, tree)
    slot_id = _marked(tree, marks, 1)
    row, other = tree.rows[slot_id], tree.rows[_marked(tree, marks, 2)]
    assert marks.claims([slot_id]) == {slot_id}
    changes = [
        replace(row, index=2),
        replace(row, index=256),
        replace(row, index=-1),
        replace(row, page=b"\x06"),
        replace(row, page=b"\x05\x01"),
        replace(row, mark=other.mark),
        replace(row, mark=b""),
    ]
    for changed in changes:
        tree.rows[slot_id] = changed
        assert marks.claims([slot_id]) == set()
    tree.rows[slot_id] = row
    assert marks.claims([slot_id]) == {slot_id}


def test_marks_hold_one_key_and_no_way_to_the_tree(tree: DictionaryTree) -> None:
    """What tells slots apart has the mark key and the store, and shows neither."""
    marks = Marks(ENTRY, tree)
    assert {name: getattr(marks, name) for name in Marks.__slots__} == {"_mark_key": ENTRY, "_store": tree}
    assert not hasattr(marks, "__dict__")
    assert repr(marks) == "Marks(***)"


def test_a_slot_seals_and_binds() -> None:
    """What a slot sealed opens with that slot and the same associated data only."""
    one, two = SlotKey(uuid4(), ENTRY), SlotKey(uuid4(), bytes(32))
    sealed = one.seal(b"content", b"aad")
    assert one.open(sealed, b"aad") == b"content"
    refused: list[Callable[[], bytes]] = [
        lambda: two.open(sealed, b"aad"),
        lambda: one.open(sealed, b"other"),
        lambda: one.open(sealed[:-1], b"aad"),
    ]
    for attempt in refused:
        with pytest.raises(Tampered):
            attempt()
    for malformed in (b"", sealed[:28], b"\x02" + sealed[1:]):
        with pytest.raises(Malformed):
            one.open(malformed, b"aad")


def test_a_derived_key_has_one_purpose() -> None:
    """Another purpose or another slot derives another key, and none of them is the slot's own."""
    slot, other = SlotKey(uuid4(), ENTRY), SlotKey(uuid4(), bytes(32))
    derived = {slot.derive("heads"), slot.derive("cursors"), other.derive("heads")}
    assert slot.derive("heads") in derived
    assert len(derived | {slot.secret, other.secret}) == 5


def test_sizes_are_checked_and_secrets_hidden() -> None:
    """A slot key has 32 bytes, and no repr shows them."""
    with pytest.raises(Malformed):
        SlotKey(uuid4(), bytes(16))
    assert "KKKK" not in repr(SlotKey(uuid4(), b"K" * 32))
