"""Who is who in an engagement, and who takes over from whom.

The organisation names its line manager, the coachee chooses the coach (R24). Whoever leaves stops acting at once, and
for them the engagement is closed: what was theirs for a time ends, what they keep they keep. Whoever comes is granted
keys of what is sealed from then on, and nothing of what was said before: that was said to somebody else. So a newcomer
hasn't read the contract in force, hasn't signed it (:attr:`domain.engagement.Engagement.unsigned`), and is shown and
signs its next version.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.decisions import Command, Context, Kinds
from domain.disposal import Departure
from domain.errors import Invalid
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.principals import Person
from domain.vocabulary import Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("party.replaced")
class PartyReplaced(Fact):
    """Somebody else is in this role from now on; who was, has left."""

    role: Role
    person: UUID


@dataclass(frozen=True)
class Former:
    """Somebody who was a party and left; what they keep, they can still read."""

    role: Role
    departure: Departure


@dataclass
class PartyBook:
    """The principals by role, the people who act by their id, and those who left."""

    principals: dict[Role, UUID] = field(default_factory=dict)
    people: dict[UUID, Role] = field(default_factory=dict)
    former: dict[UUID, Former] = field(default_factory=dict)

    def begin(self, principals: Mapping[Role, UUID], representative: UUID) -> None:
        """The first three are known; the representative acts for the organisation."""
        self.principals = dict(principals)
        acting = {**principals, Role.SPONSOR_ORGANISATION: representative}
        self.people = {person: role for role, person in acting.items()}

    def fill(self, role: Role, person: UUID) -> None:
        """Somebody is in a role from now on."""
        self.principals[role] = person
        self.people[person] = role

    def replace(self, happened: PartyReplaced, at: datetime, retention_months: int) -> None:
        """Somebody left and somebody else took over; the months of retention are those agreed until now."""
        left = self.principals[happened.role]
        self.former[left] = Former(happened.role, Departure(at, retention_months))
        del self.people[left]
        self.fill(happened.role, happened.person)

    def reader(self, person: UUID) -> tuple[Role, UUID] | None:
        """As whom and with whose keys a person reads; who has left still reads what they keep."""
        if (role := self.people.get(person)) is not None:
            return role, self.principals[role]
        former = self.former.get(person)
        return None if former is None else (former.role, person)

    def ever(self, role: Role) -> list[UUID]:
        """The principals who are or were in a role, the present one last."""
        left = [person for person, former in self.former.items() if former.role is role]
        return [*left, self.principals[role]] if role in self.principals else left

    def newcomer(self, person: UUID) -> None:
        """Guard: the person has no role here, and had none.

        Nobody comes back: what ended for them on leaving and what they'd be given anew would lie under the same
        principal's keys, and couldn't be told apart.
        """
        if person in self.people:
            raise Invalid("same-person-in-two-roles")
        if person in self.former:
            raise Invalid("former-party")


@dataclass(frozen=True, repr=False)
class ReplaceLineManager(Command):
    """The organisation names another line manager."""

    registered: ClassVar[Kinds] = {"line_manager": Person}

    line_manager: UUID
    content: Content


@dataclass(frozen=True, repr=False)
class ReplaceCoach(Command):
    """The coachee chooses another coach."""

    registered: ClassVar[Kinds] = {"coach": Person}

    coach: UUID
    content: Content


def replace_line_manager(engagement: "Engagement", command: ReplaceLineManager, _: Context) -> list[Happening]:
    """Another line manager; the organisation may name one before a coach is chosen, too."""
    return _replaced(engagement, Role.LINE_MANAGER, command.line_manager, command.content)


def replace_coach(engagement: "Engagement", command: ReplaceCoach, _: Context) -> list[Happening]:
    """Another coach, once there is one, and nobody who declined as a candidate (X4)."""
    engagement.candidates.choosable(command.coach, 0)
    return _replaced(engagement, Role.COACH, command.coach, command.content)


def _replaced(engagement: "Engagement", role: Role, person: UUID, content: Content) -> list[Happening]:
    engagement.newcomer(person)
    said = {**content, "role": role.word, "person_id": str(person)}
    return [Happening(PartyReplaced(role=role, person=person), (Part(Item.ENGAGEMENT, said),))]
