"""How the four will deal with each other: relationship contract, acknowledgements, the organisation's context.

The coach proposes a relationship contract and the coachee agrees (R12). Organisation and coachee acknowledge what
coaching isn't (R20): the coach won't bring the answers, and nothing comes of itself. Organisation, line manager and
coach tell of the organisation's culture, context and constraints (R60). The meeting with the line manager gets its date
(R27).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact, rfc3339
from domain.intake import TripartiteMeetingScheduled
from domain.vocabulary import Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("relationship_contract.proposed")
class RelationshipContractProposed(Fact):
    """The coach proposed a relationship contract; ``proposal`` counts from 1."""

    proposal: int


@fact("relationship_contract.agreed")
class RelationshipContractAgreed(Fact):
    """The coachee agreed to a proposal."""

    proposal: int


@fact("limits.acknowledged")
class LimitsAcknowledged(Fact):
    """Organisation or coachee acknowledged what coaching can't promise (R20, R21, R54)."""

    by: Role


@fact("organisation_context.recorded")
class OrganisationContextRecorded(Fact):
    """Culture, context and constraints of the organisation were recorded (R60)."""

    by: Role


@dataclass
class RelationshipBook:
    """Proposals by number from 1, the one that waits for the coachee or is agreed, and who acknowledged the limits."""

    proposals: int = 0
    standing: int | None = None
    agreed: bool = False
    acknowledged: set[Role] = field(default_factory=set)

    def apply(self, happened: Fact) -> None:
        """Take in a fact of how they deal with each other."""
        match happened:
            case RelationshipContractProposed():
                self.proposals = self.standing = happened.proposal
                self.agreed = False
            case RelationshipContractAgreed():
                self.agreed = True
            case LimitsAcknowledged():
                self.acknowledged.add(happened.by)

    def replaced(self, role: Role) -> None:
        """A relationship is between two people: with another coach it begins anew."""
        if role is Role.COACH:
            self.standing, self.agreed = None, False


@dataclass(frozen=True, repr=False)
class ProposeRelationshipContract(Command):
    """The coach proposes how coach and coachee will deal with each other; a newer proposal takes its place."""

    content: Content


@dataclass(frozen=True, repr=False)
class AgreeRelationshipContract(Command):
    """The coachee agrees to the newest proposal."""

    proposal: int


@dataclass(frozen=True, repr=False)
class AcknowledgeLimits(Command):
    """Organisation or coachee acknowledges that the coach brings no answers and promises no result (R20, R21, R54)."""

    content: Content


@dataclass(frozen=True, repr=False)
class RecordOrganisationContext(Command):
    """Somebody who knows the organisation tells its culture, context and constraints."""

    content: Content


@dataclass(frozen=True, repr=False)
class ScheduleTripartiteMeeting(Command):
    """The coach fixes the date of a meeting with the line manager; a newer date takes its place."""

    starts_at: datetime
    content: Content


def propose(engagement: "Engagement", command: ProposeRelationshipContract, _: Context) -> list[Happening]:
    """A proposal, between coach and coachee (R12)."""
    number = engagement.relationship.proposals + 1
    content = {**command.content, "proposal": number}
    return [Happening(RelationshipContractProposed(proposal=number), (Part(Item.RELATIONSHIP_CONTRACT, content),))]


def agree(engagement: "Engagement", command: AgreeRelationshipContract, _: Context) -> list[Happening]:
    """The coachee's word on the newest proposal, once (R12)."""
    book = engagement.relationship
    if not 1 <= command.proposal <= book.proposals:
        raise Invalid("unknown-proposal")
    if command.proposal != book.standing:
        raise WrongMoment("proposal-superseded")
    if book.agreed:
        raise WrongMoment("proposal-already-agreed")
    said = {"proposal": command.proposal}
    happened = RelationshipContractAgreed(proposal=command.proposal)
    return [Happening(happened, (Part(Item.RELATIONSHIP_CONTRACT, said),))]


def acknowledge(engagement: "Engagement", command: AcknowledgeLimits, context: Context) -> list[Happening]:
    """An acknowledgement, once a party (R20)."""
    if context.role in engagement.relationship.acknowledged:
        raise WrongMoment("already-acknowledged")
    said = {**command.content, "by": context.role.word}
    return [Happening(LimitsAcknowledged(by=context.role), (Part(Item.ACKNOWLEDGEMENTS, said),))]


def record_context(_: "Engagement", command: RecordOrganisationContext, context: Context) -> list[Happening]:
    """What the coaching has to heed of the organisation (R60)."""
    said = {**command.content, "by": context.role.word}
    return [Happening(OrganisationContextRecorded(by=context.role), (Part(Item.ORGANISATION_CONTEXT, said),))]


def schedule(_: "Engagement", command: ScheduleTripartiteMeeting, __: Context) -> list[Happening]:
    """A date, for all four (R27)."""
    content = {**command.content, "starts_at": rfc3339(command.starts_at)}
    happened = TripartiteMeetingScheduled(starts_at=command.starts_at)
    return [Happening(happened, (Part(Item.ENGAGEMENT, content),))]
