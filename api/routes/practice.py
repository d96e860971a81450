"""A coach's practice: credentials, supervision places, supervisions, development (R50, R51, R52).

The coach writes, and reads; so does the supervisor whom a place names. To everybody else there is nothing.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from api import practice_bodies as shapes
from api import problems as p
from api.asking import Asker, InBackend, Writing, id_of
from api.backend import Backend, Identity
from api.pages import Cursor, Limit, link, place_of
from api.recording import InReads
from api.routes.acting import Done, additions, done, reads
from domain import practice as d
from domain.application import Request as Asked
from domain.decisions import Command
from domain.reads import Place, Purpose, Read, Reader, View, places_of
from domain.vocabulary import Role

router = APIRouter(prefix="/v1/coaches", tags=["practice"])

CoachId = Annotated[str, Path(description="The coach's id.")]
Number = Annotated[int, Path(ge=1, le=10_000)]
_OWN: Final = "/me/practice"


def _act(behind: Backend, response: Response, command: Command, asked: Asked) -> Done:
    return done(response, behind.write_side.execute(d.practice_stream_id(asked.actor), command, asked))


@router.post(f"{_OWN}/credentials", status_code=201, responses=additions("credential-dates"))
def record_credential(body: shapes.Credential, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Record what qualifies you as a coach, with its dates (R50)."""
    content = body.content("name", "issuer")
    command = d.RecordCredential(body.kind, body.awarded_on, body.valid_until, content)
    return _act(behind, response, command, writing.asked)


@router.post(
    f"{_OWN}/supervision-places",
    status_code=201,
    responses=additions("supervision-place-held", "own-supervisor", "unknown-person", "not-a-supervisor"),
)
def register_place(body: shapes.SupervisionPlace, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Register where you are supervised (R51), one place at a time.

    A supervisor whom you name by their id reads your practice from now on: the first one what is in it already, too,
    and who comes later what you record from then on. What they read, they keep.
    """
    content = body.content("name", "arrangement")
    command = d.RegisterSupervisionPlace(body.supervisor_id, body.since, content)
    return _act(behind, response, command, writing.asked)


@router.put(f"{_OWN}/supervision-places/{{number}}/end", responses=additions("unknown-place", "already-left"))
def leave_place(number: Number, body: shapes.PlaceEnd, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Leave a supervision place; who supervised you there is given nothing any more."""
    command = d.LeaveSupervisionPlace(number, body.left_on, body.content("statement"))
    return _act(behind, response, command, writing.asked)


@router.post(f"{_OWN}/supervisions", status_code=201, responses=additions("no-supervision-place", "unknown-engagement"))
def record_supervision(body: shapes.Supervision, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Record a supervision about engagements of yours (R51, P25, P26).

    Your supervisor reads the notes and isn't told which engagements they are about: name nobody. What a supervisor
    should see of an engagement itself, disclose, for a time, on the ground that the contract states.
    """
    command = d.RecordSupervision(
        body.held_on, body.minutes, frozenset(body.engagement_ids), body.content("notes")
    )  # fmt: skip
    return _act(behind, response, command, writing.asked)


@router.post(f"{_OWN}/development", status_code=201, responses=additions())
def log_development(body: shapes.Development, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Record how you go on learning (R52)."""
    command = d.LogDevelopment(body.kind, body.on, body.hours, body.content("description"))
    return _act(behind, response, command, writing.asked)


@router.get(_OWN, responses=reads(p.CursorMalformed))
def read_own_practice(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.Practice:
    """Your own practice as a coach, newest first."""
    return _page(behind, recorded, request, response, asker.person, asker, limit, cursor)


@router.get("/{coach_id}/practice", responses=reads(p.CursorMalformed))
def read_practice(
    coach_id: CoachId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> shapes.Practice:
    """The practice of a coach whom you supervise, or supervised: what was given to you of it, newest first (R51)."""
    return _page(behind, recorded, request, response, id_of(coach_id), asker, limit, cursor)


def _page(
    behind: Backend,
    recorded: InReads,
    request: Request,
    response: Response,
    coach: UUID,
    asker: Identity,
    limit: int,
    cursor: str | None,
) -> shapes.Practice:
    person = asker.person
    practice, role = behind.write_side.practice(coach, person)
    granted, living = practice.keys_of(role, person), practice.openable_by(role, person)
    labelled = [(version, label) for version, labels in enumerate(practice.trail, start=1) for label in labels]
    given = [(version, label) for version, label in labelled if label.key_id in granted]
    numbered = [(n, version) for n, (version, label) in enumerate(given, start=1) if label.key_id in living]
    before = None if cursor is None else place_of(behind, asker, cursor)
    page = [one for one in reversed(numbered) if before is None or one[0] < before][:limit]
    places: tuple[Place, ...] = places_of((practice.id, version) for _, version in page)
    read = Read(Reader(person, role, person), behind.clock(), Purpose.VIEW, View.PRACTICE, None, places)
    opened = behind.practice_parts.open(practice, role, person, page, recorded.record(read))
    more = bool(page) and page[-1] != numbered[0]
    following = behind.cursors.seal(page[-1][0], person) if more else None
    link(request, response, following, limit=limit)
    response.headers["Cache-Control"] = "no-store"
    shown = sorted(opened, key=lambda one: one.number, reverse=True)
    about = practice.supervisions if role is Role.COACH else {}
    return shapes.Practice(
        coach_id=str(coach),
        supervision_place=_place(practice, role, person),
        entries=[
            shapes.Entry(
                entry=one.number,
                at=one.at,
                event=one.topic,
                content=one.content,
                engagement_ids=_ids(about.get(one.content.get("supervision", 0))),
            )
            for one in shown
        ],
        next=following,
    )


def _ids(engagements: frozenset[UUID] | None) -> list[str] | None:
    return None if engagements is None else sorted(map(str, engagements))


def _place(practice: d.Practice, role: Role, person: UUID) -> shapes.Place | None:
    """The place that the coach has now; to a supervisor only their own."""
    place = practice.current
    if place is None or (role is not Role.COACH and place.supervisor != person):
        return None
    supervisor = None if place.supervisor is None else str(place.supervisor)
    return shapes.Place(place=place.place, since=place.since, supervisor_id=supervisor)
