"""Sessions: schedule, review, expectation, acceptance, work, feedback, close."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from domain import session as s

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["sessions"])

Number = Annotated[int, Path(ge=1, le=10_000, description="The session's number.")]
_IN_A_SESSION = ("no-coach-yet", "unknown-session", "session-closed")


@router.post(
    "/sessions", status_code=201, responses=changes("no-coach-yet", "session-out-of-order", "session-still-open")
)
def schedule_session(
    engagement_id: EngagementId, body: bodies.SessionPlan, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Set the date of the next session."""
    command = s.ScheduleSession(body.session, body.starts_at_utc(), body.minutes, body.content("place"))
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/sessions/{number}/review",
    responses=changes(*_IN_A_SESSION, "contract-not-active", "already-reviewed", "unknown-objective"),
)
def review_session(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Review,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Open the session with your review (R30, R31)."""
    content = body.content("retained", "practised", "events")
    command = s.ReviewSession(number, frozenset(body.objectives), content)
    return act(behind, response, engagement_id, command, asked)


@router.put(
    "/sessions/{number}/expectation",
    responses=changes(*_IN_A_SESSION, "contract-not-active", "review-missing", "expectation-already-accepted"),
)
def state_expectation(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Expectation,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Say what you expect of this session (R32)."""
    return act(behind, response, engagement_id, s.StateExpectation(number, body.content()), asked)


@router.put(
    "/sessions/{number}/acceptance",
    responses=changes(*_IN_A_SESSION, "expectation-missing", "expectation-already-accepted"),
)
def accept_expectation(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Acceptance,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Accept the expectation, as the coach (R33)."""
    return act(behind, response, engagement_id, s.AcceptExpectation(number, body.content()), asked)


@router.put(
    "/sessions/{number}/start",
    responses=changes(
        *_IN_A_SESSION, "acceptance-missing", "work-already-started", "conflict-undeclared", "conflict-unresolved"
    ),
)
def start_work(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.WorkStart,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Start the work, in its quadrants (R45-R48)."""
    command = s.StartWork(number, frozenset(body.quadrants), body.content("focus"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/sessions/{number}/work", status_code=201, responses=changes(*_IN_A_SESSION, "work-not-started"))
def record_work(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Work,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Record what was worked on, taught and practised (R22), and who else was spoken of (R47)."""
    command = s.RecordWork(number, body.content(), len(body.models), len(body.techniques), len(body.third_parties))
    return act(behind, response, engagement_id, command, asked)


@router.post("/sessions/{number}/feedback", status_code=201, responses=changes(*_IN_A_SESSION, "work-not-started"))
def give_feedback(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Feedback,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Give feedback on the session (R34). It is never shown to the organisation or the line manager."""
    command = s.GiveFeedback(number, bool(body.improvement.strip()), body.content())
    return act(behind, response, engagement_id, command, asked)


@router.put("/sessions/{number}/end", responses=changes(*_IN_A_SESSION, "work-not-started"))
def close_session(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.SessionEnd,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Close the session."""
    command = s.CloseSession(number, attended=body.attended, minutes=body.minutes)
    return act(behind, response, engagement_id, command, asked)
