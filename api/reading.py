"""One reader's read: what they may see at this moment, found, put on record, then opened.

Every route that shows something of an engagement goes through here: :mod:`domain.sight` decides, the view finds, the
read is recorded, the view opens. Views follow the log within a moment; a read that comes sooner calls the worker and
waits for them, so everybody reads their own writes.
"""

from collections.abc import Callable
from typing import Final, TypeVar
from uuid import UUID

from api import problems as p
from api.backend import Backend
from api.recording import Recording
from domain.reads import Purpose, Ticket
from domain.sight import Sight, sight_of
from projections import secrecy
from projections.locators import ViewForged
from projections.opened import Story
from projections.reading import FOLDS, ViewBehind
from projections.recorded import Found, RecordedView

PATIENCE: Final = 5.0
"""Seconds that a read waits for a view to catch up before it answers 503."""

R = TypeVar("R")


def look(behind: Backend, engagement_id: UUID, person: UUID) -> Sight:
    """What a person sees of an engagement now.

    Raises:
        domain.errors.NotFound: nothing of it was ever theirs to see.
    """
    return sight_of(behind.write_side, engagement_id, person, behind.clock())


def find(behind: Backend, sight: Sight, *, sealed: bool = True) -> Found:
    """What the reader is going to read, not opened.

    Raises:
        api.problems.ReadingEnded: nothing is left of what they could read.
        api.problems.Unavailable: the view is behind for too long.
        projections.locators.ViewForged: it has caught up and still shows something else than the record says.
    """
    found = patiently(behind, sight, lambda view: view.find(sight, sealed=sealed))
    if found.over:
        raise ended(Story((), sight.ended))
    return found


def story(behind: Backend, reads: Recording, sight: Sight, purpose: Purpose, *, personal: bool) -> Story:
    """All that the reader reads now, with or without notebook and journal, once it is on record that they do.

    Raises:
        domain.reads.NotRecorded: it isn't; the answer is 503.
        api.problems.ReadingEnded, api.problems.Unavailable, projections.locators.ViewForged: as ``find``.
    """
    found = shown(find(behind, sight), personal=personal)
    return tell(behind, found, reads.of_sight(sight, purpose, *found.places))


def shown(found: Found, *, personal: bool) -> Found:
    """What is shown of what was found: all of it, or nothing of a notebook or journal."""
    return found if personal else found.of_engagement


def tell(behind: Backend, found: Found, ticket: Ticket) -> Story:
    """What was found, opened.

    Raises:
        domain.reads.NotOnRecord: the ticket is for something else.
        api.problems.ReadingEnded: all of it ended at this very moment.
    """
    told = behind.views[found.sight.role].open(found, ticket)
    if found.living and not told.parts:
        raise ended(told)
    return told


def patiently(behind: Backend, sight: Sight, read: Callable[[RecordedView], R]) -> R:
    """Read from the reader's view, once it has taken in what is on record.

    Raises:
        api.problems.Unavailable, projections.locators.ViewForged: as ``find``.
    """
    view = behind.views[sight.role]
    try:
        return read(view)
    except ViewBehind:
        if not behind.progress.wait_for_views((FOLDS[sight.role][0],), PATIENCE):
            raise p.Unavailable(retry_after=1) from None
    try:
        return read(view)
    except ViewBehind as error:
        raise ViewForged from error


def ended(told: Story) -> p.ReadingEnded:
    """The answer to a reader for whom all of it is over."""
    return p.ReadingEnded(ended=[p.EndedReading(**entry) for entry in secrecy.ended(told)])
