"""Whom did I meet as a candidate? What a coach asks who was met and hasn't been chosen yet, from facts alone.

A row points to the event of a meeting. What a candidate is told of it is no more than that they were met, what they did
themself, and whether it is over: nothing of the engagement, and not how many others were met.
"""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from domain.candidacy import ETHICS, PROFILE
from domain.engagement import Engagement
from domain.events import RecordedEvent
from domain.intake import CoachMet
from domain.reads import Place
from domain.vocabulary import Role
from projections.lists import Lists

NAME: Final = "candidacies"

Outcome = Literal["open", "declined", "chosen", "over"]


def concerned(event: RecordedEvent) -> tuple[UUID, ...]:
    """The coach whom an event makes a candidate."""
    return (event.fact.coach,) if isinstance(event.fact, CoachMet) and event.fact.coach is not None else ()


@dataclass(frozen=True)
class Candidacy:
    """One meeting as its candidate may know it."""

    engagement: UUID
    met_on: str
    disclosed: bool
    acknowledged: bool
    outcome: Outcome


@dataclass(frozen=True)
class CandidacyList:
    """A person's candidacies, newest first."""

    lists: Lists

    def page(self, person: UUID, *, before: int | None, limit: int) -> tuple[list[Place], int | None]:
        """Where up to ``limit`` meetings are on record, and the place to go on from; None at the end.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        rows = self.lists.page(person, before=before, limit=limit)
        found = [Place(row.stream, row.version, row.version) for row in rows]
        return found, (rows[-1].seq if rows and rows[-1].seq > 1 else None)


def candidacy(engagement: Engagement, person: UUID, version: int) -> Candidacy:
    """What a candidate may know of the meeting that this event records."""
    book = engagement.candidates
    meeting = next(one for one in book.meetings.values() if one.version == version)
    candidate = book.people[person]
    return Candidacy(
        engagement=engagement.id,
        met_on=meeting.met_on.isoformat(),
        disclosed=PROFILE in candidate.told,
        acknowledged=ETHICS in candidate.told,
        outcome=_outcome(engagement, person),
    )


def _outcome(engagement: Engagement, person: UUID) -> Outcome:
    roles = engagement.roles
    was = roles.former.get(person)
    if roles.people.get(person) is Role.COACH or (was is not None and was.role is Role.COACH):
        return "chosen"
    if engagement.candidates.people[person].declined:
        return "declined"
    return "over" if Role.COACH in roles.principals or engagement.ended is not None else "open"
