"""The capabilities that a view is given. Each belongs to one role; none can be turned into another's."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import psycopg

from domain.events import RecordedEvent


class Claims(Protocol):
    """Tells which slots belong to one role. Enough to build a view; opens nothing."""

    def claims(self, slot_ids: Collection[UUID]) -> set[UUID]:
        """Those of these slots that are active and the role's."""
        ...


@dataclass(frozen=True)
class SealedAt:
    """A sealed part and the place that it is bound to."""

    stream: UUID
    version: int
    index: int
    key_id: UUID
    sealed: bytes


class PartOpener(Protocol):
    """Opens parts as one role, with one principal's keys."""

    def open_parts(self, parts: Sequence[SealedAt], principal: UUID) -> list[dict[str, Any]]:
        """The parts' payloads, in order; raises when one of them doesn't open."""
        ...

    def open_living(self, parts: Sequence[SealedAt], principal: UUID) -> list[dict[str, Any] | None]:
        """The same, with None for a part whose key was erased; raises when one doesn't open for another reason."""
        ...


class FactsOpener(Protocol):
    """Opens facts with one overseer's own grant of the oversight key."""

    def open_facts(self, stream: UUID, version: int, state: bytes, overseer: UUID) -> RecordedEvent:
        """An event with facts and labels, without parts."""
        ...


@dataclass(frozen=True)
class SealedEvent:
    """An event's facts, sealed, and its place: the log's position, and its stream's version."""

    position: int
    version: int
    state: bytes = field(repr=False)


class Record(Protocol):
    """The record itself, sealed: streams up to their end, held against where they end."""

    def size(self) -> int:
        """How many events the log has: the position of the last one."""
        ...

    def sealed(self, stream: UUID, after: int) -> Sequence[SealedEvent]:
        """A stream's events after this version, in order; raises when one is missing or isn't what was recorded."""
        ...


class Seal(Protocol):
    """Authenticates what a view remembers about itself (a MAC with a key of the service's)."""

    def make(self, *fields: bytes) -> bytes:
        """32 bytes over the length-prefixed fields."""
        ...

    def check(self, expected: bytes, *fields: bytes) -> None:
        """Raise when the fields aren't those that were sealed."""
        ...


class Database(Protocol):
    """Connections to one cell, in autocommit, by purpose."""

    def use(self, purpose: Any = ...) -> AbstractContextManager[psycopg.Connection[Any]]:
        """Borrow a connection; ``project`` may write view tables, ``read`` nothing."""
        ...
