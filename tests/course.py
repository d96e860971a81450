"""What the story of ``stage.tell`` says of how all deal with each other, of promises, experiments and results."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from domain import coaching_request, commitments, experiments, relationship, results
from domain.vocabulary import Role

if TYPE_CHECKING:
    from tests.stage import Stage

O: Final = Role.SPONSOR_ORGANISATION  # noqa: E741 - the requirements' letter
M: Final = Role.LINE_MANAGER
C: Final = Role.COACH
E: Final = Role.COACHEE


def agree_how(stage: "Stage") -> None:
    """How coach and coachee deal with each other, what all acknowledge and heed, and when they meet."""
    words = stage.words
    stage.act(C, relationship.ProposeRelationshipContract({"text": words(C, "relationship")}))
    stage.act(E, relationship.AgreeRelationshipContract(1))
    for by in (O, E):
        stage.act(by, relationship.AcknowledgeLimits({"statement": words(by, "acknowledgement")}))
    for by in (O, M):
        told = {name: words(by, name) for name in ("culture", "context", "constraints")}
        stage.act(by, relationship.RecordOrganisationContext(told))
    starts_at = datetime(2026, 1, 20, 9, tzinfo=UTC)
    stage.act(C, relationship.ScheduleTripartiteMeeting(starts_at, {"place": words(C, "meeting place")}))


def state_request(stage: "Stage") -> None:
    """The coachee says what they ask for, and the coach takes it on."""
    words = stage.words
    stage.act(E, coaching_request.StateCoachingRequest({"request": words(E, "own_request")}))
    stage.act(C, coaching_request.ValidateCoachingRequest({"remark": words(C, "taken_on")}))


def fulfil(stage: "Stage") -> None:
    """What was promised is kept, something is tried and decided, and all is met."""
    words = stage.words
    stage.act(M, commitments.KeepCommitment(1, {"remark": words(M, "kept")}))
    stage.act(M, commitments.DeliverResource(1, {"remark": words(M, "delivered")}))
    stage.act(E, commitments.ReviewDemands(True, {"review": words(E, "demands_review")}))
    stage.act(E, experiments.CommitExperiment(1, {"experiment": words(E, "experiment")}))
    stage.act(E, experiments.TryExperiment(1, {"outcome": words(E, "outcome")}))
    stage.act(E, experiments.RecordDecision({"decision": words(E, "decision")}))
    stage.act(E, results.MeasureEffect({"value": words(E, "effect")}))
    stage.act(E, results.MeetObjective(1, {"statement": words(E, "met")}))
    stage.act(C, results.RequestClosure({"statement": words(C, "asks_to_end")}))
