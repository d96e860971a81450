"""Grants and custody: how a party comes to hold a compartment key, and how the service keeps a party's keys (M0).

A grant is two locks, one inside the other (FORMAT.md 7):

    grant = slot.seal( HPKE.seal(party's key, lp(CPK, label), info = context), aad = context )

Outside, the slot: erase it and the grant is noise, even to a party who kept a private key. Inside, the party's key:
the operator who has the root still can't read what a client-held key protects. The context names stream, compartment
key, slot and role, so a grant can't be moved to another engagement, presented as another role's, or given another
slot's lifetime. The label (compartment, lifetime, generation, audience) travels inside: it is the CPK's meaning.
"""

from typing import Final
from uuid import UUID

from crypto.encoding import dumps, loads, lp
from crypto.errors import Malformed
from crypto.keyring import SlotKey
from crypto.part import KEY_SIZE, SUITE, CompartmentKey
from crypto.party_keys import PartyKeys, PartyPublicKeys

_KEY_PREFIX: Final = KEY_SIZE.to_bytes(4, "big")
_LABEL_AT: Final = 4 + KEY_SIZE + 4


def make_grant(slot: SlotKey, recipient: PartyPublicKeys, key: CompartmentKey, originator_id: UUID, role: str) -> bytes:
    """Seal ``key`` to one party under one slot: about 1.25 kB.

    Raises:
        Malformed: the recipient's KEM key isn't one.
    """
    bound = _context(slot, key.key_id, originator_id, role)
    label = dumps([key.compartment, key.lifetime, key.generation, list(key.audience)])
    return slot.seal(recipient.seal(lp(key.secret, label), bound), bound)


def open_grant(
    slot: SlotKey, recipient: PartyKeys, originator_id: UUID, role: str, key_id: UUID, blob: bytes
) -> CompartmentKey:
    """Open a grant with its slot and its party's private keys.

    Raises:
        Malformed: not a grant, or a label that no writer of ours makes.
        Tampered: another slot, party, stream, role or key than it was made for, or changed.
    """
    bound = _context(slot, key_id, originator_id, role)
    content = recipient.open(slot.open(blob, bound), bound)
    secret, label = content[4 : 4 + KEY_SIZE], content[_LABEL_AT:]
    if content != lp(secret, label) or content[:4] != _KEY_PREFIX:
        raise Malformed
    match loads(label):
        case [str(compartment), str(lifetime), int(generation), [*audience]] if all(
            isinstance(party, str) for party in audience
        ):
            return CompartmentKey(key_id, secret, compartment, lifetime, generation, tuple(audience))
        case _:
            raise Malformed


def make_custody(slot: SlotKey, keys: PartyKeys, principal_id: UUID) -> bytes:
    """Seal a party's private keys under a slot for the service to keep (M0): 158 bytes (FORMAT.md 8)."""
    return slot.seal(keys.to_private_bytes(), _custody_context(slot, principal_id))


def open_custody(slot: SlotKey, principal_id: UUID, blob: bytes) -> PartyKeys:
    """Open what ``make_custody`` sealed.

    Raises:
        Malformed: not a custody blob.
        Tampered: another slot or principal than it was made for, or changed.
    """
    return PartyKeys.from_private_bytes(slot.open(blob, _custody_context(slot, principal_id)))


def _context(slot: SlotKey, key_id: UUID, originator_id: UUID, role: str) -> bytes:
    return lp(
        b"driehoek/grant/v1",
        bytes((SUITE,)),
        originator_id.bytes,
        key_id.bytes,
        slot.slot_id.bytes,
        role.encode(),
    )


def _custody_context(slot: SlotKey, principal_id: UUID) -> bytes:
    return lp(b"driehoek/custody/v1", bytes((SUITE,)), slot.slot_id.bytes, principal_id.bytes)
