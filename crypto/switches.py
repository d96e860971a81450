"""Switches: one epoch's change of the tree, made whole before anything is stored.

Two occasions. An *erasure* dooms some places: the pages that lead to them get fresh keys, all others stay as they are.
A *refresh* follows a restore: every page that is still known gets a fresh key, and every place that isn't in use a
fresh child, so that what was written between the backup and the restore is as unreadable as what was erased.

Both are sealed under the next epoch's root, which the caller has staged, and opened from the store as of one moment,
past every cache. Nothing is stored here; ``TreeStore.commit`` refuses a switch that was planned on an older tree.
"""

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from crypto.anchor import root_key, snapshot
from crypto.errors import Malformed, Tampered
from crypto.ports import RootStore, StoredPage, Switch, Tombstone, TreeState, TreeStore
from crypto.slots import SCOPES
from crypto.tombstones import extend
from crypto.tree import (
    CHILD_SIZE,
    FANOUT,
    ROOT,
    SCOPES_PAGE,
    ancestors,
    is_page,
    is_slot,
    is_slot_page,
    open_pages,
    page_head,
    paths_to,
    rekey,
    root_context,
    topmost,
    wipe_all,
)

_SCOPE_ENTRIES: Final = [SCOPES_PAGE + bytes((index,)) for index in range(len(SCOPES))]


def plan(
    roots: RootStore, store: TreeStore, doomed: Collection[bytes], erasures: Iterable[UUID], time_us: int
) -> Switch:
    """Plan the erasure of these places; see ``Keyring.plan``."""
    doomed = topmost(doomed)
    _check_doomed(doomed)
    slots = store.slots_within(doomed)
    active = {slot.page + bytes((slot.index,)) for slot in slots if slot.erased is None}
    # A slot that is erased already may lie on a page that can't be opened any more: there is nothing left to do.
    doomed = [location for location in doomed if is_slot_page(location) or location in active]
    state, opened = snapshot(roots, store, paths_to(doomed))
    tombstone = Tombstone(
        epoch=state.epoch + 1,
        erasures=tuple(sorted(set(erasures))),
        locations=tuple(doomed),
        slots=tuple(sorted(slot.slot_id for slot in slots if slot.erased is None)),
        time_us=time_us,
    )
    return _switch(roots, state.epoch, state, opened, tombstone)


def refresh(
    roots: RootStore,
    store: TreeStore,
    live: TreeState,
    overlay: Mapping[bytes, StoredPage],
    taken: Collection[bytes],
    time_us: int,
) -> Switch:
    """Plan a fresh tree after a restore; see ``Keyring.refresh``."""
    if not all(is_slot_page(location) or is_slot(location) for location in taken):
        raise Malformed
    # A page in between stays even if nothing below it is in use: the next slot pages will hang from it.
    in_use = {*taken, *_SCOPE_ENTRIES, *(path for path in store.all_paths() if not is_slot_page(path))}
    for location in [*in_use]:
        in_use.update(ancestors(location))
    wanted = {path for path in in_use if is_page(path)}
    record = roots.record()
    state, pages = store.pages(wanted)
    newest = {**pages, **{path: page for path, page in overlay.items() if path in wanted}}
    key = root_key(roots, record, live, newest.get(ROOT))
    opened = open_pages(live.deployment, newest, wanted, {ROOT: key}, live.tombstone_head)
    for path, children in opened.items():
        _freshen(path, children, in_use)
    tombstone = Tombstone(live.epoch + 1, (), (), (), time_us)
    return _switch(roots, state.epoch, live, opened, tombstone)


def openable(roots: RootStore, store: TreeStore, locations: Collection[bytes]) -> set[bytes]:
    """Return those of these places that a plan can doom: the pages that lead to them open.

    Raises:
        As in ``Keyring.check``: where the root page doesn't open, none does.
    """
    if _opens(roots, store, locations):
        return set(locations)
    _, opened = snapshot(roots, store, [ROOT])
    wipe_all(opened)
    sound = {page for page in {location[:-1] for location in locations} if _opens(roots, store, [page + b"\0"])}
    return {location for location in locations if location[:-1] in sound}


def _opens(roots: RootStore, store: TreeStore, locations: Collection[bytes]) -> bool:
    try:
        _, opened = snapshot(roots, store, paths_to(locations))
    except (Tampered, Malformed):
        return False
    wipe_all(opened)
    return True


def verify(roots: RootStore, switch: Switch) -> None:
    """Check that a switch's pages open under its own epoch's root, staged or live; silence is success.

    Raises:
        RootMissing, RootDamaged: the epoch's root isn't there, or isn't whole.
        Tampered, Malformed: a page doesn't open, or one that leads to it is missing.
    """
    state = switch.state
    pages = {page.path: page for page in switch.pages}
    key = roots.unwrap(state.epoch, state.root_wrap, root_context(state.deployment, state.epoch))
    wipe_all(open_pages(state.deployment, pages, pages, {ROOT: key}, state.tombstone_head))


def _freshen(path: bytes, children: bytearray, in_use: Collection[bytes]) -> None:
    for index in range(FANOUT):
        if path + bytes((index,)) not in in_use:
            children[index * CHILD_SIZE : (index + 1) * CHILD_SIZE] = os.urandom(CHILD_SIZE)


def _check_doomed(doomed: Collection[bytes]) -> None:
    for location in doomed:
        slots_own = is_slot_page(location) or is_slot(location)
        if not slots_own or location[: len(SCOPES_PAGE)] == SCOPES_PAGE:
            raise Malformed


def _switch(
    roots: RootStore, before: int, state: TreeState, opened: dict[bytes, bytearray], tombstone: Tombstone
) -> Switch:
    """Seal what was opened in the next epoch; wipes it."""
    try:
        head = extend(state.tombstone_head, tombstone)
        pages, key = rekey(state.deployment, tombstone.epoch, opened, tombstone.locations, head)
    finally:
        wipe_all(opened)
    wrapped = roots.wrap(tombstone.epoch, key, root_context(state.deployment, tombstone.epoch))
    after = TreeState(state.deployment, tombstone.epoch, wrapped, page_head(pages[0].sealed), head)
    return Switch(before, after, pages, tombstone)
