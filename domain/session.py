"""A session's form: review, expectation, acceptance, work, feedback, close (R30-R34).

States of a session: *scheduled* → *reviewed* (from the second session on) → *expected* → *accepted* → *working* →
*closed*. The coachee says what they expect, the coach accepts it, and only then the work starts (P18). Before the
second session starts the contract is active (P1). Content goes to coach and coachee; the dates go where the clause
says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact, rfc3339, upcasts
from domain.vocabulary import Item, Quadrant

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("session.scheduled")
class SessionScheduled(Fact):
    """A session got its date."""

    session: int
    starts_at: datetime
    minutes: int


@fact("session.reviewed")
class SessionReviewed(Fact):
    """The opening review: what was retained, practised, lived through since (R30)."""

    session: int
    has_retained: bool
    has_practised: bool
    has_events: bool
    objectives: frozenset[int]


@fact("session.expectation_stated")
class ExpectationStated(Fact):
    """What the coachee expects of this session (R32)."""

    session: int


@fact("session.expectation_accepted")
class ExpectationAccepted(Fact):
    """The coach accepted it (R33)."""

    session: int


@fact("session.work_started")
class WorkStarted(Fact):
    """The work started, in these quadrants (R45-R48)."""

    session: int
    quadrants: frozenset[Quadrant]


@fact("session.work_recorded", version=2)
class WorkRecorded(Fact):
    """What was worked on; how many models were taught, techniques practised (R22) and third parties named (R47)."""

    session: int
    models: int = 0
    techniques: int = 0
    third_parties: int = 0


@upcasts("session.work_recorded", 1)
def _uncounted(fields: list[Any]) -> list[Any]:
    """Version 1 counted nothing."""
    return [*fields, 0, 0, 0]


@fact("session.feedback_given")
class FeedbackGiven(Fact):
    """Closing feedback, and what to improve (R34)."""

    session: int
    asks_improvement: bool


@fact("session.closed")
class SessionClosed(Fact):
    """The session is over."""

    session: int
    attended: bool
    minutes: int


@dataclass
class Session:
    """What is known of one session."""

    reviewed: bool = False
    expected: bool = False
    accepted: bool = False
    working: bool = False
    feedback: bool = False
    closed: bool = False


@dataclass
class SessionBook:
    """The sessions of an engagement, by number from 1."""

    sessions: dict[int, Session] = field(default_factory=dict)

    @property
    def closed(self) -> int:
        """How many sessions are over."""
        return sum(session.closed for session in self.sessions.values())

    def apply(self, happened: Fact) -> None:
        """Take in a fact of a session."""
        match happened:
            case SessionScheduled():
                self.sessions[happened.session] = Session()
            case SessionReviewed():
                self.sessions[happened.session].reviewed = True
            case ExpectationStated():
                self.sessions[happened.session].expected = True
            case ExpectationAccepted():
                self.sessions[happened.session].accepted = True
            case WorkStarted():
                self.sessions[happened.session].working = True
            case FeedbackGiven():
                self.sessions[happened.session].feedback = True
            case SessionClosed():
                self.sessions[happened.session].closed = True

    def open_session(self, number: int) -> Session:
        """Guard: the session exists and isn't over."""
        session = self.sessions.get(number)
        if session is None:
            raise Invalid("unknown-session")
        if session.closed:
            raise WrongMoment("session-closed")
        return session


@dataclass(frozen=True, repr=False)
class OfSession(Command):
    """Any command about one session."""

    session: int


@dataclass(frozen=True, repr=False)
class ScheduleSession(OfSession):
    """Set the date of the next session (coach or coachee)."""

    starts_at: datetime
    minutes: int
    content: Content


@dataclass(frozen=True, repr=False)
class ReviewSession(OfSession):
    """The coachee's review; empty texts mean that there was nothing."""

    objectives: frozenset[int]
    content: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class StateExpectation(OfSession):
    """The coachee states what they expect."""

    content: Content


@dataclass(frozen=True, repr=False)
class AcceptExpectation(OfSession):
    """The coach accepts."""

    content: Content


@dataclass(frozen=True, repr=False)
class StartWork(OfSession):
    """The coach starts the work."""

    quadrants: frozenset[Quadrant]
    content: Content


@dataclass(frozen=True, repr=False)
class RecordWork(OfSession):
    """The coach records what was done together; the coachee reads it.

    ``models`` and ``techniques`` say how many were taught and practised (R22), ``third_parties`` how many people
    outside the triangle are named, in a field of their own (R47).
    """

    content: Content
    models: int = 0
    techniques: int = 0
    third_parties: int = 0


@dataclass(frozen=True, repr=False)
class GiveFeedback(OfSession):
    """The coachee's closing feedback."""

    asks_improvement: bool
    content: Content


@dataclass(frozen=True, repr=False)
class CloseSession(OfSession):
    """The coach closes the session."""

    attended: bool
    minutes: int


def schedule(engagement: "Engagement", command: ScheduleSession, _: Context) -> list[Happening]:
    """The next session, once the one before is closed."""
    book = engagement.sessions
    if command.session != len(book.sessions) + 1:
        raise Invalid("session-out-of-order")
    if book.sessions and not book.sessions[len(book.sessions)].closed:
        raise WrongMoment("session-still-open")
    content = {
        **command.content,
        "session": command.session,
        "starts_at": rfc3339(command.starts_at),
        "ends_at": rfc3339(command.starts_at + timedelta(minutes=command.minutes)),
    }
    happened = SessionScheduled(session=command.session, starts_at=command.starts_at, minutes=command.minutes)
    return [Happening(happened, (Part(Item.SESSION_DATES, content),))]


def _ready(engagement: "Engagement", number: int) -> Session:
    session = engagement.sessions.open_session(number)
    if number > 1 and engagement.contract.active is None:
        raise WrongMoment("contract-not-active")  # P1
    return session


def review(engagement: "Engagement", command: ReviewSession, _: Context) -> list[Happening]:
    """The opening review (R30), with the objectives that changes were seen in (R31)."""
    session = _ready(engagement, command.session)
    for objective in command.objectives:
        engagement.contract.indicator(objective, 1)
    if session.reviewed:
        raise WrongMoment("already-reviewed")
    happened = SessionReviewed(
        session=command.session,
        has_retained=bool(command.content["retained"].strip()),
        has_practised=bool(command.content["practised"].strip()),
        has_events=bool(command.content["events"].strip()),
        objectives=command.objectives,
    )
    content = {**command.content, "session": command.session, "objectives": sorted(command.objectives)}
    return [Happening(happened, (Part(Item.SESSION_CONTENT, content),))]


def expect(engagement: "Engagement", command: StateExpectation, _: Context) -> list[Happening]:
    """The expectation; it may be stated again until it is accepted."""
    session = _ready(engagement, command.session)
    if command.session > 1 and not session.reviewed:
        raise WrongMoment("review-missing")
    if session.accepted:
        raise WrongMoment("expectation-already-accepted")
    content = {**command.content, "session": command.session}
    return [Happening(ExpectationStated(session=command.session), (Part(Item.SESSION_CONTENT, content),))]


def accept(engagement: "Engagement", command: AcceptExpectation, _: Context) -> list[Happening]:
    """The coach's acceptance, before which no work starts (P18)."""
    book = engagement.sessions
    session = book.open_session(command.session)
    if not session.expected:
        raise WrongMoment("expectation-missing")
    if session.accepted:
        raise WrongMoment("expectation-already-accepted")
    content = {**command.content, "session": command.session, "accepted": True}
    return [Happening(ExpectationAccepted(session=command.session), (Part(Item.SESSION_CONTENT, content),))]


def start_work(engagement: "Engagement", command: StartWork, context: Context) -> list[Happening]:
    """The work, tagged with its quadrants; with a conflict of interest there is none (P24)."""
    book = engagement.sessions
    session = book.open_session(command.session)
    if not session.accepted:
        raise WrongMoment("acceptance-missing")
    if session.working:
        raise WrongMoment("work-already-started")
    engagement.conflicts.clear(context.at)
    tags = {"session": command.session, "quadrants": sorted(q.value for q in command.quadrants)}
    parts = (
        Part(Item.SESSION_CONTENT, {**command.content, "session": command.session}),
        Part(Item.QUADRANT_TAGS, tags),
    )
    return [Happening(WorkStarted(session=command.session, quadrants=command.quadrants), parts)]


def record_work(engagement: "Engagement", command: RecordWork, _: Context) -> list[Happening]:
    """What was done; as often as needed while the session is open."""
    book = engagement.sessions
    if not book.open_session(command.session).working:
        raise WrongMoment("work-not-started")
    content = {**command.content, "session": command.session}
    happened = WorkRecorded(
        session=command.session,
        models=command.models,
        techniques=command.techniques,
        third_parties=command.third_parties,
    )
    return [Happening(happened, (Part(Item.SESSION_CONTENT, content),))]


def give_feedback(engagement: "Engagement", command: GiveFeedback, _: Context) -> list[Happening]:
    """The coachee's feedback at the end."""
    book = engagement.sessions
    if not book.open_session(command.session).working:
        raise WrongMoment("work-not-started")
    content = {**command.content, "session": command.session, "asks_improvement": command.asks_improvement}
    happened = FeedbackGiven(session=command.session, asks_improvement=command.asks_improvement)
    return [Happening(happened, (Part(Item.SESSION_CONTENT, content),))]


def close(engagement: "Engagement", command: CloseSession, _: Context) -> list[Happening]:
    """The end of a session; one that nobody attended is closed without work."""
    book = engagement.sessions
    session = book.open_session(command.session)
    if command.attended and not session.working:
        raise WrongMoment("work-not-started")
    content = {"session": command.session, "attended": command.attended, "minutes": command.minutes}
    happened = SessionClosed(session=command.session, attended=command.attended, minutes=command.minutes)
    return [Happening(happened, (Part(Item.SESSION_DATES, content),))]
