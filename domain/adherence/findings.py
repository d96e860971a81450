"""What is found about a rule: a result, the events that it rests on, until when it may still be kept, what cures it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from domain.events import RecordedEvent
from domain.vocabulary import RuleId

Place = tuple[UUID, int]
"""A stream and a version in it: an event."""


class Result(Enum):
    """The five answers to whether a rule was kept."""

    MET = "met"
    VIOLATED = "violated"
    NOT_DUE = "not_due"
    WAIVED = "waived"
    NOT_COMPUTABLE = "not_computable"


class Severity(Enum):
    """How much it matters. What is ``REFUSED`` (B) can't happen at all: such a command isn't carried out."""

    REFUSED = "refused"
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    ADVISORY = "advisory"


class Cure(Enum):
    """What would put right what isn't. Some things are past curing, and have none."""

    ANSWER_VOICE = "answer_voice"
    ANSWER_CONCERN = "answer_concern"
    AMEND_CONTRACT = "amend_contract"
    ACTIVATE_CONTRACT = "activate_contract"
    DELIVER_RESOURCE = "deliver_resource"
    KEEP_COMMITMENT = "keep_commitment"
    ASSESS_RESULTS = "assess_results"
    ANALYSE_RESULTS = "analyse_results"
    HOLD_SESSION = "hold_session"
    DECLARE_CONFLICTS = "declare_conflicts"
    RESOLVE_CONFLICT = "resolve_conflict"
    REGISTER_SUPERVISION_PLACE = "register_supervision_place"
    HOLD_SUPERVISION = "hold_supervision"
    LOG_DEVELOPMENT = "log_development"
    RECOMMEND_REFERRAL = "recommend_referral"
    LINK_TO_OBJECTIVE = "link_to_objective"
    WORK_IN_ANOTHER_QUADRANT = "work_in_another_quadrant"
    REQUEST_CLOSURE = "request_closure"
    PROVE_REVOCATION = "prove_revocation"
    DECLARE_DEALING = "declare_dealing"
    HOLD_FOLLOW_UP = "hold_follow_up"


@dataclass(frozen=True)
class Verdict:
    """What a rule's function says, before waivers."""

    result: Result
    rests_on: tuple[Place, ...] = ()
    deadline: datetime | None = None
    cure: Cure | None = None


@dataclass(frozen=True)
class Finding:
    """What is found about one rule in one engagement.

    Attributes:
        rule: which one.
        result: whether it was kept.
        rests_on: the events that say so, in the order of the log; none where it is the lack of one.
        deadline: until when it could be kept, where that matters.
        cure: what would put it right, where something would.
    """

    rule: RuleId
    result: Result
    rests_on: tuple[Place, ...]
    deadline: datetime | None
    cure: Cure | None


def told(event: RecordedEvent | None) -> Any:
    """An event's fact, whose kind the asker knows.

    Raises:
        AssertionError: there is no such event.
    """
    assert event is not None  # noqa: S101 - whoever asks has looked
    return event.fact


def places(events: Iterable[RecordedEvent | None]) -> tuple[Place, ...]:
    """Where these events are; what is None is left out."""
    return tuple((one.originator_id, one.originator_version) for one in events if one is not None)


def met(*events: RecordedEvent | None) -> Verdict:
    """The rule was kept."""
    return Verdict(Result.MET, places(events))


def violated(*events: RecordedEvent | None, cure: Cure | None = None, deadline: datetime | None = None) -> Verdict:
    """It wasn't."""
    return Verdict(Result.VIOLATED, places(events), deadline, cure)


def not_due(*events: RecordedEvent | None, deadline: datetime | None = None, cure: Cure | None = None) -> Verdict:
    """Nothing was to be done yet, or there is time until ``deadline``."""
    return Verdict(Result.NOT_DUE, places(events), deadline, cure)


def not_computable() -> Verdict:
    """What one would have to know isn't on record here."""
    return Verdict(Result.NOT_COMPUTABLE)


def waived(*events: RecordedEvent | None) -> Verdict:
    """It was set aside, on record."""
    return Verdict(Result.WAIVED, places(events))


@dataclass(frozen=True)
class Task:
    """Something that one event asks for: by when, and the event that did it, if there is one."""

    asked: RecordedEvent
    deadline: datetime
    done: RecordedEvent | None

    def late(self, now: datetime) -> bool:
        """Whether it was done too late, or is overdue."""
        return self.deadline < (now if self.done is None else self.done.timestamp)


def on_time(tasks: Iterable[Task], cure: Cure, now: datetime) -> Verdict:
    """One verdict about many tasks: a late one decides, then an open one, then that there were any."""
    tasks = list(tasks)
    if late := [one for one in tasks if one.late(now)]:
        overdue = [one for one in late if one.done is None]
        return violated(
            *(one.asked for one in late),
            cure=cure if overdue else None,
            deadline=min(one.deadline for one in late),
        )
    if waiting := [one for one in tasks if one.done is None]:
        return not_due(*(one.asked for one in waiting), deadline=min(one.deadline for one in waiting), cure=cure)
    return met(*(one.done for one in tasks)) if tasks else not_due()
