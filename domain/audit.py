"""What was stated to outsiders about the record: evidence that was exported, and boundaries that were checked.

Each statement has a stream of its own, like each epoch of the key tree: to state one more stays as quick after ten
thousand others, and whoever holds one statement holds its stream whole. The service states, on whoever's behalf; an
export is on record before its file is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
from domain.errors import WrongMoment
from domain.events import Happening, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import CELL_ID, NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role

AUDIT_ID: Final = uuid5(NAMESPACE, "audit")
"""Names all statements of a cell; every cell is a schema of its own, so the id can be the same in each."""


def audit_stream_id(statement: UUID) -> UUID:
    """The stream of one statement; ``statement`` is a random id."""
    return uuid5(AUDIT_ID, statement.hex)


class BundleScope(Enum):
    """What a bundle of evidence is about. Values are stored, and written into bundles."""

    ENGAGEMENT = "engagement"
    PERSON = "person"
    COACH = "coach"
    PERIOD = "period"


@dataclass(frozen=True)
class LoggedHead:
    """Where a stream stood: its last version, and the hash of that event's leaf (32 bytes)."""

    stream: UUID
    version: int
    leaf_hash: bytes


@fact("evidence.exported")
class EvidenceExported(Fact):
    """A bundle was made that holds these streams whole, up to these heads.

    ``about`` is the engagement, the person or the coach; None for a period. A period is the instants
    [``begins``, ``ends``) and, because time needn't run evenly in a log, the leaves with the indices
    [``first``, ``end``) that it was found to be; all four are None otherwise. ``disclosures`` are those on record whose
    parts the bundle opens.
    """

    scope: BundleScope
    about: UUID | None
    begins: datetime | None
    ends: datetime | None
    first: int | None
    end: int | None
    heads: tuple[LoggedHead, ...]
    disclosures: tuple[UUID, ...]


@fact("boundaries.stated")
class BoundariesStated(Fact):
    """Every grant and every key of a cell was held against its contracts.

    ``size`` is that of the log that it is about. ``grants`` were compared with the clause in force at their place, and
    ``unfounded`` of them have no ground in it. ``principals`` tried their keys on sealed pieces, ``tried`` in all:
    ``opened`` opened, ``outside`` of these without being given, and ``lost`` were given and didn't open. ``digest`` is
    the SHA-256 of the whole report.
    """

    size: int
    engagements: int
    grants: int
    unfounded: int
    principals: int
    tried: int
    opened: int
    outside: int
    lost: int
    digest: bytes


@dataclass
class Audit(Stream):
    """One statement; there once it has a version."""

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


@Audit.evolves(EvidenceExported)
@Audit.evolves(BoundariesStated)
def _stated(audit: Audit, happened: Fact, event: RecordedEvent) -> None:
    """Nothing follows from a statement; that there is one, the version says."""
    del audit, happened, event


@dataclass(frozen=True, repr=False)
class MakeStatement(Command):
    """The service states something, once."""

    happened: EvidenceExported | BoundariesStated


@decides(Audit, MakeStatement)
def _make(audit: Audit, command: MakeStatement, _: Context) -> list[Happening]:
    if audit.version:
        raise WrongMoment("already-recorded")
    return [Happening(command.happened)]
