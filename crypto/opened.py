"""Opened pages, kept in memory for one epoch of the tree, so that opening a slot seldom asks the database for a page.

All that is kept is of one epoch. An answer of another epoch drops it and everything is asked again: after an erasure no
old page is mixed with a new one. Within an epoch a page never changes, and an entry off the erased paths never changes
at all; so what was read is right for as long as the slot is active, which the *slot's row* tells, not this cache.

Threads share one of these. No lock is held while the database or the root store is asked: a thread that waits for
either can't keep the others from what is in memory. A value is copied out under the lock, because a dropped page is
overwritten with zeros.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from threading import Lock

from crypto.anchor import moved_on, root_key
from crypto.errors import RootMissing, TreeAhead
from crypto.ports import RootStore, TreeState, TreeStore
from crypto.tree import ROOT, child, open_pages, wipe_all


@dataclass(frozen=True)
class Entries:
    """Children of the tree by location, 32 bytes each, all of one epoch."""

    state: TreeState
    by_location: Mapping[bytes, bytes] = field(repr=False)


@dataclass
class _Reading:
    """What one call found in memory, and what it still needs."""

    state: TreeState | None
    drops: int
    found: dict[bytes, bytes] = field(default_factory=dict)
    keys: dict[bytes, bytes] = field(default_factory=dict)
    missing: set[bytes] = field(default_factory=set)

    @property
    def touched(self) -> bool:
        """Something was taken from memory, so the rest has to be of the same epoch."""
        return bool(self.found or self.keys)


class OpenedPages:
    """The pages that this process opened, least recently used first to go."""

    def __init__(self, roots: RootStore, store: TreeStore, capacity: int, on_epoch: Callable[[int], None]) -> None:
        self._roots, self._store, self._capacity, self._on_epoch = roots, store, capacity, on_epoch
        self._lock = Lock()
        self._opened: OrderedDict[bytes, bytearray] = OrderedDict()
        self._state: TreeState | None = None
        self._drops = 0

    def __repr__(self) -> str:
        return "OpenedPages(***)"

    @property
    def epoch(self) -> int:
        """The tree's epoch as last seen; 0 before anything was."""
        state = self._state
        return 0 if state is None else state.epoch

    def drop(self) -> None:
        """Overwrite and forget every opened page; also what other threads are opening now isn't kept."""
        with self._lock:
            self._drops += 1
            self._forget()

    def read(self, locations: Collection[bytes]) -> Entries:
        """Return the children at these locations. A page's own path is the location of its key.

        Raises:
            Tampered: a page on the way isn't there or doesn't open. If ``epoch`` moved during the call, its place may
                have been erased meanwhile: look at the slots again before you believe it.
            Others as in ``anchor.root_key``.
        """
        while True:
            reading = self._look(locations)
            if reading.state is not None and not reading.missing:
                return Entries(reading.state, reading.found)
            entries = self._fetch(reading, locations)
            if entries is not None:
                return entries

    def _look(self, locations: Collection[bytes]) -> _Reading:
        with self._lock:
            reading = _Reading(self._state, self._drops)
            for location in locations:
                path = location[:-1]
                if path in self._opened:
                    reading.found[location] = self._child(location)
                    continue
                while path not in reading.missing:
                    reading.missing.add(path)
                    if path == ROOT:
                        break
                    if path[:-1] in self._opened:
                        reading.keys[path] = self._child(path)
                        break
                    path = path[:-1]
        return reading

    def _fetch(self, reading: _Reading, locations: Collection[bytes]) -> Entries | None:
        """Get and open what is missing; None when it is of another epoch than what was found in memory."""
        record = self._roots.record() if ROOT in reading.missing else None
        state, pages = self._store.pages(reading.missing)
        if reading.state != state:
            self._move(reading, state)
            if reading.touched:
                return None
        keys, found = reading.keys, reading.found
        if ROOT in reading.missing:
            try:
                keys[ROOT] = root_key(self._roots, record, state, pages.get(ROOT))
            except (RootMissing, TreeAhead):
                if moved_on(self._store, state):
                    return None
                raise
        opened = open_pages(state.deployment, pages, reading.missing, keys, state.tombstone_head)
        for location in locations:
            if location[:-1] in opened:
                found[location] = child(opened[location[:-1]], location[-1])
        self._keep(opened, reading, state)
        return Entries(state, found)

    def _move(self, reading: _Reading, state: TreeState) -> None:
        with self._lock:
            if self._state is not reading.state:
                return  # another thread saw it first, or saw something newer still
            self._forget()
            self._state = state
        if reading.state is None or reading.state.epoch != state.epoch:
            self._on_epoch(state.epoch)

    def _keep(self, opened: dict[bytes, bytearray], reading: _Reading, state: TreeState) -> None:
        with self._lock:
            if self._drops != reading.drops or self._state != state:
                opened, useless = {}, opened
            else:
                useless = {path: opened.pop(path) for path in opened.keys() & self._opened.keys()}
            self._opened.update(opened)
            while len(self._opened) > self._capacity:
                path, children = self._opened.popitem(last=False)
                useless[path] = children
        wipe_all(useless)

    def _child(self, location: bytes) -> bytes:
        self._opened.move_to_end(location[:-1])
        return child(self._opened[location[:-1]], location[-1])

    def _forget(self) -> None:
        wipe_all(self._opened)
        self._opened.clear()
