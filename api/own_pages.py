"""Pages of what somebody made themself: API keys, passkeys, webhooks; newest first, each opened with their own keys."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, Protocol, TypeVar

from fastapi import Depends, Request, Response

from api.asking import Asker, InBackend
from api.backend import Backend, Identity
from api.pages import Cursor, Limit, link, place_of
from api.recording import InReads, Recording
from domain.events import Content
from domain.facts import rfc3339
from domain.principals import Person
from domain.reads import Purpose, Read, Reader, View, places_of


class _Made(Protocol):
    """Something that a person made; ``version`` is that of the event by which they did."""

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=_Made)


@dataclass(frozen=True)
class OwnPage(Generic[T]):
    """A page: what is on it, each with what its person said of it, and the cursor of the next page."""

    entries: Sequence[tuple[T, Content]]
    next: str | None


@dataclass(frozen=True)
class OwnPages:
    """Makes the page that is asked for."""

    behind: Backend
    asker: Identity
    recorded: Recording
    request: Request
    response: Response
    limit: int
    cursor: str | None

    def of(self, made: Callable[[Person], Collection[T]]) -> OwnPage[T]:
        """The page of what somebody made, oldest first in ``made``; its read is on record before it is opened.

        Raises:
            api.problems.CursorMalformed: see there.
            domain.reads.NotRecorded: see there.
        """
        behind, asker = self.behind, self.asker
        person = behind.write_side.load(Person, asker.person)
        before = None if self.cursor is None else place_of(behind, asker, self.cursor)
        known = [one for one in reversed(list(made(person))) if before is None or one.version < before]
        page = known[: self.limit]
        places = places_of((person.id, one.version) for one in page)
        reader = Reader.as_self(asker.person)
        read = Read(reader, behind.clock(), Purpose.OWN_RECORD, View.OWN_RECORD, None, places)
        said = behind.own_record.open(person, [one.version for one in page], self.recorded.record(read))
        more = behind.cursors.seal(page[-1].version, asker.person) if len(known) > self.limit else None
        link(self.request, self.response, more, limit=self.limit)
        return OwnPage([(one, said[one.version]) for one in page], more)


async def _asked(
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> OwnPages:
    return OwnPages(behind, asker, recorded, request, response, limit, cursor)


InOwnPages = Annotated[OwnPages, Depends(_asked)]


def at(moment: datetime | None) -> str | None:
    """A moment, if there is one, as RFC 3339 writes it."""
    return None if moment is None else rfc3339(moment)
