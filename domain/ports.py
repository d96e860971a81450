"""What the domain needs from outside, as small Protocols of bytes, str and domain types.

The domain and the crypto room don't know each other; the composition root (``ops/wiring.py``) joins them here.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.endings import PartDisclosed
from domain.events import Content, KeyNeed, Recipient, SealedGrant
from domain.ledger import LedgerEntry
from domain.stream import Stream
from domain.vocabulary import Item, Role


@dataclass(frozen=True)
class OpenedKey:
    """A new compartment key: its id, who received it, and the sealed grants to record with it."""

    key_id: UUID
    recipients: Mapping[Role, Recipient]
    grants: tuple[SealedGrant, ...]


@dataclass(frozen=True)
class NewPrincipal:
    """A new principal's public keys, and its private keys in custody."""

    kem_public: bytes
    signing_public: bytes
    custody: SealedGrant


class KeyCustodian(Protocol):
    """Makes and shares keys, on behalf of somebody who may."""

    def newcomer(self, principal: UUID) -> AbstractContextManager[NewPrincipal]:
        """Make a principal's key pairs and take the private halves into custody.

        Within the context the new keys already serve to seal the newcomer's own record.
        """
        ...

    def grant_oversight(self, role: Role, person: UUID) -> SealedGrant:
        """Grant the oversight key, and so all facts, to an overseer."""
        ...

    def open_compartment(
        self, stream: UUID, group: UUID, need: KeyNeed, generation: int, recipients: Mapping[Role, UUID]
    ) -> OpenedKey:
        """Make a compartment's key and grant it to these principals; ``group`` says beside which slots theirs lie."""
        ...

    def share_compartment(
        self, stream: UUID, group: UUID, entry: LedgerEntry, holder: Role, role: Role, principal: UUID
    ) -> tuple[Recipient, SealedGrant]:
        """Grant an existing key to one more principal; the holder's own living grant is opened for it."""
        ...

    def disclose_part(
        self, stream: UUID, group: UUID, entry: LedgerEntry, holder: Role, disclosed: PartDisclosed
    ) -> tuple[Recipient, SealedGrant]:
        """Seal one part's own key to the recipient whom the fact names, under a slot of the fact's role.

        The holder's own grant of ``entry`` is opened for it, and the part too, so that no key is handed out for
        something that isn't there. The fact's slot is the one that this gives.
        """
        ...


class Notary(Protocol):
    """Commitments and signatures."""

    def commit(self, section: str, salt: bytes, content: Content) -> bytes:
        """A hiding, binding commitment (32 bytes) to a section; the salt has 32 random bytes."""
        ...

    def document_hash(self, engagement: UUID, contract_version: int, commitments: Mapping[str, bytes]) -> bytes:
        """The hash (32 bytes) that all four parties sign."""
        ...

    def sign(self, principal: UUID, document_hash: bytes) -> bytes:
        """A principal's Ed25519 signature (64 bytes) with its key in custody."""
        ...

    def signature_fits(self, principal: UUID, document_hash: bytes, signature: bytes) -> bool:
        """Whether a signature is this principal's over this hash."""
        ...


class Reader(Protocol):
    """Opens what one role can open, as that role."""

    def recall(self, stream: Stream, role: Role, item: Item) -> Sequence[Content]:
        """The contents of an item in a stream, in order.

        Raises:
            NotFound: when the role holds no key of it, or no longer.
        """
        ...


@dataclass(frozen=True)
class RecordedCommand:
    """What the store remembers of a command: the request's digest and the last event that it led to."""

    digest: bytes
    stream: UUID
    version: int


class CommandLog(Protocol):
    """Which commands were recorded."""

    def recorded(self, command_id: UUID) -> RecordedCommand | None:
        """The command's record, or None when nothing was recorded for it."""
        ...
