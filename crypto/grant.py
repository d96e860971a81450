"""Grants and custody: how a party comes to hold a compartment key, and how the service keeps a party's keys (M0).

A grant is two locks, one inside the other (FORMAT.md 7):

    grant = slot.seal( HPKE.seal(party's key, lp(CPK, label), info = context), aad = context )

Outside, the slot: erase it and the grant is noise, even to a party who kept a private key. Inside, the party's key:
the operator who has the root still can't read what a client-held key protects. The context names stream, compartment
key, slot and role, so a grant can't be moved to another engagement, presented as another role's, or given another
slot's lifetime. The label (compartment, lifetime, generation, audience) travels inside: it is the CPK's meaning.

A *disclosure* grant is made in the same way, but holds the key of one single part (FORMAT.md 7): whoever is shown one
part gets neither the compartment's key nor any other part. Its context names the disclosure and the part's place.
"""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from crypto.encoding import dumps, loads, lp
from crypto.errors import Malformed
from crypto.part import KEY_SIZE, SUITE, CompartmentKey, open_with_disclosed
from crypto.party_keys import PartyKeys, PartyPublicKeys
from crypto.slots import SlotKey

_KEY_PREFIX: Final = KEY_SIZE.to_bytes(4, "big")
_LABEL_AT: Final = 4 + KEY_SIZE + 4


def make_grant(slot: SlotKey, recipient: PartyPublicKeys, key: CompartmentKey, originator_id: UUID, role: str) -> bytes:
    """Seal ``key`` to one party under one slot: about 1.25 kB.

    Raises:
        Malformed: the recipient's KEM key isn't one.
    """
    bound = _context(slot, key.key_id, originator_id, role)
    return _seal(slot, recipient, key.secret, key, bound)


def open_grant(
    slot: SlotKey, recipient: PartyKeys, originator_id: UUID, role: str, key_id: UUID, blob: bytes
) -> CompartmentKey:
    """Open a grant with its slot and its party's private keys.

    Raises:
        Malformed: not a grant, or a label that no writer of ours makes.
        Tampered: another slot, party, stream, role or key than it was made for, or changed.
    """
    return CompartmentKey(key_id, *_open(slot, recipient, blob, _context(slot, key_id, originator_id, role)))


@dataclass(frozen=True, slots=True)
class DisclosedPart:
    """The key of one part, with the label that is bound into it; ``part_key`` is 32 bytes."""

    part_key: bytes = field(repr=False)
    compartment: str
    lifetime: str
    generation: int
    audience: tuple[str, ...]

    def open(self, originator_id: UUID, originator_version: int, index: int, sealed: bytes) -> bytes:
        """Open the part.

        Raises:
            Malformed, Tampered: as ``crypto.part.open_with_disclosed``.
        """
        return open_with_disclosed(
            self.part_key,
            originator_id,
            originator_version,
            index,
            sealed,
            compartment=self.compartment,
            lifetime=self.lifetime,
            generation=self.generation,
            audience=self.audience,
        )


@dataclass(frozen=True, slots=True)
class Disclosing:
    """Which disclosure of which part a grant is for: the disclosure, the stream, the event's version, the index."""

    disclosure_id: UUID
    originator_id: UUID
    originator_version: int
    index: int


def make_disclosure_grant(
    slot: SlotKey, recipient: PartyPublicKeys, key: CompartmentKey, part_key: bytes, of: Disclosing
) -> bytes:
    """Seal one part's key to one recipient under one slot; ``key`` is the compartment's, of which the label goes along.

    Args:
        slot: the disclosure's own slot.
        recipient: whose keys open it.
        key: the compartment key that the part lies under; its secret stays out.
        part_key: 32 bytes, from ``crypto.part.disclose_part``.
        of: what is disclosed.

    Raises:
        Malformed: the part key isn't 32 bytes, or the recipient's KEM key isn't one.
    """
    if len(part_key) != KEY_SIZE:
        raise Malformed
    return _seal(slot, recipient, part_key, key, _disclosure_context(slot, of))


def open_disclosure_grant(slot: SlotKey, recipient: PartyKeys, of: Disclosing, blob: bytes) -> DisclosedPart:
    """Open what ``make_disclosure_grant`` sealed.

    Raises:
        Malformed: not a disclosure grant, or a label that no writer of ours makes.
        Tampered: another slot, recipient, disclosure or part than it was made for, or changed.
    """
    return DisclosedPart(*_open(slot, recipient, blob, _disclosure_context(slot, of)))


def _seal(slot: SlotKey, recipient: PartyPublicKeys, secret: bytes, key: CompartmentKey, bound: bytes) -> bytes:
    label = dumps([key.compartment, key.lifetime, key.generation, list(key.audience)])
    return slot.seal(recipient.seal(lp(secret, label), bound), bound)


def _open(
    slot: SlotKey, recipient: PartyKeys, blob: bytes, bound: bytes
) -> tuple[bytes, str, str, int, tuple[str, ...]]:
    content = recipient.open(slot.open(blob, bound), bound)
    secret, label = content[4 : 4 + KEY_SIZE], content[_LABEL_AT:]
    if content != lp(secret, label) or content[:4] != _KEY_PREFIX:
        raise Malformed
    match loads(label):
        case [str(compartment), str(lifetime), int(generation), [*audience]] if all(
            isinstance(party, str) for party in audience
        ):
            return secret, compartment, lifetime, generation, tuple(audience)
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


def _disclosure_context(slot: SlotKey, of: Disclosing) -> bytes:
    return lp(
        b"driehoek/disclosure/v1",
        bytes((SUITE,)),
        of.disclosure_id.bytes,
        of.originator_id.bytes,
        of.originator_version.to_bytes(4, "big"),
        of.index.to_bytes(2, "big"),
        slot.slot_id.bytes,
    )


def _custody_context(slot: SlotKey, principal_id: UUID) -> bytes:
    return lp(b"driehoek/custody/v1", bytes((SUITE,)), slot.slot_id.bytes, principal_id.bytes)
