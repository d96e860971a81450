"""Each party's view of an engagement, and the stream of what that party came to know.

A read asks for nothing but one's own view: which one that is follows from the engagement. Who has left, or for whom it
ended, reads what they keep; the view says what ended. Each of these reads is on record before it is answered.
"""

from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.backend import Backend, Identity
from api.pages import Cursor, Limit, link, place_of
from api.reading import PATIENCE, ended, find, look, shown, story
from api.recording import InReads
from api.routes.acting import EngagementId, reads
from api.step_up import PROBLEMS, PersonalToo
from domain.errors import NotFound, NotYours
from domain.reads import Purpose, Read, Reader, Ticket, View
from domain.sight import Sight
from domain.vocabulary import Item, Role
from projections import sections
from projections.engagement_list import NAME as ENGAGEMENTS
from projections.opened import Story
from projections.reading import FOLDS
from projections.recorded import Found

router = APIRouter(prefix="/v1", tags=["views"])

_ROLES: Final = {name.replace("_", "-"): role for role, (name, _) in FOLDS.items()}
_MEMBERS: Final = "|".join(sorted({member for _, fold in FOLDS.values() for member in fold(Story(()))}))
"""The members of all views. One that another view has, and this one hasn't, is left out like one that is empty."""

Fields = Annotated[
    str | None,
    Query(
        pattern=f"^({_MEMBERS})(,({_MEMBERS}))*$",
        max_length=1_000,
        description="The members of the view that are wanted, by commas; all of them by default.",
    ),
]
ViewName = Literal["sponsor-organisation", "line-manager", "coach", "coachee"]


class Entry(BaseModel):
    """One thing that the reader came to know."""

    number: int
    at: str
    by: str
    event: str
    item: str
    content: dict[str, Any]


class Entries(BaseModel):
    """A page of them."""

    entries: list[Entry]
    next: str | None


class Occurrence(BaseModel):
    """One process fact."""

    engagement: str
    at: str
    event: str
    by: str
    facts: dict[str, Any]


class Occurrences(BaseModel):
    """A page of them."""

    entries: list[Occurrence]
    next: str | None


class Listed(BaseModel):
    """An engagement of yours, or one that you have left; ``status`` is ``gone`` where nothing is left to read."""

    id: str
    view: str
    version: str
    status: str
    title: str | None
    names: dict[str, str | None]


class Listing(BaseModel):
    """A page of them."""

    entries: list[Listed]
    next: str | None


@router.get("/engagements", responses=reads(p.CursorMalformed), tags=["engagements"])
def list_engagements(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=50, description="Entries a page.")] = 20,
    cursor: Cursor = None,
) -> Listing:
    """The engagements that you are a party to, newest first, each with the name of your view of it."""
    if not behind.progress.wait_for_views((ENGAGEMENTS,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    before = None if cursor is None else place_of(behind, asker, cursor)
    ids, place = behind.engagements.page(asker.person, before=before, limit=limit)
    found = [_titled(behind, asker, engagement_id) for engagement_id in ids]
    told = [recorded.read_of(sight, Purpose.LIST, *part.places if part else ()) for sight, part in found]
    ticket = recorded.record(*told) if told else recorded.of_own(Purpose.LIST, View.OWN_RECORD)
    more = None if place is None else behind.cursors.seal(place, asker.person)
    link(request, response, more, limit=limit)
    return Listing(entries=[_listed(behind, sight, part, ticket) for sight, part in found], next=more)


def _titled(behind: Backend, asker: Identity, engagement_id: UUID) -> tuple[Sight, Found | None]:
    """What a list tells of an engagement, not opened; None when nothing is left to read of it."""
    sight = look(behind, engagement_id, asker.person)
    try:
        return sight, find(behind, sight).about(Item.ENGAGEMENT)
    except p.ReadingEnded:
        return sight, None


def _listed(behind: Backend, sight: Sight, found: Found | None, ticket: Ticket) -> Listed:
    engagement_id, view, version = str(sight.engagement.id), FOLDS[sight.role][0], sight.tag
    if found is None:
        return Listed(id=engagement_id, view=view, version=version, status="gone", title=None, names={})
    shown = sections.engagement(behind.views[sight.role].open(found, ticket))
    return Listed(
        id=engagement_id,
        view=view,
        version=version,
        status=shown["status"],
        title=shown["title"],
        names=shown["names"],
    )


@router.get("/views/{view}/engagements/{engagement_id}", responses=reads(*PROBLEMS))
def read_view(
    view: ViewName,
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    personal: PersonalToo,
    response: Response,
    fields: Fields = None,
) -> dict[str, Any]:
    """Your view of an engagement. Its version is what If-Match wants to hear; ``ended`` is what you read no more.

    With an API key it is told without your notebook or journal. With ``fields`` only these members are sent, beside its
    version and ``ended``; all of it was read, and is on record as read.
    """
    sight = _enter(behind, asker, view, engagement_id)
    name, fold = FOLDS[sight.role]
    told = fold(story(behind, recorded, sight, Purpose.VIEW, personal=personal))
    response.headers["ETag"] = f'"{sight.tag}"'
    response.headers["Cache-Control"] = "no-store"
    wanted = told.keys() if fields is None else {"ended", *fields.split(",")}
    shown = {member: said for member, said in told.items() if member in wanted}
    return {"engagement_id": str(sight.engagement.id), "view": name, "version": sight.tag, **shown}


@router.get("/views/{view}/engagements/{engagement_id}/stream", responses=reads(p.CursorMalformed, *PROBLEMS))
def read_stream(
    view: ViewName,
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    personal: PersonalToo,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Entries:
    """Everything that you came to know of an engagement, in order, numbered for you alone.

    What you read no more is left out, with an API key your notebook or journal, too; the rest keeps its numbers.
    """
    sight = _enter(behind, asker, view, engagement_id)
    after = 0 if cursor is None else place_of(behind, asker, cursor)
    found = shown(find(behind, sight), personal=personal)
    page = found.page(after, limit)
    told = behind.views[sight.role].open(page, recorded.of_sight(sight, Purpose.STREAM, *page.places))
    if told.ended and not told.parts and len(page.living) == len(found.living):
        raise ended(told)
    entries = [
        Entry(number=part.number, at=part.at, by=part.by, event=part.topic, item=part.item, content=part.content)
        for part in told.parts
    ]
    last = page.living[-1][0] if page.living else after
    more = behind.cursors.seal(last, asker.person) if found.page(last, 1).living else None
    link(request, response, more, limit=limit, personal=None if personal else "false")
    return Entries(entries=entries, next=more)


@router.get("/oversight/timeline", responses=reads(p.CursorMalformed), tags=["oversight"])
def read_timeline(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    engagement: Annotated[str | None, Query(max_length=64, description="One engagement's pseudonym.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Occurrences:
    """The process facts of all engagements, pseudonymous, for coaching supervisors."""
    if not behind.write_side.oversees(asker.person, Role.COACHING_SUPERVISOR):
        raise NotFound
    if not behind.progress.wait_for_views((Role.COACHING_SUPERVISOR.word,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    after = 0 if cursor is None else place_of(behind, asker, cursor)
    held = behind.timeline.find(asker.person, after=after, limit=limit, engagement=engagement)
    more = None if held.following is None else behind.cursors.seal(held.following, asker.person)
    link(request, response, more, limit=limit, engagement=engagement)
    read = Read(
        reader=Reader(asker.person, Role.COACHING_SUPERVISOR, asker.person),
        at=behind.clock(),
        purpose=Purpose.TIMELINE,
        view=View.COACHING_SUPERVISOR,
    )
    told = [replace(read, engagement=of, places=(place,)) for of, place in held.places.items()]
    ticket = recorded.record(*told or (read,))  # also of a page on which there is nothing
    return Occurrences(entries=[Occurrence(**entry) for entry in held.entries(ticket)], next=more)


def _enter(behind: Backend, asker: Identity, view: str, engagement_id: str) -> Sight:
    sight = look(behind, id_of(engagement_id), asker.person)
    if sight.role is not _ROLES[view]:
        raise NotYours("not-your-role")
    return sight
