"""What the key tree needs from outside: a place for its pages, and a place for its root.

The two fail in opposite ways, and the design rests on that. A *tree store* (the database) is backed up, replicated and
copied for ever, and holds ciphertext only. A *root store* is never backed up; it holds the one key that the tree hangs
from, and must be able to forget it for good.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class RootRecord:
    """What a root store remembers of its live root, durably and beside the root itself.

    Attributes:
        deployment: whose root it is; drawn once, when the tree was founded.
        epoch: counts the roots from 1; never goes back.
        page_head: SHA-256 of the sealed root page of this epoch.
        tombstone_head: head of the chain of tombstones at this epoch's beginning (32 bytes).
    """

    deployment: UUID
    epoch: int
    page_head: bytes
    tombstone_head: bytes


class RootStore(Protocol):
    """Keeps root keys, one per epoch, and forgets them. The keys themselves never leave it by this port.

    Life of an epoch: ``stage`` (durable, not yet relied on) → ``switch`` (live) → the next epoch's switch retires it →
    ``destroy``. Each step is durable when it returns, and all-or-nothing for a reader whatever crashes.

    Errors: ``RootStoreError`` and its subclasses in ``crypto.errors``.
    """

    def record(self) -> RootRecord | None:
        """The live root's record; None where nothing was ever switched to."""
        ...

    def deployment(self) -> UUID | None:
        """The deployment that roots were ever staged for here; None where there was none.

        It is remembered from the first ``stage`` on, before any record: a founding that crashed is resumed with it.
        """
        ...

    def epochs(self) -> frozenset[int]:
        """The epochs whose root key exists here, whole: staged, live or retired."""
        ...

    def stage(self, deployment: UUID, epoch: int) -> None:
        """Make a fresh random root key for an epoch.

        Raises:
            RootExists: there is one for this epoch.
            RootForeign: the store serves another deployment.
            RootRolledBack: the epoch isn't past the live one.
            RootUnwritable: the store is full or read-only; nothing was left behind.
        """
        ...

    def wrap(self, epoch: int, key: bytes, context: bytes) -> bytes:
        """Seal a 32-byte key under an epoch's root, bound to a context (AEAD).

        Raises:
            RootMissing, RootDamaged: the epoch's root isn't there, or isn't whole.
        """
        ...

    def unwrap(self, epoch: int, wrapped: bytes, context: bytes) -> bytes:
        """Undo ``wrap``.

        Raises:
            RootMissing, RootDamaged: as in ``wrap``.
            Tampered: another root's, another context's, or changed.
        """
        ...

    def switch(self, record: RootRecord) -> None:
        """Make a staged root the live one. Switching again to the live record changes nothing.

        Raises:
            RootMissing: it isn't staged.
            RootRolledBack: the epoch is before the live one, or is the live one with other heads.
        """
        ...

    def destroy(self, epoch: int) -> None:
        """Forget a staged or retired root, unrecoverably; half of it is enough. Destroying twice is destroying once.

        Raises:
            RootInUse: it is the live one.
            RootUnwritable: the store couldn't; the caller must try again before it says that anything is gone.
        """
        ...

    def places(self) -> Mapping[str, str]:
        """Each place that the store consists of, with one word on it: ``ok``, or the name of what is wrong."""
        ...


@dataclass(frozen=True)
class TreeState:
    """The tree's one row of state.

    Attributes:
        deployment: as in ``RootRecord``.
        epoch: of the last commit.
        root_wrap: the root page's key, wrapped by the root store under this epoch.
        page_head, tombstone_head: as in ``RootRecord``.
    """

    deployment: UUID
    epoch: int
    root_wrap: bytes = field(repr=False)
    page_head: bytes
    tombstone_head: bytes


@dataclass(frozen=True)
class StoredPage:
    """A sealed page at its path, with the epoch in which it was sealed."""

    path: bytes
    epoch: int
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class StoredSlot:
    """Where a slot lies: its page and its place on it, marked by its scope.

    ``erased`` is the epoch that erased it, None for an active one.
    """

    slot_id: UUID
    page: bytes
    index: int
    mark: bytes
    erased: int | None = None


@dataclass(frozen=True)
class Tombstone:
    """What was erased together, in one epoch. Holds ids and places, never content or keys.

    Attributes:
        epoch: the epoch that was made for it.
        erasures: ids of the erasures that it carries out.
        locations: doomed places in the tree: a page's path, or a page's path and one index.
        slots: the ids of all slots that died.
        time_us: microseconds since 1970.
    """

    epoch: int
    erasures: tuple[UUID, ...]
    locations: tuple[bytes, ...]
    slots: tuple[UUID, ...]
    time_us: int


@dataclass(frozen=True)
class Switch:
    """One epoch's change of the tree, to be committed in one transaction."""

    before: int
    state: TreeState
    pages: tuple[StoredPage, ...]
    tombstone: Tombstone


class TreeStore(Protocol):
    """Where sealed pages, slots and tombstones are kept. Everything in it may be copied and kept for ever."""

    def state(self) -> TreeState | None:
        """The tree's state; None before it was founded."""
        ...

    def found(self, state: TreeState, pages: Sequence[StoredPage]) -> bool:
        """Store a new tree, in one transaction; False when there is one."""
        ...

    def pages(self, paths: Collection[bytes]) -> tuple[TreeState, Mapping[bytes, StoredPage]]:
        """The state and these pages as of one moment; pages that aren't there are absent.

        Raises:
            KeyNeverProvisioned: there is no tree.
        """
        ...

    def all_paths(self) -> Sequence[bytes]:
        """The paths of all pages, parents before children."""
        ...

    def slots(self, ids: Collection[UUID]) -> Mapping[UUID, StoredSlot]:
        """These slots; those that were never provisioned are absent."""
        ...

    def slots_within(self, locations: Collection[bytes]) -> Sequence[StoredSlot]:
        """The slots, erased ones too, that lie at or below these places."""
        ...

    def group_pages(self, group: UUID) -> Sequence[bytes]:
        """The paths of a group's slot pages, in the order in which they were made; erased ones too."""
        ...

    def reserve(self, group: UUID, count: int) -> tuple[bytes, int] | None:
        """Take ``count`` neighbouring free places on one page of a group: the page's path and the first index.

        None when no live page of the group has room. What was taken is never given again, used or not.
        """
        ...

    def next_ordinal(self) -> int:
        """The number of the next slot page; never given twice. 0 is the scope secrets' page and isn't used again."""
        ...

    def add_pages(self, epoch: int, pages: Sequence[StoredPage], group: UUID | None) -> bool:
        """Store new pages; a path that is taken is left as it is.

        False, and nothing stored, when the tree's epoch isn't this one any more. Only slot pages have a group.
        """
        ...

    def add_slots(self, slots: Sequence[StoredSlot]) -> None:
        """Store new slots, durable on return. All or none; an id that ever existed is refused.

        Against a ``commit`` of the same moment it comes wholly before, and its slots are erased with their place, or
        wholly after, and is refused: no slot lies active at an erased place (lock the page's row in both).

        Raises:
            KeyErased: the page of one of them was erased.
        """
        ...

    def commit(self, switch: Switch) -> bool:
        """Replace pages, erase slots, add the tombstone, move the state on; one transaction, durable on return.

        Erased are the pages among the tombstone's locations, and every slot at or below one of them, also a slot that
        was added after the switch was planned and so isn't among the tombstone's ids.

        False, and nothing changed, when the tree's epoch isn't ``switch.before``.
        """
        ...

    def tombstones(self, after: int) -> Sequence[Tombstone]:
        """The tombstones of epochs after this one, in order."""
        ...
