"""Conflicts of interest: what the coach declares to all four, and how a conflict is resolved (R1, R62, P24)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import conflict_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import conflicts as c

router = APIRouter(prefix="/v1/engagements/{engagement_id}/conflicts", tags=["conflicts of interest"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The declaration's number.")]


@router.post("", status_code=201, responses=changes("no-coach-yet", "tie-undescribed"))
def declare_conflict(
    engagement_id: EngagementId,
    body: bodies.ConflictDeclaration,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Declare your ties, or that you have none, as the coach: before the work, and every twelve months (R62, P24).

    All four read it. With a conflict no contract is activated and no work starts until it is resolved.
    """
    command = c.DeclareConflict(bool(body.ties.strip()), body.in_reporting_line, body.conflict, body.content("ties"))
    return act(behind, response, engagement_id, command, asked)


@router.put("/{number}/resolution", responses=changes("no-coach-yet", "unknown-conflict"))
def resolve_conflict(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.ConflictEnd,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Say that the tie has ended, as the coach (R62)."""
    return act(behind, response, engagement_id, c.ResolveConflict(number, body.content()), asked)


@router.put(
    "/{number}/acceptance",
    responses=changes("no-coach-yet", "unknown-conflict", "tie-in-reporting-line", "conflict-already-accepted"),
)
def accept_conflict(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.ConflictEnd,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Accept a conflict, as organisation, line manager or coachee; it is resolved once all three have (R62).

    A tie in the coachee's reporting line can only end (R1).
    """
    return act(behind, response, engagement_id, c.AcceptConflict(number, body.content()), asked)
