"""Places in the tree for new slots, and the entries of slots that are there.

A new slot takes a place whose entry has been random since its page was made, so nothing is rewritten. When a group has
no room left, it gets a new slot page, and the pages above that which aren't there yet. Several processes do this at
once; the store gives each place and each page number once. A page in between may be made by two at the same moment:
the store keeps the first, and both go on below what the store kept.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from crypto.errors import NotInScope, Tampered
from crypto.opened import Entries, OpenedPages
from crypto.ports import TreeStore
from crypto.tree import SCOPES_PAGE, ancestors, new_children, page_ordinal, seal_page, slot_page, wipe

_SCOPES_ORDINAL: Final = page_ordinal(SCOPES_PAGE)


@dataclass(frozen=True)
class Place:
    """A place that was taken for a new slot, and its entry (32 bytes)."""

    page: bytes
    index: int
    entry: bytes = field(repr=False)


class Places:
    """What scopes share of the tree: entries of slot pages. The scopes' own page can't be asked for."""

    __slots__ = ("_opened", "_store")

    def __init__(self, opened: OpenedPages, store: TreeStore) -> None:
        self._opened, self._store = opened, store

    def __repr__(self) -> str:
        return "Places(***)"

    @property
    def epoch(self) -> int:
        """The tree's epoch as last seen."""
        return self._opened.epoch

    def entries(self, locations: Collection[bytes]) -> Entries:
        """Return the entries of slots, as ``OpenedPages.read`` does.

        Raises:
            NotInScope: one of them is on the scopes' page.
        """
        if any(location[:-1] == SCOPES_PAGE for location in locations):
            raise NotInScope
        return self._opened.read(locations)

    def take(self, group: UUID, count: int) -> list[Place]:
        """Take ``count`` (1 … 256) neighbouring places on one page of a group; nobody else gets them, used or not.

        Raises:
            TreeFull: there is no room for another page.
            Tampered, and others, as in ``OpenedPages.read``.
        """
        while True:
            seen = self._opened.epoch
            reserved = self._store.reserve(group, count)
            if reserved is None:
                self._grow(group)
                continue
            page, first = reserved
            locations = [page + bytes((index,)) for index in range(first, first + count)]
            try:
                entries = self.entries(locations).by_location
            except Tampered:
                if self._opened.epoch == seen:
                    raise
                continue  # the page was erased since it was reserved on; a live one will do
            return [Place(page, location[-1], entries[location]) for location in locations]

    def _grow(self, group: UUID) -> None:
        while (ordinal := self._store.next_ordinal()) == _SCOPES_ORDINAL:
            continue
        path = slot_page(ordinal)
        between = ancestors(path)[1:]
        for parent in between:
            _, there = self._store.pages([parent])
            if parent not in there:
                self._add(parent, None)
        self._add(path, group)

    def _add(self, path: bytes, group: UUID | None) -> None:
        # Until it is stored in the epoch that it was sealed in: a page sealed under what a restore has since replaced
        # would never open. What an erasure rewrote in between has the same key for this path.
        while True:
            entries = self._opened.read([path])
            children = new_children()
            state = entries.state
            page = seal_page(state.deployment, path, state.epoch, entries.by_location[path], children)
            wipe(children)
            if self._store.add_pages(state.epoch, [page], group):
                return
            self._opened.drop()
