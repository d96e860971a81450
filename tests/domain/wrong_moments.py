"""Tables: each command at its wrong moments with the refusal it gets, and at a right one."""

import dataclasses
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain import (
    access,
    audit,
    contract,
    disclosure,
    engagement,
    erasure,
    holds,
    keys,
    logbook,
    parties,
    personal,
    principals,
    programme,
    reporting,
    session,
    team,
)
from domain.adherence import publication
from domain.decisions import DECISIONS, Command
from domain.endings import ErasureCancelled
from domain.facts import Fact
from domain.principals import (
    CellFounded,
    EscrowRegistered,
    OrganisationRegistered,
    OverseerAppointed,
    PersonRegistered,
)
from domain.statistics import Quarter
from domain.stream import Stream
from domain.vocabulary import (
    DisclosureGround,
    Ending,
    ErasureGround,
    Item,
    ProgrammeReason,
    Role,
)
from tests.domain import moments
from tests.domain import moments_of_api_keys as of_api_keys
from tests.domain import moments_of_passkeys as of_passkeys
from tests.domain import moments_of_webhooks as of_webhooks
from tests.domain import wrong_moments_before as before
from tests.domain import wrong_moments_of_ethics as of_ethics
from tests.domain import wrong_moments_of_results as of_results
from tests.domain.acting import AT, ORGANISATION, PEOPLE, C, E, Labelled, M, O
from tests.domain.moments import (
    ACTIVE,
    COACHED,
    DRAFTED,
    ENDED,
    EXAMPLES,
    KEYS,
    MET,
    OFFERED,
    OPENED,
    READABLE,
    REPLACED,
    REQUESTED,
    SIGNED,
)

Facts = tuple[Fact | Labelled, ...]

FOUNDED = CellFounded(kem_public=b"", signing_public=b"", custody=moments.RECIPIENT)
APPOINTED = OverseerAppointed(
    person=PEOPLE[Role.COACHING_SUPERVISOR], role=Role.COACHING_SUPERVISOR, recipient=moments.RECIPIENT
)
PERSON = PersonRegistered(kem_public=KEYS.kem_public, signing_public=b"", custody=moments.RECIPIENT)
FIRM = OrganisationRegistered(
    representative=PEOPLE[O], kem_public=b"", signing_public=b"", custody=moments.RECIPIENT
)  # fmt: skip
PROGRAMME = programme.ProgrammeStarted(
    organisation=ORGANISATION, reason=ProgrammeReason.CHANGE, from_the_top=True
)  # fmt: skip
RELEASED = (
    PROGRAMME,
    programme.StatisticsReleased(quarter=date(2025, 7, 1), method=1, k=0, counted=(), digest=None),
)
ANSWERED = (*moments.VOICED, reporting.VoiceAnswered(voice=1))
AGREED = (*moments.PROPOSED, reporting.SummaryAgreed(summary=1, by=E))
SECOND_DRAFT = (*ACTIVE, moments.drafted(2))
TEAM_LEFT = (*moments.TEAMED, team.TeamMemberLeft(member=moments.MEMBER))
FULL = (*moments.TEAM, *(team.TeamMemberAdmitted(member=UUID(int=number)) for number in range(team.LARGEST_TEAM)))
ASKED_FOR_ERASURE = (*ENDED, moments.ERASURE_REQUESTED)
TAKEN_BACK = (*ASKED_FOR_ERASURE, ErasureCancelled(erasure_id=moments.ERASURE))
DUE_ALREADY = (*ENDED, dataclasses.replace(moments.ERASURE_REQUESTED, due_at=AT))
ESCROW = EscrowRegistered(kem_public=b"kem", quorum=2, shares=3)
LIFTED = (*moments.HELD, holds.HoldLifted(hold_id=moments.HOLD))
OVER = (
    *COACHED,
    dataclasses.replace(moments.drafted(), follow_up_months=0),
    *moments.offered(),
    moments.activated(),
    ENDED[-1],
)
ANSWERED_ACCESS = (*moments.ACCESS_ASKED, access.AccessAnswered(request=1, disclosed=frozenset()))
GROUNDS = {"ground": DisclosureGround.COURT_ORDER}
LAPSED = {"expires_at": AT}
ERASED = (OPENED, moments.ERASURE_ORDERED, moments.ERASED)


def example(kind: type[Command], **changes: Any) -> Command:
    """The example of a command, but for the changes."""
    return dataclasses.replace(EXAMPLES[kind], **changes)


AGGREGATES: dict[type[Command], type[Stream]] = {disclosure.Disclose: engagement.Engagement}
"""Of a command for several kinds of aggregates, the one that it is tried on here."""


def aggregate_of(kind: type[Command]) -> type[Stream]:
    """The aggregate that a command is tried on."""
    return AGGREGATES.get(kind, DECISIONS[kind][0])


# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    *before.REFUSED,
    (principals.RegisterPerson, (PERSON,), Role.SELF, {}, "already-registered"),
    (principals.RegisterOrganisation, (FIRM,), Role.SELF, {}, "already-registered"),
    (principals.FoundCell, (FOUNDED,), Role.SERVICE, {}, "already-registered"),
    (principals.FoundCell, (), Role.COACHING_SUPERVISOR, {}, "not-your-role"),
    (principals.AppointOverseer, (FOUNDED, APPOINTED), Role.SERVICE, {}, "already-registered"),
    (principals.AppointOverseer, (FOUNDED,), Role.COACHING_SUPERVISOR, {}, "operator-only"),
    (principals.AppointOverseer, (FOUNDED,), Role.SERVICE, {"role": Role.COACH}, "not-an-overseer"),
    (programme.StartProgramme, (PROGRAMME,), O, {}, "already-registered"),
    (programme.ReleaseStatistics, (), Role.SERVICE, {}, "already-released"),
    (programme.ReleaseStatistics, (PROGRAMME,), Role.SERVICE, {}, "already-released"),
    (programme.ReleaseStatistics, (PROGRAMME,), Role.SERVICE, {"quarter": Quarter(2026, 1)}, "quarter-not-closed"),
    (programme.ReleaseStatistics, RELEASED, Role.SERVICE, {"quarter": Quarter(2025, 3)}, "already-released"),
    (programme.ReleaseStatistics, RELEASED, Role.SERVICE, {"quarter": Quarter(2026, 1)}, "quarter-not-closed"),
    (engagement.RequestEngagement, (), O, {"line_manager": PEOPLE[E]}, "same-person-in-two-roles"),
    (engagement.RequestEngagement, (), O, {"line_manager": PEOPLE[O]}, "same-person-in-two-roles"),
    (engagement.RequestEngagement, (), O, {"coachee": PEOPLE[O]}, "same-person-in-two-roles"),
    (engagement.EndEngagement, COACHED, C, {"ending": Ending.FULFILLED}, "contract-not-active"),
    (engagement.EndEngagement, ACTIVE, M, {"ending": Ending.FULFILLED}, "not-your-role"),
    (contract.AssentToContract, COACHED, E, {}, "no-draft"),
    (contract.AssentToContract, DRAFTED, E, {"contract_version": 2}, "another-contract-version"),
    (contract.AssentToContract, DRAFTED, E, {"document_hash": bytes(32)}, "another-contract-version"),
    (contract.AssentToContract, SECOND_DRAFT, E, {}, "another-contract-version"),
    (contract.AssentToContract, (*DRAFTED, moments.assented(E)), E, {}, "already-assented"),
    (contract.AssentToContract, OFFERED, E, {}, "already-offered"),
    (contract.SignContract, COACHED, C, {}, "no-draft"),
    (contract.SignContract, DRAFTED, C, {}, "not-offered"),
    (contract.SignContract, (*DRAFTED, moments.assented(E)), C, {}, "not-offered"),
    (contract.SignContract, OFFERED, C, {"document_hash": bytes(32)}, "another-contract-version"),
    (contract.SignContract, OFFERED, C, {"signature": bytes(64)}, "signature-invalid"),
    (contract.SignContract, (*OFFERED, *moments.signed(C)), C, {}, "already-signed"),
    (contract.ActivateContract, COACHED, C, {}, "no-draft"),
    (contract.ActivateContract, DRAFTED, C, {}, "signature-missing"),
    (contract.ActivateContract, OFFERED, C, {}, "signature-missing"),
    (contract.ActivateContract, SIGNED, C, {"contract_version": 2}, "another-contract-version"),
    (contract.ActivateContract, ACTIVE, C, {}, "already-active"),
    (session.ScheduleSession, COACHED, C, {"session": 0}, "session-out-of-order"),
    (session.ScheduleSession, COACHED, C, {"session": 2}, "session-out-of-order"),
    (session.ScheduleSession, (*COACHED, *moments.closed(1)), C, {}, "session-out-of-order"),
    (session.ScheduleSession, (*COACHED, *moments.ready(1)), C, {"session": 2}, "session-still-open"),
    (session.ReviewSession, COACHED, E, {}, "unknown-session"),
    (session.ReviewSession, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.ReviewSession, (*COACHED, *moments.ready(1)), E, {"objectives": frozenset({1})}, "contract-not-active"),
    (session.ReviewSession, (*ACTIVE, *moments.ready(1)), E, {"objectives": frozenset({2})}, "unknown-objective"),
    (session.ReviewSession, (*ACTIVE, *moments.ready(1)), E, {"objectives": frozenset({0})}, "unknown-objective"),
    (session.ReviewSession, (*COACHED, moments.scheduled(1), moments.reviewed(1)), E, {}, "already-reviewed"),
    (session.StateExpectation, COACHED, E, {}, "unknown-session"),
    (session.StateExpectation, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.StateExpectation, (*COACHED, *moments.accepted(1)), E, {}, "expectation-already-accepted"),
    (
        session.StateExpectation,
        (*ACTIVE, *moments.held(1, 1), moments.scheduled(2)),
        E,
        {"session": 2},
        "review-missing",
    ),
    (session.AcceptExpectation, COACHED, C, {}, "unknown-session"),
    (session.AcceptExpectation, (*COACHED, *moments.ready(1)), C, {}, "expectation-missing"),
    (session.AcceptExpectation, (*COACHED, *moments.accepted(1)), C, {}, "expectation-already-accepted"),
    (session.AcceptExpectation, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.StartWork, COACHED, C, {}, "unknown-session"),
    (session.StartWork, (*COACHED, *moments.ready(1)), C, {}, "acceptance-missing"),
    (session.StartWork, (*COACHED, *moments.expected(1)), C, {}, "acceptance-missing"),
    (session.StartWork, (*COACHED, *moments.working(1)), C, {}, "work-already-started"),
    (session.StartWork, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.RecordWork, COACHED, C, {}, "unknown-session"),
    (session.RecordWork, (*COACHED, *moments.accepted(1)), C, {}, "work-not-started"),
    (session.RecordWork, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.GiveFeedback, COACHED, E, {}, "unknown-session"),
    (session.GiveFeedback, (*COACHED, *moments.accepted(1)), E, {}, "work-not-started"),
    (session.GiveFeedback, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.CloseSession, COACHED, C, {}, "unknown-session"),
    (session.CloseSession, (*COACHED, *moments.accepted(1)), C, {}, "work-not-started"),
    (session.CloseSession, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (reporting.AnswerVoice, COACHED, C, {}, "unknown-voice"),
    (reporting.AnswerVoice, moments.VOICED, C, {"voice": 2}, "unknown-voice"),
    (reporting.AnswerVoice, ANSWERED, C, {}, "already-answered"),
    (reporting.ReadIndicator, SIGNED, E, {}, "contract-not-active"),
    (reporting.ReadIndicator, ACTIVE, E, {"objective": 0}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"objective": 2}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"indicator": 0}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"indicator": 3}, "unknown-objective"),
    (reporting.AgreeSummary, ACTIVE, E, {}, "unknown-summary"),
    (reporting.AgreeSummary, moments.PROPOSED, C, {}, "own-proposal"),
    (reporting.AgreeSummary, AGREED, E, {}, "already-agreed"),
    (reporting.AgreeSummary, (*COACHED, moments.PROPOSED[-1]), E, {}, "contract-not-active"),
    (reporting.AgreeSummary, moments.PROPOSED, E, {"carried": None}, "content-changed"),
    *of_ethics.REFUSED,
    (parties.ReplaceLineManager, COACHED, O, {"line_manager": PEOPLE[E]}, "same-person-in-two-roles"),
    (parties.ReplaceLineManager, COACHED, O, {"line_manager": PEOPLE[M]}, "same-person-in-two-roles"),
    (parties.ReplaceLineManager, REPLACED, O, {"line_manager": PEOPLE[M]}, "former-party"),
    (parties.ReplaceCoach, REPLACED, E, {"coach": PEOPLE[M]}, "former-party"),
    (parties.ReplaceCoach, REPLACED, E, {}, "same-person-in-two-roles"),
    (parties.ReplaceCoach, moments.TEAMED, E, {"coach": moments.MEMBER}, "same-person-in-two-roles"),
    (team.AdmitTeamMember, COACHED, E, {}, "not-a-team"),
    (team.AdmitTeamMember, moments.TEAMED, E, {"member": moments.MEMBER}, "same-person-in-two-roles"),
    (team.AdmitTeamMember, TEAM_LEFT, E, {"member": moments.MEMBER}, "former-party"),
    (team.AdmitTeamMember, FULL, E, {}, "team-full"),
    (team.EndTeamMembership, moments.TEAM, E, {}, "unknown-team-member"),
    (team.EndTeamMembership, moments.TEAMED, Role.TEAM_MEMBER, {"member": PEOPLE[E]}, "not-your-role"),
    (contract.SignContract, (*OFFERED, REPLACED[-1]), C, {}, "no-draft"),
    (reporting.RecordFollowUp, ACTIVE, C, {}, "engagement-going-on"),
    (reporting.RecordFollowUp, ASKED_FOR_ERASURE, C, {}, "erasure-already-requested"),
    (reporting.RecordFollowUp, OVER, C, {}, "follow-up-over"),
    (disclosure.Disclose, READABLE, E, {"event_version": 1}, "unknown-part"),
    (disclosure.Disclose, READABLE, E, {"event_version": 0}, "unknown-part"),
    (disclosure.Disclose, READABLE, E, {"event_version": 99}, "unknown-part"),
    (disclosure.Disclose, READABLE, E, {"index": 2}, "unknown-part"),
    (disclosure.Disclose, READABLE, E, {"recipient": PEOPLE[C]}, "disclosed-to-a-reader"),
    (disclosure.Disclose, READABLE, E, {"recipient": PEOPLE[E]}, "disclosed-to-a-reader"),
    (disclosure.Disclose, READABLE, E, GROUNDS, "disclosure-without-ground"),
    (disclosure.Disclose, READABLE, C, {}, "disclosure-without-ground"),
    (disclosure.Disclose, READABLE, C, GROUNDS, "disclosure-without-ground"),
    (disclosure.Disclose, READABLE, E, LAPSED, "disclosure-expiry"),
    (disclosure.Disclose, READABLE, E, {"expires_at": AT + timedelta(days=367)}, "disclosure-expiry"),
    (access.RequestAccess, MET, E, {}, "no-coach-yet"),
    (access.AnswerAccess, COACHED, C, {}, "unknown-request"),
    (access.AnswerAccess, ANSWERED_ACCESS, C, {}, "already-answered"),
    (access.AnswerAccess, moments.ACCESS_ASKED, C, {"disclosed": frozenset({PEOPLE[E]})}, "unknown-disclosure"),
    (erasure.RequestErasure, ACTIVE, E, {}, "engagement-going-on"),
    (erasure.RequestErasure, ASKED_FOR_ERASURE, E, {}, "erasure-already-requested"),
    (erasure.RequestErasure, moments.HELD, E, {}, "on-hold"),
    (erasure.CancelErasure, ENDED, E, {}, "no-erasure-requested"),
    (erasure.CancelErasure, TAKEN_BACK, E, {}, "no-erasure-requested"),
    (erasure.CancelErasure, DUE_ALREADY, E, {}, "cooling-off-over"),
    (erasure.WithdrawPermission, COACHED, E, {}, "nothing-permitted"),
    (erasure.WithdrawPermission, ACTIVE, E, {"item": Item.REALITY}, "nothing-permitted"),
    (erasure.RecordErasureRequested, (OPENED, moments.ERASURE_ORDERED), Role.SERVICE, {}, "erasure-already-requested"),
    (erasure.RecordErasureRequested, (), Role.SERVICE, {}, "unknown-grant"),
    (erasure.RecordErasureRequested, (OPENED,), Role.SERVICE, {"grants": ()}, "unknown-grant"),
    (erasure.RecordErasureRequested, ERASED, Role.SERVICE, {"erasure_id": PEOPLE[E]}, "already-erased"),
    (erasure.RecordErasureRequested, (OPENED,), Role.SERVICE, {"ground": ErasureGround.CLOSURE}, "not-due"),
    (erasure.RecordErased, (OPENED,), Role.SERVICE, {}, "unknown-erasure"),
    (erasure.RecordErased, ERASED, Role.SERVICE, {}, "already-erased"),
    (principals.RegisterEscrow, (ESCROW,), Role.SERVICE, {}, "already-registered"),
    (principals.RegisterEscrow, (), Role.SERVICE, {"quorum": 1}, "escrow-quorum"),
    (principals.RegisterEscrow, (), Role.SERVICE, {"quorum": 4}, "escrow-quorum"),
    (publication.PublishPolicy, (), Role.SERVICE, {"parameters": {"voice_days": 14}}, "policy-unchanged"),
    (publication.PublishPolicy, (), Role.SERVICE, {"parameters": {"version": 7}}, "unknown-parameter"),
    (publication.PublishPolicy, (), Role.SERVICE, {"parameters": {"aggregate_people": 4}}, "parameter-out-of-range"),
    (holds.PlaceHold, moments.HELD, Role.SERVICE, {}, "already-on-hold"),
    (holds.PlaceHold, LIFTED, Role.SERVICE, {}, "already-on-hold"),
    (holds.PlaceHold, moments.HELD, Role.SERVICE, {"hold_id": ORGANISATION, "escrow": ORGANISATION}, "another-escrow"),
    (keys.RecordStep, (keys.RootStaged(epoch=1), keys.RootStaged(epoch=2)), Role.SERVICE, {}, "already-recorded"),
    (logbook.EnterLogbook, (moments.RESUMED,), Role.SERVICE, {}, "already-recorded"),
    (audit.MakeStatement, (moments.STATED,), Role.SERVICE, {}, "already-recorded"),
    (holds.LiftHold, ENDED, Role.SERVICE, {}, "not-on-hold"),
    (holds.LiftHold, LIFTED, Role.SERVICE, {}, "not-on-hold"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    **before.ACCEPTED,
    principals.RegisterPerson: ((), Role.SELF),
    principals.RegisterOrganisation: ((), Role.SELF),
    principals.FoundCell: ((), Role.SERVICE),
    principals.AppointOverseer: ((FOUNDED,), Role.SERVICE),
    programme.StartProgramme: ((), O),
    programme.ReleaseStatistics: (RELEASED, Role.SERVICE),
    engagement.RequestEngagement: ((), O),
    engagement.ExplainApproach: (COACHED, C),
    engagement.DescribeReality: (COACHED, E),
    engagement.HoldTripartiteMeeting: (COACHED, C),
    engagement.EndEngagement: (REQUESTED, M),
    contract.DraftContract: (COACHED, C),
    contract.AssentToContract: (DRAFTED, E),
    contract.SignContract: (OFFERED, C),
    contract.ActivateContract: (SIGNED, C),
    session.ScheduleSession: (COACHED, C),
    session.ReviewSession: ((*COACHED, moments.scheduled(1)), E),
    session.StateExpectation: ((*COACHED, moments.scheduled(1)), E),
    session.AcceptExpectation: ((*COACHED, *moments.expected(1)), C),
    session.StartWork: ((*COACHED, *moments.accepted(1)), C),
    session.RecordWork: ((*COACHED, *moments.working(1)), C),
    session.GiveFeedback: ((*COACHED, *moments.working(1)), E),
    session.CloseSession: ((*COACHED, *moments.working(1)), C),
    reporting.StateVoice: (REQUESTED, O),
    reporting.AnswerVoice: (moments.VOICED, C),
    reporting.ReadIndicator: (ACTIVE, E),
    reporting.ProposeSummary: (COACHED, C),
    reporting.AgreeSummary: (moments.PROPOSED, E),
    **of_ethics.ACCEPTED,
    personal.WriteNote: ((), C),
    personal.WriteEntry: ((), E),
    parties.ReplaceLineManager: (COACHED, O),
    parties.ReplaceCoach: (COACHED, E),
    team.AdmitTeamMember: (moments.TEAM, E),
    team.EndTeamMembership: (moments.TEAMED, Role.TEAM_MEMBER),
    reporting.RecordFollowUp: (ENDED, C),
    disclosure.Disclose: (READABLE, E),
    access.RequestAccess: (COACHED, E),
    access.AnswerAccess: (moments.ACCESS_ASKED, C),
    erasure.RequestErasure: (ENDED, E),
    erasure.CancelErasure: (ASKED_FOR_ERASURE, E),
    erasure.WithdrawPermission: (ACTIVE, E),
    erasure.RecordErasureRequested: ((OPENED,), Role.SERVICE),
    principals.RegisterEscrow: ((), Role.SERVICE),
    publication.PublishPolicy: ((), Role.SERVICE),
    keys.RecordStep: ((keys.RootStaged(epoch=1), keys.TreeCopied(epoch=2, places=2, digest=b"")), Role.SERVICE),
    logbook.EnterLogbook: ((), Role.SERVICE),
    audit.MakeStatement: ((), Role.SERVICE),
    holds.PlaceHold: (ACTIVE, Role.SERVICE),
    holds.LiftHold: (moments.HELD, Role.SERVICE),
    erasure.RecordErased: ((OPENED, moments.ERASURE_ORDERED), Role.SERVICE),
}
REFUSED += of_results.REFUSED + of_api_keys.REFUSED + of_passkeys.REFUSED + of_webhooks.REFUSED
ACCEPTED |= of_results.ACCEPTED | of_api_keys.ACCEPTED | of_passkeys.ACCEPTED | of_webhooks.ACCEPTED
