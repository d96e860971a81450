"""Makes and shares compartment keys, and signs, on behalf of those who act (``domain.ports``)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from crypto.document import document_hash, section_commitment, signature_message
from crypto.errors import BadSignature, Tampered
from crypto.grant import Disclosing
from crypto.part import disclose_part, new_compartment_key
from crypto.party_keys import verify
from crypto.scoped import provision_across
from domain.endings import PartDisclosed
from domain.events import Content, KeyNeed, Recipient, SealedGrant
from domain.ledger import LedgerEntry
from domain.ports import NewPrincipal, OpenedKey
from domain.principals import CELL_ID
from domain.vocabulary import Role
from ops.keys.desk import Desk
from ops.keys.role_keys import RoleKeys
from ops.keys.service import ServiceKeys
from ops.store.recorder import CellRecorder


class Custodian:
    """``domain.ports.KeyCustodian`` over the roles' capabilities.

    Keys are made, too, under a valid lease only: a process that slept through a restore has pages of a tree that is
    gone, and what it sealed under a place on them would never open.
    """

    def __init__(
        self, desk: Desk, roles: Mapping[Role, RoleKeys], service: ServiceKeys, recorder: CellRecorder
    ) -> None:
        self._desk, self._roles, self._service, self._recorder = desk, roles, service, recorder

    @contextmanager
    def newcomer(self, principal: UUID) -> Iterator[NewPrincipal]:
        """Key pairs for somebody who is about to be registered."""
        with self._desk.newcomer(principal) as keys:
            yield keys

    def grant_oversight(self, role: Role, person: UUID) -> SealedGrant:
        """Seal the oversight key to an overseer."""
        oversight = self._service.oversight
        with self._desk.in_use():
            slot_id, sealed = self._roles[role].grant(CELL_ID, CELL_ID, oversight, person)
        return SealedGrant(oversight.key_id, slot_id, sealed)

    def open_compartment(
        self, stream: UUID, group: UUID, need: KeyNeed, generation: int, recipients: Mapping[Role, UUID]
    ) -> OpenedKey:
        """Make a compartment's key, granted to each of these principals in its role."""
        compartment, lifetimes = need.slug
        audience = tuple(sorted(role.value for role in need.lifetimes))
        key = new_compartment_key(compartment, lifetimes, generation, audience)
        granted: dict[Role, Recipient] = {}
        grants = []
        with self._desk.in_use():
            slots = provision_across([self._roles[role].keyring for role in recipients], group)
            for (role, principal), slot in zip(recipients.items(), slots, strict=True):
                sealed = self._roles[role].seal_grant(slot, stream, key, principal)
                self._roles[role].remember(key, principal)
                granted[role] = Recipient(principal, slot.slot_id)
                grants.append(SealedGrant(key.key_id, slot.slot_id, sealed))
        return OpenedKey(key.key_id, granted, tuple(grants))

    def share_compartment(
        self, stream: UUID, group: UUID, entry: LedgerEntry, holder: Role, role: Role, principal: UUID
    ) -> tuple[Recipient, SealedGrant]:
        """Open the holder's own grant and seal the key to one more principal."""
        with self._desk.in_use():
            key = self._roles[holder].key(entry.key_id, entry.recipients[holder].principal)
            slot_id, sealed = self._roles[role].grant(group, stream, key, principal)
        return Recipient(principal, slot_id), SealedGrant(key.key_id, slot_id, sealed)

    def disclose_part(
        self, stream: UUID, group: UUID, entry: LedgerEntry, holder: Role, disclosed: PartDisclosed
    ) -> tuple[Recipient, SealedGrant]:
        """Open the part with the holder's grant, and seal its own key to the one person."""
        of = Disclosing(disclosed.disclosure_id, stream, disclosed.event_version, disclosed.index)
        place, to = (of.originator_id, of.originator_version, of.index), disclosed.recipient.principal
        with self._desk.in_use():
            key = self._roles[holder].key(entry.key_id, entry.recipients[holder].principal)
            part_key = disclose_part(key, *place, sealed_at(self._recorder, *place))
            slot_id, sealed = self._roles[disclosed.role].disclose(group, key, part_key, to, of)
        return Recipient(to, slot_id), SealedGrant(of.disclosure_id, slot_id, sealed)


def sealed_at(recorder: CellRecorder, stream: UUID, version: int, index: int) -> bytes:
    """The sealed part at a place.

    Raises:
        Tampered: it is missing, although the record says that it was there.
    """
    found = [p.sealed for p in recorder.parts(stream) if (p.originator_version, p.idx) == (version, index)]
    if not found:
        raise Tampered
    return found[0]


class Notary:
    """``domain.ports.Notary``: commitments, and signatures with keys in custody."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def commit(self, section: str, salt: bytes, content: Content) -> bytes:
        """Commit to a section as canonical JSON (FORMAT.md, documents)."""
        return section_commitment(section, salt, canonical_json(content))

    def document_hash(self, engagement: UUID, contract_version: int, commitments: Mapping[str, bytes]) -> bytes:
        """The one hash that all four sign."""
        return document_hash(engagement, contract_version, commitments.items())

    def sign(self, principal: UUID, document_hash: bytes) -> bytes:
        """Sign as a principal."""
        with self._desk.in_use():
            return self._desk.private(principal).sign(signature_message(document_hash))

    def signature_fits(self, principal: UUID, document_hash: bytes, signature: bytes) -> bool:
        """Whether the signature verifies. A verdict about somebody's input, so an answer and not an error."""
        try:
            verify(self._desk.public(principal).signing, signature_message(document_hash), signature)
        except BadSignature:
            return False
        return True


_SEPARATORS: Final = (",", ":")


def canonical_json(content: Content) -> bytes:
    """One byte string per JSON object: sorted names, no white space, UTF-8; numbers are integers only."""
    return json.dumps(content, sort_keys=True, separators=_SEPARATORS, ensure_ascii=False, allow_nan=False).encode()
