"""What the story of ``stage.tell`` says of promises, experiments, decisions and results."""

from typing import TYPE_CHECKING, Final

from domain import coaching_request, commitments, experiments, results
from domain.vocabulary import Role

if TYPE_CHECKING:
    from tests.stage import Stage

M: Final = Role.LINE_MANAGER
C: Final = Role.COACH
E: Final = Role.COACHEE


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
