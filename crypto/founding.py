"""Founding: the first root, the first two pages, and the record that makes them live.

    1. stage      the root of epoch 1; the root store draws it and remembers for which deployment
    2. store      the root page and the scopes' page, in one transaction; the first to come stays
    3. switch     the root's record: from now on the tree must never be older than this

A crash after any step is taken up by whoever founds next: a root that is staged is used, a tree that is stored is
switched to. Of several processes that found at once all do the same steps, and each finds what the first one left.
"""

import os
from contextlib import suppress
from typing import Final
from uuid import UUID, uuid4

from crypto.anchor import record_of, snapshot
from crypto.errors import RootExists, RootForeign, RootMissing, RootRolledBack, TreeAhead, TreeBehind
from crypto.ports import RootStore, TreeState, TreeStore
from crypto.tombstones import first_head
from crypto.tree import (
    CHILD_SIZE,
    ROOT,
    SCOPES_PAGE,
    new_children,
    page_head,
    root_context,
    seal_page,
    set_child,
    wipe_all,
)

FIRST_EPOCH: Final = 1


def found(roots: RootStore, store: TreeStore) -> bool:
    """Found the tree, or finish founding it; see ``Keyring.found``."""
    record = roots.record()
    state = store.state()
    if record is not None:
        if state is None:
            raise TreeBehind
        if state.deployment != record.deployment:
            raise RootForeign
        return False
    if state is None:
        _plant(roots, store)
    state, opened = snapshot(roots, store, [ROOT])
    wipe_all(opened)
    if roots.record() is None:
        if state.epoch != FIRST_EPOCH:
            raise TreeAhead  # this tree had a live root before: its record was lost, or this isn't its root store
        roots.switch(record_of(state))
    return True


def _plant(roots: RootStore, store: TreeStore) -> None:
    deployment = _stage(roots)
    if roots.record() is not None:
        return  # another process finished founding in the meantime
    key, scopes_key = os.urandom(CHILD_SIZE), os.urandom(CHILD_SIZE)
    new = {ROOT: new_children(), SCOPES_PAGE: new_children()}
    set_child(new[ROOT], SCOPES_PAGE[-1], scopes_key)
    head = first_head(deployment)
    pages = [
        seal_page(deployment, ROOT, FIRST_EPOCH, key, new[ROOT], head),
        seal_page(deployment, SCOPES_PAGE, FIRST_EPOCH, scopes_key, new[SCOPES_PAGE]),
    ]
    wipe_all(new)
    wrapped = roots.wrap(FIRST_EPOCH, key, root_context(deployment, FIRST_EPOCH))
    # False when another process stored its tree first: then that is the tree, and it hangs from the same root.
    store.found(TreeState(deployment, FIRST_EPOCH, wrapped, page_head(pages[0].sealed), head), pages)


def _stage(roots: RootStore) -> UUID:
    # Staged before: by a founding that crashed, or by one that goes on at this moment or is done. All are taken up.
    with suppress(RootExists, RootForeign, RootRolledBack):
        roots.stage(roots.deployment() or uuid4(), FIRST_EPOCH)
    deployment = roots.deployment()
    if deployment is None:
        raise RootMissing
    return deployment
