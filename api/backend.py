"""What the web room stands on, given by the composition root."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from api.evidence import Evidence, Log, Signer
from api.metering import Metrics
from api.rates import Rates
from api.streaming import Streams
from domain.api_keys import Scope
from domain.application import Driehoek
from domain.endings import PartDisclosed
from domain.events import Content
from domain.practice import Practice
from domain.principals import Person
from domain.programme import Programme
from domain.reads import Read, Ticket
from domain.vocabulary import Role
from projections.access_log import OwnReads
from projections.board import Board
from projections.candidacy_list import CandidacyList
from projections.changes import ChangeList
from projections.deliveries import Delivery
from projections.documents.sheet import Press
from projections.engagement_list import EngagementList
from projections.opened import Opened
from projections.programme_list import ProgrammeList
from projections.recorded import RecordedTimeline, RecordedView

if TYPE_CHECKING:
    from api.browser import Browsers
    from api.step_up import Passkeys


class TokenRefused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """A bearer token that nobody trusted has signed, or not for us, or not any more."""


class TokensUnavailable(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """Whether a token is good can't be told now: whoever vouches for people is out of reach.

    Attributes:
        seconds: after which it is worth asking again.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("tokens can't be checked now")
        self.seconds = seconds


@dataclass(frozen=True)
class Identity:
    """Whom a token is about: OIDC's ``iss`` and ``sub``, and the person that they stand for.

    ``scopes`` are those of the API key that was shown; None where somebody came with a token of the issuer's. Of
    whom an API key is, no issuer and no subject are known: both are empty. ``login`` is which login a browser's
    session rests on, ``key`` the id of that API key; None for whoever comes without one.
    """

    issuer: str
    subject: str
    person: UUID
    scopes: frozenset[Scope] | None = None
    login: UUID | None = None
    key: UUID | None = None


class TokenVerifier(Protocol):
    """Checks a bearer token. It says who somebody is, never what they are in an engagement."""

    @property
    def waits(self) -> bool:
        """Whether checking one may wait for somebody else."""
        ...

    def verify(self, token: str, now: datetime) -> Identity:
        """The token's identity.

        Raises:
            TokenRefused: for any token that isn't valid here and now.
            TokensUnavailable: that can't be told now.
        """
        ...

    def ready(self) -> bool:
        """Whether tokens can be checked now."""
        ...


@dataclass(frozen=True)
class NewApiKey:
    """An API key that was just made: what its person is shown, once, and what goes on record of it."""

    text: str = field(repr=False)
    sha256: bytes


class ApiKeys(Protocol):
    """Makes API keys, and says whose one is."""

    def is_one(self, token: str) -> bool:
        """Whether a bearer token is meant to be an API key."""
        ...

    def new(self, person: UUID, key: UUID) -> NewApiKey:
        """A key with a fresh secret, for a person, under an id."""
        ...

    def verify(self, token: str, now: datetime) -> Identity:
        """Whose key it is, with its scopes.

        Raises:
            TokenRefused: malformed, unknown, revoked or expired; which of these, nobody is told.
        """
        ...


class Webhooks(Protocol):
    """Addresses, secrets and progress of webhooks."""

    def acceptable(self, url: str) -> bool:
        """Whether this may be a webhook's address."""
        ...

    def secret(self, webhook: UUID, generation: int) -> str:
        """A webhook's secret, as receivers' libraries take it."""
        ...

    def progress(self, webhooks: Collection[UUID]) -> Mapping[UUID, tuple[Delivery, datetime | None]]:
        """How far these have come, and when each may be tried next; not those that nobody has taken in yet."""
        ...


class OwnRecord(Protocol):
    """Opens what a person recorded of themself, with their own keys."""

    def open(self, person: Person, versions: Collection[int], ticket: Ticket) -> Mapping[int, Content]:
        """What the events with these versions say, by version.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ...


class CursorRefused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """A cursor that this reader was never given."""


class Cursors(Protocol):
    """Places in a list, as readers get to see them."""

    def seal(self, place: int, reader: UUID) -> str:
        """A cursor that tells its reader nothing."""
        ...

    def open(self, cursor: str, reader: UUID) -> int:
        """The place behind a cursor.

        Raises:
            CursorRefused: when it isn't one that was given to this reader.
        """
        ...


class Progress(Protocol):
    """How far views have come."""

    def wait_for_views(self, names: tuple[str, ...], seconds: float) -> bool:
        """Wait until these views took in all that is recorded now; False when that takes longer."""
        ...

    def ready(self) -> bool:
        """Whether the store answers."""
        ...


class Bell(Protocol):
    """Tells whoever waits that there may be something new."""

    def heard(self, person: UUID, ring: Callable[[], None]) -> AbstractContextManager[None]:
        """Have ``ring`` called, from a thread of its own, whenever a person's list of changes may have grown."""
        ...


class Disclosures(Protocol):
    """Opens what was disclosed to a person, with that person's own keys."""

    def open(
        self, stream: UUID, disclosed: PartDisclosed, person: UUID, now: datetime, ticket: Ticket
    ) -> Mapping[str, Any]:
        """The part's payload, as the views' openers give it.

        Raises:
            domain.errors.NotFound: it isn't this person's, or has expired.
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ...


class ProgrammeParts(Protocol):
    """Opens what a programme tells, with the organisation's own keys."""

    def open(self, programme: Programme, versions: Collection[int], ticket: Ticket) -> Sequence[Content]:
        """What the events with these versions say, in their order.

        Raises:
            domain.errors.NotFound: there is no such programme.
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ...


class PracticeParts(Protocol):
    """Opens what a coach's practice tells, with the keys of its reader: the coach, or the coach's supervisor."""

    def open(
        self, practice: Practice, role: Role, person: UUID, numbered: Sequence[tuple[int, int]], ticket: Ticket
    ) -> Sequence[Opened]:
        """What the events of these versions say, in their order; each version with its number for this reader.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ...


class Reads(Protocol):
    """Puts reads on record, before anything of them is shown. Routes use it through ``api.recording``."""

    def record(self, *reads: Read) -> Ticket:
        """Record the reads of one request, all or none; returns once they are durable.

        Raises:
            domain.reads.NotRecorded: they aren't; nothing may be shown.
        """
        ...


@dataclass(frozen=True)
class Backend:
    """Everything a request may need.

    Attributes:
        write_side: executes commands.
        reads: puts reads on record; what it gives is wanted by whatever opens something.
        own_reads: what somebody has read.
        views: each party's view.
        timeline: the supervisors' view.
        board: what supervisors are told of how the method was followed.
        engagements: which engagements somebody is in.
        candidacies: in which meetings somebody was met as a candidate.
        changes: what changed for somebody.
        bell: tells of it.
        streams: those that are open.
        programmes: which programmes somebody is in, and which engagements a programme has.
        programme_parts: what a programme tells.
        practice_parts: what a coach's practice tells.
        tokens: who somebody is.
        api_keys: makes API keys, and knows whose they are.
        webhooks: where people have their changes sent.
        own_record: what somebody recorded of themself.
        browsers: logs browsers in; None where that isn't set up.
        passkeys: asks for passkeys, and knows whether an answer is right.
        clock: the time (UTC).
        digest: a keyed digest of a request's bytes; low-entropy bodies are never hashed in the clear.
        progress: how far the views are.
        cursors: places in lists, sealed.
        disclosures: what was disclosed to somebody.
        receipts: signs receipts.
        evidence: makes bundles for auditors.
        log: the transparency log.
        press: sets documents.
        copies: a number for a reader's copy of a document, keyed, from what says which copy it is (hexadecimal).
        language_of: the language that a person registered with, which stands in their own record.
        operator: the token subject that may appoint overseers.
        gone: what is raised where a key was erased in the very moment in which it was needed.
        max_body: bytes that a request may have.
        rates: how often somebody may ask.
        metrics: what is counted for whoever runs the service; None where nobody looks.
        max_reads, max_writes: how many requests are served at once; 0 for as many as there are.
    """

    write_side: Driehoek
    reads: Reads
    own_reads: OwnReads
    views: Mapping[Role, RecordedView]
    timeline: RecordedTimeline
    board: Board
    engagements: EngagementList
    candidacies: CandidacyList
    changes: ChangeList
    bell: Bell
    streams: Streams
    programmes: ProgrammeList
    programme_parts: ProgrammeParts
    practice_parts: PracticeParts
    tokens: TokenVerifier
    api_keys: ApiKeys
    webhooks: Webhooks
    own_record: OwnRecord
    browsers: "Browsers | None"
    passkeys: "Passkeys"
    clock: Callable[[], datetime]
    digest: Callable[[bytes], bytes]
    progress: Progress
    cursors: Cursors
    disclosures: Disclosures
    receipts: Signer
    evidence: Evidence
    log: Log
    press: Press
    copies: Callable[[bytes], str]
    language_of: Callable[[UUID, Ticket], str]
    operator: str
    gone: type[Exception]
    max_body: int = 1024 * 1024
    rates: Rates = field(default_factory=Rates)
    metrics: Metrics | None = None
    max_reads: int = 0
    max_writes: int = 0
