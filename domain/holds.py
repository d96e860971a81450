"""Legal hold: an engagement's keys are granted to escrow, so that they outlive the time for which others hold them.

A hold takes nothing from anybody and gives the operator nothing: everybody's reading ends when it would have ended,
and the escrow's private key isn't with the service (:class:`domain.principals.EscrowRegistered` says how many people
it takes). Every key of the engagement and of the coach's notebooks is granted to escrow, also those that are opened
while the hold lasts; the coachee's journal never is. When the last hold is lifted the escrow's grants are due at once.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.decisions import Command, Context, Kinds
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.principals import Escrow
from domain.vocabulary import HoldGround, Item

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("hold.placed")
class HoldPlaced(Fact):
    """Keys are held in escrow from now on."""

    hold_id: UUID
    ground: HoldGround
    escrow: UUID


@fact("hold.lifted")
class HoldLifted(Fact):
    """This hold is over."""

    hold_id: UUID


@dataclass
class HoldBook:
    """The holds in force by id, and those that were; ``escrow`` is whom they grant keys to."""

    placed: dict[UUID, HoldGround] = field(default_factory=dict)
    lifted: set[UUID] = field(default_factory=set)
    escrow: UUID | None = None
    lifted_at: datetime | None = None

    def apply(self, happened: Fact, at: datetime) -> None:
        """Take in a fact of a hold."""
        match happened:
            case HoldPlaced():
                self.placed[happened.hold_id] = happened.ground
                self.escrow = happened.escrow
            case HoldLifted():
                del self.placed[happened.hold_id]
                self.lifted.add(happened.hold_id)
                if not self.placed:
                    self.escrow, self.lifted_at = None, at


@dataclass(frozen=True, repr=False)
class PlaceHold(Command):
    """The operator places a hold (X12), through the service; ``content`` says why, to all four parties."""

    registered: ClassVar[Kinds] = {"escrow": Escrow}

    hold_id: UUID
    ground: HoldGround
    escrow: UUID
    content: Content


@dataclass(frozen=True, repr=False)
class LiftHold(Command):
    """The operator lifts a hold, through the service."""

    hold_id: UUID
    content: Content


def place_hold(engagement: "Engagement", command: PlaceHold, _: Context) -> list[Happening]:
    """Another hold beside the first keeps the keys until both are lifted; there is one escrow at a time."""
    book = engagement.holds
    if command.hold_id in book.placed or command.hold_id in book.lifted:
        raise WrongMoment("already-on-hold")
    if book.escrow not in (None, command.escrow):
        raise Invalid("another-escrow")
    happened = HoldPlaced(hold_id=command.hold_id, ground=command.ground, escrow=command.escrow)
    said = {**command.content, "hold_id": str(command.hold_id), "ground": command.ground.value, "on_hold": True}
    return [Happening(happened, (Part(Item.ENGAGEMENT, said),))]


def lift_hold(engagement: "Engagement", command: LiftHold, _: Context) -> list[Happening]:
    """The end of one hold."""
    if command.hold_id not in engagement.holds.placed:
        raise WrongMoment("not-on-hold")
    said = {**command.content, "hold_id": str(command.hold_id), "on_hold": len(engagement.holds.placed) > 1}
    return [Happening(HoldLifted(hold_id=command.hold_id), (Part(Item.ENGAGEMENT, said),))]
