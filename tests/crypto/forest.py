"""A key tree with everything around it, played without a database: erasures, restores, and the adversary's closure."""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import cast
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.anchor import record_of
from crypto.errors import KeyErased
from crypto.history import reachable
from crypto.keyring import Keyring
from crypto.ports import RootStore, StoredPage, Switch, TreeState, TreeStore
from crypto.slots import SCOPES, SlotKey, derive_scope, slot_secret
from crypto.tree import SCOPES_PAGE
from tests.crypto.tree_store import DictionaryTree, ForgetfulRoots, place_of, unwrap_with

TIME_US = 1_767_225_600_000_000


class Forest:
    """One founded tree.

    Attributes:
        tree, roots: the two stores.
        keyring: one process's keyring.
        copies: the newest sealed version of each page that an epoch changed: the key copies.
        hoard: every root that was destroyed, for controls; nothing here uses it otherwise.
    """

    def __init__(self) -> None:
        self.hoard: dict[int, bytes] = {}
        self.tree, self.roots = DictionaryTree(), ForgetfulRoots(self.hoard)
        self.copies: dict[bytes, StoredPage] = {}
        self.keyring = self.process()
        self.keyring.found()

    def process(self, on_epoch: Callable[[int], None] | None = None, pages_kept: int = 64) -> Keyring:
        """Another process's keyring on the same stores."""
        return Keyring(self.roots, self.tree, on_epoch=on_epoch, pages_kept=pages_kept)

    @property
    def state(self) -> TreeState:
        """The tree's state."""
        assert self.tree.live is not None
        return self.tree.live

    def place(self, slot: SlotKey) -> bytes:
        """Where a slot lies."""
        return place_of(self.tree.rows[slot.slot_id])

    def stage(self) -> None:
        """Stage the next epoch's root."""
        self.roots.stage(self.state.deployment, self.state.epoch + 1)

    def plan(self, *doomed: bytes) -> Switch:
        """Stage the next root and plan an erasure under it."""
        self.stage()
        return self.keyring.plan(doomed, [uuid4()], TIME_US)

    def finish(self, switch: Switch) -> None:
        """Carry out a switch: commit, copy, switch the root, destroy the old one."""
        old = self.roots.record()
        assert old is not None
        assert self.tree.commit(switch)
        self.copies.update({page.path: page for page in switch.pages})
        self.roots.switch(record_of(switch.state))
        self.roots.destroy(old.epoch)

    def erase(self, *doomed: bytes) -> Switch:
        """Erase places, by the whole protocol."""
        switch = self.plan(*doomed)
        self.finish(switch)
        return switch

    def restore(self, backup: DictionaryTree) -> None:
        """Lose the database, and restore a backup of it: replay the tombstones and make the tree fresh."""
        live = self.state
        assert backup.live is not None
        for tombstone in self.tree.tombstones(backup.live.epoch):
            backup.bury(tombstone)
        taken = {place_of(slot) for slot in backup.rows.values() if slot.erased is None}
        taken |= backup.groups.keys() - backup.dead
        self.stage()
        self.tree = backup
        self.keyring = self.process()
        self.finish(self.keyring.refresh(live, self.copies, taken, TIME_US))

    def reachable(self, hoard: Collection[int] = ()) -> dict[bytes, set[bytes]]:
        """What the adversary opens with everything ever written, the roots that are left, and these of the hoard."""
        heads = {state.tombstone_head for state in self.tree.all_states}
        wraps: dict[int, list[bytes]] = defaultdict(list)
        for state in self.tree.all_states:
            wraps[state.epoch].append(state.root_wrap)

        def unwrap(epoch: int, wrapped: bytes, context: bytes) -> bytes:
            if epoch in hoard:
                return unwrap_with(AESGCM(self.hoard[epoch]), wrapped, context)
            return self.roots.unwrap(epoch, wrapped, context)

        return reachable(self.state.deployment, wraps, self.tree.all_pages, heads, unwrap)

    def opened_by(self, found: dict[bytes, set[bytes]], keys: dict[UUID, tuple[bytes, str]]) -> dict[UUID, set[bytes]]:
        """Every key S that the adversary can make for these slots (id to location and scope)."""
        scopes = {
            name: [derive_scope(name, entry) for entry in found.get(SCOPES_PAGE + bytes((index,)), ())]
            for index, name in enumerate(SCOPES)
        }
        return {
            slot_id: {slot_secret(scope, slot_id, entry) for scope in scopes[name] for entry in found.get(location, ())}
            for slot_id, (location, name) in keys.items()
        }


def state_of(forest: Forest, slot_id: UUID, scope: str) -> bytes | str:
    """A slot's key as its scope opens it, or ``erased``."""
    try:
        return forest.keyring.scope(scope).open(slot_id).secret
    except KeyErased:
        return "erased"


class Interposed:
    """A store as one process sees it: at one method's first call, something happens elsewhere before or after it."""

    def __init__(self, real: object, method: str, when: str, happening: Callable[[], object]) -> None:
        self._real, self._method, self._when, self._happening = real, method, when, happening
        self.happened = False

    def __getattr__(self, name: str) -> object:
        real = getattr(self._real, name)
        if name != self._method or self.happened:
            return real
        self.happened = True

        def interposed(*arguments: object) -> object:
            if self._when == "before":
                self._happening()
                return real(*arguments)
            answer = real(*arguments)
            self._happening()
            return answer

        return interposed


def keyring_with(happening: Interposed, roots: RootStore, tree: TreeStore) -> Keyring:
    """A process's keyring, in one of whose stores something happens."""
    if happening._real is roots:
        return Keyring(cast("RootStore", happening), tree)
    return Keyring(roots, cast("TreeStore", happening))
