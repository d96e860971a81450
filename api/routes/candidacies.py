"""Coaches before the choice, and what they tell of themselves: first to the coachee, once chosen to all four."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api import candidacy_bodies as bodies
from api import problems as p
from api.asking import Asker, Changing, InBackend, Writing, id_of
from api.pages import Cursor, link, place_of
from api.reading import PATIENCE
from api.recording import InReads
from api.routes.acting import Done, EngagementId, act, additions, changes, done, reads
from domain import candidacy as c
from domain.engagement import Engagement
from domain.reads import Purpose, Read, Reader, View
from domain.vocabulary import Role
from projections.candidacy_list import NAME, candidacy

router = APIRouter(prefix="/v1", tags=["candidates"])
_BELOW = "/engagements/{engagement_id}"


class Candidacy(BaseModel):
    """A coachee met you: whether you told of yourself, and whether it is open, declined, or over.

    ``engagement_id`` is where a candidate's acts go; it opens nothing.
    """

    engagement_id: str
    met_on: str
    disclosed: bool
    ethics_code_acknowledged: bool
    outcome: Literal["open", "declined", "chosen", "over"]


class Candidacies(BaseModel):
    """A page of them."""

    entries: list[Candidacy]
    next: str | None


@router.get("/candidacies", responses=reads(p.CursorMalformed))
def list_candidacies(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=50, description="Entries a page.")] = 20,
    cursor: Cursor = None,
) -> Candidacies:
    """The meetings in which a coachee met you as a candidate, newest first (R24).

    No names and nothing of the engagement: those the coachee told you. The coachee sees that you looked.
    """
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    before = None if cursor is None else place_of(behind, asker, cursor)
    places, place = behind.candidacies.page(asker.person, before=before, limit=limit)
    reader, now = Reader(asker.person, Role.CANDIDATE, asker.person), behind.clock()
    told = [Read(reader, now, Purpose.LIST, View.CANDIDACY, place.stream, (place,)) for place in places]
    if told:
        recorded.record(*told)
    else:
        recorded.of_own(Purpose.LIST, View.CANDIDACY)
    found = [(behind.write_side.load(Engagement, one.stream), one.first) for one in places]
    more = None if place is None else behind.cursors.seal(place, asker.person)
    link(request, response, more, limit=limit)
    response.headers["Cache-Control"] = "no-store"
    return Candidacies(entries=[_shown(engagement, asker, version) for engagement, version in found], next=more)


def _shown(engagement: Engagement, asker: Asker, version: int) -> Candidacy:
    one = candidacy(engagement, asker.person, version)
    return Candidacy(
        engagement_id=str(one.engagement),
        met_on=one.met_on,
        disclosed=one.disclosed,
        ethics_code_acknowledged=one.acknowledged,
        outcome=one.outcome,
    )


@router.put(_BELOW + "/candidacy/profile", responses=additions("candidacy-over", "profile-empty"))
def offer_profile(
    engagement_id: EngagementId, body: bodies.Profile, writing: Writing, behind: InBackend, response: Response
) -> Done:
    """Tell the coachee how you work, as a candidate (R13). Nobody else reads it, unless you are chosen."""
    command = c.OfferProfile(body.facets(), len(body.models), body.content())
    return done(response, behind.write_side.execute(id_of(engagement_id), command, writing.asked))


@router.put(_BELOW + "/candidacy/ethics-code", responses=additions("candidacy-over"))
def pledge_ethics(
    engagement_id: EngagementId, body: bodies.EthicsCode, writing: Writing, behind: InBackend, response: Response
) -> Done:
    """Acknowledge the code of ethics, as a candidate (R12, P16)."""
    return done(
        response, behind.write_side.execute(id_of(engagement_id), c.PledgeEthics(body.content()), writing.asked)
    )


@router.post(_BELOW + "/candidacy/refusal", status_code=201, responses=additions("candidacy-over"))
def decline_candidacy(
    engagement_id: EngagementId, body: bodies.CandidacyRefusal, writing: Writing, behind: InBackend, response: Response
) -> Done:
    """Decline, and recommend somebody else if you want to (X4). Only the coachee learns of it."""
    command = c.DeclineCandidacy(bool(body.referral.strip()), body.content())
    return done(response, behind.write_side.execute(id_of(engagement_id), command, writing.asked))


@router.put(_BELOW + "/coach-profile", responses=changes("no-coach-yet", "profile-empty"))
def disclose_profile(
    engagement_id: EngagementId, body: bodies.Profile, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Tell all four how you work, as the coach: your models (R11), your qualification (R50)."""
    command = c.DiscloseProfile(body.facets(), len(body.models), body.content())
    return act(behind, response, engagement_id, command, asked)


@router.put(_BELOW + "/ethics-code", responses=changes("no-coach-yet"))
def acknowledge_ethics(
    engagement_id: EngagementId, body: bodies.EthicsCode, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Acknowledge the code of ethics towards all four, as the coach (R12)."""
    return act(behind, response, engagement_id, c.AcknowledgeEthics(body.content()), asked)
