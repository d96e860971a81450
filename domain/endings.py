"""Facts about the end of keys: what is to be erased and why, what was erased, and what was disclosed instead.

Every kind of stream can carry them. They name keys, slots, grounds and times, never content, so the record of who
lost which key, when and on which ground outlives everything that the keys opened (requirements.md: key log, kept).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.events import Recipient
from domain.facts import Fact, fact
from domain.vocabulary import DisclosureGround, ErasureGround, Role


@dataclass(frozen=True)
class Doomed:
    """A grant that is to be erased: which key it gave, to which role, under which slot. Stored; version with care."""

    key_id: UUID
    role: Role
    slot_id: UUID


@fact("erasure.requested")
class ErasureRequested(Fact):
    """These grants are to be erased once ``due_at`` has come. Nobody reads with them from now on."""

    erasure_id: UUID
    ground: ErasureGround
    grants: tuple[Doomed, ...]
    due_at: datetime


@fact("erasure.cancelled")
class ErasureCancelled(Fact):
    """A request was taken back before it was due; its grants serve again."""

    erasure_id: UUID


@fact("keys.erased")
class KeysErased(Fact):
    """The slots are gone for good: the receipt.

    ``epoch`` is the key tree's epoch that they are missing from, ``tombstone_head`` the head of its chain of tombstones
    (32 bytes) and ``page_head`` the SHA-256 of its sealed root page, where the store gave one.
    """

    erasure_id: UUID
    epoch: int
    tombstone_head: bytes
    page_head: bytes | None
    slots: tuple[UUID, ...]


@fact("part.disclosed")
class PartDisclosed(Fact):
    """One part of this stream was shown to somebody: its own key, sealed to them, until ``expires_at``.

    ``event_version`` and ``index`` (from 1) say where the part lies, ``key_id`` under which compartment's key, and
    ``role`` as whom the recipient holds the slot.
    """

    disclosure_id: UUID
    event_version: int
    index: int
    key_id: UUID
    role: Role
    recipient: Recipient
    ground: DisclosureGround
    expires_at: datetime
