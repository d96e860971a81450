"""Concerns about the coaching: a boundary, harm, the pace, influence (R12, R13, R14, R58, X3).

A coach who oversteps is reminded of it, a *guru* as well as a therapist in disguise. Whoever raises a concern and the
coach read it, nobody else; the coach answers. Each raiser's concerns count from 1 for that raiser, so that nobody
learns from a number that somebody else raised one, or that a predecessor did. A concern is between two people: when
either of them is replaced it lapses, for whoever comes holds no key of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.decisions import Command, Context
from domain.disposal import end_of
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import ConcernKind, ErasureGround, Item, Lifetime, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

ITEM_OF: Final[Mapping[Role, Item]] = {
    Role.SPONSOR_ORGANISATION: Item.SPONSOR_CONCERN,
    Role.LINE_MANAGER: Item.MANAGER_CONCERN,
    Role.COACHEE: Item.COACHEE_CONCERN,
}
"""Under which row of the matrix a concern falls, by who raises it."""


@fact("concern.raised")
class ConcernRaised(Fact):
    """Organisation, line manager or coachee raised a concern; concerns count from 1 over all of them."""

    concern: int
    kind: ConcernKind
    by: Role


@fact("concern.answered")
class ConcernAnswered(Fact):
    """The coach answered it."""

    concern: int


@dataclass
class Concern:
    """A concern: who raised it as what, before which coach, and whether that coach has answered."""

    by: Role
    raiser: UUID
    coach: UUID
    answered: bool = False


@dataclass
class ConcernBook:
    """All concerns, in the order in which they were raised."""

    raised: list[Concern] = field(default_factory=list)

    def apply(self, happened: Fact, parties: Mapping[Role, UUID]) -> None:
        """Take in a fact about a concern; ``parties`` are those at that moment."""
        match happened:
            case ConcernRaised():
                self.raised.append(Concern(happened.by, parties[happened.by], parties[Role.COACH]))
            case ConcernAnswered():
                self.raised[happened.concern - 1].answered = True

    def of(self, raiser: UUID) -> list[int]:
        """The numbers, over all, of what somebody raised."""
        return [number for number, one in enumerate(self.raised, start=1) if one.raiser == raiser]


@dataclass(frozen=True, repr=False)
class RaiseConcern(Command):
    """Somebody worries about the coaching; the coachee may say so after the end, too."""

    kind: ConcernKind
    content: Content


@dataclass(frozen=True, repr=False)
class AnswerConcern(Command):
    """The coach answers the ``concern``-th (from 1) that the present holder of a role raised."""

    by: Role
    concern: int
    content: Content


def raise_concern(engagement: "Engagement", command: RaiseConcern, context: Context) -> list[Happening]:
    """A concern, for the coach and whoever raises it."""
    if context.role is not Role.COACHEE:
        engagement.coached()
    elif Role.COACH not in engagement.parties:
        raise WrongMoment("no-coach-yet")
    end = end_of(Lifetime.RETENTION, engagement.parties[Role.COACH], engagement.terms)
    if end is not None and end[1] is ErasureGround.RETENTION_END and end[0] <= context.at:
        raise WrongMoment("retention-over")  # the coach couldn't read it any more
    own = len(engagement.concerns.of(engagement.parties[context.role])) + 1
    content = {**command.content, "concern": own, "kind": command.kind.value}
    happened = ConcernRaised(concern=len(engagement.concerns.raised) + 1, kind=command.kind, by=context.role)
    return [Happening(happened, (Part(ITEM_OF[context.role], content),))]


def answer_concern(engagement: "Engagement", command: AnswerConcern, context: Context) -> list[Happening]:
    """One answer to each concern, for whoever raised it; to the coachee also after the end."""
    if command.by is not Role.COACHEE:
        engagement.going_on()
    book, raiser = engagement.concerns, engagement.parties.get(command.by)
    numbers = [] if raiser is None else book.of(raiser)
    if command.by not in ITEM_OF or not 1 <= command.concern <= len(numbers):
        raise Invalid("unknown-concern")
    number = numbers[command.concern - 1]
    concern = book.raised[number - 1]
    if concern.coach != context.principal:  # raised before another coach, who alone could read it
        raise Invalid("unknown-concern")
    if concern.answered:
        raise WrongMoment("already-answered")
    content = {**command.content, "concern": command.concern}
    return [Happening(ConcernAnswered(concern=number), (Part(ITEM_OF[command.by], content),))]
