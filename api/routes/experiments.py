"""What is the coachee's own: their request, experiments, decisions."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import promise_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import coaching_request as cr
from domain import experiments as e

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["experiments"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The experiment's number, from 1.")]


@router.post("/coaching-request", status_code=201, responses=changes("no-coach-yet", "coaching-request-validated"))
def state_coaching_request(
    engagement_id: EngagementId, body: bodies.CoachingRequest, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Say, as the coachee, what you ask for yourself (X1). You may say it anew until the coach takes it on."""
    return act(behind, response, engagement_id, cr.StateCoachingRequest(body.content()), asked)


@router.put(
    "/coaching-request/validation",
    responses=changes("no-coach-yet", "coaching-request-not-stated", "coaching-request-validated"),
)
def validate_coaching_request(
    engagement_id: EngagementId, body: bodies.Validation, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Take the coachee's request on, as the coach (X1)."""
    return act(behind, response, engagement_id, cr.ValidateCoachingRequest(body.content()), asked)


@router.post("/experiments", status_code=201, responses=changes("no-coach-yet", "unknown-session", "work-not-started"))
def commit_experiment(
    engagement_id: EngagementId, body: bodies.Experiment, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Commit yourself, as the coachee, to try something out of a session (R46)."""
    command = e.CommitExperiment(body.session, body.content("experiment"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/experiments/{number}/trial", status_code=201, responses=changes("no-coach-yet", "unknown-experiment"))
def try_experiment(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Trial,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Record, as the coachee, what came of an experiment when you tried it; as often as you try (R46)."""
    return act(behind, response, engagement_id, e.TryExperiment(number, body.content()), asked)


@router.post("/decisions", status_code=201, responses=changes("no-coach-yet", "decision-of-the-coachee"))
def record_decision(
    engagement_id: EngagementId, body: bodies.Decision, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Record a decision of yours. Only the coachee decides; nobody does it for them (R57, P29)."""
    return act(behind, response, engagement_id, e.RecordDecision(body.content()), asked)
