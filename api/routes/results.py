"""The checkpoint after four coaching sessions: assessment, countersignature, analysis."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import results_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import results as r

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["checkpoint"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The assessment's number, from 1.")]


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
