"""What tests of the store share: the cell they run in, and stand-ins for what the crypto room passes to the store."""

import hashlib
import hmac
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ops.embedded import EmbeddedPostgres
from ops.keys.vault import KeyPlaces
from ops.store.connections import Connections
from ops.store.recorder import CellRecorder
from ops.store.rows import CommandRecord, SealedGrant, SealedPart, SealedStoredEvent

R = TypeVar("R")


@dataclass(frozen=True)
class Cell:
    """A migrated schema, founded or not. `url` connects as its owner, a superuser; the store steps down by itself."""

    name: str
    url: str
    data: Path
    founded: bool = False

    @property
    def home(self) -> Path:
        """A folder of the cell's own, beside the server's."""
        database = hashlib.sha256(self.url.encode()).hexdigest()[:8]
        return self.data.parent / f"home-{database}-{self.name}"

    @property
    def places(self) -> KeyPlaces:
        """Where its keys are."""
        return KeyPlaces.in_folder(self.home)

    def connect(self, role: str | None = None, *, forge: bool = False) -> psycopg.Connection:
        """A connection with the cell as search_path: as the owner, in `role`, or with every trigger off (`forge`)."""
        connection = psycopg.connect(self.url, autocommit=True)
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(self.name)))
        if forge:
            connection.execute("SET session_replication_role = replica")
        if role is not None:
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        return connection


@contextmanager
def copied(server: EmbeddedPostgres, of: Cell, database: str) -> Iterator[Cell]:
    """A copy of a cell that nobody has open: its database under another name, and its home; gone afterwards.

    Much quicker than to migrate and to found a cell: the server copies files.
    """
    name, template = sql.Identifier(database), conninfo_to_dict(of.url)["dbname"]
    made = Cell(of.name, make_conninfo(of.url, dbname=database), of.data, of.founded)
    with psycopg.connect(server.url(), autocommit=True) as connection:
        create = "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"
        connection.execute(sql.SQL(create).format(name, sql.Identifier(str(template))))
        try:
            if of.home.exists():
                shutil.copytree(of.home, made.home)
            yield made
        finally:
            shutil.rmtree(made.home, ignore_errors=True)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def hurry(server: EmbeddedPostgres) -> EmbeddedPostgres:
    """A server that doesn't wait for the disk: no test switches the machine off, and a killed process loses nothing."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    return server


def head_mac(stream: UUID, version: int, leaf_hash: bytes) -> bytes:
    """Authenticates a stream's head, with a key that only tests use."""
    return hmac.digest(b"a key for tests", stream.bytes + version.to_bytes(8, "big") + leaf_hash, "sha256")


def hash_leaf(leaf: bytes) -> bytes:
    """RFC 6962: the hash of a leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def new_recorder(cell: Cell) -> CellRecorder:
    """A recorder on `cell`, as a process of its own would have one. Close it."""
    return CellRecorder(Connections(cell.url, cell.name), cell.name, head_mac, hash_leaf)


def sealed(
    stream: UUID, version: int, *, parts: int = 2, grants: int = 0, state: bytes = b"sealed facts"
) -> StoredEvent:
    """An event as the mapper would hand it over, with random content where it doesn't matter."""
    key = uuid4()
    return SealedStoredEvent(
        stream,
        version,
        "e",
        state,
        leaf_body=b"leaf of " + stream.bytes + version.to_bytes(4, "big") + uuid4().bytes,
        parts=tuple(SealedPart(key, f"part {index}".encode()) for index in range(1, parts + 1)),
        grants=tuple(SealedGrant(key, uuid4(), b"grant") for _ in range(grants)),
    )


def new_command(digest: bytes = b"d" * 32) -> CommandRecord:
    """A command nobody has sent yet."""
    return CommandRecord(uuid4(), digest)


def within(seconds: float, work: Callable[[], R]) -> R:
    """Run `work` in a thread; fail when it isn't done in time. What hangs must not hang the tests."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(work).result(timeout=seconds)
    finally:
        pool.shutdown(wait=False)
