"""What tests of the store share: the cell they run in, and stand-ins for what the crypto room passes to the store."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from ops.store.connections import Connections
from ops.store.recorder import CellRecorder


@dataclass(frozen=True)
class Cell:
    """A migrated schema. `url` connects as its owner, a superuser here; the store steps down from there by itself."""

    name: str
    url: str
    data: Path


def head_mac(stream: UUID, version: int, leaf_hash: bytes) -> bytes:
    """Authenticates a stream's head, with a key that only tests use."""
    return hmac.digest(b"a key for tests", stream.bytes + version.to_bytes(8, "big") + leaf_hash, "sha256")


def hash_leaf(leaf: bytes) -> bytes:
    """RFC 6962: the hash of a leaf."""
    return hashlib.sha256(b"\0" + leaf).digest()


def new_recorder(cell: Cell) -> CellRecorder:
    """A recorder on `cell`, as a process of its own would have one. Close it."""
    return CellRecorder(Connections(cell.url, cell.name), cell.name, head_mac, hash_leaf)
