"""The tree of keys in PostgreSQL, behind the port that the crypto room declares (``crypto.ports.TreeStore``).

Every call is one statement and one transaction, durable when it returns. What goes in is sealed pages, wraps, marks and
addresses; no key is ever sent to PostgreSQL, where it would outlive its erasure in the heap, the WAL and the backups.
Changes go through functions that hold the tree to its rules whoever calls them (``migrations/versions/0002_key_tree``).

An erased page keeps its row and can't be opened any more: ``pages`` still gives it, ``all_paths`` doesn't name it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from crypto import tombstones
from crypto.errors import KeyErased, KeyNeverProvisioned
from crypto.ports import StoredPage, StoredSlot, Switch, Tombstone, TreeState
from crypto.tree import is_slot_page
from ops.store.connections import Connections, Held

_STATE = "SELECT deployment, epoch, root_wrap, page_head, tombstone_head FROM key_state"
_PAGES = """
SELECT k.deployment, k.epoch, k.root_wrap, k.page_head, k.tombstone_head, p.path, p.epoch, p.sealed
  FROM key_state k LEFT JOIN pages p ON p.path = ANY(%(paths)b::bytea[])
"""
_FOUND = """
SELECT found_tree(%(owner)b, %(epoch)b, %(wrap)b, %(page_head)b, %(tombstone_head)b,
                  %(paths)b::bytea[], %(sealed)b::bytea[])
"""
_ADD_PAGES = "SELECT add_pages(%(epoch)b, %(paths)b::bytea[], %(sealed)b::bytea[], %(groups)b::uuid[])"
_ADD_SLOTS = "SELECT add_slots(%(ids)b::uuid[], %(pages)b::bytea[], %(indices)b::smallint[], %(marks)b::bytea[])"
_SWITCH = """
SELECT switch_epoch(%(before)b, %(owner)b, %(epoch)b, %(wrap)b, %(page_head)b, %(tombstone_head)b,
                    %(paths)b::bytea[], %(sealed)b::bytea[], %(t_epoch)b::bigint[], %(t_body)b::bytea[],
                    %(l_at)b::integer[], %(l_location)b::bytea[], %(s_at)b::integer[], %(s_slot)b::uuid[])
"""
_LAST_SWITCH = """
SELECT k.deployment, k.epoch, k.root_wrap, k.page_head, k.tombstone_head, t.body, p.path, p.epoch, p.sealed
  FROM key_state k JOIN tombstones t USING (epoch) JOIN pages p USING (epoch) ORDER BY p.path
"""
_SLOTS = "SELECT slot_id, page, idx, mark, erased FROM {}"
_SLOTS_OF = _SLOTS.format("tree_slots WHERE slot_id = ANY(%(ids)b::uuid[])")
_SLOTS_WITHIN = _SLOTS.format("slots_at(%(locations)b::bytea[]) ORDER BY page, idx")
# A path's order as bytes is the order of the tree: parents before children, slot pages as they were numbered.
_ALL_PATHS = "SELECT path FROM pages WHERE erased IS NULL ORDER BY path"
_GROUP_PATHS = "SELECT path FROM pages WHERE grp = %(group)b ORDER BY path"
_TOMBSTONES = "SELECT body FROM tombstones WHERE epoch > %(after)b ORDER BY epoch"


class PostgresTreeStore:
    """The tree of one cell (``crypto.ports.TreeStore``). Safe to share between threads.

    Errors beyond the port's: the library's ``PersistenceError`` and its subclasses, ``StoreUnavailable`` among them.
    """

    def __init__(self, connections: Connections | Held) -> None:
        self._connections = connections

    def state(self) -> TreeState | None:
        """The tree's state; None before it was founded."""
        rows = self._rows(_STATE)
        return TreeState(*rows[0]) if rows else None

    def found(self, state: TreeState, pages: Sequence[StoredPage]) -> bool:
        """Store a new tree; False when there is one.

        Raises:
            ValueError: a page isn't of the state's epoch.
        """
        return bool(self._value(_FOUND, **_state_values(state), **_page_values(state.epoch, pages)))

    def pages(self, paths: Collection[bytes]) -> tuple[TreeState, Mapping[bytes, StoredPage]]:
        """The state and these pages as of one moment, erased ones too; pages that aren't there are absent.

        Raises:
            KeyNeverProvisioned: there is no tree.
        """
        rows = self._rows(_PAGES, paths=list(paths))
        if not rows:
            raise KeyNeverProvisioned
        return TreeState(*rows[0][:5]), {row[5]: StoredPage(*row[5:]) for row in rows if row[5] is not None}

    def all_paths(self) -> Sequence[bytes]:
        """The paths of all pages that aren't erased, parents before children."""
        return [row[0] for row in self._rows(_ALL_PATHS)]

    def slots(self, ids: Collection[UUID]) -> Mapping[UUID, StoredSlot]:
        """These slots; those that were never provisioned are absent."""
        return {row[0]: StoredSlot(*row) for row in self._rows(_SLOTS_OF, ids=list(ids))}

    def slots_within(self, locations: Collection[bytes]) -> Sequence[StoredSlot]:
        """The slots, erased ones too, that lie at or below these places, in the tree's order."""
        return [StoredSlot(*row) for row in self._rows(_SLOTS_WITHIN, locations=list(locations))]

    def group_pages(self, group: UUID) -> Sequence[bytes]:
        """The paths of a group's slot pages, in the order of their numbers; erased ones too."""
        return [row[0] for row in self._rows(_GROUP_PATHS, group=group)]

    def reserve(self, group: UUID, count: int) -> tuple[bytes, int] | None:
        """Take ``count`` (1 to 256) neighbouring free places on one page of a group: its path and the first index.

        None when no live page of the group has room. What was taken is never given again, used or not.
        """
        [(path, first)] = self._rows(
            "SELECT page, first FROM reserve_slots(%(group)b, %(count)s)", group=group, count=count
        )
        return None if path is None else (path, first)

    def next_ordinal(self) -> int:
        """The number of the next slot page, from 1: page 0 comes with the tree. Never given twice.

        Raises:
            KeyNeverProvisioned: there is no tree.
        """
        number = self._value("SELECT next_slot_page()")
        if number is None:
            raise KeyNeverProvisioned
        return int(number)

    def add_pages(self, epoch: int, pages: Sequence[StoredPage], group: UUID | None) -> bool:
        """Store new pages; a path that is taken is left as it is. The group goes to the slot pages among them.

        False, and nothing stored, when the tree's epoch isn't this one any more.

        Raises:
            ValueError: a page isn't of this epoch.
        """
        groups = [group if is_slot_page(page.path) else None for page in pages]
        return bool(self._value(_ADD_PAGES, epoch=epoch, groups=groups, **_page_values(epoch, pages)))

    def add_slots(self, slots: Sequence[StoredSlot]) -> None:
        """Store new, active slots. All or none.

        Raises:
            KeyErased: a page among theirs was erased.
            eventsourcing.persistence.IntegrityError: an id or a place was used before, or a place wasn't reserved.
        """
        stored = self._value(
            _ADD_SLOTS,
            ids=[slot.slot_id for slot in slots],
            pages=[slot.page for slot in slots],
            indices=[slot.index for slot in slots],
            marks=[slot.mark for slot in slots],
        )
        if not stored:
            raise KeyErased

    def commit(self, switch: Switch) -> bool:
        """Replace pages, erase slots, add the tombstone, move the state on.

        False, and nothing changed, when the tree's epoch isn't ``switch.before``. A slot that was stored at a doomed
        place after the switch was planned is erased too: its key is gone as well.

        Raises:
            ValueError: a page isn't of the new epoch.
            eventsourcing.persistence.IntegrityError: a page to be replaced isn't there or is erased, or an epoch has no
                tombstone.
        """
        return self._switch(switch, [switch.tombstone])

    def restore(self, missing: Sequence[Tombstone], switch: Switch) -> bool:
        """Commit the switch that makes a restored tree fresh, together with the tombstones that it is too old to have.

        One transaction: until it is committed the tree stays behind its root, and nobody uses it. What the missing
        tombstones name is erased in their epochs, as far as the tree knows of it. Otherwise as ``commit``.

        Args:
            missing: the tombstones of all epochs after ``switch.before`` and before the switch's own, in order.
            switch: what ``Keyring.refresh`` planned; its ``before`` is the restored tree's epoch.

        All pages go in one statement, and PostgreSQL takes 1 GB at most as one value: enough for 130,000 pages.
        """
        return self._switch(switch, [*missing, switch.tombstone])

    def last_switch(self) -> Switch | None:
        """What the tree's present epoch changed, for whoever takes up a switch that was committed and not finished.

        Pages that were added since are among its pages. None while nothing was ever switched.

        Raises:
            Malformed: what is stored isn't a tombstone.
        """
        rows = self._rows(_LAST_SWITCH)
        if not rows:
            return None
        state = TreeState(*rows[0][:5])
        pages = tuple(StoredPage(*row[6:]) for row in rows)
        return Switch(state.epoch - 1, state, pages, tombstones.decode(rows[0][5]))

    def tombstones(self, after: int) -> Sequence[Tombstone]:
        """The tombstones of epochs after this one, in order.

        Raises:
            Malformed: what is stored isn't a tombstone.
        """
        return [tombstones.decode(row[0]) for row in self._rows(_TOMBSTONES, after=after)]

    def _switch(self, switch: Switch, chain: Sequence[Tombstone]) -> bool:
        values = _state_values(switch.state) | _page_values(switch.state.epoch, switch.pages) | _chain_values(chain)
        return bool(self._value(_SWITCH, before=switch.before, **values))

    def _value(self, query: str, **values: object) -> Any:
        [(value,)] = self._rows(query, **values)
        return value

    def _rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """Run one prepared statement in binary; errors are the library's."""
        with self._connections.use() as connection:
            return connection.execute(query.encode(), values, prepare=True, binary=True).fetchall()


def _state_values(state: TreeState) -> dict[str, object]:
    return {
        "owner": state.deployment,
        "epoch": state.epoch,
        "wrap": state.root_wrap,
        "page_head": state.page_head,
        "tombstone_head": state.tombstone_head,
    }


def _page_values(epoch: int, pages: Sequence[StoredPage]) -> dict[str, object]:
    if any(page.epoch != epoch for page in pages):
        raise ValueError("a page is stored in the epoch in which it was sealed")
    return {"paths": [page.path for page in pages], "sealed": [page.sealed for page in pages]}


def _chain_values(chain: Sequence[Tombstone]) -> dict[str, object]:
    locations = [(at, location) for at, tombstone in enumerate(chain, 1) for location in tombstone.locations]
    slots = [(at, slot) for at, tombstone in enumerate(chain, 1) for slot in tombstone.slots]
    return {
        "t_epoch": [tombstone.epoch for tombstone in chain],
        "t_body": [tombstones.encode(tombstone) for tombstone in chain],
        "l_at": [at for at, _ in locations],
        "l_location": [location for _, location in locations],
        "s_at": [at for at, _ in slots],
        "s_slot": [slot for _, slot in slots],
    }
