"""Reference models of the tree's two ports: a tree store in dictionaries, and a root store that forgets.

They keep the contracts of ``crypto.ports`` in the smallest form. The tree store also keeps *everything that was ever
written to it*, as backups, replicas and old disk blocks do; the root store can be told to keep what it destroys, as an
operator might who copied it in secret. Tests may write to the dictionaries, as a thief of the tables would.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from threading import RLock
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.errors import (
    KeyErased,
    KeyNeverProvisioned,
    RootExists,
    RootForeign,
    RootInUse,
    RootMissing,
    RootRolledBack,
    Tampered,
)
from crypto.ports import RootRecord, StoredPage, StoredSlot, Switch, Tombstone, TreeState
from crypto.tree import FANOUT


class DictionaryTree:
    """``TreeStore`` in memory, with its whole history."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.live: TreeState | None = None
        self.sealed: dict[bytes, StoredPage] = {}
        self.groups: dict[bytes, UUID] = {}
        self.used: dict[bytes, int] = {}
        self.dead: set[bytes] = set()
        self.rows: dict[UUID, StoredSlot] = {}
        self.chain: list[Tombstone] = []
        self.ordinal = 1
        self.reads = 0
        self.page_reads = 0
        self.all_states: list[TreeState] = []
        self.all_pages: list[StoredPage] = []

    def state(self) -> TreeState | None:
        """The tree's state."""
        return self.live

    def found(self, state: TreeState, pages: Sequence[StoredPage]) -> bool:
        """Store a new tree; False when there is one."""
        with self.lock:
            self._capture(state, pages)
            if self.live is not None:
                return False
            self.live = state
            self.sealed = {page.path: page for page in pages}
            return True

    def pages(self, paths: Collection[bytes]) -> tuple[TreeState, Mapping[bytes, StoredPage]]:
        """The state and these pages as of one moment."""
        with self.lock:
            self.page_reads += 1
            if self.live is None:
                raise KeyNeverProvisioned
            return self.live, {path: self.sealed[path] for path in paths if path in self.sealed}

    def all_paths(self) -> Sequence[bytes]:
        """The paths of all pages, parents before children."""
        with self.lock:
            return sorted(self.sealed, key=lambda path: (len(path), path))

    def slots(self, ids: Collection[UUID]) -> Mapping[UUID, StoredSlot]:
        """These slots."""
        with self.lock:
            self.reads += 1
            return {slot_id: self.rows[slot_id] for slot_id in ids if slot_id in self.rows}

    def slots_within(self, locations: Collection[bytes]) -> Sequence[StoredSlot]:
        """The slots at or below these places."""
        with self.lock:
            return [slot for slot in self.rows.values() if place_of(slot).startswith(tuple(locations))]

    def group_pages(self, group: UUID) -> Sequence[bytes]:
        """The paths of a group's slot pages."""
        with self.lock:
            return [path for path, owner in self.groups.items() if owner == group]

    def reserve(self, group: UUID, count: int) -> tuple[bytes, int] | None:
        """Take neighbouring free places on one page of a group."""
        with self.lock:
            for path in self.group_pages(group):
                first = self.used.get(path, 0)
                if path not in self.dead and first + count <= FANOUT:
                    self.used[path] = first + count
                    return path, first
            return None

    def next_ordinal(self) -> int:
        """The number of the next slot page."""
        with self.lock:
            self.ordinal += 1
            return self.ordinal - 1

    def add_pages(self, epoch: int, pages: Sequence[StoredPage], group: UUID | None) -> bool:
        """Store new pages; False when the tree's epoch isn't this one any more."""
        with self.lock:
            self._capture(None, pages)
            if self.live is None or self.live.epoch != epoch:
                return False
            for page in pages:
                if page.path not in self.sealed:
                    self.sealed[page.path] = page
                    if group is not None:
                        self.groups[page.path] = group
            return True

    def add_slots(self, slots: Sequence[StoredSlot]) -> None:
        """Store new slots."""
        with self.lock:
            assert not self.rows.keys() & {slot.slot_id for slot in slots}
            if any(slot.page in self.dead for slot in slots):
                raise KeyErased
            self.rows.update({slot.slot_id: slot for slot in slots})

    def commit(self, switch: Switch) -> bool:
        """Make a switch; False when the tree's epoch isn't the one before it."""
        with self.lock:
            self._capture(switch.state, switch.pages)
            if self.live is None or self.live.epoch != switch.before:
                return False
            self.live = switch.state
            self.sealed.update({page.path: page for page in switch.pages})
            self.bury(switch.tombstone)
            return True

    def bury(self, tombstone: Tombstone) -> None:
        """Erase what a tombstone names, as a commit and a replay do."""
        self.chain.append(tombstone)
        self.dead |= self.sealed.keys() & set(tombstone.locations)
        for slot in self.slots_within(tombstone.locations):
            if slot.erased is None:
                self.rows[slot.slot_id] = replace(slot, erased=tombstone.epoch)

    def tombstones(self, after: int) -> Sequence[Tombstone]:
        """The tombstones of epochs after this one."""
        return [tombstone for tombstone in self.chain if tombstone.epoch > after]

    def backup(self) -> "DictionaryTree":
        """A copy of what is stored now. The history goes on in one place: nobody takes it away from the adversary."""
        copy = DictionaryTree()
        copy.all_states, copy.all_pages = self.all_states, self.all_pages
        with self.lock:
            copy.live, copy.ordinal, copy.chain = self.live, self.ordinal, list(self.chain)
            copy.sealed, copy.groups, copy.used = dict(self.sealed), dict(self.groups), dict(self.used)
            copy.dead, copy.rows = set(self.dead), dict(self.rows)
        return copy

    def _capture(self, state: TreeState | None, pages: Sequence[StoredPage]) -> None:
        self.all_pages += pages
        if state is not None:
            self.all_states.append(state)


class ForgetfulRoots:
    """``RootStore`` in memory: AES-256-GCM under a random key per epoch.

    Attributes:
        hoard: destroyed roots land here, if it isn't None: the control in which somebody kept them.
    """

    def __init__(self, hoard: dict[int, bytes] | None = None) -> None:
        self.lock = RLock()
        self.hoard = hoard
        self.keys: dict[int, bytes] = {}
        self.owner: UUID | None = None
        self.live: RootRecord | None = None
        self.unwraps = 0

    def record(self) -> RootRecord | None:
        """The live root's record."""
        return self.live

    def deployment(self) -> UUID | None:
        """The deployment that roots were ever staged for."""
        return self.owner

    def epochs(self) -> frozenset[int]:
        """The epochs whose root is here."""
        with self.lock:
            return frozenset(self.keys)

    def stage(self, deployment: UUID, epoch: int) -> None:
        """Make a fresh root."""
        with self.lock:
            if self.owner not in (None, deployment):
                raise RootForeign
            if epoch in self.keys:
                raise RootExists
            if self.live is not None and epoch <= self.live.epoch:
                raise RootRolledBack
            self.owner = deployment
            self.keys[epoch] = os.urandom(32)

    def wrap(self, epoch: int, key: bytes, context: bytes) -> bytes:
        """Seal a key under an epoch's root."""
        nonce = os.urandom(12)
        return nonce + self._cipher(epoch).encrypt(nonce, key, context)

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Undo ``wrap``."""
        self.unwraps += 1
        return unwrap_with(self._cipher(epoch), wrapped, context)

    def switch(self, record: RootRecord) -> None:
        """Make a staged root the live one."""
        with self.lock:
            if self.live is not None and record != self.live and record.epoch <= self.live.epoch:
                raise RootRolledBack
            if record.epoch not in self.keys:
                raise RootMissing
            self.live = record

    def destroy(self, epoch: int) -> None:
        """Forget a root."""
        with self.lock:
            if self.live is not None and self.live.epoch == epoch:
                raise RootInUse
            key = self.keys.pop(epoch, None)
            if key is not None and self.hoard is not None:
                self.hoard[epoch] = key

    def places(self) -> Mapping[str, str]:
        """One place."""
        return {"memory": "ok"}

    def _cipher(self, epoch: int) -> AESGCM:
        with self.lock:
            if epoch not in self.keys:
                raise RootMissing
            return AESGCM(self.keys[epoch])


def unwrap_with(cipher: AESGCM, wrapped: bytes, context: bytes) -> bytes:
    """Unwrap a key that ``ForgetfulRoots`` wrapped."""
    try:
        return cipher.decrypt(wrapped[:12], wrapped[12:], context)
    except InvalidTag as error:
        raise Tampered from error


def place_of(slot: StoredSlot) -> bytes:
    """A slot's location."""
    return slot.page + bytes((slot.index,))
