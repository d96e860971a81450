"""What the web is given of views: nothing opens without a ticket, that is, before its read is on record.

A read has three steps. *Find*: what will be opened is known by its places, and still sealed. *Record*: the places go on
record (``domain.reads``), and whoever recorded them gets a ticket. *Open*: the ticket is held against the places, then
the parts are opened. What is made of facts is found ready-made, and held back until the ticket is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from domain.reads import Place, Ticket, places_of
from domain.sight import Sight
from domain.vocabulary import Item
from projections.locators import Located
from projections.opened import Opened, Story
from projections.reading import PartyView
from projections.timeline import Shown, TimelineView


@dataclass(frozen=True)
class Found:
    """What a reader is going to read of an engagement, not opened.

    Attributes:
        sight: what they may see.
        living: the parts, each with its number among all that the reader was ever given to read.
    """

    sight: Sight
    living: tuple[tuple[int, Located], ...] = field(repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where they lie."""
        return places_of((one.part.stream, one.part.version) for _, one in self.living)

    @property
    def over(self) -> bool:
        """Whether there is nothing left of what the reader could read."""
        return bool(self.sight.ended) and not self.living

    @property
    def versions(self) -> frozenset[int]:
        """The versions of the engagement's own events among them."""
        engagement = self.sight.engagement.id
        return frozenset(one.part.version for _, one in self.living if one.part.stream == engagement)

    @property
    def of_engagement(self) -> "Found":
        """Those of the engagement's own: nothing of a notebook or journal. Each keeps its number."""
        own = self.sight.engagement.id
        return replace(self, living=tuple(one for one in self.living if one[1].part.stream == own))

    def page(self, after: int, limit: int) -> "Found":
        """The first of them with a number above ``after``, at most ``limit``."""
        return replace(self, living=tuple(one for one in self.living if one[0] > after)[:limit])

    def about(self, *items: Item) -> "Found":
        """Those of the engagement's own that are about these items."""
        engagement = self.sight.engagement

        def is_about(one: Located) -> bool:
            label = engagement.label_at(one.part.version, one.part.index) if one.part.stream == engagement.id else None
            return label is not None and label.item in items

        return replace(self, living=tuple((number, one) for number, one in self.living if is_about(one)))


class RecordedView:
    """One role's view of engagements, with a ticket for whatever is opened.

    Args:
        view: the view.
    """

    def __init__(self, view: PartyView) -> None:
        self._view = view

    def find(self, sight: Sight, *, sealed: bool = True) -> Found:
        """What a reader may read now; without ``sealed`` only its places, to be opened by ``pieces``.

        Raises:
            projections.reading.ViewBehind, projections.locators.ViewForged: as ``PartyView.located``.
        """
        return Found(sight, tuple(self._view.living(sight, sealed=sealed)))

    def located(self, sight: Sight) -> list[Located]:
        """All that a reader was ever given to read, in order; nothing of it can be opened with this.

        Raises:
            projections.reading.ViewBehind, projections.locators.ViewForged: as ``PartyView.located``.
        """
        return self._view.located(sight, sealed=False)

    def open(self, found: Found, ticket: Ticket) -> Story:
        """What was found, opened.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ticket.check(found.sight.principal, found.places)
        return self._view.opened(found.sight, found.living)

    def pieces(self, found: Found, ticket: Ticket) -> Iterator[list[Opened]]:
        """What was found, some at a time: never more in memory than one piece.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ticket.check(found.sight.principal, found.places)
        return self._view.pieces_of(found.sight, found.living)


@dataclass(frozen=True)
class HeldBack:
    """A page of the timeline that nobody has seen yet.

    Attributes:
        overseer: whom it is for.
        places: by the id of an engagement, what the page tells of it.
        following: where the next page begins; None at the end.
    """

    overseer: UUID
    places: dict[UUID, Place]
    following: int | None
    _shown: list[Shown] = field(repr=False)

    def entries(self, ticket: Ticket) -> list[dict[str, Any]]:
        """The entries.

        Raises:
            domain.reads.NotOnRecord: an engagement on the page isn't among what the ticket is for.
        """
        ticket.check(self.overseer, self.places.values())
        return [one.entry for one in self._shown]


class RecordedTimeline:
    """The supervisors' timeline, with a ticket for each page.

    Args:
        view: the view.
    """

    def __init__(self, view: TimelineView) -> None:
        self._view = view

    def find(self, overseer: UUID, *, after: int, limit: int, engagement: str | None = None) -> HeldBack:
        """A page, as ``TimelineView.page`` makes it."""
        shown, following = self._view.shown(overseer, after=after, limit=limit, engagement=engagement)
        places = {place.stream: place for place in places_of((one.stream, one.version) for one in shown)}
        return HeldBack(overseer, places, following, shown)

    def pseudonym(self, engagement: UUID) -> str:
        """The name under which supervisors know an engagement."""
        return self._view.pseudonym(engagement)
