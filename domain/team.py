"""A coached team: besides the coachee, who speaks and signs for it, members who each hold keys of their own (R4).

The coachee admits members and may see them off again; a member may leave by themself at any time. A member reads what
the coachee reads of what is sealed from then on, and nothing that is the coachee's alone (coaches met, journal); they
may keep a journal of their own. Whoever leaves the team reads nothing of it any more: it was the team's.

Members hold keys in the coachee's role, each under a slot and a key pair of their own. What they may do is another
matter: they act as ``team_member``.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.decisions import Command, Context, Kinds
from domain.errors import Invalid, NotYours, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.principals import Person
from domain.vocabulary import EngagementKind, Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

LARGEST_TEAM = 30
"""Members besides the coachee. Each compartment key is granted to each of them."""


@fact("team_member.admitted")
class TeamMemberAdmitted(Fact):
    """Somebody is a member of the team from now on."""

    member: UUID


@fact("team_member.left")
class TeamMemberLeft(Fact):
    """Somebody isn't a member any more."""

    member: UUID


@dataclass
class TeamBook:
    """The members, and those who left, each with the moment."""

    members: set[UUID] = field(default_factory=set)
    former: dict[UUID, datetime] = field(default_factory=dict)

    def apply(self, happened: Fact, at: datetime) -> None:
        """Take in a fact of the team."""
        match happened:
            case TeamMemberAdmitted():
                self.members.add(happened.member)
            case TeamMemberLeft():
                self.members.remove(happened.member)
                self.former[happened.member] = at

    def after(self, happenings: Collection[Happening]) -> frozenset[UUID]:
        """The members as they will be once these happenings are on record."""
        members = set(self.members)
        for happening in happenings:
            match happening.fact:
                case TeamMemberAdmitted(member=member):
                    members.add(member)
                case TeamMemberLeft(member=member):
                    members.discard(member)
        return frozenset(members)


@dataclass(frozen=True, repr=False)
class AdmitTeamMember(Command):
    """The coachee admits somebody to the team."""

    registered: ClassVar[Kinds] = {"member": Person}

    member: UUID
    content: Content


@dataclass(frozen=True, repr=False)
class EndTeamMembership(Command):
    """A member leaves, or the coachee sees one off."""

    member: UUID
    content: Content


def admit(engagement: "Engagement", command: AdmitTeamMember, _: Context) -> list[Happening]:
    """One more member; nobody comes back who left, for the same reason for which no party does."""
    if engagement.kind is not EngagementKind.TEAM:
        raise WrongMoment("not-a-team")
    engagement.newcomer(command.member)
    if len(engagement.team.members) >= LARGEST_TEAM:
        raise WrongMoment("team-full")
    said = {**command.content, "team_member": str(command.member), "admitted": True}
    return [Happening(TeamMemberAdmitted(member=command.member), (Part(Item.ENGAGEMENT, said),))]


def end_membership(engagement: "Engagement", command: EndTeamMembership, context: Context) -> list[Happening]:
    """One member less."""
    if context.role is Role.TEAM_MEMBER and command.member != context.actor:
        raise NotYours("not-your-role")
    if command.member not in engagement.team.members:
        raise Invalid("unknown-team-member")
    said = {**command.content, "team_member": str(command.member), "admitted": False}
    return [Happening(TeamMemberLeft(member=command.member), (Part(Item.ENGAGEMENT, said),))]
