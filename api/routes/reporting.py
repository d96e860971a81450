"""What the parties tell each other: voice and answer, indicator readings, agreed summaries."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes
from api.shapes import Empty
from domain import reporting as r

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["reporting"])

Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/voice", status_code=201, responses=changes())
def state_voice(
    engagement_id: EngagementId, body: bodies.Voice, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Let the organisation's voice be heard (R16). Coach and coachee read it; there is no back channel."""
    return act(behind, response, engagement_id, r.StateVoice(body.content()), asked)


@router.put("/voice/{number}/answer", responses=changes("no-coach-yet", "unknown-voice", "already-answered"))
def answer_voice(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.Answer,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Answer the organisation's voice, as the coach."""
    return act(behind, response, engagement_id, r.AnswerVoice(number, body.content()), asked)


@router.post(
    "/indicators", status_code=201, responses=changes("no-coach-yet", "contract-not-active", "unknown-objective")
)
def read_indicator(
    engagement_id: EngagementId, body: bodies.Reading, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Record a reading of one of your own indicators (R29)."""
    command = r.ReadIndicator(body.objective, body.indicator, body.content("value", "observation"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/summaries", status_code=201, responses=changes("no-coach-yet"))
def propose_summary(
    engagement_id: EngagementId, body: bodies.Summary, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Propose a progress summary; it stays between coach and coachee until the other one agrees."""
    return act(behind, response, engagement_id, r.ProposeSummary(body.content()), asked)


@router.put(
    "/summaries/{number}/agreement",
    responses=changes(
        "no-coach-yet", "unknown-summary", "own-proposal", "already-agreed", "contract-not-active", "content-changed"
    ),
)
def agree_summary(
    engagement_id: EngagementId,
    number: Number,
    asked: Changing,
    behind: InBackend,
    response: Response,
    _: Empty | None = None,
) -> Done:
    """Agree to the other one's summary; now it goes to whom the clause lets read it (X2)."""
    return act(behind, response, engagement_id, r.AgreeSummary(number), asked)
