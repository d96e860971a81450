"""What goes into the store and comes out, and everything it can refuse.

An event arrives as a `SealedStoredEvent`: the library's `StoredEvent` (whose `state` holds the sealed facts) with its
leaf record up to the previous leaf's hash, its sealed parts and the grants it makes. A plain `StoredEvent` is welcome
too: it gets a leaf of its own made from a hash, which is what lets the library's conformance cases run here.

Each error is its own class with a fixed message: nothing that was stored, sealed or typed can leak through one.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from eventsourcing.persistence import IntegrityError, OperationalError, StoredEvent

# A leaf ends with the hash of the leaf before it in its stream: a CBOR byte string of 32 bytes (crypto/FORMAT.md).
PREV_MARK = b"\x58\x20"
# What stands there in a stream's first leaf.
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class SealedPart:
    """Content of an event, sealed under the compartment key `key_id`; its index is its place in the tuple, from 1."""

    key_id: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class SealedGrant:
    """The compartment key `key_id`, sealed to one party, under the slot key `slot_id`."""

    key_id: UUID
    slot_id: UUID
    sealed: bytes


@dataclass(frozen=True)
class SealedStoredEvent(StoredEvent):
    """An event as the mapper hands it over. `leaf_body` is the leaf record without `PREV_MARK` and previous hash."""

    leaf_body: bytes
    parts: tuple[SealedPart, ...] = ()
    grants: tuple[SealedGrant, ...] = ()


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command's own id, and a digest of its content: the same id with another digest is another command."""

    command_id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """A command that was recorded; stream, version and position are those of its last event."""

    command_id: UUID
    digest: bytes
    originator_id: UUID
    version: int
    position: int


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: its last version (None: no event yet) and the hash of its last leaf."""

    version: int | None
    leaf_hash: bytes


NO_HEAD = Head(None, GENESIS)


def leaf_body_of(event: StoredEvent) -> bytes:
    """The leaf body of `event`: its own, or for a plain `StoredEvent` one made of its state's hash."""
    if isinstance(event, SealedStoredEvent):
        return event.leaf_body
    return b"\x82\x58\x20" + hashlib.sha256(event.state).digest()


class StoreError(Exception):
    """The store refuses, or has found something wrong. Messages are fixed: `str()` of it is safe to log."""

    message = "the store refused"

    def __init__(self) -> None:
        super().__init__(self.message)


class VersionConflict(StoreError, IntegrityError):  # noqa: N818 - a refusal, named by its reason
    """Somebody else wrote to the stream first: load it again and decide again."""

    message = "the stream has moved on since it was loaded"


class CommandReplayed(StoreError, IntegrityError):  # noqa: N818 - likewise
    """This very command was recorded before; `recorded` says where. Nothing was written now."""

    message = "the command was recorded before"

    def __init__(self, recorded: RecordedCommand) -> None:
        super().__init__()
        self.recorded = recorded


class CommandReused(StoreError, IntegrityError):  # noqa: N818 - likewise
    """The id belongs to another command, with other content. Nothing was written."""

    message = "the command id belongs to another command"


class CommitUnknown(StoreError, OperationalError):  # noqa: N818 - likewise
    """The connection went away while a command without an id was being committed: it may or may not be recorded."""

    message = "the connection was lost during the commit of a command without an id"


class StoreUnavailable(StoreError, OperationalError):  # noqa: N818 - likewise
    """The database can't be reached. A command with an id may safely be sent again."""

    message = "the database can't be reached"


class StreamGap(StoreError):  # noqa: N818 - a finding, named by what was found
    """A version is missing before the last one that is there, or the stream doesn't begin where streams begin."""

    message = "an event is missing inside the stream"


class StreamTruncated(StoreError):  # noqa: N818 - likewise
    """The stream ends before its authenticated head: its last events are gone."""

    message = "the stream ends before its head"


class LeafForged(StoreError):  # noqa: N818 - likewise
    """A leaf doesn't hash to what is stored beside it, or doesn't follow from the leaf before."""

    message = "a leaf doesn't fit into its stream's chain"


class HeadForged(StoreError):  # noqa: N818 - likewise
    """A stream's head isn't the one this system wrote: its authentication fails, or it lies before the last event."""

    message = "the stream's head isn't authentic"


class LogGap(StoreError):  # noqa: N818 - likewise
    """A position below the size of the log is missing."""

    message = "a position of the log is missing"


class TooOldServer(StoreError):  # noqa: N818 - a refusal
    """The server is older than PostgreSQL 17."""

    message = "PostgreSQL 17 or later is needed"


class UnsafeSetting(StoreError):  # noqa: N818 - a refusal
    """POSTGRES_ENABLE_DB_FUNCTIONS is set: the library would drop its lock, and readers would miss events."""

    message = "POSTGRES_ENABLE_DB_FUNCTIONS must not be set"
