"""The engagement: one coaching relation in a triangle, from the request to its end.

States: *requested* (organisation, line manager and coachee are known) → *coached* (the coachee chose a coach) →
*contracted* (a contract version is active) → *ended*. One stream per engagement holds the process that the four
parties share; the coach's notebook and the coachee's journal are streams of their own, so that nobody else can even
count them. The contract lives in :mod:`domain.contract`, the sessions in :mod:`domain.session`, what the parties tell
each other along the way in :mod:`domain.reporting`, who takes over from whom in :mod:`domain.parties`, erasure in
:mod:`domain.erasure`; this file holds the state, intake and ending.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.access import AccessBook
from domain.candidacy import CandidacyDeclined, CandidateBook, CoachDisclosed, EthicsCodeAcknowledged
from domain.clause import DEFAULT_CLAUSE, Clause
from domain.coaching_request import RequestBook
from domain.commitments import PromiseBook
from domain.concerns import ConcernBook
from domain.conflicts import ConflictAccepted, ConflictBook, ConflictDeclared, ConflictResolved
from domain.contract import ContractBook
from domain.dealings import DealingBook
from domain.decisions import Command, Context, decides
from domain.disposal import Asked, Terms
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.experiments import ExperimentBook
from domain.facts import Fact
from domain.holds import HoldBook, HoldLifted, HoldPlaced
from domain.intake import (
    ApproachExplained,
    CoachChosen,
    CoachMet,
    EngagementEnded,
    EngagementRequested,
    RealityDescribed,
    TripartiteMeetingHeld,
    TripartiteMeetingScheduled,
)
from domain.ledger import Erasure
from domain.limits import LimitBook
from domain.parties import PartyBook, PartyReplaced
from domain.relationship import RelationshipBook
from domain.reporting import ReportingBook
from domain.results import ResultsBook
from domain.session import SessionBook
from domain.stream import Stream
from domain.team import TeamBook, TeamMemberAdmitted, TeamMemberLeft
from domain.vocabulary import PARTIES, Ending, EngagementKind, ErasureGround, Item, Level, Reason, Role
from domain.waivers import WaiverBook

# State.


@dataclass
class Engagement(Stream):
    """State of one engagement, folded from facts."""

    HOLDABLE = True

    roles: PartyBook = field(default_factory=PartyBook)
    reason: Reason | None = None
    programme: UUID | None = None
    level: Level | None = None
    candidates: CandidateBook = field(default_factory=CandidateBook)
    ended: Ending | None = None
    ended_at: datetime | None = None
    contract: ContractBook = field(default_factory=ContractBook)
    sessions: SessionBook = field(default_factory=SessionBook)
    results: ResultsBook = field(default_factory=ResultsBook)
    promises: PromiseBook = field(default_factory=PromiseBook)
    experiments: ExperimentBook = field(default_factory=ExperimentBook)
    request: RequestBook = field(default_factory=RequestBook)
    reporting: ReportingBook = field(default_factory=ReportingBook)
    holds: HoldBook = field(default_factory=HoldBook)
    conflicts: ConflictBook = field(default_factory=ConflictBook)
    relationship: RelationshipBook = field(default_factory=RelationshipBook)
    access: AccessBook = field(default_factory=AccessBook)
    kind: EngagementKind = EngagementKind.INDIVIDUAL
    team: TeamBook = field(default_factory=TeamBook)
    limits: LimitBook = field(default_factory=LimitBook)
    concerns: ConcernBook = field(default_factory=ConcernBook)
    dealings: DealingBook = field(default_factory=DealingBook)
    waivers: WaiverBook = field(default_factory=WaiverBook)

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The principals: an organisation's id for O, people's ids for M, C and E."""
        return self.roles.principals

    def parties_with(self, happenings: list[Happening]) -> Mapping[Role, UUID]:
        """A request names three of the four; the choice of a coach names the fourth."""
        parties = dict(self.parties)
        for happening in happenings:
            if isinstance(happening.fact, EngagementRequested):
                parties |= _three(happening.fact)
            elif isinstance(happening.fact, CoachChosen):
                parties[Role.COACH] = happening.fact.coach
            elif isinstance(happening.fact, PartyReplaced):
                parties[happening.fact.role] = happening.fact.person
        return parties

    def role_of(self, person: UUID) -> Role | None:
        """As whom a person acts in this engagement; who has left, acts no more, and a candidate not as a party."""
        if person in self.team.members:
            return Role.TEAM_MEMBER
        if person in self.candidates.people and person not in self.roles.former:
            return self.roles.people.get(person, Role.CANDIDATE)
        return self.roles.people.get(person)

    def reader_of(self, person: UUID) -> tuple[Role, UUID] | None:
        """As whom and with whose keys a person reads here; who has left still reads what they keep."""
        if person in self.team.members or person in self.team.former:
            return Role.COACHEE, person
        return self.roles.reader(person)

    def members_with(self, happenings: list[Happening]) -> frozenset[UUID]:
        """The team's members besides the coachee."""
        return self.team.after(happenings)

    def newcomer(self, person: UUID) -> None:
        """Guard: the person has no part in this, and had none."""
        self.roles.newcomer(person)
        if person in self.team.members:
            raise Invalid("same-person-in-two-roles")
        if person in self.team.former:
            raise Invalid("former-party")

    @property
    def group(self) -> UUID:
        """The engagement is the group of all its streams."""
        return self.id

    @property
    def escrow(self) -> UUID | None:
        """Whom keys are granted to while there is a hold."""
        return self.holds.escrow

    @property
    def clause_in_force(self) -> Clause:
        """The active contract's clause, without what was withdrawn; the default clause before there is one."""
        return self.contract.clause or DEFAULT_CLAUSE

    @property
    def unsigned(self) -> frozenset[Role]:
        """The roles whose present holder hasn't signed the contract that is in force."""
        return frozenset(self.contract.unsigned)

    @property
    def erasure(self) -> Erasure | None:
        """The coachee's request for erasure, unless it was taken back."""
        asked = (e for e in self.ledger.erasures.values() if e.ground is ErasureGround.ERASURE_REQUEST)
        return next((e for e in asked if not e.cancelled), None)

    @property
    def terms(self) -> Terms:
        """Until when everybody reads."""
        clause, erasure = self.clause_in_force, self.erasure
        return Terms(
            ended_at=self.ended_at,
            left={person: former.departure for person, former in self.roles.former.items()},
            left_team=self.team.former,
            retention_months=clause.retention_months,
            follow_up_months=clause.follow_up_months,
            erasure=None if erasure is None else Asked(erasure.at, erasure.due_at),
            escrow=self.holds.escrow,
            lifted_at=self.holds.lifted_at,
        )

    def going_on(self) -> None:
        """Guard: the engagement hasn't ended."""
        if self.ended is not None:
            raise WrongMoment("engagement-ended")

    def coached(self) -> None:
        """Guard: going on, with a coach."""
        self.going_on()
        if Role.COACH not in self.parties:
            raise WrongMoment("no-coach-yet")


def _three(happened: EngagementRequested) -> dict[Role, UUID]:
    return {
        Role.SPONSOR_ORGANISATION: happened.organisation,
        Role.LINE_MANAGER: happened.line_manager,
        Role.COACHEE: happened.coachee,
    }


@Engagement.evolves(EngagementRequested)
def _requested(engagement: Engagement, happened: EngagementRequested, _: RecordedEvent) -> None:
    engagement.reason, engagement.kind = happened.reason, happened.kind
    engagement.programme, engagement.level = happened.programme, happened.level
    engagement.roles.begin(_three(happened), happened.representative)


@Engagement.evolves(CoachMet)
def _met(engagement: Engagement, happened: CoachMet, event: RecordedEvent) -> None:
    engagement.candidates.met(happened, event.originator_version)


@Engagement.evolves(CoachDisclosed)
@Engagement.evolves(EthicsCodeAcknowledged)
@Engagement.evolves(CandidacyDeclined)
def _candidacy(engagement: Engagement, happened: Fact, _: RecordedEvent) -> None:
    engagement.candidates.apply(happened)


@Engagement.evolves(CoachChosen)
def _chosen(engagement: Engagement, happened: CoachChosen, _: RecordedEvent) -> None:
    engagement.roles.fill(Role.COACH, happened.coach)


@Engagement.evolves(PartyReplaced)
def _replaced(engagement: Engagement, happened: PartyReplaced, event: RecordedEvent) -> None:
    engagement.roles.replace(happened, event.timestamp, engagement.clause_in_force.retention_months)
    engagement.contract.replaced(happened.role)
    engagement.conflicts.replaced(happened.role)
    engagement.relationship.replaced(happened.role)


@Engagement.evolves(HoldPlaced)
@Engagement.evolves(HoldLifted)
def _held(engagement: Engagement, happened: Fact, event: RecordedEvent) -> None:
    engagement.holds.apply(happened, event.timestamp)


@Engagement.evolves(ConflictDeclared)
@Engagement.evolves(ConflictAccepted)
@Engagement.evolves(ConflictResolved)
def _tied(engagement: Engagement, happened: Fact, event: RecordedEvent) -> None:
    engagement.conflicts.apply(happened, event.timestamp)


@Engagement.evolves(ApproachExplained)
@Engagement.evolves(RealityDescribed)
@Engagement.evolves(TripartiteMeetingScheduled)
@Engagement.evolves(TripartiteMeetingHeld)
def _on_record(_engagement: Engagement, _happened: Fact, _event: RecordedEvent) -> None:
    """Adherence rules read these; no decision depends on them."""


@Engagement.evolves(TeamMemberAdmitted)
@Engagement.evolves(TeamMemberLeft)
def _team(engagement: Engagement, happened: Fact, event: RecordedEvent) -> None:
    engagement.team.apply(happened, event.timestamp)


@Engagement.evolves(EngagementEnded)
def _ended(engagement: Engagement, happened: EngagementEnded, event: RecordedEvent) -> None:
    engagement.ended, engagement.ended_at = happened.ending, event.timestamp


# Decisions.


@dataclass(frozen=True, repr=False)
class RequestEngagement(Command):
    """The organisation's representative asks for an engagement, alone or within a programme of theirs (R7)."""

    organisation: UUID
    line_manager: UUID
    coachee: UUID
    reason: Reason
    content: Content
    kind: EngagementKind = EngagementKind.INDIVIDUAL
    programme: UUID | None = None
    level: Level | None = None


@dataclass(frozen=True, repr=False)
class ExplainApproach(Command):
    """The coach explains approach, methods, reference material and ethics."""

    content: Content


@dataclass(frozen=True, repr=False)
class DescribeReality(Command):
    """The coachee describes their professional reality, the problem, its weight, and why coaching could help."""

    content: Content


@dataclass(frozen=True, repr=False)
class HoldTripartiteMeeting(Command):
    """The coach records the meeting with the line manager."""

    held_on: date
    present: frozenset[Role]


@dataclass(frozen=True, repr=False)
class EndEngagement(Command):
    """Coach or coachee close a fulfilled engagement; any party may break it off, with a reason (X7)."""

    ending: Ending
    content: Content
    evaluation: Content | None = None


WHO_MAY_END: Final[Mapping[Ending, frozenset[Role]]] = {
    Ending.FULFILLED: frozenset({Role.COACH, Role.COACHEE}),
    Ending.CHOSE_NOT_TO_CHANGE: frozenset({Role.COACHEE}),
    Ending.BROKEN_OFF: frozenset(PARTIES),
}


@decides(Engagement, RequestEngagement)
def _request(_: Engagement, command: RequestEngagement, context: Context) -> list[Happening]:
    if len({context.actor, command.line_manager, command.coachee}) != 3:  # noqa: PLR2004 - three people
        raise Invalid("same-person-in-two-roles")
    happened = EngagementRequested(
        organisation=command.organisation,
        representative=context.actor,
        line_manager=command.line_manager,
        coachee=command.coachee,
        reason=command.reason,
        programme=command.programme,
        level=command.level,
        kind=command.kind,
    )
    content = {**command.content, "reason": command.reason.value, "kind": command.kind.value}
    return [Happening(happened, (Part(Item.ENGAGEMENT, content),))]


@decides(Engagement, ExplainApproach)
def _explain(engagement: Engagement, command: ExplainApproach, _: Context) -> list[Happening]:
    engagement.coached()
    return [Happening(ApproachExplained(), (Part(Item.APPROACH, command.content),))]


@decides(Engagement, DescribeReality)
def _describe(engagement: Engagement, command: DescribeReality, _: Context) -> list[Happening]:
    engagement.coached()
    return [Happening(RealityDescribed(), (Part(Item.REALITY, command.content),))]


@decides(Engagement, HoldTripartiteMeeting)
def _hold_meeting(engagement: Engagement, command: HoldTripartiteMeeting, _: Context) -> list[Happening]:
    engagement.coached()
    present = sorted(role.word for role in command.present)
    content = {"held_on": command.held_on.isoformat(), "present": present}
    happened = TripartiteMeetingHeld(held_on=command.held_on, present=command.present)
    return [Happening(happened, (Part(Item.ENGAGEMENT, content),))]


@decides(Engagement, EndEngagement)
def _end(engagement: Engagement, command: EndEngagement, context: Context) -> list[Happening]:
    engagement.going_on()
    context.only(WHO_MAY_END[command.ending])
    if command.ending is Ending.FULFILLED and engagement.contract.active is None:
        raise WrongMoment("contract-not-active")
    # The outcome belongs to coach and coachee (R21): the triangle learns that it ended, and broken off or not.
    shown = command.ending.value if command.ending is Ending.BROKEN_OFF else "closed"
    parts = [Part(Item.ENGAGEMENT, {**command.content, "ending": shown, "by": context.role.word})]
    if Role.COACH in engagement.parties and context.role in (Role.COACH, Role.COACHEE):
        evaluation = {**(command.evaluation or {}), "ending": command.ending.value}
        parts.append(Part(Item.EVALUATION, evaluation))
    return [Happening(EngagementEnded(ending=command.ending, by=context.role), tuple(parts))]
