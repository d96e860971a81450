"""What changed for you: page by page, or as a stream that stays open."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel

from api import problems as p
from api.asking import Asker, InBackend
from api.backend import Backend, Identity
from api.change_events import ChangeEvent, ChangeEvents
from api.reading import PATIENCE
from api.recording import InReads
from api.routes.acting import reads
from api.streaming import MEDIA_TYPE, Event, EventStream
from domain.reads import Purpose, View
from projections.changes import NAME

router = APIRouter(prefix="/v1", tags=["changes"])
_MOST: Final = (1 << 31) - 1

After = Annotated[int | None, Query(ge=0, le=_MOST, description="The number that you saw last; 0 begins at the first.")]


class Changes(BaseModel):
    """A page of changes, oldest first, and the number of the last one that there is."""

    entries: list[ChangeEvent]
    last: int


@router.get("/changes", responses=reads())
def list_changes(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="Entries a page.")] = 100,
) -> Changes:
    """What changed for you in any engagement, oldest first: ids and versions, nothing of what was said.

    Numbers count what you can see and have no gaps, whatever others do. Go on with ``after`` set to the last one.
    """
    last = caught_up(behind, asker)
    recorded.of_own(Purpose.LIST, View.CHANGES)
    events = ChangeEvents(behind.write_side, asker.person)
    found = behind.changes.after(asker.person, after or 0, limit)
    return Changes(entries=[events.event(entry) for entry in found], last=last)


@router.get(
    "/stream",
    status_code=200,
    response_class=EventStream,
    responses={
        200: {
            "description": "Server-sent events. `id` is the number, `event` the type, `data` a change as a CloudEvent.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        },
        **reads(p.TooManyStreams),
    },
)
def open_stream(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    after: After = None,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=_MOST, description="The number that you saw last, as event sources send it.")
    ] = None,
) -> EventStream:
    """Your changes as they happen, as server-sent events; begins now, or after the number that you saw last.

    Opening a stream is on record as a read of yours. It ends after a quarter of an hour, or with the token or key that
    it was opened with: event sources come back by themselves, with the number that they saw last, and get each event
    once.
    """
    behind.streams.check(asker.person)
    last = caught_up(behind, asker)
    recorded.of_own(Purpose.STREAM, View.CHANGES)
    seen = last_event_id if last_event_id is not None else after
    told = ChangeEvents(behind.write_side, asker.person)

    def read(number: int, limit: int) -> list[Event]:
        request.state.still()
        events = (told.event(entry) for entry in behind.changes.after(asker.person, number, limit))
        return [Event(int(one.sequence), one.type.removeprefix("driehoek."), one.model_dump_json()) for one in events]

    return EventStream(behind.streams, asker.person, last if seen is None else seen, read, behind.bell.heard, {})


def caught_up(behind: Backend, asker: Identity) -> int:
    """The number of the last change, once all that is on record is taken in."""
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)
    return behind.changes.count(asker.person)
