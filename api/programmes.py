"""Who is in a programme as what, and what of it is opened for whom.

The organisation's representative sees the programme. Line managers and coachees of its engagements see that their own
engagement belongs to it, and the statistics (requirements.md, B: N≥k). To everybody else, coaches included, there is
nothing (R10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from api import problems as p
from api.asking import id_of
from api.backend import Backend
from api.reading import PATIENCE
from api.recording import Recording
from domain.application import Request
from domain.engagement import Engagement
from domain.errors import NotFound, NotYours
from domain.events import Content
from domain.programme import Programme, Release
from domain.reads import Place, Purpose, Read, Reader, View
from domain.releasing import is_due, release
from domain.vocabulary import Role
from projections.programme_list import NAME

THEIR_OWN: Final = frozenset({Role.LINE_MANAGER, Role.COACHEE})
"""Who is in a programme by an engagement of their own."""


@dataclass(frozen=True)
class Entered:
    """A programme, and as whom somebody is in it."""

    programme: Programme
    person: UUID
    role: Role

    def read(self, behind: Backend, purpose: Purpose, view: View, versions: Sequence[int] = ()) -> Read:
        """A read of events of the programme, on the organisation's behalf: what they say is sealed to it."""
        return Read(
            reader=Reader(self.person, self.role, self.programme.organisation or self.person),
            at=behind.clock(),
            purpose=purpose,
            view=view,
            places=tuple(Place(self.programme.id, version, version) for version in versions),
        )


def caught_up(behind: Backend) -> None:
    """Wait until the lists of programmes took in what is on record.

    Raises:
        api.problems.Unavailable: that takes too long.
    """
    if not behind.progress.wait_for_views((NAME,), PATIENCE):
        raise p.Unavailable(retry_after=1)


def own(behind: Backend, stream: UUID, person: UUID) -> tuple[Engagement, Role] | None:
    """An engagement of a programme in which somebody is line manager or coachee now."""
    engagement = behind.write_side.load(Engagement, stream)
    role = engagement.role_of(person)
    return (engagement, role) if role in THEIR_OWN and engagement.programme is not None else None


def enter(behind: Backend, programme_id: str, person: UUID) -> Entered:
    """A programme and somebody's role in it.

    Raises:
        domain.errors.NotFound: it is none of theirs.
        api.problems.Unavailable: the lists are behind for too long.
    """
    programme = behind.write_side.load(Programme, id_of(programme_id))
    if programme.role_of(person) is not None:
        return Entered(programme, person, Role.SPONSOR_ORGANISATION)
    caught_up(behind)
    for stream in behind.programmes.whole(person) if programme.version else ():
        found = own(behind, stream, person)
        if found is not None and found[0].programme == programme.id:
            return Entered(programme, person, found[1])
    raise NotFound


def enter_as_organisation(behind: Backend, programme_id: str, person: UUID) -> Entered:
    """The same for what is the organisation's alone.

    Raises:
        domain.errors.NotYours: they are in it, but not as the organisation.
        domain.errors.NotFound, api.problems.Unavailable: as ``enter``.
    """
    entered = enter(behind, programme_id, person)
    if entered.role is not Role.SPONSOR_ORGANISATION:
        raise NotYours("not-your-role")
    return entered


def warnings(behind: Backend, programme: Programme) -> list[str]:
    """What the organisation should know of how a programme began (R7)."""
    caught_up(behind)
    first = behind.programmes.first(programme.id)
    return programme.warnings([] if first is None else [behind.write_side.load(Engagement, first).level])


def closed(behind: Backend, programme: Programme, asked: UUID) -> Programme:
    """A programme whose quarters are closed as far as they are over; whoever asks first brings that about."""
    at = behind.clock()
    if not is_due(programme, at):
        return programme
    caught_up(behind)
    request = Request(asked, at, programme.id, behind.digest(b"release"))
    return release(behind.write_side, programme, behind.programmes.whole(programme.id), request)


def told(behind: Backend, reads: Recording, entered: Entered, page: Sequence[Release]) -> list[Content]:
    """The numbers of releases, once it is on record that somebody reads them."""
    versions = [one.version for one in page]
    ticket = reads.record(entered.read(behind, Purpose.VIEW, View.STATISTICS, versions))
    return list(behind.programme_parts.open(entered.programme, versions, ticket))[::-1]
