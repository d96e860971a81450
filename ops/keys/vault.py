"""Everything that keys hang from: the places outside the database, and what stands on them in one open cell."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from crypto.errors import Tampered
from crypto.keyring import Keyring
from crypto.ports import RootStore, TreeState
from crypto.tombstones import extend, first_head
from ops.erasure.copies import KeyCopies
from ops.keys.fence import Fence
from ops.log.place import LogPlace
from ops.roots import open_roots
from ops.roots.files import FileRoots
from ops.settings import RootSettingsError, Settings
from ops.store.connections import Connections
from ops.store.leases import PostgresLeases
from ops.store.tree import PostgresTreeStore


@dataclass(frozen=True)
class KeyPlaces:
    """Where a cell's keys are outside its database: the erasable root, copies of the sealed pages, and the log's."""

    roots: RootStore
    copies: KeyCopies
    log: LogPlace

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """Everything below one folder, for development: two halves and two copies on one disk."""
        return cls(
            FileRoots(folder / "keys" / "a", folder / "keys" / "b"),
            KeyCopies([folder / "copies" / "a", folder / "copies" / "b"]),
            LogPlace(folder / "log"),
        )


def places_of(settings: Settings) -> KeyPlaces:
    """Where the settings say.

    Raises:
        RootSettingsError: they can't be meant.
    """
    try:
        copies = KeyCopies(settings.copy_folders)
    except ValueError as error:
        raise RootSettingsError(str(error)) from error
    return KeyPlaces(open_roots(settings), copies, settings.log_place)


@dataclass(frozen=True)
class Vault:
    """The parts of a cell's key tree.

    Attributes:
        roots: the live root, outside the database.
        tree: the sealed pages, in the database.
        keyring: opens the tree.
        copies: where changed pages are kept besides, for a restore.
        leases, fence: who holds keys of which epoch; this process's own lease.
        connections: the cell's database.
    """

    roots: RootStore
    tree: PostgresTreeStore
    keyring: Keyring
    copies: KeyCopies
    leases: PostgresLeases
    fence: Fence
    connections: Connections

    def check_tombstones(self) -> None:
        """Check that the chain of tombstones leads to the head that the root vouches for; silence is success.

        Raises:
            crypto.errors.Tampered, Malformed: a tombstone is missing, or isn't the one that was written.
        """
        state, _ = self.tree.pages([])
        if self._head_after(state, state.epoch) != state.tombstone_head:
            raise Tampered

    def buried(self, slot_ids: Collection[UUID]) -> bool:
        """Whether the chain of tombstones names all of these slots: erased by this cell, and not merely called so.

        Raises:
            crypto.errors.Tampered, Malformed: as ``check_tombstones``.
        """
        self.check_tombstones()
        named = {slot_id for tombstone in self.tree.tombstones(0) for slot_id in tombstone.slots}
        return named.issuperset(slot_ids)

    def tombstone_head(self, epoch: int) -> bytes:
        """The head of the chain of tombstones as of an epoch, 32 bytes; an earlier one is worked out from its links."""
        state, _ = self.tree.pages([])
        return state.tombstone_head if epoch == state.epoch else self._head_after(state, epoch)

    def _head_after(self, state: TreeState, epoch: int) -> bytes:
        head = first_head(state.deployment)
        for tombstone in self.tree.tombstones(0):
            if tombstone.epoch > epoch:
                break
            head = extend(head, tombstone)
        return head
