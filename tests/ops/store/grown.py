"""A founded tree of keys with everything around it: real tables, real copies, and roots in memory that forget."""

from pathlib import Path
from uuid import uuid4

from crypto.anchor import record_of
from crypto.keyring import Keyring
from crypto.ports import StoredPage, StoredSlot, Switch, TreeState
from crypto.slots import SlotKey
from crypto.tree import is_slot_page
from ops.erasure.copies import KeyCopies
from ops.store.tree import PostgresTreeStore
from tests.crypto.tree_store import ForgetfulRoots
from tests.support import Cell

TABLES = ("key_state", "pages", "tree_slots", "tombstones")
NOW = 1_800_000_000_000_000


class Grown:
    """A founded tree in PostgreSQL, its roots in memory, its copies in two folders."""

    def __init__(self, cell: Cell, store: PostgresTreeStore, folder: Path) -> None:
        self.cell, self.store, self.roots = cell, store, ForgetfulRoots()
        self.copies = KeyCopies([folder / "a", folder / "b"])
        self.keyring = Keyring(self.roots, store)
        assert self.keyring.found()

    @property
    def state(self) -> TreeState:
        """The tree's state."""
        state = self.store.state()
        assert state is not None
        return state

    def process(self) -> Keyring:
        """The keyring of a process that remembers nothing."""
        return Keyring(self.roots, self.store)

    def place(self, slot: SlotKey) -> bytes:
        """A slot's location."""
        return location(self.store.slots([slot.slot_id])[slot.slot_id])

    def erase(self, *doomed: bytes) -> Switch:
        """Erase these places, by the whole protocol."""
        state = self.state
        self.roots.stage(state.deployment, state.epoch + 1)
        switch = self.keyring.plan(doomed, [uuid4()], NOW)
        assert self.store.commit(switch)
        self.finish(switch)
        return switch

    def finish(self, switch: Switch) -> None:
        """Copy, switch the root, destroy the older one."""
        old = self.roots.record()
        assert old is not None
        self.copies.write(switch.state.deployment, switch)
        self.roots.switch(record_of(switch.state))
        self.roots.destroy(old.epoch)

    def back_up(self) -> str:
        """Copy every table; the name of the schema that holds the copies."""
        name = f"kept_{uuid4().hex}"
        with self.cell.connect() as connection:
            connection.execute(f"CREATE SCHEMA {name}")
            for table in TABLES:
                connection.execute(f"CREATE TABLE {name}.{table} AS TABLE {table}")
        return name

    def put_back(self, name: str) -> None:
        """Make every table what it was at the backup."""
        with self.cell.connect(forge=True) as connection, connection.transaction():
            for table in TABLES:
                connection.execute(f"DELETE FROM {table}")
                connection.execute(f"INSERT INTO {table} SELECT * FROM {name}.{table}")

    def plan_restore(self) -> tuple[list[Switch], Switch]:
        """What a restored tree lacks, from the copies, and the switch that makes it fresh."""
        state, record = self.state, self.roots.record()
        assert record is not None
        missing = [self.copies.read(record.deployment, epoch) for epoch in range(state.epoch + 1, record.epoch + 1)]
        overlay: dict[bytes, StoredPage] = {}
        for switch in missing:
            overlay.update({page.path: page for page in switch.pages})
        dead = tuple(location for switch in missing for location in switch.tombstone.locations)
        alive = {location(slot) for slot in self.store.slots_within([b""]) if slot.erased is None}
        taken = {
            place
            for place in alive.union(path for path in self.store.all_paths()[2:] if is_slot_page(path))
            if not place.startswith(dead)
        }
        self.roots.stage(record.deployment, record.epoch + 1)
        return missing, self.process().refresh(missing[-1].state, overlay, taken, NOW)


def location(slot: StoredSlot) -> bytes:
    """Where a slot lies."""
    return slot.page + bytes((slot.index,))
