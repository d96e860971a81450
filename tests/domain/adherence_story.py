"""An engagement that keeps every rule, told in facts: what the tests of adherence change one thing of."""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID, uuid5

from domain import (
    candidacy,
    commitments,
    concerns,
    conflicts,
    contract,
    dealings,
    experiments,
    intake,
    limits,
    practice,
    relationship,
    reporting,
    results,
    session,
)
from domain.adherence.history import History, Later, Source
from domain.document import CommitmentTerms, ContractDrafted, ObjectiveFacts, ResourceTerms
from domain.endings import Doomed, ErasureRequested, KeysErased, PartDisclosed
from domain.events import Recipient, RecordedEvent
from domain.facts import Fact
from domain.principals import NAMESPACE
from domain.reads import Place, Purpose, ReadRecorded, View
from domain.vocabulary import (
    CheckpointDecision,
    ConcernKind,
    DealingKind,
    DevelopmentKind,
    DisclosureGround,
    Ending,
    ErasureGround,
    Item,
    ProfileFacet,
    Quadrant,
    Reason,
    ResourceKind,
    Role,
)
from tests.domain.acting import PEOPLE, C, E, M, O

START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ENGAGEMENT: Final = uuid5(NAMESPACE, "the engagement whose adherence is looked at")
PRACTICE: Final = uuid5(NAMESPACE, "its coach's practice")
READS: Final = uuid5(NAMESPACE, "its reads")
LATER: Final = Later(uuid5(NAMESPACE, "a later one"), START + timedelta(days=200))
SERVICE: Final = Role.SERVICE
HASH: Final = bytes(32)
_KEY, _SLOT, _ERASURE = (uuid5(NAMESPACE, name) for name in ("a key", "a slot", "an erasure"))
FRIEND: Final = uuid5(NAMESPACE, "a friend")
DRAFTED: Final = ContractDrafted(
    contract_version=1,
    document_hash=HASH,
    author=C,
    objectives=(ObjectiveFacts(2, None),),
    demands_on_coach=1,
    demands_on_manager=(CommitmentTerms(date(2026, 2, 14)), CommitmentTerms(None)),
    banana_skins=2,
    resources=(ResourceTerms(ResourceKind.BOOKS, M, date(2026, 2, 14)),),
    deadline=date(2026, 12, 31),
    frequency_days=14,
    session_minutes=90,
    planned_sessions=6,
    follow_up_agreed=True,
    policy=1,
    aggregate_k=5,
    permits={Item.PROGRESS_SUMMARY: frozenset({O, M})},
    retention_months=60,
    follow_up_months=6,
    cooling_off_days=14,
    exceptions=frozenset(),
)


@dataclass(frozen=True)
class Step:
    """One event to be: its name, the days since the start, who, what, and in which stream."""

    name: str
    day: float
    by: Role
    fact: Fact
    stream: UUID = ENGAGEMENT


@dataclass(frozen=True)
class Story:
    """Steps, in the order of the log."""

    steps: tuple[Step, ...]

    def without(self, *names: str) -> Self:
        """The same without some steps, which must be there."""
        assert set(names) <= {step.name for step in self.steps}, names
        return dataclasses.replace(self, steps=tuple(step for step in self.steps if step.name not in names))

    def change(self, name: str, by: Role | None = None, day: float | None = None, **fields: Any) -> Self:
        """The same with one step told otherwise, in its place unless another day is given."""
        one = self.step(name)
        made = dataclasses.replace(one.fact, **fields)  # type: ignore[type-var]
        changed = dataclasses.replace(one, fact=made, by=by or one.by, day=one.day if day is None else day)
        if day is not None:
            return self.without(name).add(changed)
        return dataclasses.replace(self, steps=tuple(changed if step is one else step for step in self.steps))

    def add(self, *more: Step) -> Self:
        """The same with more steps, each after what was told of its day."""
        return dataclasses.replace(self, steps=tuple(sorted((*self.steps, *more), key=lambda step: step.day)))

    def swap(self, one: str, other: str) -> Self:
        """The same with two steps in each other's place."""
        first, second = self.step(one), self.step(other)
        moved = {
            one: dataclasses.replace(second, day=first.day),
            other: dataclasses.replace(first, day=second.day),
        }
        return dataclasses.replace(self, steps=tuple(moved.get(step.name, step) for step in self.steps))

    def step(self, name: str) -> Step:
        """A step by its name."""
        return next(step for step in self.steps if step.name == name)

    def events(self) -> list[RecordedEvent]:
        """The steps as events, numbered within their streams."""
        versions: dict[UUID, int] = {}
        found = []
        for step in self.steps:
            versions[step.stream] = versions.get(step.stream, 0) + 1
            at, who = START + timedelta(days=step.day), PEOPLE[step.by]
            found.append(RecordedEvent(step.stream, versions[step.stream], at, who, step.by, who, step.fact))
        return found

    def history(self, sources: Iterable[Source] = Source) -> History:
        """The history of these events."""
        made = History(ENGAGEMENT, frozenset(sources), (LATER,))
        for event in self.events():
            made.add(event)
        return made


def story(sessions: int = 5, every: float = 14, *, clear: bool = False, answer_after: float = 2) -> Story:
    """An engagement from its request to long after its end, in which everything is done as the method says.

    Args:
        sessions: coaching sessions, the contracting session apart; at least 5.
        every: days between them.
        clear: whether there are clear results after four.
        answer_after: days until something is answered.
    """
    facets = frozenset(ProfileFacet)
    quadrants = (Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE)
    day = 12.0
    steps = [
        Step("place", 0, C, practice.SupervisionPlaceRegistered(
            place=1, supervisor=None, since=date(2025, 6, 1)), PRACTICE),
        Step("requested", 0, O, intake.EngagementRequested(
            organisation=PEOPLE[O], representative=PEOPLE[O], line_manager=PEOPLE[M], coachee=PEOPLE[E],
            reason=Reason.TAKE_UP_A_ROLE)),
        Step("met 1", 1, E, intake.CoachMet(meeting=1, met_on=date(2026, 1, 6), coach=PEOPLE[C])),
        Step("disclosed", 1.1, Role.CANDIDATE, candidacy.CoachDisclosed(
            meeting=1, facets=facets, models=2, commitment=bytes(32))),
        Step("code", 1.2, Role.CANDIDATE, candidacy.EthicsCodeAcknowledged(
            meeting=1, commitment=bytes(32))),
        Step("met 2", 2, E, intake.CoachMet(meeting=2, met_on=date(2026, 1, 7))),
        Step("chosen", 3, E, intake.CoachChosen(coach=PEOPLE[C], meeting=1)),
        Step("voice", 3.1, O, reporting.VoiceStated(voice=1)),
        Step("answer", 3.1 + answer_after, C, reporting.VoiceAnswered(voice=1)),
        Step("declared", 3.2, C, conflicts.ConflictDeclared(
            declaration=1, ties=False, in_reporting_line=False, conflict=False)),
        Step("context", 3.3, O, relationship.OrganisationContextRecorded(by=O)),
        Step("approach", 7, C, intake.ApproachExplained()),
        Step("reality", 7.1, E, intake.RealityDescribed()),
        *_session(1, 8, quadrants),
        Step("meeting", 9, C, intake.TripartiteMeetingHeld(held_on=date(2026, 1, 14), present=frozenset({M, C, E}))),
        Step("drafted", 10, C, DRAFTED),
        Step("assented E", 10.1, E, contract.ContractAssented(contract_version=1, document_hash=HASH, by=E)),
        Step("assented M", 10.2, M, contract.ContractAssented(contract_version=1, document_hash=HASH, by=M)),
        Step("offered", 10.3, M, contract.ContractOffered(contract_version=1, document_hash=HASH)),
        *(Step(f"signed {one.value}", 11, one, contract.ContractSigned(
            contract_version=1, document_hash=HASH, by=one, signature=bytes(64))) for one in (O, M, C, E)),
        Step("activated", day, C, contract.ContractActivated(contract_version=1)),
        Step("kept", 20, M, commitments.CommitmentKept(commitment=1)),
        Step("delivered", 20, M, commitments.ResourceDelivered(resource=1, by=M)),
    ]  # fmt: skip
    for number in range(2, sessions + 2):
        day += every
        steps += _session(number, day, quadrants)
        if number == 2:
            steps += _care(day + 1, answer_after)
        if number == 5:
            steps += _checkpoint(day + 0.5, clear=clear)
    return Story(tuple(sorted([*steps, *_end(day)], key=lambda step: step.day)))


def _session(number: int, day: float, quadrants: Iterable[Quadrant]) -> list[Step]:
    starts_at = START + timedelta(days=day)
    review = session.SessionReviewed(
        session=number, has_retained=True, has_practised=True, has_events=True, objectives=frozenset({1})
    )
    told = [
        ("scheduled", -0.5, C, session.SessionScheduled(session=number, starts_at=starts_at, minutes=90)),
        ("stated", 0.02, E, session.ExpectationStated(session=number)),
        ("accepted", 0.03, C, session.ExpectationAccepted(session=number)),
        ("started", 0.04, C, session.WorkStarted(session=number, quadrants=frozenset(quadrants))),
        ("feedback", 0.05, E, session.FeedbackGiven(session=number, asks_improvement=False)),
        ("closed", 0.06, C, session.SessionClosed(session=number, attended=True, minutes=90)),
    ]
    if number > 1:
        told.insert(1, ("reviewed", 0.01, E, review))
    return [Step(f"{name} {number}", day + after, by, fact) for name, after, by, fact in told]


def _care(day: float, answer_after: float) -> list[Step]:
    """Concerns, a limit of competence, decisions and a disclosure, each followed by what should follow."""

    def supervised(number: int, after: float) -> Step:
        held_on = (START + timedelta(days=day + after)).date()
        about = frozenset({ENGAGEMENT})
        held = practice.SupervisionHeld(supervision=number, held_on=held_on, minutes=60, engagements=about)
        return Step(f"supervised {number}", day + after, C, held, PRACTICE)

    learned = practice.DevelopmentLogged(
        entry=1, kind=DevelopmentKind.TRAINING, on=(START + timedelta(days=day)).date(), hours=8
    )
    shown = PartDisclosed(
        disclosure_id=_SLOT, event_version=1, index=1, key_id=_KEY, role=Role.SELF, recipient=Recipient(FRIEND, _SLOT),
        ground=DisclosureGround.COACHEE_CONSENT, expires_at=START + timedelta(days=day + 30),
    )  # fmt: skip
    looked = ReadRecorded(
        engagement=ENGAGEMENT, principal=FRIEND, purpose=Purpose.DISCLOSURE, view=View.DISCLOSURES,
        places=(Place(ENGAGEMENT, 1, 1),),
    )  # fmt: skip
    boundary = concerns.ConcernRaised(concern=1, kind=ConcernKind.BOUNDARY, by=E)
    pace = concerns.ConcernRaised(concern=2, kind=ConcernKind.PACE, by=E)
    return [
        Step("boundary", day, E, boundary),
        Step("boundary answered", day + answer_after, C, concerns.ConcernAnswered(concern=1)),
        Step("pace", day + 0.1, E, pace),
        Step("pace answered", day + 0.1 + answer_after, C, concerns.ConcernAnswered(concern=2)),
        Step("limit", day + 0.2, C, limits.CompetenceLimitSignalled(limit=1)),
        Step("referral", day + 0.2 + answer_after, C, limits.ReferralRecommended(referral=1, limit=1)),
        supervised(1, 3),
        Step("learned", day, C, learned, PRACTICE),
        Step("decided", day + 0.3, E, experiments.DecisionRecorded(decision=1)),
        Step("shown", day + 0.4, E, shown),
        Step("looked", day + 1, SERVICE, looked, READS),
    ]


def _checkpoint(day: float, *, clear: bool) -> list[Step]:
    kept = results.NoResultAnalysed(assessment=1, decision=CheckpointDecision.KEEP_UNCHANGED)
    return [
        Step("assessed", day, E, results.ResultsAssessed(after_session=5, clear_results=clear)),
        Step("countersigned", day + 0.1, C, results.ResultsCountersigned(assessment=1, agrees=True)),
        *([] if clear else [Step("analysed", day + 0.2, C, kept)]),
    ]


def _end(day: float) -> list[Step]:
    due = START + timedelta(days=day + 3)
    doomed = ErasureRequested(
        erasure_id=_ERASURE, ground=ErasureGround.CLOSURE, grants=(Doomed(_KEY, M, _SLOT),), due_at=due
    )
    gone = KeysErased(erasure_id=_ERASURE, epoch=2, tombstone_head=bytes(32), page_head=None, slots=(_SLOT,))
    return [
        Step("fulfilled", day + 1, E, results.ObjectiveMet(objective=1)),
        Step("closing", day + 2, C, results.ClosureRequested(by=C)),
        Step("ended", day + 3, C, intake.EngagementEnded(ending=Ending.FULFILLED, by=C)),
        Step("doomed", day + 3, SERVICE, doomed),
        Step("erased", day + 4, SERVICE, gone),
        Step("followed up", day + 40, C, reporting.FollowUpRecorded(follow_up=1)),
        Step("dealing", 201, C, dealings.DealingDeclared(dealing=1, kind=DealingKind.COACHING, counterpart=E)),
    ]


Change = Callable[[Story], Story]
"""What is done to a story."""
