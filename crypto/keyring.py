"""Slots: random keys at the bottom of the tree, each wrapped so that only its scope opens it, each erasable alone.

A *slot* holds one 32-byte key S. Everything that must become unreadable on one day hangs under one slot: to erase the
slot is to erase all of that, in every copy and every backup of the ciphertext. The slot's wrapped bytes live in a
``SlotStore``; the root lives outside the database and never enters this room's return values.

A *scope* is a role letter (O M C E S A) or a name such as ``custody``: its key is derived from the root, and a process
that serves one scope can be given that key alone. Three states are kept apart for ever: never provisioned, active,
erased (FORMAT.md 6).

A flat keyring wraps every slot directly under its scope's key. It erases what the store forgets, and so trusts the
store's copies to be forgotten too; a tree of pages with a fresh root per erasure takes that trust away, behind the
same ``provision``/``open``/``erase``.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Final, Protocol
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.encoding import lp
from crypto.errors import KeyErased, KeyNeverProvisioned, Malformed, NotInScope, Tampered
from crypto.slots import KEY_SIZE, SLOT_VERSION, SlotKey

__all__ = ["KEY_SIZE", "SLOT_VERSION", "Keyring", "ScopedKeyring", "SlotKey", "SlotStore"]

_NONCE: Final = 12
_TAG: Final = 16
_WRAPPED: Final = 1 + _NONCE + KEY_SIZE + _TAG


class SlotStore(Protocol):
    """Where wrapped slots are kept. Erased rows stay as tombstones: an id is never free again."""

    def insert(self, rows: Sequence[tuple[UUID, bytes]]) -> None:
        """Store new (slot id, wrapped bytes), durable on return. All or none; an id that ever existed is refused."""
        ...

    def load(self, ids: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """Return what is known of these ids: bytes = active, None = erased, absent = never provisioned."""
        ...

    def erase(self, ids: Collection[UUID]) -> None:
        """Forget the wrapped bytes, durable and unrecoverable on return.

        Erasing twice is erasing once. An id that was never provisioned stays so: no tombstone without a slot.
        """
        ...


class Keyring:
    """The root of all scopes. Lives in the composition root; hand out scopes, not this."""

    __slots__ = ("_root", "_store")

    def __init__(self, root: bytes, store: SlotStore) -> None:
        if len(root) != KEY_SIZE:
            raise Malformed
        self._root = root
        self._store = store

    def __repr__(self) -> str:
        return "Keyring(***)"

    def scope(self, name: str) -> "ScopedKeyring":
        """Return the keyring of one scope. It holds its own derived key and no way back to the root."""
        info = lp(b"driehoek/scope/v1", name.encode())
        key = HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(self._root)
        return ScopedKeyring(key, self._store)


class ScopedKeyring:
    """The slots that one scope can open. Any scope may erase: destroying needs no reading."""

    __slots__ = ("_key", "_store")

    def __init__(self, key: bytes, store: SlotStore) -> None:
        self._key = SlotKey(UUID(int=0), key)
        self._store = store

    def __repr__(self) -> str:
        return "ScopedKeyring(***)"

    def provision(self) -> SlotKey:
        """Make one fresh slot, stored before it is returned."""
        return self.provision_many(1)[0]

    def provision_many(self, count: int) -> list[SlotKey]:
        """Make ``count`` fresh slots in one write.

        A crash between this and the append that uses them leaves slots that open nothing: harmless, never reused.
        """
        slots = [SlotKey(uuid4(), os.urandom(KEY_SIZE)) for _ in range(count)]
        self._store.insert([(slot.slot_id, self._key.seal(slot.secret, _aad(slot.slot_id))) for slot in slots])
        return slots

    def open(self, slot_id: UUID) -> SlotKey:
        """Open one slot.

        Raises:
            KeyNeverProvisioned, KeyErased, NotInScope: see ``errors``; three different facts.
            Malformed: the stored bytes aren't a wrapped slot.
        """
        return self._open(slot_id, self._store.load([slot_id]))

    def open_many(self, slot_ids: Collection[UUID]) -> dict[UUID, SlotKey]:
        """Open several slots in one read: all of them, or the first one's error as in ``open``."""
        found = self._store.load(slot_ids)
        return {slot_id: self._open(slot_id, found) for slot_id in slot_ids}

    def open_own(self, slot_ids: Collection[UUID]) -> dict[UUID, SlotKey]:
        """Open those of these slots that are active and this scope's. Reads once; never raises for one slot."""
        own = {}
        found = self._store.load(slot_ids)
        for slot_id in slot_ids:
            try:
                own[slot_id] = self._open(slot_id, found)
            except (KeyNeverProvisioned, KeyErased, NotInScope, Malformed):
                continue
        return own

    def claims(self, slot_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these slots are active and this scope's."""
        return set(self.open_own(slot_ids))

    def erased(self, slot_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these slots were erased, whatever scope they belonged to."""
        return {slot_id for slot_id, wrapped in self._store.load(slot_ids).items() if wrapped is None}

    def erase(self, slot_ids: Collection[UUID]) -> None:
        """Erase slots for good, whatever scope they belong to. Idempotent."""
        self._store.erase(slot_ids)

    def _open(self, slot_id: UUID, found: Mapping[UUID, bytes | None]) -> SlotKey:
        if slot_id not in found:
            raise KeyNeverProvisioned
        wrapped = found[slot_id]
        if wrapped is None:
            raise KeyErased
        if len(wrapped) != _WRAPPED:
            raise Malformed
        try:
            return SlotKey(slot_id, self._key.open(wrapped, _aad(slot_id)))
        except Tampered as error:
            raise NotInScope from error


def _aad(slot_id: UUID) -> bytes:
    # The id is bound, so that two rows' wrapped bytes can't change places.
    return lp(b"slot", slot_id.bytes)
