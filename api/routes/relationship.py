"""How the four deal with each other (R12, R20, R60), and when they meet (R27)."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import relationship_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from api.shapes import Empty
from domain import relationship as r

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["engagements"])

Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/relationship-contract/proposals", status_code=201, responses=changes("no-coach-yet"))
def propose_relationship_contract(
    engagement_id: EngagementId,
    body: bodies.RelationshipContract,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Propose, as the coach, how you and the coachee deal with each other (R12). A newer proposal replaces this one."""
    return act(behind, response, engagement_id, r.ProposeRelationshipContract(body.content()), asked)


@router.put(
    "/relationship-contract/proposals/{number}/agreement",
    responses=changes("no-coach-yet", "unknown-proposal", "proposal-superseded", "proposal-already-agreed"),
)
def agree_relationship_contract(
    engagement_id: EngagementId,
    number: Number,
    asked: Changing,
    behind: InBackend,
    response: Response,
    _: Empty | None = None,
) -> Done:
    """Agree, as the coachee, to the newest proposal (R12)."""
    return act(behind, response, engagement_id, r.AgreeRelationshipContract(number), asked)


@router.post("/acknowledgements", status_code=201, responses=changes("no-coach-yet", "already-acknowledged"))
def acknowledge_limits(
    engagement_id: EngagementId, body: bodies.Acknowledgement, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Acknowledge, as organisation or coachee, that the coach won't bring the answers (R20)."""
    return act(behind, response, engagement_id, r.AcknowledgeLimits(body.content()), asked)


@router.post("/organisation-context", status_code=201, responses=changes("no-coach-yet"))
def record_organisation_context(
    engagement_id: EngagementId,
    body: bodies.OrganisationContext,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Tell, as organisation, line manager or coach, what the coaching has to heed of the organisation (R60)."""
    return act(behind, response, engagement_id, r.RecordOrganisationContext(body.content()), asked)


@router.put("/tripartite-meeting/date", responses=changes("no-coach-yet"))
def schedule_tripartite_meeting(
    engagement_id: EngagementId, body: bodies.MeetingDate, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Fix, as the coach, when you meet with the line manager (R27); a newer date replaces this one."""
    command = r.ScheduleTripartiteMeeting(body.starts_at_utc(), body.content("place"))
    return act(behind, response, engagement_id, command, asked)
