# Made by `make reference` from api/openapi.json; don't edit.
"""Models: grants."""

from __future__ import annotations

from typing import Literal, TypedDict


class ErasedGrant(TypedDict):
    """One grant that is gone: who held it, as what, and the slot of the key tree that it hung from."""

    role: str
    principal: str
    slot: str
    lifetime: str | None


class Grant(TypedDict):
    """What somebody may read, and until when.

    ``lifetime`` is the clause's; null for escrow and for a disclosed part. ``since``, ``erased`` and ``receipt``
    are null where that isn't told: of what they don't read, as a coach's notes and others' concerns, the coachee
    learns what the contract says, not whether there is any.
    """

    role: str
    principal_id: str
    items: list[str]
    lifetime: str | None
    since: str | None
    ends_at: str | None
    ground: str | None
    erased: bool | None
    receipt: dict[str, str | int] | None


class Grants(TypedDict):
    """All that you may know of."""

    entries: list[Grant]


class Receipt(TypedDict):
    """An erasure that is done; the document to keep is at ``receipts/{erasure_id}``."""

    erasure_id: str
    ground: str
    roles: list[str]
    requested_at: str
    erased_at: str
    epoch: int


class Receipts(TypedDict):
    """All that you may have, oldest first."""

    entries: list[Receipt]


class SignedReceipt(TypedDict):
    """A receipt: the statement, the service's Ed25519 key and its signature, in hexadecimal."""

    format: Literal["driehoek-receipt/1"]
    statement: Statement
    public_key: str
    signature: str


class Statement(TypedDict):
    """What a receipt says; the heads are SHA-256 in hexadecimal."""

    deployment: str
    engagement: str
    reader: str
    erasure: str
    ground: str
    grants: list[ErasedGrant]
    requested_at: str
    due_at: str
    erased_at: str
    epoch: int
    tombstone_head: str
    page_head: str | None
