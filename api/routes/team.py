"""A coached team's members (R4)."""

from fastapi import APIRouter, Response

from api import bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import team

router = APIRouter(prefix="/v1/engagements/{engagement_id}/team-members", tags=["engagements"])


@router.post(
    "",
    status_code=201,
    responses=changes(
        "no-coach-yet", "not-a-team", "team-full", "unknown-person", "same-person-in-two-roles", "former-party"
    ),
)
def admit_team_member(
    engagement_id: EngagementId, body: bodies.TeamMember, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Admit somebody to the team that you, the coachee, speak for (R4): they read what you read from now on."""
    command = team.AdmitTeamMember(body.person_id, body.content("name"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/departures", status_code=201, responses=changes("no-coach-yet", "unknown-team-member"))
def end_team_membership(
    engagement_id: EngagementId, body: bodies.EndOfMembership, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Leave the team, or see a member off as the coachee (R4): they read nothing of it any more."""
    command = team.EndTeamMembership(body.person_id, body.content("statement"))
    return act(behind, response, engagement_id, command, asked)
