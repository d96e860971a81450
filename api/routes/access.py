"""The access log: who looked at what of an engagement, and what for (R59).

The coachee sees every read of their engagement. Everybody else sees their own (requirements.md, matrix). Overseers
appear to the coachee by their role, parties by their id and the name that the coachee's own view gives them. What an
entry never says is where somebody read, or how much: that would tell of notes and journals.
"""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend, id_of
from api.backend import Backend, Identity
from api.pages import Cursor, Limit, link, place_of
from api.reading import PATIENCE, find, look
from api.recording import InReads, Recording
from api.routes.acting import EngagementId, reads
from domain.events import RecordedEvent
from domain.facts import rfc3339
from domain.principals import OVERSEERS
from domain.reads import Positions, Purpose, ReadRecorded, View, access_stream_id, places_of
from domain.sight import Sight
from domain.vocabulary import Item, Role
from projections.access_log import NAME, names

router = APIRouter(prefix="/v1", tags=["access log"])


class GivenDocument(BaseModel):
    """A document that was given out: of which kind, and the SHA-256 of its file (hexadecimal)."""

    kind: str
    sha256: str


class LoggedRead(BaseModel):
    """A read. ``person_id`` is null for overseers; ``name`` is, too, where your own view doesn't say one.

    ``document`` is there where a document was given out. Making it is a read of its own, just before.
    """

    at: str
    role: str
    purpose: str
    view: str
    person_id: str | None
    name: str | None
    document: GivenDocument | None


class AccessLog(BaseModel):
    """A page of an engagement's access log, newest first."""

    entries: list[LoggedRead]
    next: str | None


class OwnRead(BaseModel):
    """A read of yours. ``engagement`` is its id, its pseudonym where you read as a supervisor, null where it's none."""

    at: str
    role: str
    purpose: str
    view: str
    engagement: str | None
    document: GivenDocument | None


class OwnReads(BaseModel):
    """A page of what you have read, newest first."""

    entries: list[OwnRead]
    next: str | None


@router.get("/engagements/{engagement_id}/access-log", responses=reads(p.CursorMalformed))
def read_access_log(
    engagement_id: EngagementId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> AccessLog:
    """Who read what of the engagement, newest first: as the coachee, everybody; otherwise yourself.

    It stays readable after the end and after every erasure. To look at it is a read, too, and stands there from the
    next page on.
    """
    sight = look(behind, id_of(engagement_id), asker.person)
    before = None if cursor is None else place_of(behind, asker, cursor)
    if sight.of_the_coachee:
        found = behind.write_side.reads_of(sight.engagement.id, before=before, limit=limit + 1)
        numbered = [(event.originator_version, event) for event in found]
    else:
        numbered = _own(behind, asker, before, limit + 1, access_stream_id(sight.engagement.id))
    page = numbered[:limit]
    known = _record(behind, recorded, sight, [event for _, event in page])
    more = behind.cursors.seal(page[-1][0], asker.person) if len(numbered) > limit else None
    link(request, response, more, limit=limit)
    return AccessLog(entries=[_entry(event, known) for _, event in page], next=more)


def _own(
    behind: Backend, asker: Identity, before: int | None, limit: int, within: UUID
) -> list[tuple[int, RecordedEvent]]:
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    own = behind.own_reads.page(asker.person, before=before, limit=limit, within=within)
    return [(one.number, one.event) for one in own]


def _record(behind: Backend, recorded: Recording, sight: Sight, page: list[RecordedEvent]) -> Mapping[UUID, str]:
    """Put on record that somebody reads this page; to the coachee, the names that people have in their view."""
    lies = places_of((event.originator_id, event.originator_version) for event in page)
    if not sight.of_the_coachee:
        recorded.of_sight(sight, Purpose.ACCESS_LOG, *lies, view=View.ACCESS_LOG)
        return {}
    try:
        named = find(behind, sight.of_engagement).about(Item.ENGAGEMENT)
    except p.ReadingEnded:
        recorded.of_sight(sight, Purpose.ACCESS_LOG, *lies, view=View.ACCESS_LOG)
        return {}
    ticket = recorded.of_sight(sight, Purpose.ACCESS_LOG, *named.places, *lies, view=View.ACCESS_LOG)
    return names(sight.engagement, behind.views[sight.role].open(named, ticket))


def _entry(event: RecordedEvent, known: Mapping[UUID, str]) -> LoggedRead:
    fact = _read(event)
    overseer = event.role in OVERSEERS
    return LoggedRead(
        at=rfc3339(event.timestamp),
        role=event.role.word,
        purpose=fact.purpose.value,
        view=fact.view.value,
        person_id=None if overseer else str(event.actor),
        name=None if overseer else known.get(event.actor),
        document=_document(fact),
    )


def _document(fact: ReadRecorded) -> GivenDocument | None:
    if fact.given is None:
        return None
    return GivenDocument(kind=fact.given.kind.value, sha256=fact.given.sha256.hex())


def _read(event: RecordedEvent) -> ReadRecorded:
    if not isinstance(event.fact, ReadRecorded):
        raise TypeError("an access stream holds reads")
    return event.fact


@router.get("/people/me/access-log", responses=reads(p.CursorMalformed))
def read_own_access_log(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> OwnReads:
    """What you have read anywhere, newest first. To look at it is a read, too, and stands there the next time."""
    before = None if cursor is None else place_of(behind, asker, cursor)
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    found = behind.own_reads.page(asker.person, before=before, limit=limit + 1)
    page = found[:limit]
    log = Positions(page[-1].position, page[0].position) if page else None
    recorded.of_own(Purpose.ACCESS_LOG, View.ACCESS_LOG, log=log)
    more = behind.cursors.seal(page[-1].number, asker.person) if len(found) > limit else None
    link(request, response, more, limit=limit)
    return OwnReads(entries=[_own_entry(behind, one.event) for one in page], next=more)


def _own_entry(behind: Backend, event: RecordedEvent) -> OwnRead:
    fact = _read(event)
    engagement = None if fact.engagement is None else str(fact.engagement)
    if fact.engagement is not None and event.role is Role.COACHING_SUPERVISOR:
        engagement = behind.timeline.pseudonym(fact.engagement)
    return OwnRead(
        at=rfc3339(event.timestamp),
        role=event.role.word,
        purpose=fact.purpose.value,
        view=fact.view.value,
        engagement=engagement,
        document=_document(fact),
    )
