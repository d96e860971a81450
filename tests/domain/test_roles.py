"""Who may give which command: one table, tried out on every command with every role.

The table here is written by hand from requirements.md, so that a change of ``domain.policies`` is noticed; and the
refusals are the application's own, on a real store.
"""

import pytest

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
from domain.application import Driehoek
from domain.decisions import DECISIONS, Command
from domain.engagement import Engagement
from domain.errors import NotFound, NotYours, Refusal
from domain.personal import PERSONAL, personal_stream_id
from domain.policies import POLICIES
from domain.principals import CELL_ID
from domain.vocabulary import PARTIES, EngagementKind, Role
from tests.domain.moments import EXAMPLES, KEY, SAYS
from tests.stage import Stage

BY_HAND: dict[type[Command], str] = {
    principals.RegisterPerson: "P",
    principals.RegisterOrganisation: "P",
    api_keys.IssueApiKey: "P",
    api_keys.RevokeApiKey: "P",
    logins.EndLogin: "P",
    passkeys.RegisterPasskey: "P",
    passkeys.UsePasskey: "P",
    passkeys.RevokePasskey: "P",
    webhooks.RegisterWebhook: "P",
    webhooks.ChangeWebhookSecret: "P",
    webhooks.ReplayWebhook: "P",
    webhooks.RemoveWebhook: "P",
    programme.StartProgramme: "O",
    engagement.RequestEngagement: "O",
    candidacy.MeetCoach: "E",
    candidacy.ChooseCoach: "E",
    candidacy.OfferProfile: "K",
    candidacy.PledgeEthics: "K",
    candidacy.DeclineCandidacy: "K",
    candidacy.DiscloseProfile: "C",
    candidacy.AcknowledgeEthics: "C",
    engagement.ExplainApproach: "C",
    engagement.DescribeReality: "E",
    engagement.HoldTripartiteMeeting: "C",
    engagement.EndEngagement: "OMCE",
    relationship.ProposeRelationshipContract: "C",
    relationship.AgreeRelationshipContract: "E",
    relationship.AcknowledgeLimits: "OE",
    relationship.RecordOrganisationContext: "OMC",
    relationship.ScheduleTripartiteMeeting: "C",
    conflicts.DeclareConflict: "C",
    conflicts.ResolveConflict: "C",
    conflicts.AcceptConflict: "OME",
    contract.DraftContract: "MCE",
    contract.AssentToContract: "ME",
    contract.SignContract: "OMCE",
    contract.ActivateContract: "C",
    session.ScheduleSession: "CE",
    session.ReviewSession: "E",
    session.StateExpectation: "E",
    session.AcceptExpectation: "C",
    session.StartWork: "C",
    session.RecordWork: "C",
    session.GiveFeedback: "E",
    session.CloseSession: "C",
    results.AssessResults: "E",
    results.CountersignResults: "C",
    results.AnalyseNoResult: "C",
    results.MeasureEffect: "E",
    results.MeetObjective: "E",
    results.RequestClosure: "CE",
    commitments.KeepCommitment: "M",
    commitments.ReassignCommitment: "M",
    commitments.DeliverResource: "OMCE",
    commitments.ReviewDemands: "ME",
    experiments.CommitExperiment: "E",
    experiments.TryExperiment: "E",
    experiments.RecordDecision: "E",
    coaching_request.StateCoachingRequest: "E",
    coaching_request.ValidateCoachingRequest: "C",
    reporting.WaiveFollowUp: "E",
    reporting.StateVoice: "O",
    reporting.AnswerVoice: "C",
    reporting.ReadIndicator: "E",
    reporting.ProposeSummary: "CE",
    reporting.AgreeSummary: "CE",
    limits.SignalCompetenceLimit: "C",
    limits.RecommendReferral: "C",
    limits.AnswerReferral: "E",
    concerns.RaiseConcern: "OME",
    concerns.AnswerConcern: "C",
    dealings.DeclareDealing: "C",
    waivers.WaiveRule: "CE",
    practice.RecordCredential: "C",
    practice.RegisterSupervisionPlace: "C",
    practice.LeaveSupervisionPlace: "C",
    practice.RecordSupervision: "C",
    practice.LogDevelopment: "C",
    personal.WriteNote: "C",
    personal.WriteEntry: "ET",
    team.AdmitTeamMember: "E",
    team.EndTeamMembership: "ET",
    parties.ReplaceLineManager: "O",
    parties.ReplaceCoach: "E",
    reporting.RecordFollowUp: "C",
    disclosure.Disclose: "CE",
    access.RequestAccess: "E",
    access.AnswerAccess: "C",
    erasure.RequestErasure: "E",
    erasure.CancelErasure: "E",
    erasure.WithdrawPermission: "E",
}
BY_THE_SERVICE = {
    passkeys.RevokeLostPasskeys,
    programme.ReleaseStatistics,
    principals.FoundCell,
    principals.AppointOverseer,
    erasure.RecordErasureRequested,
    erasure.RecordErased,
    principals.RegisterEscrow,
    publication.PublishPolicy,
    keys.RecordStep,
    audit.MakeStatement,
    logbook.EnterLogbook,
    holds.PlaceHold,
    holds.LiftHold,
}
ASKED_BY_ANYBODY = {
    api_keys.IssueApiKey,
    api_keys.RevokeApiKey,
    logins.EndLogin,
    passkeys.RegisterPasskey,
    passkeys.UsePasskey,
    passkeys.RevokePasskey,
    webhooks.RegisterWebhook,
    webhooks.ChangeWebhookSecret,
    webhooks.ReplayWebhook,
    webhooks.RemoveWebhook,
    principals.RegisterPerson,
    principals.RegisterOrganisation,
    programme.StartProgramme,
    engagement.RequestEngagement,
    practice.RecordCredential,
    practice.RegisterSupervisionPlace,
    practice.LeaveSupervisionPlace,
    practice.RecordSupervision,
    practice.LogDevelopment,
}
WITHIN = [kind for kind in EXAMPLES if kind not in BY_THE_SERVICE | ASKED_BY_ANYBODY]


@pytest.fixture
def coached(stage: Stage) -> Stage:
    """The engagement of a team, with its four people, a member, and a coach who wasn't chosen."""
    return _with_a_team(stage)


def _with_a_team(stage: Stage) -> Stage:
    stage.introduce()
    stage.request_engagement(kind=EngagementKind.TEAM)
    stage.meet_candidate()
    stage.choose_coach(meeting=0)
    stage.admit_member()
    return stage


def target(stage: Stage, command: Command) -> tuple[Command, object]:
    """A command and the stream that it is for, with the engagement's own id where it names one."""
    kind = DECISIONS[type(command)][0]
    if kind not in PERSONAL:
        return command, stage.engagement_id
    owner = stage.people[PERSONAL[kind]]
    return type(command)(stage.engagement_id, SAYS), personal_stream_id(stage.engagement_id, kind, owner)  # type: ignore[call-arg]


def refusal_of(write: Driehoek, stage: Stage, person: object, kind: type[Command]) -> Refusal | None:
    """What the application answers to a person."""
    command, stream = target(stage, EXAMPLES[kind])
    try:
        write.execute(stream, command, stage.request(person))  # type: ignore[arg-type]
    except Refusal as refusal:
        return refusal
    return None


def test_every_command_has_a_policy() -> None:
    """There is no decision without a policy, and no policy without a decision."""
    assert POLICIES.keys() == DECISIONS.keys()


def test_the_policies_are_those_of_the_method() -> None:
    """Each command belongs to exactly the roles that the method gives it to."""
    in_code = {kind: set(roles) for kind, roles in POLICIES.items()}
    by_hand = {kind: {Role(letter) for letter in letters} for kind, letters in BY_HAND.items()}
    assert in_code == {**by_hand, **{kind: {Role.SERVICE} for kind in BY_THE_SERVICE}}


def test_oversight_acts_nowhere() -> None:
    """Supervisors and auditors look at the process; no command is theirs."""
    assert not any(roles & principals.OVERSEERS for roles in POLICIES.values())


def test_a_wrong_role_is_refused(coached: Stage) -> None:
    """Each command, asked by each party that it doesn't belong to, is refused as not theirs; nothing is recorded."""
    before = coached.service.recorder.max_notification_id()
    for kind in WITHIN:
        for role in {*PARTIES, Role.CANDIDATE} - POLICIES[kind]:
            refusal = refusal_of(coached.service.write_side, coached, coached.people[role], kind)
            assert isinstance(refusal, NotYours), (kind.__name__, role.word)
            assert refusal.name == kind.not_yours
    assert coached.service.recorder.max_notification_id() == before


def test_a_right_role_is_not_refused_for_its_role(coached: Stage) -> None:
    """The same commands, asked by those they belong to, pass the policy: they happen, or wait for their moment."""
    happened = 0
    for kind in (kind for kind in WITHIN if kind not in (engagement.EndEngagement, team.EndTeamMembership)):
        for role in POLICIES[kind]:
            refusal = refusal_of(coached.service.write_side, coached, coached.people[role], kind)
            assert not isinstance(refusal, NotYours | NotFound), (kind.__name__, role.word)
            happened += refusal is None
    assert happened > len(WITHIN) / 3


def test_a_stranger_finds_nothing(coached: Stage) -> None:
    """To a supervisor as to somebody unknown, each command answers as if the engagement weren't there."""
    for kind in WITHIN:
        for stranger in (coached.people[Role.COACHING_SUPERVISOR], KEY.key_id):
            assert isinstance(refusal_of(coached.service.write_side, coached, stranger, kind), NotFound), kind.__name__


def test_a_right_role_in_another_engagement_is_a_stranger(coached: Stage) -> None:
    """Somebody else's coach and coachee have no role here, whatever they are elsewhere."""
    other = Stage(coached.service, salt="another cast")
    _with_a_team(other)
    for kind in WITHIN:
        for role in POLICIES[kind]:
            refusal = refusal_of(coached.service.write_side, coached, other.people[role], kind)
            assert isinstance(refusal, NotFound), (kind.__name__, role.word)


def test_only_the_service_acts_in_the_cell(coached: Stage) -> None:
    """A supervisor, who is known to the cell, appoints nobody; other people don't even find it."""
    write = coached.service.write_side
    command = EXAMPLES[principals.AppointOverseer]
    with pytest.raises(NotYours):
        write.execute(CELL_ID, command, coached.request(coached.people[Role.COACHING_SUPERVISOR]))
    with pytest.raises(NotFound):
        write.execute(CELL_ID, command, coached.request(coached.people[Role.COACH]))
    assert coached.state().role_of(coached.people[Role.COACH]) is Role.COACH
    assert isinstance(coached.state(), Engagement)
