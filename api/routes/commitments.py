"""What the contract promises: the line manager's commitments, resources, and the demands on the coach."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import promise_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import commitments as c

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["commitments"])

Number = Annotated[int, Path(ge=1, le=10_000, description="Its number in the contract in force, from 1.")]
_OF_A_COMMITMENT = ("no-coach-yet", "contract-not-active", "unknown-commitment", "already-kept")


@router.put("/commitments/{number}/fulfilment", responses=changes(*_OF_A_COMMITMENT))
def keep_commitment(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Fulfilment,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Say, as the line manager, that you kept a commitment (R41). The organisation learns that, not your words."""
    return act(behind, response, engagement_id, c.KeepCommitment(number, body.content()), asked)


@router.put("/commitments/{number}/assignee", responses=changes(*_OF_A_COMMITMENT, "commitment-to-coach"))
def reassign_commitment(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Assignee,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Hand a commitment of yours on, but never to the coach (R19, P31)."""
    command = c.ReassignCommitment(number, body.role(), body.content("reason"))
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/resources/{number}/delivery",
    responses=changes("no-coach-yet", "contract-not-active", "unknown-resource", "already-delivered"),
)
def deliver_resource(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Delivery,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Record that a resource was delivered (R43, P12); all four read it, and who says so."""
    return act(behind, response, engagement_id, c.DeliverResource(number, body.content()), asked)


@router.post("/demands/reviews", status_code=201, responses=changes("no-coach-yet", "contract-not-active"))
def review_demands(
    engagement_id: EngagementId, body: bodies.DemandsReview, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Review, as coachee or line manager, the demands on the coach (R40)."""
    return act(behind, response, engagement_id, c.ReviewDemands(body.met, body.content("review")), asked)
