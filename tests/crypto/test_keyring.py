"""Slots open in their own scope, and never-provisioned, erased and foreign are three different answers."""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID, uuid4

import pytest

from crypto.errors import KeyErased, KeyNeverProvisioned, Malformed, NotInScope, Tampered
from crypto.keyring import Keyring, SlotKey

SCOPES = ("O", "M", "C", "E", "S", "A", "custody", "service")


class Slots(Protocol):
    """What these tests look at in the store."""

    rows: dict[UUID, bytes | None]
    reads: int


@pytest.mark.parametrize("owner", SCOPES)
def test_a_slot_opens_in_its_scope_only(keyring: Keyring, owner: str) -> None:
    """A slot opens for the scope that made it, and for none of the others."""
    slot = keyring.scope(owner).provision()
    assert keyring.scope(owner).open(slot.slot_id) == slot
    for other in set(SCOPES) - {owner}:
        with pytest.raises(NotInScope):
            keyring.scope(other).open(slot.slot_id)


def test_another_root_opens_nothing(keyring: Keyring, store: Slots) -> None:
    """The same store under another root is closed: a thief of the tables lacks the root."""
    slot = keyring.scope("C").provision()
    assert keyring.scope("C").open(slot.slot_id) == slot
    thief = Keyring(bytes(32), keyring._store)
    with pytest.raises(NotInScope):
        thief.scope("C").open(slot.slot_id)
    assert store.rows.keys() == {slot.slot_id}


def test_a_scope_holds_no_root(keyring: Keyring) -> None:
    """Nothing reachable from a scope is the root, and its wrapped rows don't hold the slot's key in the open."""
    scope = keyring.scope("C")
    held = [getattr(scope, name) for name in scope.__slots__]
    assert scope._key.secret != keyring._root
    assert keyring._root not in [value for value in held if isinstance(value, bytes)]
    assert not any(isinstance(value, Keyring) for value in held)


def test_never_provisioned_erased_and_foreign_are_distinct(keyring: Keyring) -> None:
    """An unknown id, an erased slot and another scope's slot raise three different errors."""
    scope = keyring.scope("C")
    mine, foreign = scope.provision(), keyring.scope("O").provision()
    assert scope.open(mine.slot_id) == mine
    scope.erase([mine.slot_id])
    with pytest.raises(KeyErased):
        scope.open(mine.slot_id)
    with pytest.raises(KeyNeverProvisioned):
        scope.open(uuid4())
    with pytest.raises(NotInScope):
        scope.open(foreign.slot_id)
    # For a foreign scope, too, erased is erased: the tombstone is no secret.
    with pytest.raises(KeyErased):
        keyring.scope("O").open(mine.slot_id)


def test_erasing_is_idempotent_and_touches_no_neighbour(keyring: Keyring) -> None:
    """A slot erased twice stays erased, and the slot made beside it still opens."""
    scope = keyring.scope("C")
    doomed, kept = scope.provision_many(2)
    scope.erase([doomed.slot_id])
    scope.erase([doomed.slot_id])
    with pytest.raises(KeyErased):
        scope.open(doomed.slot_id)
    assert scope.open(kept.slot_id) == kept


def test_erasing_what_never_was_leaves_no_tombstone(keyring: Keyring) -> None:
    """To erase an unknown id changes nothing: it was never provisioned before, and it still wasn't."""
    scope, unknown = keyring.scope("C"), uuid4()
    scope.erase([unknown])
    with pytest.raises(KeyNeverProvisioned):
        scope.open(unknown)


def test_swapped_rows_do_not_open(keyring: Keyring, store: Slots) -> None:
    """Two rows of one scope whose wrapped bytes changed places open neither slot."""
    scope = keyring.scope("C")
    one, two = scope.provision_many(2)
    assert scope.open_many([one.slot_id, two.slot_id]) == {one.slot_id: one, two.slot_id: two}
    store.rows[one.slot_id], store.rows[two.slot_id] = store.rows[two.slot_id], store.rows[one.slot_id]
    for slot in (one, two):
        with pytest.raises(NotInScope):
            scope.open(slot.slot_id)


def test_every_flipped_bit_of_a_wrapped_slot_is_noticed(keyring: Keyring, store: Slots) -> None:
    """A changed row doesn't open: another version is malformed, any other bit is not of this scope."""
    scope = keyring.scope("C")
    slot = scope.provision()
    wrapped = store.rows[slot.slot_id]
    assert wrapped is not None
    assert len(wrapped) == 61
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        store.rows[slot.slot_id] = bytes(changed)
        with pytest.raises(Malformed if bit < 8 else NotInScope):
            scope.open(slot.slot_id)
        assert scope.claims([slot.slot_id]) == set()
    store.rows[slot.slot_id] = wrapped[:-1]
    with pytest.raises(Malformed):
        scope.open(slot.slot_id)
    store.rows[slot.slot_id] = wrapped
    assert scope.open(slot.slot_id) == slot


def test_claims_are_the_active_slots_of_the_scope(keyring: Keyring, store: Slots) -> None:
    """Of many slots a scope claims its own active ones, in one read, and nothing unknown, erased or foreign."""
    scope, other = keyring.scope("E"), keyring.scope("O")
    mine, erased = scope.provision_many(3), scope.provision()
    foreign = other.provision_many(2)
    scope.erase([erased.slot_id])
    asked = [slot.slot_id for slot in (*mine, erased, *foreign)] + [uuid4()]
    reads = store.reads
    assert scope.claims(asked) == {slot.slot_id for slot in mine}
    assert store.reads == reads + 1
    assert other.claims(asked) == {slot.slot_id for slot in foreign}


def test_a_slot_seals_and_binds(keyring: Keyring) -> None:
    """What a slot sealed opens with that slot and the same associated data only."""
    one, two = keyring.scope("C").provision_many(2)
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


def test_sizes_are_checked_and_secrets_hidden(keyring: Keyring) -> None:
    """Roots and slot keys are 32 bytes, and no repr shows them."""
    with pytest.raises(Malformed):
        Keyring(bytes(31), keyring._store)
    with pytest.raises(Malformed):
        SlotKey(uuid4(), bytes(16))
    assert repr(keyring) == "Keyring(***)"
    assert repr(keyring.scope("C")) == "ScopedKeyring(***)"
    assert "KKKK" not in repr(SlotKey(uuid4(), b"K" * 32))


def test_a_derived_key_has_one_purpose() -> None:
    """Another purpose or another slot derives another key, and none of them is the slot's own."""
    slot, other = SlotKey(uuid4(), bytes(range(32))), SlotKey(uuid4(), bytes(32))
    derived = {slot.derive("heads"), slot.derive("cursors"), other.derive("heads")}
    assert slot.derive("heads") in derived
    assert len(derived | {slot.secret, other.secret}) == 5


def test_opening_ones_own_skips_the_rest(keyring: Keyring) -> None:
    """Of many slots a scope opens those that are its own and active, and tells which were erased."""
    own, gone, foreign = keyring.scope("C").provision(), keyring.scope("C").provision(), keyring.scope("E").provision()
    asked = [own.slot_id, gone.slot_id, foreign.slot_id, uuid4()]
    assert keyring.scope("C").open_own(asked) == {own.slot_id: own, gone.slot_id: gone}
    keyring.scope("C").erase([gone.slot_id])
    assert keyring.scope("C").open_own(asked) == {own.slot_id: own}
    assert keyring.scope("C").erased(asked) == {gone.slot_id}
