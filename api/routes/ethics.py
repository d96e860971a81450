"""What the profession's code asks along the way: limits, referrals, concerns, dealings, and rules set aside.

Whom each of these is for says the matrix. Who isn't among them sees neither what was said nor that there was anything:
no list, number or version of theirs changes.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import ethics_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes, changes_at_any_time
from api.shapes import ROLE
from domain import concerns, dealings, limits, waivers

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["ethics"])

Number = Annotated[int, Path(ge=1, le=10_000)]


@router.post("/competence-limits", status_code=201, responses=changes("no-coach-yet"))
def signal_limit(
    engagement_id: EngagementId, body: bodies.CompetenceLimit, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Tell the coachee, as the coach, where your competence ends (R55). Nobody else learns of it."""
    return act(behind, response, engagement_id, limits.SignalCompetenceLimit(body.content()), asked)


@router.post("/referrals", status_code=201, responses=changes("no-coach-yet", "unknown-limit"))
def recommend_referral(
    engagement_id: EngagementId, body: bodies.Referral, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Recommend the coachee, as the coach, a colleague or another professional (R56). Nobody else learns of it."""
    command = limits.RecommendReferral(body.limit, body.content("recommendation"))
    return act(behind, response, engagement_id, command, asked)


@router.put("/referrals/{number}/answer", responses=changes_at_any_time("unknown-referral", "already-answered"))
def answer_referral(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.ReferralAnswer,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Answer a referral, as the coachee, also after the end: the decision is yours (R57)."""
    command = limits.AnswerReferral(number, body.accepted, body.content("answer"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/concerns", status_code=201, responses=changes("no-coach-yet", "retention-over"))
def raise_concern(
    engagement_id: EngagementId, body: bodies.Concern, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Remind the coach of a boundary, or say that something harms, goes too fast or is abused (R12, R13, R58, X3).

    You and the coach read it, nobody else. The coachee may do so after the end, too. Your concerns count from 1.
    """
    command = concerns.RaiseConcern(body.kind, body.content("statement"))
    return act(behind, response, engagement_id, command, asked)


@router.put("/concerns/{number}/answer", responses=changes("unknown-concern", "already-answered"))
def answer_concern(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.ConcernAnswer,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Answer a concern, as the coach (R12): whoever raised it reads the answer; the coachee's also after the end.

    A concern lapses when its raiser or its coach is replaced: who comes can't read it.
    """
    command = concerns.AnswerConcern(ROLE[body.raised_by], number, body.content("answer"))
    return act(behind, response, engagement_id, command, asked)


@router.post("/dealings", status_code=201, responses=changes_at_any_time("engagement-going-on", "cooling-period-over"))
def declare_dealing(
    engagement_id: EngagementId, body: bodies.Dealing, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Declare, as the coach, what you begin with one of the others within 24 months after the end (R65).

    Organisation and coachee read it.
    """
    content = body.content("begins_on", "statement")
    command = dealings.DeclareDealing(body.kind, ROLE[body.counterpart], content)
    return act(behind, response, engagement_id, command, asked)


@router.post(
    "/waivers", status_code=201, responses=changes("rule-not-waivable", "already-waived", "waiver-of-the-coachee")
)
def waive_rule(
    engagement_id: EngagementId, body: bodies.Waiver, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Set a rule of the process aside in this engagement, as coach or coachee. Rules that the system keeps stay."""
    command = waivers.WaiveRule(body.rule, body.ground, body.content("statement"))
    return act(behind, response, engagement_id, command, asked)
