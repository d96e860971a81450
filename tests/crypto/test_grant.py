"""A grant needs its slot and its party; custody needs its slot; both are bound to what they were made for."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.encoding import dumps, lp
from crypto.errors import CryptoError, KeyErased, Malformed, Tampered
from crypto.grant import (
    Disclosing,
    _context,
    make_custody,
    make_disclosure_grant,
    make_grant,
    open_custody,
    open_disclosure_grant,
    open_grant,
)
from crypto.part import CompartmentKey, disclose_part, new_compartment_key, open_part, seal_part
from crypto.party_keys import PartyKeys
from crypto.slots import SlotKey
from tests.crypto.forest import Forest

STREAM = UUID(int=1)
SLOT = SlotKey(UUID(int=10), bytes(range(32)))
PARTY = PartyKeys.generate()
NAMES = st.text(max_size=20)


@given(compartment=NAMES, lifetime=NAMES, generation=st.integers(0, 2**32 - 1), audience=st.lists(NAMES, max_size=5))
@settings(max_examples=30)
def test_a_grant_gives_back_the_whole_key(
    compartment: str, lifetime: str, generation: int, audience: list[str]
) -> None:
    """The party gets the key with its label, and it opens what the writer's key sealed."""
    key = new_compartment_key(compartment, lifetime, generation, tuple(audience))
    granted = open_grant(SLOT, PARTY, STREAM, "C", key.key_id, make_grant(SLOT, PARTY.public, key, STREAM, "C"))
    assert granted == key
    assert open_part(granted, STREAM, 1, 1, seal_part(key, STREAM, 1, 1, b"content")) == b"content"


def test_an_erased_slot_closes_the_grant_for_good(forest: Forest, party: PartyKeys, key: CompartmentKey) -> None:
    """With grant and private key in hand a party opens nothing once the slot is gone; before, it did."""
    scope = forest.keyring.scope("C")
    slot = scope.provision(STREAM)
    blob = make_grant(slot, party.public, key, STREAM, "C")
    assert open_grant(scope.open(slot.slot_id), party, STREAM, "C", key.key_id, blob) == key
    forest.erase(forest.place(slot))
    with pytest.raises(KeyErased):
        scope.open(slot.slot_id)
    guess = SlotKey(slot.slot_id, bytes(32))
    with pytest.raises(Tampered):
        open_grant(guess, party, STREAM, "C", key.key_id, blob)


def test_every_field_of_a_grant_is_bound(party: PartyKeys, key: CompartmentKey) -> None:
    """A grant opens for no other slot key, slot id, party, stream, role or key id than its own."""
    blob = make_grant(SLOT, party.public, key, STREAM, "C")
    assert open_grant(SLOT, party, STREAM, "C", key.key_id, blob) == key
    swaps: list[Callable[[], CompartmentKey]] = [
        lambda: open_grant(SlotKey(SLOT.slot_id, bytes(32)), party, STREAM, "C", key.key_id, blob),
        lambda: open_grant(SlotKey(uuid4(), SLOT.secret), party, STREAM, "C", key.key_id, blob),
        lambda: open_grant(SLOT, PARTY, STREAM, "C", key.key_id, blob),
        lambda: open_grant(SLOT, party, UUID(int=2), "C", key.key_id, blob),
        lambda: open_grant(SLOT, party, STREAM, "E", key.key_id, blob),
        lambda: open_grant(SLOT, party, STREAM, "C", uuid4(), blob),
    ]
    for swap in swaps:
        with pytest.raises(Tampered):
            swap()


def test_the_inner_lock_is_bound_too(party: PartyKeys, key: CompartmentKey) -> None:
    """Who holds the slot can rewrap the outer lock for another role, and the inner one still refuses."""
    blob = make_grant(SLOT, party.public, key, STREAM, "C")
    inner = SLOT.open(blob, _context(SLOT, key.key_id, STREAM, "C"))
    rewrapped = SLOT.seal(inner, _context(SLOT, key.key_id, STREAM, "O"))
    assert SLOT.open(rewrapped, _context(SLOT, key.key_id, STREAM, "O")) == inner
    with pytest.raises(Tampered):
        open_grant(SLOT, party, STREAM, "O", key.key_id, rewrapped)


def test_every_flipped_bit_and_truncation_of_a_grant_is_noticed(party: PartyKeys, key: CompartmentKey) -> None:
    """No changed or cut grant opens."""
    blob = make_grant(SLOT, party.public, key, STREAM, "C")
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed if bit < 8 else Tampered):
            open_grant(SLOT, party, STREAM, "C", key.key_id, bytes(changed))
    for length in range(len(blob)):
        with pytest.raises(CryptoError):
            open_grant(SLOT, party, STREAM, "C", key.key_id, blob[:length])
    assert open_grant(SLOT, party, STREAM, "C", key.key_id, blob) == key


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(32),
        lp(bytes(31), dumps(["alliance", "kept", 1, ["C"]])),
        lp(bytes(32), dumps(["alliance", "kept", 1, ["C"]])) + b"\0",
        lp(bytes(32), b""),
        lp(bytes(32), dumps(["alliance", "kept", 1])),
        lp(bytes(32), dumps(["alliance", "kept", "1", ["C"]])),
        lp(bytes(32), dumps(["alliance", "kept", -1, ["C"]])),
        lp(bytes(32), dumps(["alliance", "kept", 1, [1]])),
        lp(bytes(32), dumps({"compartment": "alliance"})),
    ],
    ids=["empty", "bare", "short", "long", "no label", "few", "text", "negative", "number", "map"],
)
def test_other_contents_are_refused(party: PartyKeys, key: CompartmentKey, content: bytes) -> None:
    """A rightly sealed grant with anything but a key and its label inside is malformed."""
    bound = _context(SLOT, key.key_id, STREAM, "C")
    good = lp(bytes(32), dumps(["alliance", "kept", 1, ["C"]]))
    sealed = SLOT.seal(party.public.seal(good, bound), bound)
    assert open_grant(SLOT, party, STREAM, "C", key.key_id, sealed).compartment == "alliance"
    with pytest.raises(Malformed):
        open_grant(SLOT, party, STREAM, "C", key.key_id, SLOT.seal(party.public.seal(content, bound), bound))


OF = Disclosing(UUID(int=3), STREAM, 7, 2)


def disclosed(key: CompartmentKey, party: PartyKeys) -> tuple[bytes, bytes]:
    """A sealed part at the place of ``OF``, and a disclosure grant of its key."""
    sealed = seal_part(key, OF.originator_id, OF.originator_version, OF.index, b"content")
    part_key = disclose_part(key, OF.originator_id, OF.originator_version, OF.index, sealed)
    return sealed, make_disclosure_grant(SLOT, party.public, key, part_key, OF)


def test_a_disclosure_opens_its_part_and_nothing_else(party: PartyKeys, key: CompartmentKey) -> None:
    """The recipient reads the one part; its neighbours, and the same text elsewhere, stay closed."""
    sealed, blob = disclosed(key, party)
    shown = open_disclosure_grant(SLOT, party, OF, blob)
    assert shown.open(STREAM, 7, 2, sealed) == b"content"
    assert key.secret not in (shown.part_key, blob)
    for place in ((STREAM, 7, 1), (STREAM, 8, 2), (UUID(int=2), 7, 2)):
        with pytest.raises(Tampered):
            shown.open(*place, seal_part(key, *place, b"content"))
    again = seal_part(key, STREAM, 7, 2, b"content")
    with pytest.raises(Tampered):
        shown.open(STREAM, 7, 2, again)


def test_every_field_of_a_disclosure_is_bound(party: PartyKeys, key: CompartmentKey) -> None:
    """A disclosure opens for no other slot, recipient, disclosure, stream, event or part; nor as a common grant."""
    _, blob = disclosed(key, party)
    assert open_disclosure_grant(SLOT, party, OF, blob).audience == key.audience
    swaps: list[Callable[[], object]] = [
        lambda: open_disclosure_grant(SlotKey(SLOT.slot_id, bytes(32)), party, OF, blob),
        lambda: open_disclosure_grant(SlotKey(uuid4(), SLOT.secret), party, OF, blob),
        lambda: open_disclosure_grant(SLOT, PARTY, OF, blob),
        lambda: open_disclosure_grant(SLOT, party, replace(OF, disclosure_id=uuid4()), blob),
        lambda: open_disclosure_grant(SLOT, party, replace(OF, originator_id=uuid4()), blob),
        lambda: open_disclosure_grant(SLOT, party, replace(OF, originator_version=8), blob),
        lambda: open_disclosure_grant(SLOT, party, replace(OF, index=1), blob),
        lambda: open_grant(SLOT, party, STREAM, "P", OF.disclosure_id, blob),
    ]
    for swap in swaps:
        with pytest.raises(Tampered):
            swap()


def test_a_changed_disclosure_is_noticed(party: PartyKeys, key: CompartmentKey) -> None:
    """No cut or changed disclosure opens, and none is made of something that isn't a part's key."""
    _, blob = disclosed(key, party)
    for bit in range(0, len(blob) * 8, 7):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed if bit < 8 else Tampered):
            open_disclosure_grant(SLOT, party, OF, bytes(changed))
    for length in range(0, len(blob), 11):
        with pytest.raises(CryptoError):
            open_disclosure_grant(SLOT, party, OF, blob[:length])
    for size in (0, 31, 33):
        with pytest.raises(Malformed):
            make_disclosure_grant(SLOT, party.public, key, bytes(size), OF)
    assert "part_key" not in repr(open_disclosure_grant(SLOT, party, OF, blob))


@given(principal=st.uuids())
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_custody_gives_back_the_keys(principal: UUID, forest: Forest) -> None:
    """Keys in custody come back whole, for that principal and under that slot only."""
    slot, other = forest.keyring.scope("custody").provision_many(STREAM, 2)
    blob = make_custody(slot, PARTY, principal)
    assert len(blob) == 158
    assert open_custody(slot, principal, blob).to_private_bytes() == PARTY.to_private_bytes()
    with pytest.raises(Tampered):
        open_custody(slot, uuid4(), blob)
    with pytest.raises(Tampered):
        open_custody(other, principal, blob)
    with pytest.raises(Malformed):
        open_custody(slot, principal, blob[:20])


def test_every_flipped_bit_of_custody_is_noticed() -> None:
    """No changed custody blob opens."""
    blob = make_custody(SLOT, PARTY, STREAM)
    for bit in range(len(blob) * 8):
        changed = bytearray(blob)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Malformed if bit < 8 else Tampered):
            open_custody(SLOT, STREAM, bytes(changed))
    assert open_custody(SLOT, STREAM, blob).public == PARTY.public
