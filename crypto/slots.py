"""Slots: the erasable keys at the bottom of the tree, and how a slot belongs to a scope (FORMAT.md 6).

A *slot* holds one 32-byte key S. Everything that must become unreadable on one day hangs under one slot: to erase the
slot is to erase all of that, in every copy and every backup of the ciphertext. S is stored nowhere: it is made of the
slot's *entry*, 32 random bytes in the tree, and of a secret of its *scope*. The tree alone opens nothing, the scope
alone opens nothing.

A *scope* is a role letter or a name such as ``custody``; a process that serves one scope is given that scope's secrets
alone. Which slots are a scope's is said by their *marks*: checkable without opening the tree, also after an erasure,
and so a view that is built again counts the same slots as before.
"""

import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.encoding import lp
from crypto.errors import Malformed, Tampered
from crypto.heads import mac
from crypto.ports import StoredSlot, TreeStore

# Version with care: what slots sealed is read for as long as their engagement is kept.
SLOT_VERSION: Final = b"\x01"
KEY_SIZE: Final = 32
_NONCE: Final = 12
_TAG: Final = 16
_LAST_INDEX: Final = 255

SCOPES: Final = ("O", "M", "C", "E", "S", "A", "P", "service", "custody", "X")
"""Every scope, for ever in this order: a scope's place here is its entry's index on the scopes' page."""


@dataclass(frozen=True, slots=True)
class SlotKey:
    """An opened slot: the key S (32 bytes) and the id it is known by."""

    slot_id: UUID
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse anything but an AES-256 key."""
        if len(self.secret) != KEY_SIZE:
            raise Malformed

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Return version ‖ nonce (12) ‖ AES-256-GCM(S, plaintext, aad): 29 bytes more than the plaintext.

        The nonce is random: one slot seals a handful of grants in its life, and NIST SP 800-38D (8.3) allows 2^32
        random nonces under one key.
        """
        nonce = os.urandom(_NONCE)
        return SLOT_VERSION + nonce + AESGCM(self.secret).encrypt(nonce, plaintext, aad)

    def derive(self, label: str) -> bytes:
        """Return a 32-byte key of its own purpose, gone when the slot is gone (HKDF-SHA256)."""
        return _hkdf(self.secret, None, lp(b"driehoek/slot-derived/v1", label.encode()))

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """Undo ``seal``.

        Raises:
            Malformed: too short, or another version.
            Tampered: another slot's, another context's, or changed.
        """
        if len(sealed) < 1 + _NONCE + _TAG or sealed[:1] != SLOT_VERSION:
            raise Malformed
        try:
            return AESGCM(self.secret).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], aad)
        except InvalidTag as error:
            raise Tampered from error


@dataclass(frozen=True, slots=True)
class Scope:
    """One scope's secrets, derived from its entry on the scopes' page; 32 bytes each, useless without the tree.

    Attributes:
        name: which scope, one of ``SCOPES``.
        salt: what turns a slot's entry into its key S.
        mark_key: what marks this scope's slots.
    """

    name: str
    salt: bytes = field(repr=False)
    mark_key: bytes = field(repr=False)


def scope_index(name: str) -> int:
    """Return a scope's index on the scopes' page.

    Raises:
        Malformed: there is no such scope.
    """
    if name not in SCOPES:
        raise Malformed
    return SCOPES.index(name)


def derive_scope(name: str, entry: bytes) -> Scope:
    """Derive a scope's two secrets from its entry (32 bytes), each by a label of its own.

    Raises:
        Malformed: there is no such scope, or the entry has another size.
    """
    scope_index(name)
    if len(entry) != KEY_SIZE:
        raise Malformed
    salt = _hkdf(entry, None, lp(b"driehoek/scope-salt/v1", name.encode()))
    return Scope(name, salt, _hkdf(entry, None, lp(b"driehoek/scope-mark/v1", name.encode())))


def slot_secret(scope: Scope, slot_id: UUID, entry: bytes) -> bytes:
    """Return a slot's key S: 32 bytes that follow from its entry in the tree, its scope and its id.

    Raises:
        Malformed: the entry isn't 32 bytes long.
    """
    if len(entry) != KEY_SIZE:
        raise Malformed
    return _hkdf(entry, scope.salt, lp(b"driehoek/slot/v1", slot_id.bytes, scope.name.encode()))


def mark(mark_key: bytes, slot_id: UUID, page: bytes, index: int) -> bytes:
    """Return a slot's mark (32 bytes): that it is this scope's, and lies at this index of this page.

    Raises:
        Malformed: the key isn't 32 bytes long.
    """
    return mac(mark_key, "driehoek/slot-mark/v1", slot_id.bytes, page, bytes((index,)))


class Marks:
    """Tells a scope's slots from others, and can open none: it holds the mark key and the store, no way to the tree."""

    __slots__ = ("_mark_key", "_store")

    def __init__(self, mark_key: bytes, store: TreeStore) -> None:
        self._mark_key = mark_key
        self._store = store

    def __repr__(self) -> str:
        return "Marks(***)"

    def claims(self, slot_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these slots are this scope's, **erased or not**. Reads once.

        A slot whose row was changed is nobody's: its mark fits no scope.
        """
        return {slot_id for slot_id, slot in self._store.slots(slot_ids).items() if self.is_own(slot)}

    def is_own(self, slot: StoredSlot) -> bool:
        """Tell whether a slot's row is as this scope wrote it, ``erased`` apart."""
        if not 0 <= slot.index <= _LAST_INDEX:
            return False
        return hmac.compare_digest(self.of(slot.slot_id, slot.page, slot.index), slot.mark)

    def of(self, slot_id: UUID, page: bytes, index: int) -> bytes:
        """Return the mark (32 bytes) of a slot of this scope at this place."""
        return mark(self._mark_key, slot_id, page, index)


def _hkdf(ikm: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=salt, info=info).derive(ikm)
