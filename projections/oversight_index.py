"""What is there to look after? Which engagements there are, who coaches them, and which of them has this pseudonym.

Four kinds of lists, made alike: all engagements, all choices of a coach, one coach's engagements, and what a pseudonym
stands for. Nobody is named in the table: whose list it is, and which pseudonym's, is told by another pseudonym. All of
an engagement's other streams (:mod:`projections.overseen`) follow from its facts, so no row is needed for them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from domain.events import RecordedEvent
from domain.intake import CoachChosen, EngagementRequested
from domain.parties import PartyReplaced
from domain.principals import NAMESPACE
from domain.vocabulary import Role
from projections.lists import Lists, Row
from projections.ports import FactsOpener

NAME: Final = "oversight"

ENGAGEMENTS: Final = uuid5(NAMESPACE, "oversight/engagements")
CHOICES: Final = uuid5(NAMESPACE, "oversight/choices")
"""The lists of all engagements, and of all choices of a coach."""

_ALL: Final = 500
Pseudonym = Callable[[UUID], str]
"""Under which name coaching supervisors know a stream or a person (32 hexadecimal digits)."""


def coach_named(event: RecordedEvent) -> UUID | None:
    """The coach whom an event puts in charge of an engagement."""
    match event.fact:
        case CoachChosen() as happened:
            return happened.coach
        case PartyReplaced(role=Role.COACH) as happened:
            return happened.person
        case _:
            return None


def concerned(pseudonym: Pseudonym) -> Callable[[RecordedEvent], Iterable[UUID]]:
    """What says on which lists an event goes."""

    def lists(event: RecordedEvent) -> Iterable[UUID]:
        if isinstance(event.fact, EngagementRequested):
            return ENGAGEMENTS, _named(pseudonym(event.originator_id))
        coach = coach_named(event)
        return () if coach is None else (CHOICES, coach, _named(pseudonym(coach)))

    return lists


def _named(pseudonym: str) -> UUID:
    return uuid5(NAMESPACE, f"oversight/named/{pseudonym}")


@dataclass(frozen=True)
class OversightIndex:
    """Engagements and coaches, newest first; coaches' ids are opened with an overseer's own grant."""

    lists: Lists
    opener: FactsOpener
    pseudonym: Pseudonym

    def engagements(self, *, before: int | None, limit: int) -> list[tuple[int, UUID]]:
        """Up to ``limit`` engagements with a number below ``before``, each with its number (from 1).

        Raises:
            projections.locators.ViewForged: when rows are missing, or aren't those that were built.
        """
        return [(row.seq, row.stream) for row in self.lists.page(ENGAGEMENTS, before=before, limit=limit)]

    def engagement(self, pseudonym: str) -> UUID | None:
        """The engagement with this pseudonym, if there is one. Raises as ``engagements``."""
        row = self._first(pseudonym)
        return row.stream if row is not None and self.pseudonym(row.stream) == pseudonym else None

    def coaches(self, overseer: UUID, *, before: int | None, limit: int) -> list[tuple[int, UUID | None]]:
        """Up to ``limit`` choices with a number below ``before``: the coach, once each, where last chosen; else None.

        Raises as ``engagements``; ``projections.ports.FactsOpener`` as it does.
        """
        found: list[tuple[int, UUID | None]] = []
        for row in self.lists.page(CHOICES, before=before, limit=limit):
            coach = self._coach(row, overseer)
            (latest,) = self.lists.page(coach, before=None, limit=1)
            found.append((row.seq, coach if latest.position == row.position else None))
        return found

    def coach(self, overseer: UUID, pseudonym: str) -> UUID | None:
        """The coach with this pseudonym, if there is one. Raises as ``coaches``."""
        row = self._first(pseudonym)
        if row is None or self.pseudonym(row.stream) == pseudonym:
            return None
        return self._coach(row, overseer)

    def engagements_of(self, coach: UUID) -> list[UUID]:
        """All engagements that somebody coaches or coached, newest first. Raises as ``engagements``."""
        found: list[UUID] = []
        before: int | None = None
        while before is None or before > 1:
            rows = self.lists.page(coach, before=before, limit=_ALL)
            found += [row.stream for row in rows]
            before = rows[-1].seq if rows else 1
        return list(dict.fromkeys(found))

    def _first(self, pseudonym: str) -> Row | None:
        rows = self.lists.page(_named(pseudonym), before=None, limit=1)
        return rows[0] if rows else None

    def _coach(self, row: Row, overseer: UUID) -> UUID:
        coach = coach_named(self.opener.open_facts(row.stream, row.version, row.state, overseer))
        if coach is None:
            raise TypeError("a row on the list of choices names a coach")
        return coach
