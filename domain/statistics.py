"""How a programme goes, in numbers that are about at least k people at once (requirements.md, B: N≥k). Pure.

What is asked is a closed set of questions, each with a closed set of answers that exclude one another, and only about
what the matrix gives the organisation in full or by N≥k. Nobody can choose whom a number is about:

1. Everybody is counted *once*: when their coaching has ended, with a contract in force, and never again after that.
2. They are counted in *cohorts*. A cohort is what has ended, and wasn't counted before, when a quarter is over; until
   it is twice k people, everybody in it waits for the next quarter. So cohorts have nobody in common, and no two
   numbers are about groups that differ by fewer than k people.
3. Who is in a cohort depends on dates and on k alone, which the organisation knows, never on an answer: neither that
   a number comes nor when tells anything.
4. Within a cohort, answers that fewer than k people gave (nobody, too) are told together with the next smallest ones,
   until what is told together is k people or more. Where one group is left, nothing is told but its size.

What no suppression helps against is written down in docs/explanation/statistics.md.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Self
from uuid import UUID

from domain.contract import ContractActivated
from domain.document import LEAST_K, ContractDrafted
from domain.events import RecordedEvent
from domain.intake import EngagementEnded, EngagementRequested
from domain.results import ResultsAssessed
from domain.session import WorkStarted
from domain.vocabulary import Ending, Level, Quadrant, Reason

METHOD: Final = 1
"""The version of what this module does. Another way of counting is another version; releases name theirs."""

SETTLING: Final = timedelta(days=1)
"""How long after its end a quarter is closed, so that what was on its way at midnight is on record."""

TOGETHER: Final = 2
"""How many times k people make a cohort: fewer could never be told apart in two groups of k."""


class Question(Enum):
    """What is asked about a cohort."""

    LEVEL = "level"
    REASON = "reason"
    ENDING = "ending"
    DURATION = "duration"
    CHECKPOINT = "checkpoint"
    INNER_INDIVIDUAL = "inner_individual"
    OUTER_INDIVIDUAL = "outer_individual"
    INNER_COLLECTIVE = "inner_collective"
    OUTER_COLLECTIVE = "outer_collective"


UNSTATED, CLOSED = "unstated", "closed"
_YES_OR_NO: Final = ("yes", "no")
_DURATIONS: Final = {"up_to_3_months": 92, "up_to_6_months": 183, "up_to_12_months": 366}
"""Days at most, shortest first."""
_LONGER: Final = "longer"
_QUADRANTS: Final = {Question(quadrant.value): quadrant for quadrant in Quadrant}

ANSWERS: Final[Mapping[Question, tuple[str, ...]]] = {
    Question.LEVEL: (*(level.value for level in Level), UNSTATED),
    Question.REASON: tuple(reason.value for reason in Reason),
    # Whether somebody chose not to change is told to nobody but the two of them (R21).
    Question.ENDING: (CLOSED, Ending.BROKEN_OFF.value),
    Question.DURATION: (*_DURATIONS, _LONGER),
    Question.CHECKPOINT: _YES_OR_NO,
    **dict.fromkeys(_QUADRANTS, _YES_OR_NO),
}
"""What can be answered to each question; everybody gives one answer to each."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year, in UTC."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> Self:
        """The quarter that a moment lies in."""
        return cls.first_on(at.astimezone(UTC).date())

    @classmethod
    def first_on(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def last_closed(cls, at: datetime) -> Self:
        """The newest quarter that is closed at a moment."""
        return cls.of(at - SETTLING).before

    @property
    def before(self) -> Self:
        """The quarter before."""
        return type(self)(self.year - 1, 4) if self.number == 1 else type(self)(self.year, self.number - 1)

    @property
    def after(self) -> Self:
        """The quarter after."""
        return type(self)(self.year + 1, 1) if self.number == 4 else type(self)(self.year, self.number + 1)  # noqa: PLR2004 - quarters

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return self.after.begins

    def __str__(self) -> str:
        """As ``2026-Q1``."""
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Counted:
    """An engagement that is over, as it is counted.

    Attributes:
        engagement: which one.
        person: its coachee; somebody who is coached twice in a programme is one person, and so is a team (R4).
        ended_at: when it ended.
        k: how many people its contract wants a number to be about, at least.
        answers: to each question.
    """

    engagement: UUID
    person: UUID
    ended_at: datetime
    k: int
    answers: Mapping[Question, str]


@dataclass(frozen=True)
class Group:
    """People who gave one of these answers."""

    answers: tuple[str, ...]
    people: int


def counted(events: Iterable[RecordedEvent], programme: UUID) -> Counted | None:
    """An engagement of a programme as it is counted.

    Returns:
        None while it goes on, when it ended without a contract in force, and when it is of another programme.
    """
    requested: tuple[EngagementRequested, datetime] | None = None
    ks: dict[int, int] = {}
    active: int | None = None
    checkpoint, quadrants = False, set[Quadrant]()
    for event in events:
        match event.fact:
            case EngagementRequested() as happened if happened.programme == programme:
                requested = happened, event.timestamp
            case ContractDrafted() as drafted:
                ks[drafted.contract_version] = drafted.aggregate_k
            case ContractActivated() as activated:
                active = activated.contract_version
            case WorkStarted() as started:
                quadrants |= started.quadrants
            case ResultsAssessed():
                checkpoint = True
            case EngagementEnded() as ended if requested is not None and active is not None:
                request, begun_at = requested
                answers = {
                    Question.LEVEL: request.level.value if request.level else UNSTATED,
                    Question.REASON: request.reason.value,
                    Question.ENDING: ended.ending.value if ended.ending is Ending.BROKEN_OFF else CLOSED,
                    Question.DURATION: _duration(event.timestamp - begun_at),
                    Question.CHECKPOINT: _yes(checkpoint),
                    **{question: _yes(quadrant in quadrants) for question, quadrant in _QUADRANTS.items()},
                }
                k = max(LEAST_K, ks[active])
                return Counted(event.originator_id, request.coachee, event.timestamp, k, answers)
    return None


def cohort(ended: Iterable[Counted], before: Collection[UUID], quarter: Quarter) -> tuple[Counted, ...]:
    """Whom the release of a quarter counts; nobody where they are too few.

    Args:
        ended: the engagements of a programme that are over, those included that were counted.
        before: the engagements that earlier releases counted.
        quarter: which quarter; what ended later waits.
    """
    known = list(ended)
    told = {one.person for one in known if one.engagement in before}
    waiting: dict[UUID, Counted] = {}
    for one in sorted(known, key=lambda one: (one.ended_at, one.engagement)):
        if one.ended_at < quarter.ends and one.person not in told:
            waiting.setdefault(one.person, one)
    # Whoever asks for a larger k waits for more people, and keeps nobody else waiting.
    patient = sorted(waiting.values(), key=lambda one: (one.k, one.ended_at, one.engagement))
    enough = [size for size, one in enumerate(patient, start=1) if size >= TOGETHER * one.k]
    return tuple(patient[: max(enough, default=0)])


def least(people: Collection[Counted]) -> int:
    """The k of a cohort: the largest that one of its contracts asks for."""
    return max(one.k for one in people)


def told(people: Collection[Counted]) -> list[dict[str, Any]]:
    """The answers of a cohort to all questions, as they are released."""
    k = least(people)
    return [
        {
            "question": question.value,
            "groups": [{"answers": list(group.answers), "people": group.people} for group in groups],
        }
        for question, possible in ANSWERS.items()
        for groups in [suppressed(Counter(one.answers[question] for one in people), possible, k)]
    ]


def suppressed(counts: Mapping[str, int], possible: tuple[str, ...], k: int) -> tuple[Group, ...]:
    """Groups of k people or more, which together are everybody; none where that would be one group alone.

    Args:
        counts: how many people gave each answer; an answer that isn't named, nobody gave.
        possible: the answers that there are, in the order in which they are told.
        k: how many people a group has at least.
    """
    by_size = sorted(possible, key=lambda answer: (counts.get(answer, 0), possible.index(answer)))
    together = [answer for answer in by_size if counts.get(answer, 0) < k]
    people = sum(counts.get(answer, 0) for answer in together)
    alone = by_size[len(together) :]
    while together and alone and people < k:
        together.append(alone.pop(0))
        people += counts.get(together[-1], 0)
    groups = [Group((answer,), counts.get(answer, 0)) for answer in possible if answer in alone]
    if together:
        groups.append(Group(tuple(answer for answer in possible if answer in together), people))
    return tuple(groups) if len(groups) > 1 else ()


def _yes(holds: bool) -> str:
    return _YES_OR_NO[0] if holds else _YES_OR_NO[1]


def _duration(lasted: timedelta) -> str:
    return next((answer for answer, days in _DURATIONS.items() if lasted <= timedelta(days=days)), _LONGER)
