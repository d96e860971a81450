"""All that was ever written about one cell's keys and content, as somebody has it who kept every copy.

A *history* is a set of rows: each version of each row of the tables that hold ciphertext, from the live database, its
write-ahead log, its replicas, its backups and the key copies. Where it comes from makes no difference to who reads it,
so histories are put together with ``add``. Tables that hold no ciphertext (views, commands, leases, the agenda) are
left out: they say who may look for what, and open nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Self
from uuid import UUID

import psycopg
from psycopg import sql

from crypto.errors import Malformed
from crypto.ports import StoredPage, Switch
from ops.erasure.copy_file import decode
from ops.store.connections import Connections


class Lock(NamedTuple):
    """A slot's row as far as it says anything: its id and its place in the tree, with the mark of its scope."""

    slot_id: UUID
    page: bytes
    idx: int
    mark: bytes


class Grant(NamedTuple):
    """Something sealed under a slot and to a party: a compartment's key, a part's, or the party's own keys."""

    stream: UUID
    key_id: UUID
    slot_id: UUID
    sealed: bytes


class Part(NamedTuple):
    """Sealed bytes where they lie; ``idx`` 0 are an event's facts. ``key_id`` is what stands beside it, as a hint."""

    stream: UUID
    version: int
    idx: int
    key_id: UUID
    sealed: bytes


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "key_state": ("deployment", "epoch", "root_wrap", "page_head", "tombstone_head"),
    "pages": ("path", "epoch", "sealed"),
    "tree_slots": ("slot_id", "page", "idx", "mark"),
    "tombstones": ("epoch", "body"),
    "events": ("position", "originator_id", "originator_version", "state"),
    "grants": ("position", "key_id", "slot_id", "sealed"),
    "parts": ("position", "idx", "key_id", "sealed"),
}
"""The tables that a history is made of, with the columns that say anything: the others count and date."""

Rows = Mapping[str, Iterable[tuple[object, ...]]]
"""Rows by table, with the values of ``COLUMNS``."""

_NO_KEY: Final = UUID(int=0)


@dataclass
class History:
    """Every version of everything, without repetition. A set, so that the order in which it was kept is no matter.

    Attributes:
        deployments: whose trees; one, as long as nobody mixes cells.
        wraps: by epoch, the wrapped keys of its root page.
        heads: by epoch, the heads of the chain of tombstones.
        pages: sealed pages, whatever became of them.
        locks: slots and where they lie.
        grants, parts: what the slots lock, and what that opens.
    """

    deployments: set[UUID] = field(default_factory=set)
    wraps: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set), repr=False)
    heads: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set), repr=False)
    pages: set[StoredPage] = field(default_factory=set, repr=False)
    locks: set[Lock] = field(default_factory=set, repr=False)
    grants: set[Grant] = field(default_factory=set, repr=False)
    parts: set[Part] = field(default_factory=set, repr=False)

    @classmethod
    def of_tables(cls, rows: Rows) -> Self:
        """What rows of one database say. Positions tie events, grants and parts together, so they are of one log."""
        made = cls()
        for deployment, epoch, wrap, _, head in rows["key_state"]:
            made.deployments.add(deployment)  # type: ignore[arg-type]
            made._add_root(epoch, wrap, head)  # type: ignore[arg-type]
        made.pages.update(StoredPage(*row) for row in rows["pages"])  # type: ignore[arg-type]
        made.locks.update(Lock(*row) for row in rows["tree_slots"])  # type: ignore[arg-type]
        streams = {}
        for position, stream, version, state in rows["events"]:
            streams[position] = stream, version
            made.parts.add(Part(stream, version, 0, _NO_KEY, state))  # type: ignore[arg-type]
        for position, key_id, slot_id, sealed in rows["grants"]:
            made.grants.add(Grant(streams[position][0], key_id, slot_id, sealed))  # type: ignore[arg-type]
        for position, index, key_id, sealed in rows["parts"]:
            made.parts.add(Part(*streams[position], index, key_id, sealed))  # type: ignore[arg-type]
        return made

    @classmethod
    def of_now(cls, connections: Connections) -> Self:
        """What a cell's tables hold at this moment."""
        with connections.use() as connection, connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            return cls.of_tables(read_tables(connection, connections.cell))

    def add(self, other: "History") -> None:
        """Take in what somebody else kept."""
        self.deployments |= other.deployments
        for kept, found in ((self.wraps, other.wraps), (self.heads, other.heads)):
            for epoch, values in found.items():
                kept[epoch] |= values
        self.pages |= other.pages
        self.locks |= other.locks
        self.grants |= other.grants
        self.parts |= other.parts

    def add_copies(self, folders: Iterable[Path]) -> int:
        """Take in every file among the key copies; how many there were.

        A file that isn't whole is passed over: its pages are in the tables' history, or were never relied on.
        """
        files = [file for folder in folders for file in sorted(folder.glob("*")) if file.is_file()]
        for file in files:
            try:
                self.add_switch(decode(file.read_bytes()))
            except Malformed:
                continue
        return len(files)

    def add_switch(self, switch: Switch) -> None:
        """Take in one epoch's change of the tree."""
        self.deployments.add(switch.state.deployment)
        self._add_root(switch.state.epoch, switch.state.root_wrap, switch.state.tombstone_head)
        self.pages.update(switch.pages)

    def lacks(self, other: "History") -> int:
        """How many rows of another history aren't in this one."""
        missing = len(other.pages - self.pages) + len(other.locks - self.locks)
        missing += len(other.grants - self.grants) + len(other.parts - self.parts)
        for kept, found in ((self.wraps, other.wraps), (self.heads, other.heads)):
            missing += sum(len(values - kept.get(epoch, set())) for epoch, values in found.items())
        return missing

    def _add_root(self, epoch: int, wrap: bytes, head: bytes) -> None:
        self.wraps[epoch].add(wrap)
        self.heads[epoch].add(head)


def read_tables(connection: psycopg.Connection, schema: str) -> Rows:
    """The rows of a schema's tables, as a history takes them."""
    return {table: connection.execute(_select(schema, table), binary=True).fetchall() for table in COLUMNS}


def _select(schema: str, table: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table]))
    return sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(schema, table))
