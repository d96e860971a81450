"""Who may give which command, as whom: the whole table, in one place.

A policy looks at the role alone. What also depends on the state (may this one be signed *now*?) is the decision's
affair, and the two decisions whose right depends on what is asked say so beside them.
"""

from collections.abc import Mapping
from typing import Final

from domain import (
    access,
    api_keys,
    audit,
    candidacy,
    coaching_request,
    commitments,
    concerns,
    conflicts,
    contract,
    dealings,
    disclosure,
    engagement,
    erasure,
    experiments,
    holds,
    keys,
    limits,
    logbook,
    logins,
    parties,
    passkeys,
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
    webhooks,
)
from domain.adherence import publication
from domain.decisions import Command
from domain.vocabulary import PARTIES, Role

_O, _M, _C, _E = PARTIES

POLICIES: Final[Mapping[type[Command], frozenset[Role]]] = {
    principals.RegisterPerson: frozenset({Role.SELF}),
    principals.RegisterOrganisation: frozenset({Role.SELF}),
    api_keys.IssueApiKey: frozenset({Role.SELF}),
    api_keys.RevokeApiKey: frozenset({Role.SELF}),
    webhooks.RegisterWebhook: frozenset({Role.SELF}),
    webhooks.ChangeWebhookSecret: frozenset({Role.SELF}),
    webhooks.ReplayWebhook: frozenset({Role.SELF}),
    webhooks.RemoveWebhook: frozenset({Role.SELF}),
    principals.FoundCell: frozenset({Role.SERVICE}),
    principals.AppointOverseer: frozenset({Role.SERVICE}),
    principals.RegisterEscrow: frozenset({Role.SERVICE}),
    publication.PublishPolicy: frozenset({Role.SERVICE}),
    logins.EndLogin: frozenset({Role.SELF}),
    passkeys.RegisterPasskey: frozenset({Role.SELF}),
    passkeys.UsePasskey: frozenset({Role.SELF}),
    passkeys.RevokePasskey: frozenset({Role.SELF}),
    passkeys.RevokeLostPasskeys: frozenset({Role.SERVICE}),
    programme.StartProgramme: frozenset({_O}),
    programme.ReleaseStatistics: frozenset({Role.SERVICE}),
    engagement.RequestEngagement: frozenset({_O}),
    candidacy.MeetCoach: frozenset({_E}),
    candidacy.OfferProfile: frozenset({Role.CANDIDATE}),  # R13
    candidacy.PledgeEthics: frozenset({Role.CANDIDATE}),
    candidacy.DeclineCandidacy: frozenset({Role.CANDIDATE}),  # X4
    candidacy.ChooseCoach: frozenset({_E}),  # R24: the coachee chooses
    relationship.ProposeRelationshipContract: frozenset({_C}),  # R12
    relationship.AgreeRelationshipContract: frozenset({_E}),
    relationship.AcknowledgeLimits: frozenset({_O, _E}),  # R20
    relationship.RecordOrganisationContext: frozenset({_O, _M, _C}),  # R60
    relationship.ScheduleTripartiteMeeting: frozenset({_C}),  # R27
    engagement.ExplainApproach: frozenset({_C}),
    engagement.DescribeReality: frozenset({_E}),
    engagement.HoldTripartiteMeeting: frozenset({_C}),
    engagement.EndEngagement: frozenset(PARTIES),  # X7; who may end how: engagement.WHO_MAY_END
    parties.ReplaceLineManager: frozenset({_O}),
    parties.ReplaceCoach: frozenset({_E}),  # R24: the coachee chooses
    candidacy.DiscloseProfile: frozenset({_C}),
    candidacy.AcknowledgeEthics: frozenset({_C}),  # R12
    conflicts.DeclareConflict: frozenset({_C}),  # R62
    conflicts.ResolveConflict: frozenset({_C}),
    conflicts.AcceptConflict: conflicts.ACCEPTING,
    team.AdmitTeamMember: frozenset({_E}),  # R4
    team.EndTeamMembership: frozenset({_E, Role.TEAM_MEMBER}),
    contract.DraftContract: frozenset({_M, _C, _E}),  # R37: E and M determine, the coach holds the pen with them
    contract.AssentToContract: contract.AUTHORS,  # P9
    contract.SignContract: frozenset(PARTIES),  # P2
    contract.ActivateContract: frozenset({_C}),
    session.ScheduleSession: frozenset({_C, _E}),
    session.ReviewSession: frozenset({_E}),
    session.StateExpectation: frozenset({_E}),
    session.AcceptExpectation: frozenset({_C}),
    session.StartWork: frozenset({_C}),
    session.RecordWork: frozenset({_C}),
    session.GiveFeedback: frozenset({_E}),
    session.CloseSession: frozenset({_C}),
    results.AssessResults: frozenset({_E}),  # R29: the coachee measures
    results.CountersignResults: frozenset({_C}),
    results.AnalyseNoResult: frozenset({_C}),
    results.MeasureEffect: frozenset({_E}),  # R29
    results.MeetObjective: frozenset({_E}),
    results.RequestClosure: frozenset({_C, _E}),  # R63
    commitments.KeepCommitment: frozenset({_M}),  # R41
    commitments.ReassignCommitment: frozenset({_M}),  # R19
    commitments.DeliverResource: frozenset(PARTIES),  # R43
    commitments.ReviewDemands: frozenset({_M, _E}),  # R40
    experiments.CommitExperiment: frozenset({_E}),  # R46
    experiments.TryExperiment: frozenset({_E}),
    experiments.RecordDecision: frozenset({_E}),  # R57, P29: nobody decides for the coachee
    coaching_request.StateCoachingRequest: frozenset({_E}),  # X1
    coaching_request.ValidateCoachingRequest: frozenset({_C}),
    reporting.StateVoice: frozenset({_O}),
    reporting.AnswerVoice: frozenset({_C}),
    reporting.ReadIndicator: frozenset({_E}),  # R29: the coachee measures
    reporting.ProposeSummary: frozenset({_C, _E}),
    reporting.AgreeSummary: frozenset({_C, _E}),
    reporting.RecordFollowUp: frozenset({_C}),  # R66
    limits.SignalCompetenceLimit: frozenset({_C}),  # R55
    limits.RecommendReferral: frozenset({_C}),  # R56
    limits.AnswerReferral: frozenset({_E}),
    concerns.RaiseConcern: frozenset({_O, _M, _E}),  # R12, R13
    concerns.AnswerConcern: frozenset({_C}),
    dealings.DeclareDealing: frozenset({_C}),  # R65
    waivers.WaiveRule: frozenset({_C, _E}),
    reporting.WaiveFollowUp: frozenset({_E}),
    practice.RecordCredential: frozenset({_C}),  # R50
    practice.RegisterSupervisionPlace: frozenset({_C}),  # R51
    practice.LeaveSupervisionPlace: frozenset({_C}),
    practice.RecordSupervision: frozenset({_C}),
    practice.LogDevelopment: frozenset({_C}),  # R52
    personal.WriteNote: frozenset({_C}),
    personal.WriteEntry: frozenset({_E, Role.TEAM_MEMBER}),
    disclosure.Disclose: frozenset({_C, _E}),  # X6, X10; who may disclose what to whom: domain.disclosure
    access.RequestAccess: frozenset({_E}),  # X10
    access.AnswerAccess: frozenset({_C}),
    erasure.RequestErasure: frozenset({_E}),  # X12
    erasure.CancelErasure: frozenset({_E}),
    erasure.WithdrawPermission: frozenset({_E}),  # X2: nothing is reported that isn't settled with the coachee
    erasure.RecordErasureRequested: frozenset({Role.SERVICE}),
    erasure.RecordErased: frozenset({Role.SERVICE}),
    keys.RecordStep: frozenset({Role.SERVICE}),
    audit.MakeStatement: frozenset({Role.SERVICE}),
    logbook.EnterLogbook: frozenset({Role.SERVICE}),
    holds.PlaceHold: frozenset({Role.SERVICE}),  # on the operator's word
    holds.LiftHold: frozenset({Role.SERVICE}),
}
"""Every command; a test holds this table against the registered decisions."""
