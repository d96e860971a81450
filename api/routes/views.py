"""Each party's view of an engagement, and the stream of what that party came to know.

A read asks for nothing but one's own view: which one that is follows from the engagement. Views follow the log within
milliseconds; a read that comes sooner waits for them, so everybody reads their own writes.
"""

from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.backend import Backend, CursorRefused, Identity
from api.routes.acting import EngagementId, reads
from domain.engagement import Engagement
from domain.errors import NotFound, NotYours
from domain.personal import PERSONAL, personal_stream_id
from domain.vocabulary import Role
from projections import sections
from projections.engagement_list import NAME as ENGAGEMENTS
from projections.locators import ViewForged
from projections.opened import Story
from projections.reading import FOLDS

router = APIRouter(prefix="/v1", tags=["views"])

PATIENCE: Final = 5.0
"""Seconds that a read waits for a view to catch up before it answers 503."""

_ROLES: Final = {name.replace("_", "-"): role for role, (name, _) in FOLDS.items()}
ViewName = Literal["sponsor-organisation", "line-manager", "coach", "coachee"]
Limit = Annotated[int, Query(ge=1, le=200, description="Entries a page.")]
Cursor = Annotated[str | None, Query(max_length=100, description="Where to go on, from the page before.")]


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
    """An engagement of yours."""

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
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=50, description="Entries a page.")] = 20,
    cursor: Cursor = None,
) -> Listing:
    """The engagements that you are a party to, newest first, each with the name of your view of it."""
    if not behind.progress.wait_for_views((ENGAGEMENTS,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    before = None if cursor is None else _place(behind, asker, cursor)
    ids, place = behind.engagements.page(asker.person, before=before, limit=limit)
    more = None if place is None else behind.cursors.seal(place, asker.person)
    _link(request, response, more, limit=limit)
    return Listing(entries=[_listed(behind, asker, engagement_id) for engagement_id in ids], next=more)


def _listed(behind: Backend, asker: Identity, engagement_id: UUID) -> Listed:
    engagement, role = behind.write_side.engagement(engagement_id, asker.person)
    story = _story(behind, engagement, role)
    shown = sections.engagement(story)
    return Listed(
        id=str(engagement.id),
        view=FOLDS[role][0],
        version=f"v{story.version_in(engagement.id)}",
        status=shown["status"],
        title=shown["title"],
        names=shown["names"],
    )


@router.get("/views/{view}/engagements/{engagement_id}", responses=reads())
def read_view(
    view: ViewName, engagement_id: EngagementId, behind: InBackend, asker: Asker, response: Response
) -> dict[str, Any]:
    """Your view of an engagement. Its version is what If-Match wants to hear."""
    engagement, role = _enter(behind, asker, view, engagement_id)
    story = _story(behind, engagement, role)
    version = f"v{story.version_in(engagement.id)}"
    response.headers["ETag"] = f'"{version}"'
    response.headers["Cache-Control"] = "no-store"
    return {"engagement_id": str(engagement.id), "view": FOLDS[role][0], "version": version, **FOLDS[role][1](story)}


@router.get("/views/{view}/engagements/{engagement_id}/stream", responses=reads(p.CursorMalformed))
def read_stream(
    view: ViewName,
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Entries:
    """Everything that you came to know of an engagement, in order, numbered for you alone."""
    engagement, role = _enter(behind, asker, view, engagement_id)
    after = _place(behind, asker, cursor)
    parts = _story(behind, engagement, role).parts
    entries = [
        Entry(number=number, at=part.at, by=part.by, event=part.topic, item=part.item, content=part.content)
        for number, part in enumerate(parts[after : after + limit], start=after + 1)
    ]
    more = behind.cursors.seal(after + limit, asker.person) if after + limit < len(parts) else None
    _link(request, response, more, limit=limit)
    return Entries(entries=entries, next=more)


@router.get("/oversight/timeline", responses=reads(p.CursorMalformed), tags=["oversight"])
def read_timeline(
    behind: InBackend,
    asker: Asker,
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
    after = _place(behind, asker, cursor)
    entries, place = behind.timeline.page(asker.person, after=after, limit=limit, engagement=engagement)
    more = None if place is None else behind.cursors.seal(place, asker.person)
    _link(request, response, more, limit=limit, engagement=engagement)
    return Occurrences(entries=[Occurrence(**entry) for entry in entries], next=more)


def _enter(behind: Backend, asker: Identity, view: str, engagement_id: str) -> tuple[Engagement, Role]:
    engagement, role = behind.write_side.engagement(id_of(engagement_id), asker.person)
    if role is not _ROLES[view]:
        raise NotYours("not-your-role")
    return engagement, role


def _story(behind: Backend, engagement: Engagement, role: Role) -> Story:
    """The reader's parts, complete: as many as the record says that the reader can see.

    Parts and not events: an event shows a party several parts, and leaving one out must not go unseen.

    Raises:
        ViewForged: when a view that has caught up still shows another number.
    """
    keys = engagement.keys_of(role)
    expected = {engagement.id: sum(label.key_id in keys for labels in engagement.trail for label in labels)}
    for kind, owner in PERSONAL.items():  # where every event has one part
        if owner is role:
            stream = personal_stream_id(engagement.id, kind, engagement.parties[role])
            expected[stream] = behind.write_side.written_in(kind, stream)
    streams, principal = list(expected), engagement.parties[role]
    story = behind.views[role].story(streams, principal)
    if _complete(story, expected):
        return story
    if not behind.progress.wait_for_views((FOLDS[role][0],), PATIENCE):
        raise p.Unavailable(retry_after=1)
    story = behind.views[role].story(streams, principal)
    if not _complete(story, expected):
        raise ViewForged
    return story


def _complete(story: Story, expected: dict[UUID, int]) -> bool:
    # More than expected is complete too: somebody wrote between the two looks.
    return all(sum(part.stream == stream for part in story) >= count for stream, count in expected.items())


def _place(behind: Backend, asker: Identity, cursor: str | None) -> int:
    try:
        return 0 if cursor is None else behind.cursors.open(cursor, asker.person)
    except CursorRefused:
        raise p.CursorMalformed from None


def _link(request: Request, response: Response, more: str | None, **asked: Any) -> None:
    response.headers["Cache-Control"] = "no-store"
    if more is not None:
        query = urlencode({name: value for name, value in {**asked, "cursor": more}.items() if value is not None})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
