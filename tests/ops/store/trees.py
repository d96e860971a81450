"""A tree of keys to store: pages of random bytes, which is all that a store may know of them."""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from uuid import UUID, uuid4

import psycopg

from crypto.ports import StoredPage, StoredSlot, Switch, Tombstone, TreeState
from ops.store.connections import Connections
from ops.store.tree import PostgresTreeStore
from tests.support import Cell

DEPLOYMENT = UUID(int=7)


@contextmanager
def tree_store(cell: Cell, *, founded: bool = True) -> Iterator[PostgresTreeStore]:
    """A store on a cell, with a tree of its root page and the scopes' page at epoch 1."""
    connections = Connections(cell.url, cell.name, readers=12)
    store = PostgresTreeStore(connections)
    if founded:
        pages = [page(b""), page(b"\0")]
        assert store.found(state_of(pages), pages)
    yield store
    connections.close()


def page(path: bytes, epoch: int = 1) -> StoredPage:
    """A page as long as real ones are."""
    return StoredPage(path, epoch, os.urandom(8221))


def state_of(pages: Sequence[StoredPage], epoch: int = 1) -> TreeState:
    """The state that fits these pages, whose first is the root page."""
    return TreeState(DEPLOYMENT, epoch, os.urandom(61), sha256(pages[0].sealed).digest(), os.urandom(32))


def switch_from(before: int, *paths: bytes, locations: Collection[bytes] = (), slots: Collection[UUID] = ()) -> Switch:
    """A switch that replaces the root page and these, and erases what it is told."""
    epoch = before + 1
    pages = (page(b"", epoch), *(page(path, epoch) for path in paths))
    tombstone = Tombstone(epoch, (uuid4(),), tuple(locations), tuple(slots), 1_700_000_000_000_000 + epoch)
    return Switch(before, state_of(pages, epoch), pages, tombstone)


def slots_on(store: PostgresTreeStore, path: bytes, group: UUID, count: int) -> list[StoredSlot]:
    """Make a slot page of a group's, and store slots on its first places."""
    tree = store.state()
    assert tree is not None
    assert store.add_pages(tree.epoch, [page(path, tree.epoch)], group)
    assert store.reserve(group, count) == (path, 0)
    slots = [new_slot(path, index) for index in range(count)]
    store.add_slots(slots)
    return slots


def new_slot(path: bytes, index: int) -> StoredSlot:
    """A slot that nobody has stored yet."""
    return StoredSlot(uuid4(), path, index, os.urandom(32))


def erased(slot: StoredSlot, epoch: int) -> StoredSlot:
    """The slot as it is after that epoch erased it."""
    return replace(slot, erased=epoch)


def contents(cell: Cell) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tree's tables."""
    with cell.connect() as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("key_state", "pages", "tree_slots", "tombstones")
        }


def begin_switch(connection: psycopg.Connection, switch: Switch) -> None:
    """Call the function as the store does, in whatever transaction the connection is in."""
    state, locations = switch.state, list(switch.tombstone.locations)
    row = connection.execute(
        "SELECT switch_epoch(%s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s, %s::integer[], %s::bytea[], '{}', '{}')",
        [
            switch.before, state.deployment, state.epoch, state.root_wrap, state.page_head, state.tombstone_head,
            [one.path for one in switch.pages], [one.sealed for one in switch.pages], [state.epoch], [b"body"],
            [1] * len(locations), locations,
        ],
    ).fetchone()  # fmt: skip
    assert row == (True,)


def wait_until_blocked(cell: Cell, count: int = 1) -> None:
    """Return once so many of the server's sessions wait for a lock."""
    with cell.connect() as connection:
        for _ in range(20_000):
            row = connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if row is not None and row[0] >= count:
                return
    raise AssertionError("nobody waits")
