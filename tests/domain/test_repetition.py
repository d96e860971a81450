"""A command that comes twice: the same request is answered from the record, and the same act isn't done again."""

from typing import Any
from uuid import UUID

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
    engagement,
    erasure,
    holds,
    keys,
    limits,
    logbook,
    logins,
    parties,
    passkeys,
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
from domain.application import Outcome
from domain.decisions import Command
from domain.engagement import ExplainApproach
from domain.errors import Invalid
from domain.vocabulary import Role
from tests.domain.acting import C, given
from tests.domain.moments import EXAMPLES, SAYS
from tests.domain.wrong_moments import ACCEPTED, aggregate_of
from tests.stage import Stage, tell

DONE_ONCE: dict[type[Command], str] = {
    principals.RegisterPerson: "already-registered",
    principals.RegisterOrganisation: "already-registered",
    principals.FoundCell: "already-registered",
    api_keys.IssueApiKey: "already-registered",
    api_keys.RevokeApiKey: "already-revoked",
    logins.EndLogin: "already-logged-out",
    passkeys.RegisterPasskey: "already-registered",
    passkeys.UsePasskey: "challenge-spent",
    passkeys.RevokePasskey: "already-revoked",
    passkeys.RevokeLostPasskeys: "already-revoked",
    webhooks.RegisterWebhook: "already-registered",
    webhooks.RemoveWebhook: "webhook-removed",
    programme.StartProgramme: "already-registered",
    programme.ReleaseStatistics: "already-released",
    principals.AppointOverseer: "already-registered",
    candidacy.ChooseCoach: "coach-already-chosen",
    candidacy.DeclineCandidacy: "candidacy-over",
    engagement.EndEngagement: "engagement-ended",
    conflicts.ResolveConflict: "unknown-conflict",
    conflicts.AcceptConflict: "conflict-already-accepted",
    contract.AssentToContract: "already-assented",
    contract.SignContract: "already-signed",
    contract.ActivateContract: "already-active",
    session.ScheduleSession: "session-out-of-order",
    session.ReviewSession: "already-reviewed",
    session.AcceptExpectation: "expectation-already-accepted",
    session.StartWork: "work-already-started",
    session.CloseSession: "session-closed",
    results.CountersignResults: "already-countersigned",
    results.AnalyseNoResult: "already-analysed",
    results.MeetObjective: "objective-already-met",
    results.RequestClosure: "closure-already-requested",
    commitments.KeepCommitment: "already-kept",
    commitments.DeliverResource: "already-delivered",
    coaching_request.ValidateCoachingRequest: "coaching-request-validated",
    reporting.WaiveFollowUp: "follow-up-already-waived",
    reporting.AnswerVoice: "already-answered",
    reporting.AgreeSummary: "already-agreed",
    parties.ReplaceLineManager: "same-person-in-two-roles",
    parties.ReplaceCoach: "same-person-in-two-roles",
    team.AdmitTeamMember: "same-person-in-two-roles",
    team.EndTeamMembership: "unknown-team-member",
    access.AnswerAccess: "already-answered",
    practice.RegisterSupervisionPlace: "supervision-place-held",
    practice.LeaveSupervisionPlace: "already-left",
    limits.AnswerReferral: "already-answered",
    concerns.AnswerConcern: "already-answered",
    waivers.WaiveRule: "already-waived",
    erasure.RequestErasure: "erasure-already-requested",
    erasure.CancelErasure: "no-erasure-requested",
    erasure.WithdrawPermission: "nothing-permitted",
    erasure.RecordErasureRequested: "erasure-already-requested",
    erasure.RecordErased: "already-erased",
    relationship.AgreeRelationshipContract: "proposal-already-agreed",
    relationship.AcknowledgeLimits: "already-acknowledged",
    principals.RegisterEscrow: "already-registered",
    publication.PublishPolicy: "policy-unchanged",
    keys.RecordStep: "already-recorded",
    audit.MakeStatement: "already-recorded",
    logbook.EnterLogbook: "already-recorded",
    holds.PlaceHold: "already-on-hold",
    holds.LiftHold: "not-on-hold",
}
"""What is done once for good: the second time it is refused with this name. Everything else may be said again."""


class Twice(Stage):
    """A stage on which everybody presses every button twice."""

    def act(self, by: Role, command: Command, stream: UUID | None = None) -> Outcome:
        """Execute a command, then the very same request again."""
        write, request = self.service.write_side, self.request(self.people[by])
        target = stream or self.engagement_id
        first = write.execute(target, command, request)
        log = self.service.recorder.max_notification_id()
        second = write.execute(target, command, request)
        assert (first.replayed, second.replayed) == (False, True), type(command).__name__
        assert (second.stream, second.role, second.seen) == (first.stream, first.role, first.seen)
        assert self.service.recorder.max_notification_id() == log, type(command).__name__
        return second


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.__name__)
def test_an_act_is_done_once_or_may_be_said_again(kind: type[Command]) -> None:
    """A second, new request for an act that is done is refused by name; writing, meeting and stating go on."""
    facts, by = ACCEPTED[kind]
    case = given(aggregate_of(kind), *facts).then(by, EXAMPLES[kind])
    answer: Any = case.answer(by, EXAMPLES[kind])
    if kind is engagement.RequestEngagement:  # a second request is another stream; for the same one, see below
        return
    assert (answer if isinstance(answer, str) else None) == DONE_ONCE.get(kind)


def test_the_same_request_twice_is_done_once(stage: Stage) -> None:
    """Through a whole engagement each request that comes twice is answered as at first, and the log doesn't grow."""
    twice = tell(Twice(stage.service, salt="twice"), sessions=2)
    once = tell(Stage(stage.service, salt="once"), sessions=2)
    assert twice.state().version == once.state().version
    assert [len(labels) for labels in twice.state().trail] == [len(labels) for labels in once.state().trail]


def test_the_same_id_with_another_body_is_refused(stage: Stage) -> None:
    """A request's id belongs to its body: another body under it is neither done nor answered."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    request = stage.request(stage.people[C])
    write = stage.service.write_side
    write.execute(stage.engagement_id, ExplainApproach(SAYS), request)
    other = type(request)(request.actor, request.at, request.command_id, stage.service.digest(b"another body"))
    with pytest.raises(Invalid) as refusal:
        write.execute(stage.engagement_id, ExplainApproach(SAYS), other)
    assert refusal.value.name == "idempotency-key-reused"
    assert write.execute(stage.engagement_id, ExplainApproach(SAYS), request).replayed


def test_requesting_twice_is_one_engagement(stage: Stage) -> None:
    """A request for an engagement that comes again answers with the engagement that it led to."""
    stage.introduce()
    command = engagement.RequestEngagement(
        stage.organisation, stage.people[Role.LINE_MANAGER], stage.people[Role.COACHEE], *_why()
    )
    request = stage.request(stage.people[Role.SPONSOR_ORGANISATION])
    write = stage.service.write_side
    first, second = (write.execute(request.new_id(), command, request) for _ in range(2))
    assert (first.stream, first.seen) == (second.stream, second.seen)
    assert (first.replayed, second.replayed) == (False, True)


def _why() -> tuple[Any, Any]:
    example: Any = EXAMPLES[engagement.RequestEngagement]
    return example.reason, example.content
