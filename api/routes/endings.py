"""How parts of an engagement, or of its being read, come to an end; and the follow-up that comes after.

Who leaves, what is withdrawn and what is asked to be erased takes effect at once: the next read is refused, whenever
the keys are erased.
"""

from typing import Final

from fastapi import APIRouter, Response

from api import ending_bodies as bodies
from api.asking import Changing, InBackend
from api.routes.acting import Done, EngagementId, act, changes, changes_at_any_time
from api.shapes import CHOICE
from api.step_up import PROBLEMS, SteppedUp
from domain import erasure, parties, reporting

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["endings"])

_REPLACING: Final = {"line_manager": parties.ReplaceLineManager, "coach": parties.ReplaceCoach}


@router.post(
    "/parties",
    status_code=201,
    responses=changes("no-coach-yet", "former-party", "same-person-in-two-roles", "unknown-person", "coach-declined"),
)
def replace_party(
    engagement_id: EngagementId, body: bodies.Replacement, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Let somebody else take over, as line manager (the organisation) or as coach (the coachee).

    Who was in the role acts no more from now on, and reads only what they keep. Who takes over reads what is said from
    now on, and signs the next contract version. A candidate who declined doesn't become the coach (X4).
    """
    command = _REPLACING[body.role](body.person_id, body.content("name", "statement"))
    return act(behind, response, engagement_id, command, asked)


@router.post(
    "/erasure-requests",
    status_code=201,
    responses=changes_at_any_time("engagement-going-on", "on-hold", "erasure-already-requested", *PROBLEMS),
    dependencies=[SteppedUp],
)
def request_erasure(
    engagement_id: EngagementId, body: bodies.ErasureRequest, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Ask, as the coachee and after the end, for the erasure of what the others still hold for a time (art. 17).

    From now on they can't read it. It is erased after the contract's cooling-off; until then you can take it back. What
    the contract says is kept, stays: the agreement's own record serves legal claims (art. 17(3)(e)).
    """
    return act(behind, response, engagement_id, erasure.RequestErasure(body.content()), asked)


@router.post(
    "/erasure-requests/cancellation",
    status_code=201,
    responses=changes_at_any_time("no-erasure-requested", "cooling-off-over"),
)
def cancel_erasure(
    engagement_id: EngagementId, body: bodies.ErasureRequest, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Take your request for erasure back before the cooling-off is over; the others read on."""
    return act(behind, response, engagement_id, erasure.CancelErasure(body.content()), asked)


@router.post(
    "/permissions/withdrawals",
    status_code=201,
    responses=changes_at_any_time("nothing-permitted", *PROBLEMS),
    dependencies=[SteppedUp],
)
def withdraw_permission(
    engagement_id: EngagementId, body: bodies.Withdrawal, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Withdraw, as the coachee, what the clause permits others about one item; also after the end.

    They read nothing of it any more, neither what was said nor what will be. Nothing else changes.
    """
    command = erasure.WithdrawPermission(CHOICE[body.item], body.content("statement"))
    return act(behind, response, engagement_id, command, asked)


@router.post(
    "/follow-up",
    status_code=201,
    responses=changes_at_any_time("engagement-going-on", "erasure-already-requested", "follow-up-over"),
)
def record_follow_up(
    engagement_id: EngagementId, body: bodies.FollowUp, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Record a follow-up, as the coach, within the months that the contract provides for it (R66)."""
    return act(behind, response, engagement_id, reporting.RecordFollowUp(body.content()), asked)


@router.put(
    "/follow-up/waiver",
    responses=changes_at_any_time(
        "contract-not-active",
        "no-follow-up-agreed",
        "follow-up-already-waived",
        "erasure-already-requested",
        "follow-up-over",
    ),
)
def waive_follow_up(
    engagement_id: EngagementId, body: bodies.FollowUpWaiver, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Say, as the coachee, that you need no follow-up, before the end or after it (R66, P38)."""
    return act(behind, response, engagement_id, reporting.WaiveFollowUp(body.content()), asked)
