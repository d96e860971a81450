"""What the organisation is told of its coach's practice: that there is a supervision place, and learning (R51, R52)."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.reading import look
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from domain.errors import NotFound, NotYours
from domain.practice import Practice, practice_stream_id
from domain.reads import Purpose, View, places_of
from domain.vocabulary import Role

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["practice"])


class CoachPractice(BaseModel):
    """Since when the coach has the present supervision place, and the newest day of development; null: there is none.

    Where the place is, with whom, and what is said there, is the coach's and the supervisor's.
    """

    supervision_place_since: date | None
    last_developed_on: date | None


@router.get("/coach-practice", responses=reads(p.REFUSALS["not-your-role"]))
def read_coach_practice(
    engagement_id: EngagementId, behind: InBackend, asker: Asker, recorded: InReads
) -> CoachPractice:
    """Whether your coach has a supervision place and goes on learning, as long as the engagement goes on (R51, R52)."""
    sight = look(behind, id_of(engagement_id), asker.person)
    if sight.role is not Role.SPONSOR_ORGANISATION:
        raise NotYours("not-your-role")
    coach = sight.engagement.parties.get(Role.COACH)
    if coach is None or sight.engagement.ended is not None:
        raise NotFound
    practice = behind.write_side.load(Practice, practice_stream_id(coach))
    seen = places_of((practice.id, version) for version in range(1, practice.version + 1))
    recorded.of_sight(sight, Purpose.VIEW, *seen, view=View.PRACTICE)
    place = practice.current
    return CoachPractice(
        supervision_place_since=None if place is None else place.since, last_developed_on=practice.developed_on
    )
