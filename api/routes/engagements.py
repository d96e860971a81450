"""An engagement from its request to its end, contract and sessions apart."""

from fastapi import APIRouter, Response

from api import bodies
from api.asking import Changing, InBackend, Writing
from api.routes.acting import Done, EngagementId, act, additions, changes, done
from domain import candidacy as c
from domain import engagement as e

router = APIRouter(prefix="/v1/engagements", tags=["engagements"])


@router.post(
    "",
    status_code=201,
    responses=additions("unknown-person", "unknown-organisation", "unknown-programme", "same-person-in-two-roles"),
)
def request_engagement(body: bodies.EngagementRequest, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Ask for an engagement, as the representative of the sponsor organisation (R4, R6), in a programme or not (R7)."""
    command = e.RequestEngagement(
        organisation=body.organisation_id,
        line_manager=body.line_manager_id,
        coachee=body.coachee_id,
        reason=body.reason,
        kind=body.kind,
        content=body.content("names", "title", "request"),
        programme=body.programme_id,
        level=body.level,
    )
    return done(response, behind.write_side.execute(writing.asked.new_id(), command, writing.asked))


@router.post(
    "/{engagement_id}/coaches-met",
    status_code=201,
    responses=changes("coach-already-chosen", "unknown-person", "same-person-in-two-roles", "former-party"),
)
def meet_coach(
    engagement_id: EngagementId, body: bodies.CoachMet, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Record a meeting with a coach (R24). Nobody but you will know, and the coach if you give their id."""
    command = c.MeetCoach(met_on=body.met_on, content=body.content("coach_name", "impression"), coach=body.coach_id)
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/{engagement_id}/coach",
    responses=changes(
        "coach-already-chosen",
        "coach-never-met",
        "another-coach-met",
        "coach-declined",
        "content-changed",
        "unknown-person",
        "same-person-in-two-roles",
        "former-party",
    ),
)
def choose_coach(
    engagement_id: EngagementId, body: bodies.CoachChoice, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Choose your coach (R24). What a candidate told you of themself goes to all four with it."""
    command = c.ChooseCoach(body.coach_id, body.meeting, body.content("coach_name"), body.content("why"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/{engagement_id}/approach", status_code=201, responses=changes("no-coach-yet"))
def explain_approach(
    engagement_id: EngagementId, body: bodies.Approach, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Explain approach, methods, reference material and ethics (R23)."""
    return act(behind, response, engagement_id, e.ExplainApproach(body.content()), asked)


@router.post("/{engagement_id}/reality", status_code=201, responses=changes("no-coach-yet"))
def describe_reality(
    engagement_id: EngagementId, body: bodies.Reality, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Describe your reality, the problem, its weight, and why coaching could help (R25, R26)."""
    return act(behind, response, engagement_id, e.DescribeReality(body.content()), asked)


@router.post("/{engagement_id}/tripartite-meeting", status_code=201, responses=changes("no-coach-yet"))
def hold_tripartite_meeting(
    engagement_id: EngagementId, body: bodies.TripartiteMeeting, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Record the meeting with the line manager (R27)."""
    command = e.HoldTripartiteMeeting(held_on=body.held_on, present=body.roles())
    return act(behind, response, engagement_id, command, asked)


@router.post("/{engagement_id}/closure", status_code=201, responses=changes("contract-not-active"))
def end_engagement(
    engagement_id: EngagementId, body: bodies.EndOfEngagement, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """End the engagement: fulfilled, or broken off by any party, with a reason (R63, X7)."""
    command = e.EndEngagement(body.ending, body.content("statement"), body.content("evaluation"))
    return act(behind, response, engagement_id, command, asked)
