"""Reads: who looked at what of an engagement, as whom and what for, on record before they see any of it (R53, R59).

A read becomes an event of the engagement's *access stream*; one that belongs to no engagement, such as a look at one's
own record, goes into the access stream of the reader. The service records it and signs it, the reader is its actor. It
says where what was read lies, never what it said.

:class:`Ticket` is the other half of the promise. Whatever opens something for an answer wants a ticket, a ticket exists
only for reads that are on record, and it opens nothing that they don't name. Only ``ops.reads`` makes tickets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Final, final
from uuid import UUID, uuid5

from domain.events import RecordedEvent
from domain.facts import Fact, fact, upcasts
from domain.principals import SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role


class Purpose(Enum):
    """What a read was for. Stored; a value is never renamed and never reused."""

    VIEW = "view"
    STREAM = "stream"
    LIST = "list"
    EXPORT = "export"
    DISCLOSURE = "disclosure"
    TIMELINE = "timeline"
    ACCESS_LOG = "access_log"
    OWN_RECORD = "own_record"
    GRANTS = "grants"
    AUDIT = "audit"
    DOCUMENT = "document"
    ADHERENCE = "adherence"


class View(Enum):
    """What was looked at: a party's view, the supervisors', or one of the records beside them. Stored, likewise."""

    SPONSOR_ORGANISATION = "sponsor_organisation"
    LINE_MANAGER = "line_manager"
    COACH = "coach"
    COACHEE = "coachee"
    COACHING_SUPERVISOR = "coaching_supervisor"
    DISCLOSURES = "disclosures"
    KEY_RECORD = "key_record"
    ACCESS_LOG = "access_log"
    OWN_RECORD = "own_record"
    LOG = "log"
    BUNDLE = "bundle"
    PROGRAMME = "programme"
    STATISTICS = "statistics"
    PRACTICE = "practice"
    CANDIDACY = "candidacy"
    ADHERENCE = "adherence"
    CHANGES = "changes"


class DocumentKind(Enum):
    """What sort of document was given out. Stored, likewise."""

    CONTRACT = "contract"
    AMENDMENT = "amendment"
    RECEIPT = "receipt"
    EXPORT = "export"
    ADHERENCE = "adherence"


VIEW_OF: Final[Mapping[Role, View]] = {
    Role.SPONSOR_ORGANISATION: View.SPONSOR_ORGANISATION,
    Role.LINE_MANAGER: View.LINE_MANAGER,
    Role.COACH: View.COACH,
    Role.COACHEE: View.COACHEE,
    Role.COACHING_SUPERVISOR: View.COACHING_SUPERVISOR,
}
"""The view that is a role's own."""


@dataclass(frozen=True)
class Place:
    """A range of versions of one stream, ends included; versions count from 1."""

    stream: UUID
    first: int
    last: int


@dataclass(frozen=True)
class Positions:
    """A range of the log, ends included; positions count from 1."""

    first: int
    last: int


@dataclass(frozen=True)
class Given:
    """A document that is about to be given out: what it is, and the SHA-256 of its bytes.

    The hash lets whoever holds a file find out whether it is one of those. It tells nothing to whoever guesses at what
    a document says: each has its copy's number in it, which only its reader knows (``projections.documents.copy``).
    """

    kind: DocumentKind
    sha256: bytes


@fact("read.recorded", version=2)
class ReadRecorded(Fact):
    """Somebody is about to be shown something; the event's actor and role say who, and as whom.

    ``engagement`` is None for a read that belongs to none. ``principal`` is on whose behalf: whose keys open what is
    read, for an organisation's representative the organisation's. All that is opened lies within ``places``, one range
    for a stream, and, where it was asked for by position, within ``log``. A document that is made of what was opened
    has a read of its own, with ``given``: only once that is on record do its bytes leave.
    """

    engagement: UUID | None
    principal: UUID
    purpose: Purpose
    view: View
    places: tuple[Place, ...]
    log: Positions | None = None
    given: Given | None = None


@upcasts("read.recorded", 1)
def _gave_no_document(fields: list[Any]) -> list[Any]:
    """Version 1 knew no documents."""
    return [*fields, None]


@dataclass
class AccessStream(Stream):
    """The reads of an engagement, or those of a person that belong to none. It holds no keys and takes no commands."""

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """Nobody: facts are for oversight, and people are told by the access log."""
        return {}

    @property
    def group(self) -> UUID:
        """Itself; it has no slots."""
        return self.id

    def role_of(self, person: UUID) -> Role | None:  # noqa: ARG002 - nobody, whoever asks
        """Nobody acts here: the service writes."""
        return None


@AccessStream.evolves(ReadRecorded)
def _read(_stream: AccessStream, _happened: ReadRecorded, _: RecordedEvent) -> None:
    """No decision depends on who read what."""


def access_stream_id(of: UUID) -> UUID:
    """The access stream of an engagement, or of a person."""
    return uuid5(of, "access")


@dataclass(frozen=True)
class Reader:
    """Who reads: the person, as whom, and on whose behalf (both the person but for an organisation's representative).

    ``Role.SELF`` is somebody who reads what is theirs by name, such as a part that was disclosed to them.
    """

    person: UUID
    role: Role
    principal: UUID

    @classmethod
    def as_self(cls, person: UUID) -> "Reader":
        """A person towards what is theirs alone."""
        return cls(person, Role.SELF, person)


@dataclass(frozen=True)
class Read:
    """A read that is to be recorded; fields as in :class:`ReadRecorded`, ``at`` in UTC."""

    reader: Reader
    at: datetime
    purpose: Purpose
    view: View
    engagement: UUID | None = None
    places: tuple[Place, ...] = field(default=())
    log: Positions | None = None
    given: Given | None = None

    @property
    def stream(self) -> UUID:
        """The access stream that it goes into."""
        return access_stream_id(self.engagement or self.reader.person)

    def event(self, version: int) -> RecordedEvent:
        """The event that records it as its stream's ``version``."""
        happened = ReadRecorded(
            engagement=self.engagement,
            principal=self.reader.principal,
            purpose=self.purpose,
            view=self.view,
            places=self.places,
            log=self.log,
            given=self.given,
        )
        return RecordedEvent(
            originator_id=self.stream,
            originator_version=version,
            timestamp=self.at,
            actor=self.reader.person,
            role=self.reader.role,
            principal=SERVICE_ID,
            fact=happened,
        )


class NotOnRecord(Exception):  # noqa: N818 - a finding, named by what was found
    """Something was about to be opened that no read on record names."""

    def __init__(self) -> None:
        super().__init__("no read on record covers this")


class NotRecorded(Exception):  # noqa: N818 - likewise
    """A read couldn't be put on record, so nothing may be shown. Nobody knows whether the record holds it after all."""

    def __init__(self) -> None:
        super().__init__("a read couldn't be put on record")


@final
class Ticket:
    """These reads are on record. Made by ``ops.reads`` after the commit, and by nobody else (a test looks)."""

    __slots__ = ("_reads",)

    def __init__(self, reads: Iterable[Read]) -> None:
        self._reads = tuple(reads)

    @property
    def reads(self) -> tuple[Read, ...]:
        """The reads that were recorded."""
        return self._reads

    @property
    def given(self) -> tuple[Given, ...]:
        """The documents that these reads give out."""
        return tuple(read.given for read in self._reads if read.given is not None)

    def check(self, principal: UUID, places: Iterable[Place]) -> None:
        """Hold what is about to be opened with a principal's keys against what is on record.

        Raises:
            NotOnRecord: one of the places isn't within what these reads name on the principal's behalf.
        """
        self._check(places, [read for read in self._reads if read.reader.principal == principal])

    def check_read_by(self, person: UUID, place: Place) -> None:
        """The same of what is opened with a person's own keys, whomever else they act for."""
        self._check([place], [read for read in self._reads if read.reader.person == person])

    @staticmethod
    def _check(places: Iterable[Place], reads: list[Read]) -> None:
        known = [place for read in reads for place in read.places]
        for wanted in places:
            if not any(_within(wanted, place) for place in known):
                raise NotOnRecord


def _within(wanted: Place, known: Place) -> bool:
    return wanted.stream == known.stream and known.first <= wanted.first and wanted.last <= known.last


def places_of(versions: Iterable[tuple[UUID, int]]) -> tuple[Place, ...]:
    """One range for each stream, in order of appearance, from the lowest to the highest of its versions here.

    What lies between and wasn't opened is told by the clause and the keys of whoever read: a list would say no more,
    and would grow with what was read.
    """
    found: dict[UUID, tuple[int, int]] = {}
    for stream, version in versions:
        first, last = found.get(stream, (version, version))
        found[stream] = min(first, version), max(last, version)
    return tuple(Place(stream, first, last) for stream, (first, last) in found.items())
