"""Large cells made quickly, to erase in: real key pages by the hundred thousand, and events that only weigh.

Pages are made as the keyring makes them, sealed under their parents' entries, but in bulk; any of them opens. Events
are copies of one row under new ids: erasing never looks at them, and that is what is being shown.
"""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
from psycopg import sql

from crypto.anchor import snapshot
from crypto.ports import StoredPage
from crypto.tree import ROOT, child, new_children, seal_page, slot_page, wipe_all
from ops.wiring import CellService

_AT_ONCE = 500
_WEIGH_DOWN = """
INSERT INTO events (position, originator_id, originator_version, topic, state, leaf, leaf_hash)
SELECT s.size + n, gen_random_uuid(), 1, e.topic, e.state, e.leaf, e.leaf_hash
  FROM generate_series(1, %s) n, log_state s, (SELECT * FROM events ORDER BY position DESC LIMIT 1) e
"""


def weigh_down(service: CellService, events: int) -> None:
    """Fill the log up to so many events."""
    with _owner(service) as connection, connection.transaction():
        size = service.recorder.max_notification_id() or 0
        connection.execute(_WEIGH_DOWN, (events - size,))
        connection.execute("UPDATE log_state SET size = %s", (events,))


def grow(service: CellService, pages: int) -> None:
    """Give the tree so many slot pages, one for each engagement; nobody may write to the cell meanwhile."""
    vault = service.vault
    first = vault.tree.next_ordinal()
    state, opened = snapshot(vault.roots, vault.tree, [ROOT])
    deployment, epoch = state.deployment, state.epoch
    made: list[StoredPage] = []

    def make(path: bytes) -> bytearray:
        children = new_children()
        made.append(seal_page(deployment, path, epoch, child(opened[path[:-1]], path[-1]), children))
        return children

    for ordinal in range(first, first + pages):
        path = slot_page(ordinal)
        for above in (path[:length] for length in range(1, len(path))):
            if above not in opened:
                opened[above] = make(above)
        make(path)
        if len(made) >= _AT_ONCE:
            vault.tree.add_pages(epoch, made, uuid4())
            made.clear()
    if made:
        vault.tree.add_pages(epoch, made, uuid4())
    wipe_all(opened)
    with _owner(service) as connection:
        connection.execute("UPDATE key_state SET next_page = %s", (first + pages,))


def settle(service: CellService) -> None:
    """Let the server finish writing, so that it doesn't while something is measured."""
    with _owner(service) as connection:
        connection.execute("VACUUM (ANALYZE) pages")
        connection.execute("VACUUM (ANALYZE) events")
        connection.execute("CHECKPOINT")


def _owner(service: CellService) -> psycopg.Connection:
    connection = psycopg.connect(service.connections.url, autocommit=True)
    connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(service.connections.cell)))
    return connection


def places(service: CellService, count: int) -> Iterator[list[bytes]]:
    """Fresh slots, each in an engagement of its own at the end of the tree: where each lies."""
    scope = service.vault.keyring.scope("E")
    ids = [scope.provision(uuid4()).slot_id for _ in range(count)]
    slots = service.vault.tree.slots(ids)
    for slot_id in ids:
        yield [slots[slot_id].page + bytes((slots[slot_id].index,))]
