"""Results: the checkpoint after four coaching sessions, the effect of coaching, objectives met, asking to end."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import results_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import results as r

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["results"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The assessment's number, from 1.")]
Objective = Annotated[int, Path(ge=1, le=10_000, description="The objective's number in the contract in force.")]


@router.post("/checkpoint", status_code=201, responses=changes("no-coach-yet", "checkpoint-too-early"))
def assess_results(
    engagement_id: EngagementId, body: bodies.Assessment, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Assess the results after four coaching sessions, as the coachee (R29, R35).

    All four learn that the checkpoint happened; what you found stays between you and the coach.
    """
    command = r.AssessResults(body.clear_results, body.content("assessment"))
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/checkpoint/{number}/countersignature",
    responses=changes("no-coach-yet", "unknown-assessment", "already-countersigned"),
)
def countersign_results(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Countersignature,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Countersign an assessment as the coach, or say that you see it otherwise (R35)."""
    command = r.CountersignResults(number, body.agrees, body.content("remark"))
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/checkpoint/{number}/analysis",
    responses=changes(
        "no-coach-yet",
        "unknown-assessment",
        "countersignature-missing",
        "results-are-clear",
        "already-analysed",
        "checkpoint-decision-missing",
    ),
)
def analyse_no_result(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Analysis,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Record why there are no clear results, and whether the contract is amended or kept (R36, P22)."""
    command = r.AnalyseNoResult(number, body.decision, body.content("analysis"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/coaching-effect", status_code=201, responses=changes("no-coach-yet", "contract-not-active"))
def measure_effect(
    engagement_id: EngagementId, body: bodies.Effect, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Measure, as the coachee, what the coaching itself brings (R29). It goes where readings of indicators go."""
    return act(behind, response, engagement_id, r.MeasureEffect(body.content()), asked)


@router.put(
    "/objectives/{number}/met",
    responses=changes("no-coach-yet", "contract-not-active", "unknown-objective", "objective-already-met"),
)
def meet_objective(
    engagement_id: EngagementId,
    number: Objective,
    body: bodies.Met,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Say, as the coachee, that an objective of the contract in force is met (R63)."""
    return act(behind, response, engagement_id, r.MeetObjective(number, body.content()), asked)


@router.post(
    "/closure-requests",
    status_code=201,
    responses=changes("no-coach-yet", "contract-not-active", "objectives-not-met", "closure-already-requested"),
)
def request_closure(
    engagement_id: EngagementId, body: bodies.ClosureRequest, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Ask, as coach or coachee, to end what is fulfilled; to go on takes the contract's next version (R63)."""
    return act(behind, response, engagement_id, r.RequestClosure(body.content()), asked)
