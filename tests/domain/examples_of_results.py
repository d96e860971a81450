"""An example of every command about promises, experiments, decisions and results; numbers are the first ones."""

from domain import coaching_request, commitments, experiments, reporting, results
from domain.decisions import Command
from domain.events import Content
from domain.vocabulary import CheckpointDecision, Role


def examples(says: Content) -> tuple[Command, ...]:
    """The commands, with this content."""
    return (
        results.AssessResults(True, says),
        results.CountersignResults(1, True, says),
        results.AnalyseNoResult(1, CheckpointDecision.KEEP_UNCHANGED, says),
        results.MeasureEffect(says),
        results.MeetObjective(1, says),
        results.RequestClosure(says),
        commitments.KeepCommitment(1, says),
        commitments.ReassignCommitment(1, Role.COACHEE, says),
        commitments.DeliverResource(1, says),
        commitments.ReviewDemands(True, says),
        experiments.CommitExperiment(1, says),
        experiments.TryExperiment(1, says),
        experiments.RecordDecision(says),
        coaching_request.StateCoachingRequest(says),
        coaching_request.ValidateCoachingRequest(says),
        reporting.WaiveFollowUp(says),
    )
