"""Moments of an engagement as lists of facts, and one example of every command.

Each moment continues an earlier one, so a table can say "this command, at this moment". ``TYPED`` stands in
every text of the examples: whatever shows it, shows content.
"""

import dataclasses
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import uuid5

from domain import (
    access,
    audit,
    candidacy,
    concerns,
    conflicts,
    contract,
    dealings,
    disclosure,
    engagement,
    erasure,
    holds,
    intake,
    keys,
    limits,
    logbook,
    parties,
    personal,
    practice,
    principals,
    programme,
    relationship,
    reporting,
    results,
    session,
    team,
    waivers,
)
from domain.adherence import publication
from domain.decisions import Command
from domain.document import ContractDocument, ContractDrafted, ManagerDemand, Objective, Resource
from domain.endings import Doomed, ErasureRequested, KeysErased
from domain.events import CompartmentOpened, Content, Label, Recipient, SealedGrant
from domain.facts import Fact
from domain.ports import NewPrincipal
from domain.principals import NAMESPACE
from domain.statistics import Quarter
from domain.vocabulary import (
    Compartment,
    ConcernKind,
    CredentialKind,
    DealingKind,
    DevelopmentKind,
    DisclosureGround,
    Dynamic,
    Ending,
    EngagementKind,
    ErasureGround,
    HoldGround,
    Item,
    Lifetime,
    ProfileFacet,
    ProgrammeReason,
    Quadrant,
    Reason,
    ResourceKind,
    Role,
    RuleId,
    WaiverGround,
)
from tests.domain.acting import AT, ORGANISATION, PEOPLE, STREAM, C, E, Labelled, M, O, PlainNotary
from tests.domain.examples_of_results import examples
from tests.domain.moments_of_api_keys import examples as examples_of_api_keys
from tests.domain.moments_of_passkeys import examples as examples_of_passkeys
from tests.domain.moments_of_webhooks import examples as examples_of_webhooks

TYPED: Final = "what nobody else may read"
SAYS: Final = {"text": TYPED}
DAY: Final = date(2026, 3, 2)
RESUMED: Final = logbook.LogResumed(line=2, size=9, root=bytes(32), kept=5, begun=(bytes(32),))
PERMITS: Final = {Item.PROGRESS_SUMMARY: frozenset({O, M})}


def objective(**changes: Any) -> Objective:
    """An objective with its four qualities and an indicator."""
    said = dict.fromkeys(("statement", "specific", "measurable", "ambitious", "achievable"), TYPED)
    return Objective(**{**said, "indicators": (TYPED, TYPED), "dynamic": Dynamic.MEANING, **changes})


def document(**changes: Any) -> ContractDocument:
    """A text that follows the method, but for the changes."""
    fields: dict[str, Any] = {
        "expectations": dict.fromkeys((O, C, E), (TYPED,)),
        "objectives": (objective(),),
        "demands_on_coach": (TYPED,),
        "demands_on_manager": (ManagerDemand(TYPED, DAY), ManagerDemand(TYPED)),
        "banana_skins": (TYPED,),
        "resources": (Resource(ResourceKind.TRAINING, TYPED, O, TYPED, DAY), Resource(ResourceKind.BOOKS, TYPED)),
        "interests": dict.fromkeys((O, E), TYPED),
        "coaching_request": TYPED,
        "complaint_route": TYPED,
        "deadline": date(2026, 9, 30),
        "frequency_days": 14,
        "session_minutes": 90,
        "permits": PERMITS,
        "retention_months": 60,
        "follow_up_months": 6,
    }
    return ContractDocument(**{**fields, **changes})


def hash_of(version: int) -> bytes:
    """The document hash of a version of :func:`document`, as the decision makes it with salts of zeros."""
    notary = PlainNotary()
    sections = document().sections(version)
    return notary.document_hash(STREAM, version, {n: notary.commit(n, bytes(32), s) for n, s in sections.items()})


def drafted(version: int = 1) -> ContractDrafted:
    """A version was written."""
    return document().facts(version, hash_of(version), C)


def assented(by: Role, version: int = 1) -> contract.ContractAssented:
    """An author assented."""
    return contract.ContractAssented(contract_version=version, document_hash=hash_of(version), by=by)


def offered(version: int = 1) -> tuple[Fact, ...]:
    """Both assented, so it was offered."""
    shown = contract.ContractOffered(contract_version=version, document_hash=hash_of(version))
    return assented(E, version), assented(M, version), shown


def signed(*by: Role, version: int = 1) -> tuple[Fact, ...]:
    """These parties signed."""
    digest = hash_of(version)
    return tuple(
        contract.ContractSigned(contract_version=version, document_hash=digest, by=role, signature=bytes(64))
        for role in by
    )


def activated(version: int = 1) -> contract.ContractActivated:
    """The version came into force."""
    return contract.ContractActivated(contract_version=version)


def declared(number: int = 1, *, conflict: bool = False, in_reporting_line: bool = False) -> conflicts.ConflictDeclared:
    """The coach declared their ties; by default harmless ones."""
    return conflicts.ConflictDeclared(
        declaration=number, ties=True, in_reporting_line=in_reporting_line, conflict=conflict
    )


def scheduled(number: int) -> session.SessionScheduled:
    """A session got its date."""
    return session.SessionScheduled(session=number, starts_at=AT, minutes=90)


def reviewed(number: int) -> session.SessionReviewed:
    """The coachee reviewed."""
    return session.SessionReviewed(
        session=number, has_retained=True, has_practised=True, has_events=False, objectives=frozenset()
    )


def ready(number: int) -> tuple[Fact, ...]:
    """A session before the coachee says what they expect."""
    return (scheduled(number), reviewed(number)) if number > 1 else (scheduled(number),)


def expected(number: int) -> tuple[Fact, ...]:
    """A session whose expectation is stated."""
    return *ready(number), session.ExpectationStated(session=number)


def accepted(number: int) -> tuple[Fact, ...]:
    """A session whose expectation is accepted."""
    return *expected(number), session.ExpectationAccepted(session=number)


def working(number: int) -> tuple[Fact, ...]:
    """A session at work."""
    return *accepted(number), session.WorkStarted(session=number, quadrants=frozenset({Quadrant.INNER_COLLECTIVE}))


def closed(number: int) -> tuple[Fact, ...]:
    """A session from its date to its end."""
    return *working(number), session.SessionClosed(session=number, attended=True, minutes=80)


def held(first: int, last: int) -> tuple[Fact, ...]:
    """Sessions, one after another."""
    return tuple(fact for number in range(first, last + 1) for fact in closed(number))


REQUEST: Final = intake.EngagementRequested(
    organisation=ORGANISATION,
    representative=PEOPLE[O],
    line_manager=PEOPLE[M],
    coachee=PEOPLE[E],
    reason=Reason.LEAD_A_PROJECT,
)
REQUESTED: Final[tuple[Fact, ...]] = (REQUEST,)
MET: Final = (*REQUESTED, intake.CoachMet(meeting=1, met_on=DAY))
NOMINATED: Final = (*REQUESTED, intake.CoachMet(meeting=1, met_on=DAY, coach=PEOPLE[Role.CANDIDATE]))
"""With a registered coach whom the coachee met."""
DECLINED: Final = (*NOMINATED, candidacy.CandidacyDeclined(meeting=1, refers=False))
CHOSEN: Final = (*MET, intake.CoachChosen(coach=PEOPLE[C], meeting=1))
COACHED: Final = (*CHOSEN, declared())
"""With the coach's declaration, without which no work starts."""
CONFLICTED: Final = (*COACHED, declared(2, conflict=True))
"""With a conflict that stands."""
TEAM: Final = (dataclasses.replace(REQUEST, kind=EngagementKind.TEAM), *COACHED[1:])
MEMBER: Final = PEOPLE[Role.TEAM_MEMBER]
TEAMED: Final = (*TEAM, team.TeamMemberAdmitted(member=MEMBER))
DRAFTED: Final = (*COACHED, drafted())
OFFERED: Final = (*DRAFTED, *offered())
SIGNED: Final = (*OFFERED, *signed(O, M, C, E))
ACTIVE: Final = (*SIGNED, activated())
VOICED: Final = (*COACHED, reporting.VoiceStated(voice=1))
PROPOSED: Final = (
    *ACTIVE,
    reporting.SummaryProposed(
        summary=1, by=C, commitment=PlainNotary().commit("progress_summary", bytes(32), SAYS)
    ),
)  # fmt: skip
REFERRED: Final = (*COACHED, limits.ReferralRecommended(referral=1, limit=0))
WORRIED: Final = (*COACHED, concerns.ConcernRaised(concern=1, kind=ConcernKind.HARM, by=E))
AFTER_FIVE: Final = (*ACTIVE, *held(1, 5))
ASSESSED: Final = (*AFTER_FIVE, results.ResultsAssessed(after_session=5, clear_results=False))
COUNTERSIGNED: Final = (*ASSESSED, results.ResultsCountersigned(assessment=1, agrees=True))
ENDED: Final = (*ACTIVE, intake.EngagementEnded(ending=Ending.FULFILLED, by=C))

KEY: Final = SealedGrant(uuid5(NAMESPACE, "key"), uuid5(NAMESPACE, "slot"), TYPED.encode())
KEYS: Final = NewPrincipal(b"kem", b"signing", KEY)
RECIPIENT: Final = Recipient(PEOPLE[E], KEY.slot_id)
NEWCOMER: Final = uuid5(NAMESPACE, "newcomer")
REPLACED: Final = (*ACTIVE, parties.PartyReplaced(role=M, person=NEWCOMER))

ESCROW: Final = uuid5(NAMESPACE, "escrow")
HOLD: Final = uuid5(NAMESPACE, "hold")
HELD: Final = (*ENDED, holds.HoldPlaced(hold_id=HOLD, ground=HoldGround.AUTHORITY, escrow=ESCROW))

OPENED: Final = CompartmentOpened(
    key_id=KEY.key_id,
    compartment=Compartment.COACHEE,
    lifetimes={E: Lifetime.KEPT},
    generation=1,
    recipients={E: RECIPIENT},
)
SHARED: Final = dataclasses.replace(
    OPENED,
    compartment=Compartment.ALLIANCE,
    lifetimes={C: Lifetime.RETENTION, E: Lifetime.KEPT},
    recipients={E: RECIPIENT, C: Recipient(PEOPLE[C], uuid5(NAMESPACE, "the coach's slot"))},
)
READABLE: Final[tuple[Fact | Labelled, ...]] = (
    *ACTIVE,
    SHARED,
    Labelled(intake.RealityDescribed(), (Label(Item.REALITY, KEY.key_id),)),
)
"""Something that coach and coachee read, in the last event."""
ACCESS_ASKED: Final = (*COACHED, access.AccessRequested(request=1, due_at=AT + timedelta(days=30)))
DOOMED: Final = Doomed(KEY.key_id, E, KEY.slot_id)
ERASURE: Final = uuid5(NAMESPACE, "erasure")
ERASURE_REQUESTED: Final = ErasureRequested(
    erasure_id=ERASURE, ground=ErasureGround.ERASURE_REQUEST, grants=(), due_at=AT + timedelta(days=14)
)
ERASURE_ORDERED: Final = ErasureRequested(
    erasure_id=ERASURE, ground=ErasureGround.OPERATOR_ORDER, grants=(DOOMED,), due_at=AT
)
ERASED: Final = KeysErased(
    erasure_id=ERASURE, epoch=2, tombstone_head=bytes(32), page_head=bytes(32), slots=(KEY.slot_id,)
)
CARRIED_SUMMARY: Final = {"summary": 1, "salt": bytes(32).hex(), "text": SAYS}


def carried_draft(version: int = 1, changes: Mapping[str, Content] | None = None) -> dict[str, Any]:
    """The draft as its author reads it back, but for the changes to its sections."""
    sections = {**document().sections(version), **(changes or {})}
    return {
        "contract_version": version,
        "sections": sections,
        "salts": {name: bytes(32).hex() for name in sections},
        "document_hash": hash_of(version).hex(),
    }


REVIEW: Final = {"retained": TYPED, "practised": TYPED, "events": ""}

STATED: Final = audit.BoundariesStated(
    size=1, engagements=0, grants=0, unfounded=0, principals=0, tried=0, opened=0, outside=0, lost=0, digest=bytes(32)
)

EXAMPLES: Final[Mapping[type[Command], Command]] = {
    type(command): command
    for command in (
        principals.RegisterPerson(KEYS, SAYS),
        principals.RegisterOrganisation(KEYS, SAYS),
        principals.FoundCell(KEYS, KEY),
        principals.AppointOverseer(PEOPLE[Role.COACHING_SUPERVISOR], Role.COACHING_SUPERVISOR, KEY),
        programme.ReleaseStatistics(Quarter(2025, 4), ()),
        programme.StartProgramme(ORGANISATION, ProgrammeReason.CHANGE, True, SAYS),
        engagement.RequestEngagement(ORGANISATION, PEOPLE[M], PEOPLE[E], Reason.LEAD_A_PROJECT, SAYS),
        candidacy.MeetCoach(DAY, SAYS),
        candidacy.ChooseCoach(PEOPLE[C], 1, SAYS, SAYS),
        candidacy.OfferProfile(frozenset({ProfileFacet.METHODS}), 0, SAYS),
        candidacy.PledgeEthics(SAYS),
        candidacy.DeclineCandidacy(True, SAYS),
        candidacy.DiscloseProfile(frozenset(ProfileFacet), 2, SAYS),
        candidacy.AcknowledgeEthics(SAYS),
        engagement.ExplainApproach(SAYS),
        engagement.DescribeReality(SAYS),
        engagement.HoldTripartiteMeeting(DAY, frozenset({M, C, E})),
        engagement.EndEngagement(Ending.BROKEN_OFF, SAYS, SAYS),
        relationship.ProposeRelationshipContract(SAYS),
        relationship.AgreeRelationshipContract(1),
        relationship.AcknowledgeLimits(SAYS),
        relationship.RecordOrganisationContext(SAYS),
        relationship.ScheduleTripartiteMeeting(AT, SAYS),
        conflicts.DeclareConflict(True, False, True, SAYS),
        conflicts.ResolveConflict(2, SAYS),
        conflicts.AcceptConflict(2, SAYS),
        contract.DraftContract(document()),
        contract.AssentToContract(1, hash_of(1), carried_draft()),
        contract.SignContract(1, hash_of(1)),
        contract.ActivateContract(1),
        session.ScheduleSession(1, AT, 90, SAYS),
        session.ReviewSession(1, frozenset(), REVIEW),
        session.StateExpectation(1, SAYS),
        session.AcceptExpectation(1, SAYS),
        session.StartWork(1, frozenset(Quadrant), SAYS),
        session.RecordWork(1, SAYS),
        session.GiveFeedback(1, True, SAYS),
        session.CloseSession(1, True, 80),
        *examples(SAYS),
        *examples_of_api_keys(SAYS),
        *examples_of_passkeys(SAYS),
        *examples_of_webhooks(SAYS),
        reporting.StateVoice(SAYS),
        reporting.AnswerVoice(1, SAYS),
        reporting.ReadIndicator(1, 1, SAYS),
        reporting.ProposeSummary(SAYS),
        reporting.AgreeSummary(1, CARRIED_SUMMARY),
        limits.SignalCompetenceLimit(SAYS),
        limits.RecommendReferral(0, SAYS),
        limits.AnswerReferral(1, True, SAYS),
        concerns.RaiseConcern(ConcernKind.HARM, SAYS),
        concerns.AnswerConcern(E, 1, SAYS),
        dealings.DeclareDealing(DealingKind.COACHING, O, SAYS),
        waivers.WaiveRule(RuleId.P15, WaiverGround.COACHEE_WISH, SAYS),
        practice.RecordCredential(CredentialKind.TRAINING, DAY, None, SAYS),
        practice.RegisterSupervisionPlace(None, DAY, SAYS),
        practice.LeaveSupervisionPlace(1, DAY, SAYS),
        practice.RecordSupervision(DAY, 90, frozenset(), SAYS),
        practice.LogDevelopment(DevelopmentKind.READING, DAY, 3, SAYS),
        personal.WriteNote(STREAM, SAYS),
        personal.WriteEntry(STREAM, SAYS),
        principals.RegisterEscrow(b"kem", 2, 3),
        publication.PublishPolicy({"voice_days": 10}),
        holds.PlaceHold(HOLD, HoldGround.AUTHORITY, ESCROW, SAYS),
        holds.LiftHold(HOLD, SAYS),
        keys.RecordStep(keys.RootStaged(epoch=2)),
        audit.MakeStatement(STATED),
        logbook.EnterLogbook(RESUMED),
        parties.ReplaceLineManager(NEWCOMER, SAYS),
        parties.ReplaceCoach(NEWCOMER, SAYS),
        team.AdmitTeamMember(NEWCOMER, SAYS),
        team.EndTeamMembership(MEMBER, SAYS),
        reporting.RecordFollowUp(SAYS),
        disclosure.Disclose(
            len(READABLE), 1, NEWCOMER, DisclosureGround.COACHEE_CONSENT, AT + timedelta(days=30), SAYS
        ),
        access.RequestAccess(SAYS),
        access.AnswerAccess(1, frozenset(), SAYS),
        erasure.RequestErasure(SAYS),
        erasure.CancelErasure(SAYS),
        erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS),
        erasure.RecordErasureRequested(ERASURE, ErasureGround.OPERATOR_ORDER, (DOOMED,)),
        erasure.RecordErased(ERASURE, 2, bytes(32), bytes(32)),
    )
}
"""One example of every command; numbers where a state has them are the first ones."""
