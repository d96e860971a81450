"""Tables as in ``wrong_moments``, of commands about promises, experiments, decisions and results."""

import dataclasses
from typing import Any

from domain import coaching_request, commitments, experiments, reporting, results
from domain.decisions import Command
from domain.facts import Fact
from domain.vocabulary import CheckpointDecision, Role
from tests.domain import moments
from tests.domain.acting import C, E, Labelled, M, O
from tests.domain.moments import ACTIVE, COACHED, ENDED, SIGNED

Facts = tuple[Fact | Labelled, ...]

GOING_ON = {"decision": CheckpointDecision.GO_ON}
CLEAR = (
    *moments.AFTER_FIVE,
    results.ResultsAssessed(after_session=5, clear_results=True),
    results.ResultsCountersigned(assessment=1, agrees=True),
)
ANALYSED = (
    *moments.COUNTERSIGNED,
    results.NoResultAnalysed(assessment=1, decision=CheckpointDecision.KEEP_UNCHANGED),
)
AGREED_ON = (
    *COACHED,
    dataclasses.replace(moments.drafted(), follow_up_agreed=True),
    *moments.offered(),
    moments.activated(),
)
KEPT = (*ACTIVE, commitments.CommitmentKept(commitment=1))
DELIVERED = (*ACTIVE, commitments.ResourceDelivered(resource=1, by=M))
MET = (*ACTIVE, results.ObjectiveMet(objective=1))
ASKED_TO_END = (*MET, results.ClosureRequested(by=C))
STATED = (*COACHED, coaching_request.CoachingRequestStated(statement=1))
TAKEN_ON = (*STATED, coaching_request.CoachingRequestValidated(statement=1))

REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (results.AssessResults, (*ACTIVE, *moments.held(1, 4)), E, {}, "checkpoint-too-early"),
    (results.CountersignResults, moments.AFTER_FIVE, C, {}, "unknown-assessment"),
    (results.CountersignResults, moments.ASSESSED, C, {"assessment": 2}, "unknown-assessment"),
    (results.CountersignResults, moments.COUNTERSIGNED, C, {}, "already-countersigned"),
    (results.AnalyseNoResult, moments.AFTER_FIVE, C, {}, "unknown-assessment"),
    (results.AnalyseNoResult, moments.ASSESSED, C, {}, "countersignature-missing"),
    (results.AnalyseNoResult, CLEAR, C, {}, "results-are-clear"),
    (results.AnalyseNoResult, ANALYSED, C, {}, "already-analysed"),
    (results.AnalyseNoResult, moments.COUNTERSIGNED, C, GOING_ON, "checkpoint-decision-missing"),
    (results.MeasureEffect, SIGNED, E, {}, "contract-not-active"),
    (results.MeetObjective, SIGNED, E, {}, "contract-not-active"),
    (results.MeetObjective, ACTIVE, E, {"objective": 0}, "unknown-objective"),
    (results.MeetObjective, ACTIVE, E, {"objective": 2}, "unknown-objective"),
    (results.MeetObjective, MET, E, {}, "objective-already-met"),
    (results.RequestClosure, SIGNED, C, {}, "contract-not-active"),
    (results.RequestClosure, ACTIVE, C, {}, "objectives-not-met"),
    (results.RequestClosure, ASKED_TO_END, E, {}, "closure-already-requested"),
    (commitments.KeepCommitment, SIGNED, M, {}, "contract-not-active"),
    (commitments.KeepCommitment, ACTIVE, M, {"commitment": 0}, "unknown-commitment"),
    (commitments.KeepCommitment, ACTIVE, M, {"commitment": 3}, "unknown-commitment"),
    (commitments.KeepCommitment, KEPT, M, {}, "already-kept"),
    (commitments.ReassignCommitment, SIGNED, M, {}, "contract-not-active"),
    (commitments.ReassignCommitment, ACTIVE, M, {"commitment": 3}, "unknown-commitment"),
    (commitments.ReassignCommitment, ACTIVE, M, {"to": C}, "commitment-to-coach"),
    (commitments.ReassignCommitment, KEPT, M, {}, "already-kept"),
    (commitments.DeliverResource, SIGNED, O, {}, "contract-not-active"),
    (commitments.DeliverResource, ACTIVE, O, {"resource": 0}, "unknown-resource"),
    (commitments.DeliverResource, ACTIVE, O, {"resource": 3}, "unknown-resource"),
    (commitments.DeliverResource, DELIVERED, E, {}, "already-delivered"),
    (commitments.ReviewDemands, SIGNED, E, {}, "contract-not-active"),
    (experiments.CommitExperiment, COACHED, E, {}, "unknown-session"),
    (experiments.CommitExperiment, (*COACHED, *moments.accepted(1)), E, {}, "work-not-started"),
    (experiments.TryExperiment, COACHED, E, {}, "unknown-experiment"),
    (experiments.TryExperiment, COACHED, E, {"experiment": 0}, "unknown-experiment"),
    (coaching_request.StateCoachingRequest, TAKEN_ON, E, {}, "coaching-request-validated"),
    (coaching_request.ValidateCoachingRequest, COACHED, C, {}, "coaching-request-not-stated"),
    (coaching_request.ValidateCoachingRequest, TAKEN_ON, C, {}, "coaching-request-validated"),
    (reporting.WaiveFollowUp, SIGNED, E, {}, "contract-not-active"),
    (reporting.WaiveFollowUp, ACTIVE, E, {}, "no-follow-up-agreed"),
    (reporting.WaiveFollowUp, (*AGREED_ON, reporting.FollowUpWaived()), E, {}, "follow-up-already-waived"),
    (reporting.WaiveFollowUp, (*AGREED_ON, ENDED[-1], moments.ERASURE_REQUESTED), E, {}, "erasure-already-requested"),
]

ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    results.AssessResults: (moments.AFTER_FIVE, E),
    results.CountersignResults: (moments.ASSESSED, C),
    results.AnalyseNoResult: (moments.COUNTERSIGNED, C),
    results.MeasureEffect: (ACTIVE, E),
    results.MeetObjective: (ACTIVE, E),
    results.RequestClosure: (MET, C),
    commitments.KeepCommitment: (ACTIVE, M),
    commitments.ReassignCommitment: (ACTIVE, M),
    commitments.DeliverResource: (ACTIVE, O),
    commitments.ReviewDemands: (ACTIVE, M),
    experiments.CommitExperiment: ((*COACHED, *moments.working(1)), E),
    experiments.TryExperiment: ((*COACHED, experiments.ExperimentCommitted(experiment=1, session=1)), E),
    experiments.RecordDecision: (COACHED, E),
    coaching_request.StateCoachingRequest: (COACHED, E),
    coaching_request.ValidateCoachingRequest: (STATED, C),
    reporting.WaiveFollowUp: (AGREED_ON, E),
}
