"""Showing one part to one person for a time, and the coachee's requests for access to what the coach noted (X6, X10).

What is shown is named by its number in the stream of whoever shows it: places in the record would tell how much else is
in it. The recipient, who needn't be a party, reads that one part and nothing else, until it expires.
"""

import dataclasses
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from api import ending_bodies as bodies
from api import problems as p
from api.asking import Asker, Changing, InBackend, id_of
from api.backend import Backend
from api.reading import look, patiently
from api.recording import InReads
from api.routes.acting import Done, EngagementId, act, changes_at_any_time, done, reads
from api.step_up import PROBLEMS, SteppedUp
from domain import access
from domain.application import Request
from domain.disclosure import Disclose
from domain.endings import PartDisclosed
from domain.engagement import Engagement
from domain.errors import Invalid, NotFound, NotYours
from domain.facts import rfc3339
from domain.policies import POLICIES
from domain.reads import Place, Purpose, Read, Reader, Ticket, View
from domain.shown import Shown, shown_to
from domain.sight import Sight
from projections import secrecy
from projections.opened import Opened
from projections.ports import SealedAt

router = APIRouter(prefix="/v1/engagements/{engagement_id}", tags=["disclosures"])

Number = Annotated[int, Path(ge=1, le=10_000)]
_NO_VERSION: Final = -1
"""A version that nobody ever saw: whoever is refused with it may still be answered when they repeat a request."""


class Disclosed(BaseModel):
    """A disclosure that you may know of; ``to_you`` when you may read it."""

    id: str
    to_you: bool
    recipient_id: str
    ground: str
    item: str
    made_at: str
    expires_at: str
    ended: p.EndedReading | None


class Disclosures(BaseModel):
    """All of them, oldest first."""

    entries: list[Disclosed]


class DisclosedPart(BaseModel):
    """What was disclosed to you: one part, as it was recorded."""

    id: str
    ground: str
    expires_at: str
    at: str
    by: str
    event: str
    item: str
    content: dict[str, Any]


@router.post(
    "/disclosures",
    status_code=201,
    responses=changes_at_any_time(
        "unknown-part",
        "unknown-person",
        "disclosed-to-a-reader",
        "disclosure-without-ground",
        "disclosure-expiry",
        *PROBLEMS,
    ),
    dependencies=[SteppedUp],
)
def disclose(
    engagement_id: EngagementId, body: bodies.Disclosure, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Show one entry of your stream to one registered person, for a time; the answer's id is the disclosure's.

    The coachee shows what they like, by consent. The coach shows it to the coachee on a request for access, and to
    others on a ground that the signed clause states. What was once read can't be unread.
    """
    sight = look(behind, id_of(engagement_id), asked.actor)
    if sight.role not in POLICIES[Disclose]:
        raise NotYours("not-your-role")
    part = _entry(behind, sight, body.entry)
    made = asked.new_id()
    command = Disclose(
        part.version,
        part.index,
        body.recipient_id,
        body.ground,
        body.expires_at_utc(),
        body.content("reason"),
        made,
    )
    outcome = behind.write_side.execute(part.stream, command, _seen(sight, part, asked))
    seen = look(behind, sight.engagement.id, asked.actor).version
    return done(response, dataclasses.replace(outcome, stream=made, seen=seen))


def _entry(behind: Backend, sight: Sight, number: int) -> SealedAt:
    located = patiently(behind, sight, lambda view: view.located(sight))
    if number > len(located):
        raise Invalid("unknown-part")
    return located[number - 1].part


def _seen(sight: Sight, part: SealedAt, asked: Request) -> Request:
    """The request with the version of the stream that the part lies in; the asker knows the engagement's only."""
    if sight.own is None or part.stream != sight.own.id:
        return asked
    own = sight.own.seen_by(sight.role, sight.principal)
    return dataclasses.replace(asked, if_seen=own if asked.if_seen == sight.version else _NO_VERSION)


@router.get("/disclosures", responses=reads())
def list_disclosures(
    engagement_id: EngagementId, behind: InBackend, asker: Asker, recorded: InReads, response: Response
) -> Disclosures:
    """The disclosures that were made to you; coach and coachee see those to others, too."""
    response.headers["Cache-Control"] = "no-store"
    now = behind.clock()
    found = shown_to(behind.write_side, id_of(engagement_id), asker.person, now)
    recorded.record(_read(behind, id_of(engagement_id), asker.person, now, Purpose.GRANTS))
    return Disclosures(entries=[_listed(one) for one in found])


def _listed(one: Shown) -> Disclosed:
    return Disclosed(
        id=str(one.disclosure_id),
        to_you=one.place is not None,
        recipient_id=str(one.recipient),
        ground=one.ground.value,
        item=one.item.value,
        made_at=rfc3339(one.made_at),
        expires_at=rfc3339(one.expires_at),
        ended=None if one.ended is None else p.EndedReading(**secrecy.ended_entry(one.ended)),
    )


@router.get("/disclosures/{disclosure_id}", responses=reads())
def read_disclosure(
    engagement_id: EngagementId,
    disclosure_id: Annotated[str, Path(description="The disclosure's id.")],
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    response: Response,
) -> DisclosedPart:
    """Read the one part that was disclosed to you, until it expires."""
    wanted, now = id_of(disclosure_id), behind.clock()
    found = shown_to(behind.write_side, id_of(engagement_id), asker.person, now)
    one = next((one for one in found if one.disclosure_id == wanted), None)
    if one is None:
        raise NotFound
    if one.place is None:
        raise NotYours("not-your-role")
    if one.ended is not None:
        raise p.ReadingEnded(ended=[p.EndedReading(**secrecy.ended_entry(one.ended))])
    response.headers["Cache-Control"] = "no-store"
    read = _read(behind, id_of(engagement_id), asker.person, now, Purpose.DISCLOSURE, lies_at(one.place))
    return open_shown(behind, recorded.record(read), one, one.place, asker.person, now)


def _read(behind: Backend, engagement_id: UUID, person: UUID, now: datetime, purpose: Purpose, *places: Place) -> Read:
    """A read of disclosures, as the party that somebody is or was, or else as whom they were made to."""
    known = behind.write_side.load(Engagement, engagement_id).reader_of(person)
    reader = Reader.as_self(person) if known is None else Reader(person, *known)
    return Read(reader, now, purpose, View.DISCLOSURES, engagement_id, places)


def lies_at(place: tuple[UUID, PartDisclosed]) -> Place:
    """Where a disclosed part lies."""
    stream, fact = place
    return Place(stream, fact.event_version, fact.event_version)


def open_shown(
    behind: Backend, ticket: Ticket, one: Shown, place: tuple[UUID, PartDisclosed], person: UUID, now: datetime
) -> DisclosedPart:
    """Open what was disclosed to a person, once it is on record that they read it; ``place`` says where it lies."""
    stream, fact = place
    payload = behind.disclosures.open(stream, fact, person, now, ticket)
    part = Opened.of(1, stream, fact.event_version, dict(payload))
    return DisclosedPart(
        id=str(one.disclosure_id),
        ground=one.ground.value,
        expires_at=rfc3339(one.expires_at),
        at=part.at,
        by=part.by,
        event=part.topic,
        item=part.item,
        content=part.content,
    )


@router.post("/access-requests", status_code=201, responses=changes_at_any_time("no-coach-yet"))
def request_access(
    engagement_id: EngagementId, body: bodies.AccessRequest, asked: Changing, behind: InBackend, response: Response
) -> Done:
    """Ask, as the coachee, to see what the coach noted about you (GDPR art. 15); it is answered within a month."""
    return act(behind, response, engagement_id, access.RequestAccess(body.content()), asked)


@router.put(
    "/access-requests/{number}/answer",
    responses=changes_at_any_time("unknown-request", "already-answered", "unknown-disclosure"),
)
def answer_access(
    engagement_id: EngagementId,
    number: Number,
    body: bodies.AccessAnswer,
    asked: Changing,
    behind: InBackend,
    response: Response,
) -> Done:
    """Answer, as the coach, with what you disclosed to the coachee; with nothing, it is a refusal and says why."""
    command = access.AnswerAccess(number, frozenset[UUID](body.disclosed), body.content("answer"))
    return act(behind, response, engagement_id, command, asked)
