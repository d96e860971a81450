"""What the record says of its own log: whose keys sign it, and where a restore made it go on.

Checkpoints aren't here: a tree can't hold its own root. Only what changes who signs, or under which name, is, and it is
recorded before the first checkpoint for which it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
from domain.errors import WrongMoment
from domain.events import Happening, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import CELL_ID, NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role

LOGBOOK_ID: Final = uuid5(NAMESPACE, "log")
"""The log's own stream; every cell is a schema of its own, so the id can be the same in each."""


@fact("log.keys_rotated")
class LogKeysRotated(Fact):
    """Other keys sign from now on; the next checkpoint bears the signatures of both.

    ``line`` is the time line. A key is named by SHA-256(name ‖ 0A ‖ type ‖ public key), 32 bytes, whose first four are
    the key id in its signatures (C2SP signed-note).
    """

    line: int
    ended: tuple[bytes, ...]
    begun: tuple[bytes, ...]


@fact("log.resumed")
class LogResumed(Fact):
    """A restore gave up events that were signed: the log goes on under a new time line, ``line``.

    ``size`` and ``root`` (32 bytes) are of the last checkpoint that is known to have been signed on the line before;
    ``kept`` is the size of its newest checkpoint that this record still extends, 0 for none. ``begun`` names the keys
    of the new line, as ``LogKeysRotated`` does.
    """

    line: int
    size: int
    root: bytes
    kept: int
    begun: tuple[bytes, ...]


@dataclass
class Logbook(Stream):
    """Which time lines were begun, and which keys."""

    lines: set[int] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The service alone."""
        return {Role.SERVICE: SERVICE_ID}

    def role_of(self, person: UUID) -> Role | None:
        """The service alone."""
        return Role.SERVICE if person == SERVICE_ID else None

    @property
    def group(self) -> UUID:
        """The stream has no keys of its own; were there any, they'd lie with the cell's."""
        return CELL_ID


@Logbook.evolves(LogKeysRotated)
def _rotated(book: Logbook, happened: LogKeysRotated, _: RecordedEvent) -> None:
    book.keys.update(happened.begun)


@Logbook.evolves(LogResumed)
def _resumed(book: Logbook, happened: LogResumed, _: RecordedEvent) -> None:
    book.lines.add(happened.line)
    book.keys.update(happened.begun)


@dataclass(frozen=True, repr=False)
class EnterLogbook(Command):
    """The service says which keys take over, or that a time line begins; each once."""

    happened: LogKeysRotated | LogResumed


@decides(Logbook, EnterLogbook)
def _enter(book: Logbook, command: EnterLogbook, _: Context) -> list[Happening]:
    happened = command.happened
    if book.keys.issuperset(happened.begun) or (isinstance(happened, LogResumed) and happened.line in book.lines):
        raise WrongMoment("already-recorded")
    return [Happening(happened)]
