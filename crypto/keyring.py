"""The keyring: every key of a deployment, in a tree whose root can be forgotten.

``Keyring`` holds the way in: the root store and the tree store. It lives in the composition root and hands out scopes
(``scoped``). Erasing is planned here (``switches``) and carried out step by step by whoever can stage, commit, copy,
fence and destroy: that is ``ops``. How the tree and its root belong together is ``anchor``'s, how they begin
``founding``'s, and what stays in memory ``opened``'s.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from crypto import switches
from crypto.anchor import snapshot
from crypto.errors import KeyNeverProvisioned, TreeBehind
from crypto.founding import found
from crypto.opened import OpenedPages
from crypto.places import Places
from crypto.ports import RootStore, StoredPage, Switch, TreeState, TreeStore
from crypto.scoped import ScopedKeyring
from crypto.slots import SCOPES, Marks, SlotKey, derive_scope, scope_index
from crypto.tree import ROOT, SCOPES_PAGE, child, wipe_all

__all__ = ["SCOPES", "Keyring", "Marks", "ScopedKeyring", "SlotKey"]

PAGES_KEPT: Final = 1024
"""Opened pages that one process keeps: 8 MiB, the slots of some thousand engagements."""


class Keyring:
    """The way to all keys. Lives in the composition root; hand out scopes, not this."""

    __slots__ = ("_opened", "_places", "_roots", "_store", "on_epoch")

    def __init__(
        self,
        roots: RootStore,
        store: TreeStore,
        *,
        on_epoch: Callable[[int], None] | None = None,
        pages_kept: int = PAGES_KEPT,
    ) -> None:
        """Opens nothing yet.

        Args:
            roots: where roots are kept.
            store: where pages and slots are kept.
            on_epoch: called with the tree's epoch whenever another one than before is seen, the first one too; from
                whichever thread saw it, holding no lock. May be set later.
            pages_kept: how many opened pages to keep in memory, 8 KiB each.
        """
        self._roots, self._store = roots, store
        self.on_epoch = on_epoch
        self._opened = OpenedPages(roots, store, pages_kept, self._saw)
        self._places = Places(self._opened, store)

    def __repr__(self) -> str:
        return "Keyring(***)"

    @property
    def epoch(self) -> int:
        """The tree's epoch as this process last saw it; 0 before it saw one. A newer one may be there."""
        return self._opened.epoch

    def found(self) -> bool:
        """Found the tree: stage the first root, store the first pages, switch. False when that is done already.

        A founding that crashed half-way is taken up where it stopped, whoever began it. Of several processes that
        found at once, all go on with the root that was staged first and the tree that was stored first, and each
        returns True.

        Raises:
            TreeBehind: there is a live root, and no tree: the database was lost or emptied, and must be restored.
            TreeAhead, RootForeign, Tampered: there is a tree, and it isn't this root store's; as in ``check``.
            RootStoreError: the root store can't do it.
        """
        return found(self._roots, self._store)

    def check(self) -> None:
        """Check that the tree and the live root belong together and that the root page opens; silence is success.

        A tree whose root is only staged yet is well, and can be used: a switch was committed and not finished.

        Raises:
            KeyNeverProvisioned: there is neither a tree nor a live root: nothing was founded.
            TreeBehind: the database is older than the live root, or is empty: restore it.
            TreeAhead: the live root is older than the database, and no root is staged for it.
            RootForeign: the root store serves another deployment.
            Tampered: of the same epoch, yet another root page or other tombstones; or the root page doesn't open.
            RootStoreError: the root store can't be read, or its root isn't whole.
        """
        record = self._roots.record()
        if self._store.state() is None:
            raise KeyNeverProvisioned if record is None else TreeBehind
        _, opened = snapshot(self._roots, self._store, [ROOT])
        wipe_all(opened)

    def scope(self, name: str) -> ScopedKeyring:
        """Return the keyring of one scope. It holds that scope's derived secrets, which never change.

        Raises:
            Malformed: there is no scope of this name; see ``SCOPES``.
            Others as in ``check``.
        """
        return self.scopes([name])[name]

    def scopes(self, names: Collection[str]) -> dict[str, ScopedKeyring]:
        """Return the keyrings of several scopes, by name, from one look at the tree. Raises as ``scope``."""
        places = {name: scope_index(name) for name in names}
        _, opened = snapshot(self._roots, self._store, [ROOT, SCOPES_PAGE])
        derived = {name: derive_scope(name, child(opened[SCOPES_PAGE], place)) for name, place in places.items()}
        wipe_all(opened)
        return {name: ScopedKeyring(scope, self._places, self._store) for name, scope in derived.items()}

    def drop(self) -> None:
        """Overwrite and forget every opened page. What isn't erased opens again."""
        self._opened.drop()

    def plan(self, doomed: Collection[bytes], erasures: Iterable[UUID], time_us: int) -> Switch:
        """Plan the erasure of these places, all in one epoch. Stores nothing, and changes nothing in memory.

        The tree may be of a live or of a staged epoch e; the root of e + 1 has to be staged. Commit the switch with
        ``TreeStore.commit``. One eraser at a time.

        A staged root is for **one** plan. Bytes of an attempt that wasn't committed may be anywhere (an aborted
        transaction is in the log of the database), and its root page leads to the pages as they were. So when a commit
        failed, or nobody knows what became of it and the tree is of epoch e still: destroy the staged root, stage it
        afresh, plan again.

        Args:
            doomed: locations: slot pages by their path, slots by their page's path and index. Slots that are erased
                already, and places where no slot is, are left out. With nothing left the switch merely renews the
                root page's key.
            erasures: ids of the erasures that this carries out.
            time_us: microseconds since 1970, for the tombstone.

        Returns:
            The switch to epoch e + 1: every page that leads to a doomed place, sealed anew, parents first.

        Raises:
            Malformed: a location is no slot's and no slot page's, or belongs to the scopes.
            RootMissing: the root of e + 1 isn't staged.
            Others as in ``check``.
        """
        return switches.plan(self._roots, self._store, doomed, erasures, time_us)

    def openable(self, locations: Collection[bytes]) -> set[bytes]:
        """Return those of these places that can be erased: the pages that lead to them open.

        A page that was damaged keeps what lies on it from being read and from being erased, until it is put right;
        with its places among the doomed ``plan`` would fail for all others, too.

        Raises:
            As in ``check``: where the root page doesn't open, none does.
        """
        return switches.openable(self._roots, self._store, locations)

    def verify(self, switch: Switch) -> None:
        """Check that a switch's pages open under its own epoch's root, staged or live; silence is success.

        Raises:
            RootMissing, RootDamaged: the epoch's root isn't there, or isn't whole.
            Tampered, Malformed: a page doesn't open, or one that leads to it is missing.
        """
        switches.verify(self._roots, switch)

    def refresh(
        self, live: TreeState, overlay: Mapping[bytes, StoredPage], taken: Collection[bytes], time_us: int
    ) -> Switch:
        """Plan a fresh tree for a database that was restored from a backup. Stores nothing.

        The live root's tree consists of the restored database's pages and, where they are newer, those of the key
        copies. Of it, everything that ``taken`` doesn't name becomes unreadable: places that were given after the
        backup, and pages that the database doesn't know any more.

        Nobody else may use the tree meanwhile: fence first. The root of ``live.epoch + 1`` has to be staged, and
        staged *afresh*: one that a lost tree was already sealed under would open that tree again; destroy it before.

        Args:
            live: the tree's state at the live root's epoch, from the key copies (or the database, if it isn't older).
            overlay: newer sealed pages by path, as of ``live``; the root page always, unless the database is as new.
                Pages that aren't wanted are passed over.
            taken: locations in use after the tombstones were replayed: paths of slot pages that aren't erased, and
                slots that aren't (page's path and index). A taken slot's page counts as taken.
            time_us: microseconds since 1970, for the tombstone.

        Returns:
            A switch to ``live.epoch + 1``, whose ``before`` is the *database's* present epoch, with every taken page
            and every page of the database that isn't a slot page, parents first. Its tombstone names nothing; the
            tombstones of the epochs between the backup and ``live`` have to be committed before it, or with it.

        Raises:
            Malformed: a taken location is no slot's and no slot page's.
            Tampered: a page isn't there or doesn't open, or ``live`` isn't the live root's state.
            TreeBehind, TreeAhead, RootForeign: ``live`` isn't of the live root's epoch or deployment.
            RootMissing: the root of ``live.epoch + 1`` isn't staged.
            KeyNeverProvisioned: the database holds no tree.
        """
        return switches.refresh(self._roots, self._store, live, overlay, taken, time_us)

    def _saw(self, epoch: int) -> None:
        if self.on_epoch is not None:
            self.on_epoch(epoch)
