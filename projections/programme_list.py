"""Which programmes am I in, and which engagements does a programme have?

Two kinds of lists, made alike: a person's, of the programmes that they began for an organisation
and of engagements that may belong to one, and a programme's roster, which is the organisation's alone (R10). A row
points to the event that put it there.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.intake import EngagementRequested
from domain.parties import PartyReplaced
from domain.programme import ProgrammeStarted
from domain.vocabulary import Role
from projections.lists import Lists

NAME: Final = "programmes"
_AT_ONCE: Final = 500


def concerned(event: RecordedEvent) -> tuple[UUID, ...]:
    """The persons and the programme on whose lists an event goes.

    A line manager who takes over is put on a list of their own without looking whether there is a programme: only the
    engagement knows. Whoever reads the list does.
    """
    match event.fact:
        case ProgrammeStarted():
            return (event.actor,)
        case EngagementRequested(programme=UUID() as programme) as happened:
            return programme, happened.line_manager, happened.coachee
        case PartyReplaced(role=Role.LINE_MANAGER) as happened:
            return (happened.person,)
        case _:
            return ()


@dataclass(frozen=True)
class ProgrammeList:
    """Programmes of a person, and engagements of a programme, newest first."""

    lists: Lists

    def page(self, of: UUID, *, before: int | None, limit: int) -> tuple[list[UUID], int | None]:
        """Up to ``limit`` ids of a person's list or a programme's, and the place to go on from; None at the end.

        Of a person: ids of programmes that they began, and of engagements. Of a programme: ids of its engagements.

        Raises:
            ViewForged: when rows are missing, or aren't those that were built.
        """
        rows = self.lists.page(of, before=before, limit=limit)
        return [row.stream for row in rows], (rows[-1].seq if rows and rows[-1].seq > 1 else None)

    def whole(self, of: UUID) -> list[UUID]:
        """All ids of a list, newest first; raises as ``page``."""
        found, place = self.page(of, before=None, limit=_AT_ONCE)
        while place is not None:
            more, place = self.page(of, before=place, limit=_AT_ONCE)
            found += more
        return found

    def first(self, programme: UUID) -> UUID | None:
        """The first engagement of a programme, if there is one; raises as ``page``."""
        found, _ = self.page(programme, before=2, limit=1)
        return found[0] if found else None
