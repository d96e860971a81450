"""What happened in one engagement, as rules ask for it: facts alone, in the order of the log.

A history is built event by event with :meth:`History.add`, from zero or onwards from where it was: the same events give
the same history. It takes the engagement's own stream and, where somebody has them, those beside it: the practice of
its coaches, its reads, the facts of notebooks and journal. What wasn't given isn't guessed at: rules that need it say
that they can't be computed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from domain.contract import ContractActivated
from domain.document import ContractDrafted
from domain.events import RecordedEvent
from domain.facts import Fact
from domain.intake import CoachChosen, EngagementEnded
from domain.session import (
    ExpectationAccepted,
    ExpectationStated,
    FeedbackGiven,
    SessionClosed,
    SessionReviewed,
    SessionScheduled,
    WorkStarted,
)

F = TypeVar("F", bound=Fact)


class Source(Enum):
    """What a history was made of besides the engagement's own stream."""

    PRACTICE = "practice"
    READS = "reads"
    LATER = "later"


@dataclass(frozen=True)
class Later:
    """A later engagement of the same coach with one of the same parties: which, and when it was asked for (P37)."""

    engagement: UUID
    requested_at: datetime


@dataclass
class SessionCourse:
    """One session's events, the last of each kind; ``first`` is the first thing that was done in it."""

    number: int
    scheduled: RecordedEvent | None = None
    reviewed: RecordedEvent | None = None
    stated: RecordedEvent | None = None
    accepted: RecordedEvent | None = None
    started: RecordedEvent | None = None
    feedback: RecordedEvent | None = None
    closed: RecordedEvent | None = None
    first: RecordedEvent | None = None

    @property
    def attended(self) -> bool:
        """Whether it took place."""
        return self.closed is not None and self.closed.fact.attended  # type: ignore[attr-defined]

    @property
    def minutes(self) -> int:
        """How long it took; 0 for one that didn't."""
        return self.closed.fact.minutes if self.closed is not None and self.attended else 0  # type: ignore[attr-defined]

    @property
    def starts_at(self) -> datetime | None:
        """When it was to start."""
        return None if self.scheduled is None else self.scheduled.fact.starts_at  # type: ignore[attr-defined]


_OF_SESSION: dict[type[Fact], str] = {
    SessionScheduled: "scheduled",
    SessionReviewed: "reviewed",
    ExpectationStated: "stated",
    ExpectationAccepted: "accepted",
    WorkStarted: "started",
    FeedbackGiven: "feedback",
    SessionClosed: "closed",
}


@dataclass
class History:
    """What happened in an engagement.

    Args:
        engagement: whose history it is.
        sources: what is given besides the engagement's own stream.
        later: the same people's later engagements, where ``LATER`` is among the sources.
    """

    engagement: UUID
    sources: frozenset[Source] = frozenset()
    later: tuple[Later, ...] = ()
    sessions: dict[int, SessionCourse] = field(default_factory=dict)
    drafts: dict[int, RecordedEvent] = field(default_factory=dict)
    _order: dict[int, int] = field(default_factory=dict, repr=False)
    _by_kind: dict[type[Fact], list[RecordedEvent]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def add(self, event: RecordedEvent) -> None:
        """Take in the next event of the log that belongs to this history."""
        happened: Any = event.fact
        self._order[id(event)] = len(self._order)
        self._by_kind[type(happened)].append(event)
        if isinstance(happened, ContractDrafted):
            self.drafts[happened.contract_version] = event
        name = _OF_SESSION.get(type(happened))
        if name is not None:
            course = self.sessions.setdefault(happened.session, SessionCourse(happened.session))
            setattr(course, name, event)
            if name != "scheduled" and course.first is None:
                course.first = event

    def of(self, *kinds: type[Fact]) -> list[RecordedEvent]:
        """The events of these kinds, in order."""
        found = [event for kind in kinds for event in self._by_kind.get(kind, ())]
        return found if len(kinds) == 1 else sorted(found, key=self.place)

    def first(self, *kinds: type[Fact]) -> RecordedEvent | None:
        """The first event of these kinds."""
        return next(iter(self.of(*kinds)), None)

    def last(self, *kinds: type[Fact]) -> RecordedEvent | None:
        """The last event of these kinds."""
        return next(reversed(self.of(*kinds)), None)

    def place(self, event: RecordedEvent) -> int:
        """An event's place in the history, from 0."""
        return self._order[id(event)]

    def before(self, one: RecordedEvent | None, other: RecordedEvent | None) -> bool:
        """Whether one event came, and before the other; an event that never came is after everything."""
        return one is not None and (other is None or self.place(one) < self.place(other))

    # What many rules ask for.

    @property
    def chosen(self) -> RecordedEvent | None:
        """The choice of the coach."""
        return self.first(CoachChosen)

    @property
    def ended(self) -> RecordedEvent | None:
        """The end."""
        return self.first(EngagementEnded)

    @property
    def activations(self) -> list[RecordedEvent]:
        """The contract's coming into force, once for each version that did."""
        return self.of(ContractActivated)

    @property
    def contract(self) -> ContractDrafted | None:
        """The terms in force."""
        return self.terms_at(None)

    def terms_at(self, event: RecordedEvent | None) -> ContractDrafted | None:
        """The terms in force when something happened; at the end of the history for None."""
        active = [one for one in self.activations if event is None or self.before(one, event)]
        return self.terms_of(active[-1]) if active else None

    def terms_of(self, activation: RecordedEvent) -> ContractDrafted:
        """What came into force."""
        drafted = self.drafts[activation.fact.contract_version].fact  # type: ignore[attr-defined]
        assert isinstance(drafted, ContractDrafted)  # noqa: S101 - that is what is kept there
        return drafted

    def coaching(self) -> list[SessionCourse]:
        """The sessions after the contracting session, in order (policy points: it doesn't count among the four)."""
        return [self.sessions[number] for number in sorted(self.sessions) if number > 1]

    def next_start(self, after: RecordedEvent) -> RecordedEvent | None:
        """The first thing that was done in any session that began later than an event."""
        firsts = [one.first for one in self.sessions.values() if one.first is not None]
        return min((one for one in firsts if self.before(after, one)), key=self.place, default=None)

    def until(self, now: datetime) -> datetime:
        """The moment that a rule about the going engagement looks from: now, or the end if that was before."""
        return now if self.ended is None else min(now, self.ended.timestamp)
