"""Which engagements am I in? The one question that a person asks before they know any id.

Who is in an engagement stands among the facts of three events: the request names three people, the choice names the
coach, and a replacement whoever takes over. A row points to the event that made somebody a party.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.intake import CoachChosen, EngagementRequested
from domain.parties import PartyReplaced
from domain.team import TeamMemberAdmitted
from projections.lists import Lists

NAME: Final = "engagements"


def concerned(event: RecordedEvent) -> tuple[UUID, ...]:
    """The persons whom an event makes a party."""
    match event.fact:
        case EngagementRequested() as happened:
            return happened.representative, happened.line_manager, happened.coachee
        case CoachChosen() as happened:
            return (happened.coach,)
        case PartyReplaced() as happened:  # who left stays on their own list: what they keep, they can read
            return (happened.person,)
        case TeamMemberAdmitted() as happened:
            return (happened.member,)
        case _:
            return ()


@dataclass(frozen=True)
class EngagementList:
    """A person's engagements, newest first."""

    lists: Lists

    def page(self, person: UUID, *, before: int | None, limit: int) -> tuple[list[UUID], int | None]:
        """Up to ``limit`` engagement ids, and the place to go on from; None at the end.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        rows = self.lists.page(person, before=before, limit=limit)
        return [row.stream for row in rows], (rows[-1].seq if rows and rows[-1].seq > 1 else None)
