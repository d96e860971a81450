"""Who looked? The reads of an engagement, and those of one person anywhere.

All reads of an engagement are its access stream: whoever may know them all has it read straight from the record. One
person's own reads lie in many access streams, between those of others, so they are on a list of their own.

Names are no part of a read. Whoever is told of an engagement's reads is told the names that people have in it, as far
as their own view says them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from domain.engagement import Engagement
from domain.events import RecordedEvent
from domain.reads import ReadRecorded
from domain.vocabulary import Item, Role
from projections.lists import Lists
from projections.opened import Story

NAME: Final = "reads"


class OwnRead(NamedTuple):
    """A read on its reader's own list: its number there (from 1), its position in the log, and the event."""

    number: int
    position: int
    event: RecordedEvent


def concerned(event: RecordedEvent) -> tuple[UUID, ...]:
    """Whose read it is (R59: the coachee sees every read; everybody their own)."""
    return (event.actor,) if isinstance(event.fact, ReadRecorded) else ()


@dataclass(frozen=True)
class OwnReads:
    """What one person has read, newest first; ``open_facts`` opens facts with the service's own key."""

    lists: Lists
    open_facts: Callable[[UUID, int, bytes], RecordedEvent]

    def page(self, person: UUID, *, before: int | None, limit: int, within: UUID | None = None) -> list[OwnRead]:
        """Up to ``limit`` of a person's reads with a number below ``before``; of one access stream only, if asked.

        Raises:
            projections.locators.ViewForged: when rows are missing, or aren't those that were built.
        """
        rows = self.lists.page(person, before=before, limit=limit, within=within)
        return [OwnRead(one.seq, one.position, self.open_facts(one.stream, one.version, one.state)) for one in rows]


def names(engagement: Engagement, story: Story) -> Mapping[UUID, str]:
    """The names of people in an engagement, by their ids, as far as somebody's view of it says them.

    The organisation's goes with whoever represents it.
    """
    first: dict[Role, UUID] = {role: person for person, role in engagement.roles.people.items()}
    for person, former in sorted(engagement.roles.former.items(), key=lambda one: one[1].departure.at, reverse=True):
        first[former.role] = person
    found: dict[UUID, str] = {}
    for part in story.items(Item.ENGAGEMENT):
        content = part.content
        match part.topic:
            case "engagement.requested":
                told = {Role[word.upper()]: name for word, name in content.get("names", {}).items()}
                found |= {first[role]: name for role, name in told.items() if role in first}
            case "coach.chosen" if Role.COACH in first:
                found[first[Role.COACH]] = content.get("coach_name", "")
            case "party.replaced":
                found[UUID(content["person_id"])] = content.get("name", "")
    return found
