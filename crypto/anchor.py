"""How the tree in the database hangs from the root outside it: what must agree before anything is opened.

The root's record is read **before** the tree's state. A switch commits the tree first and moves the record after, so a
record that was read earlier is never newer than a healthy database; one that is newer means that the database was put
back to an earlier moment. Whatever doesn't agree is an error of its own, and nothing is opened: the tree fails closed.
"""

from collections.abc import Collection

from crypto.errors import RootForeign, RootMissing, Tampered, TreeAhead, TreeBehind
from crypto.ports import RootRecord, RootStore, StoredPage, TreeState, TreeStore
from crypto.tree import ROOT, open_pages, page_head, root_context


def check_standing(roots: RootStore, record: RootRecord | None, state: TreeState) -> None:
    """Check that a tree's state and the root store belong together; silence is success.

    A tree that is newer than the live root is well if its own root is there: a switch is in progress, or crashed
    between its commit and the root's switch, and can be resumed.

    Raises:
        RootForeign: the root store serves another deployment.
        TreeBehind: the database is older than the live root.
        TreeAhead: the database is newer, and there is no root for its epoch.
        Tampered: of the same epoch, with another root page or other tombstones.
    """
    deployment = roots.deployment() if record is None else record.deployment
    if deployment is not None and deployment != state.deployment:
        raise RootForeign
    if record is None or state.epoch > record.epoch:
        if state.epoch not in roots.epochs():
            raise TreeAhead
        return
    if state.epoch < record.epoch:
        raise TreeBehind
    if record_of(state) != record:
        raise Tampered


def record_of(state: TreeState) -> RootRecord:
    """Return the record that a root store keeps when this state is live."""
    return RootRecord(state.deployment, state.epoch, state.page_head, state.tombstone_head)


def root_key(roots: RootStore, record: RootRecord | None, state: TreeState, page: StoredPage | None) -> bytes:
    """Return the root page's key (32 bytes), after everything that must agree does.

    Args:
        roots: the root store.
        record: its record, read before the state was.
        state: the tree's state.
        page: the sealed root page, of the same moment as the state.

    Raises:
        RootForeign, TreeBehind, TreeAhead, Tampered: as in ``check_standing``.
        Tampered: the root page isn't the state's, or its key isn't this root's.
        RootMissing, RootDamaged: the epoch's root isn't there, or isn't whole.
    """
    check_standing(roots, record, state)
    if page is None or page.epoch != state.epoch or page_head(page.sealed) != state.page_head:
        raise Tampered
    return roots.unwrap(state.epoch, state.root_wrap, root_context(state.deployment, state.epoch))


def snapshot(roots: RootStore, store: TreeStore, wanted: Collection[bytes]) -> tuple[TreeState, dict[bytes, bytearray]]:
    """Open pages as of one moment, past every cache: the state and the opened pages, the caller's to wipe.

    Args:
        roots: the root store.
        store: the tree store.
        wanted: paths; with each page its parent, so the root page always.

    Raises:
        KeyNeverProvisioned: there is no tree.
        Others as in ``root_key`` and ``tree.open_pages``.
    """
    while True:
        record = roots.record()
        state, pages = store.pages(wanted)
        try:
            key = root_key(roots, record, state, pages.get(ROOT))
        except (RootMissing, TreeAhead):
            if moved_on(store, state):
                continue
            raise
        return state, open_pages(state.deployment, pages, wanted, {ROOT: key}, state.tombstone_head)


def moved_on(store: TreeStore, state: TreeState) -> bool:
    """Tell whether the tree is of another epoch by now: then a root that is gone was destroyed rightly."""
    now = store.state()
    return now is not None and now.epoch != state.epoch
