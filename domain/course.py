"""The course of an engagement: contract, sessions and reporting, bound to the engagement they belong to.

The books in :mod:`domain.contract`, :mod:`domain.session`, :mod:`domain.reporting` and :mod:`domain.access` say what
may happen within them; this file binds their facts and decisions to the engagement, and adds the guard that almost all
of them share: the engagement goes on and has a coach.
"""

from typing import Any

from domain import (
    access,
    candidacy,
    coaching_request,
    commitments,
    concerns,
    conflicts,
    contract,
    dealings,
    document,
    experiments,
    holds,
    limits,
    parties,
    relationship,
    reporting,
    results,
    session,
    team,
    waivers,
)
from domain.decisions import DECISIONS, Command, Context, Decision, decides
from domain.engagement import Engagement
from domain.events import Happening, RecordedEvent
from domain.facts import Fact

_BOOKS: dict[str, tuple[type[Fact], ...]] = {
    "contract": (
        document.ContractDrafted,
        contract.ContractAssented,
        contract.ContractOffered,
        contract.ContractSigned,
        contract.ContractActivated,
        contract.PermissionWithdrawn,
    ),
    "sessions": (
        session.SessionScheduled,
        session.SessionReviewed,
        session.ExpectationStated,
        session.ExpectationAccepted,
        session.WorkStarted,
        session.WorkRecorded,
        session.FeedbackGiven,
        session.SessionClosed,
    ),
    "experiments": (
        experiments.ExperimentCommitted,
        experiments.ExperimentTried,
        experiments.DecisionRecorded,
    ),
    "request": (
        coaching_request.CoachingRequestStated,
        coaching_request.CoachingRequestValidated,
    ),
    "reporting": (
        reporting.VoiceStated,
        reporting.VoiceAnswered,
        reporting.IndicatorRead,
        reporting.SummaryProposed,
        reporting.SummaryAgreed,
        reporting.FollowUpRecorded,
        reporting.FollowUpWaived,
    ),
    "access": (
        access.DisclosureNoted,
        access.AccessRequested,
        access.AccessAnswered,
    ),
    "relationship": (
        relationship.RelationshipContractProposed,
        relationship.RelationshipContractAgreed,
        relationship.LimitsAcknowledged,
        relationship.OrganisationContextRecorded,
    ),
    "limits": (limits.CompetenceLimitSignalled, limits.ReferralRecommended, limits.ReferralAnswered),
    "dealings": (dealings.DealingDeclared,),
    "waivers": (waivers.RuleWaived,),
}

_UNDER_THE_CONTRACT: dict[str, tuple[type[Fact], ...]] = {
    "results": (
        results.ResultsAssessed,
        results.ResultsCountersigned,
        results.NoResultAnalysed,
        results.CoachingEffectMeasured,
        results.ObjectiveMet,
        results.ClosureRequested,
    ),
    "promises": (
        commitments.CommitmentKept,
        commitments.CommitmentReassigned,
        commitments.ResourceDelivered,
        commitments.DemandsReviewed,
    ),
}
"""Facts whose numbers are those of the contract in force."""

_DECISIONS: dict[type[Command], Decision] = {
    parties.ReplaceCoach: parties.replace_coach,
    candidacy.DiscloseProfile: candidacy.disclose_profile,
    candidacy.AcknowledgeEthics: candidacy.acknowledge_ethics,
    relationship.ProposeRelationshipContract: relationship.propose,
    relationship.AgreeRelationshipContract: relationship.agree,
    relationship.AcknowledgeLimits: relationship.acknowledge,
    relationship.RecordOrganisationContext: relationship.record_context,
    relationship.ScheduleTripartiteMeeting: relationship.schedule,
    conflicts.DeclareConflict: conflicts.declare,
    conflicts.ResolveConflict: conflicts.resolve,
    conflicts.AcceptConflict: conflicts.accept,
    team.AdmitTeamMember: team.admit,
    team.EndTeamMembership: team.end_membership,
    contract.DraftContract: contract.draft,
    contract.AssentToContract: contract.assent,
    contract.SignContract: contract.sign,
    contract.ActivateContract: contract.activate,
    session.ScheduleSession: session.schedule,
    session.ReviewSession: session.review,
    session.StateExpectation: session.expect,
    session.AcceptExpectation: session.accept,
    session.StartWork: session.start_work,
    session.RecordWork: session.record_work,
    session.GiveFeedback: session.give_feedback,
    session.CloseSession: session.close,
    results.AssessResults: results.assess,
    results.CountersignResults: results.countersign,
    results.AnalyseNoResult: results.analyse,
    results.MeasureEffect: results.measure_effect,
    results.MeetObjective: results.meet_objective,
    results.RequestClosure: results.request_closure,
    commitments.KeepCommitment: commitments.keep,
    commitments.ReassignCommitment: commitments.reassign,
    commitments.DeliverResource: commitments.deliver,
    commitments.ReviewDemands: commitments.review,
    experiments.CommitExperiment: experiments.commit,
    experiments.TryExperiment: experiments.try_out,
    experiments.RecordDecision: experiments.decide,
    coaching_request.StateCoachingRequest: coaching_request.state,
    coaching_request.ValidateCoachingRequest: coaching_request.validate,
    reporting.AnswerVoice: reporting.answer_voice,
    reporting.ReadIndicator: reporting.read_indicator,
    reporting.ProposeSummary: reporting.propose_summary,
    reporting.AgreeSummary: reporting.agree_summary,
    limits.SignalCompetenceLimit: limits.signal_limit,
    limits.RecommendReferral: limits.recommend_referral,
}


_BEFORE_THE_CHOICE: dict[type[Command], Decision] = {
    candidacy.MeetCoach: candidacy.meet,
    candidacy.ChooseCoach: candidacy.choose,
    candidacy.OfferProfile: candidacy.offer_profile,
    candidacy.PledgeEthics: candidacy.pledge_ethics,
    candidacy.DeclineCandidacy: candidacy.decline,
}
"""What coachee and candidates do, as long as nobody is chosen."""


_AT_ANY_TIME: dict[type[Command], Decision] = {
    holds.PlaceHold: holds.place_hold,
    holds.LiftHold: holds.lift_hold,
    access.RequestAccess: access.request_access,
    access.AnswerAccess: access.answer_access,
    reporting.RecordFollowUp: reporting.record_follow_up,
    limits.AnswerReferral: limits.answer_referral,
    concerns.RaiseConcern: concerns.raise_concern,
    concerns.AnswerConcern: concerns.answer_concern,
    dealings.DeclareDealing: dealings.declare_dealing,
    waivers.WaiveRule: waivers.waive_rule,
    reporting.WaiveFollowUp: reporting.waive_follow_up,
}
"""What comes after the end, too, or only then; each says itself what it waits for."""


def _bind(book: str, kind: type[Fact]) -> None:
    def evolve(engagement: Engagement, happened: Fact, _: RecordedEvent) -> None:
        getattr(engagement, book).apply(happened)

    Engagement.evolves(kind)(evolve)


def _bind_under_the_contract(book: str, kind: type[Fact]) -> None:
    def evolve(engagement: Engagement, happened: Fact, _: RecordedEvent) -> None:
        active = engagement.contract.active
        getattr(engagement, book).apply(happened, active.drafted.contract_version if active else 0)

    Engagement.evolves(kind)(evolve)


def _when_coached(decision: Decision) -> Decision:
    def decide(engagement: Engagement, command: Any, context: Context) -> list[Happening]:
        engagement.coached()
        return decision(engagement, command, context)

    return decide


@Engagement.evolves(concerns.ConcernRaised)
@Engagement.evolves(concerns.ConcernAnswered)
def _worried(engagement: Engagement, happened: Fact, _: RecordedEvent) -> None:
    engagement.concerns.apply(happened, engagement.parties)


@decides(Engagement, reporting.StateVoice)
def _state_voice(engagement: Engagement, command: reporting.StateVoice, context: Context) -> list[Happening]:
    """The one exception: the organisation may speak before a coach is chosen, who will read it then."""
    engagement.going_on()
    return reporting.state_voice(engagement, command, context)


@decides(Engagement, parties.ReplaceLineManager)
def _replace_line_manager(
    engagement: Engagement, command: parties.ReplaceLineManager, context: Context
) -> list[Happening]:
    """Nor does a line manager's leaving wait for a coach."""
    engagement.going_on()
    return parties.replace_line_manager(engagement, command, context)


for _book, _kinds in _BOOKS.items():
    for _kind in _kinds:
        _bind(_book, _kind)
for _book, _kinds in _UNDER_THE_CONTRACT.items():
    for _kind in _kinds:
        _bind_under_the_contract(_book, _kind)
for _command, _decision in _DECISIONS.items():
    DECISIONS[_command] = (Engagement, _when_coached(_decision))
for _command, _decision in (_AT_ANY_TIME | _BEFORE_THE_CHOICE).items():
    DECISIONS[_command] = (Engagement, _decision)
