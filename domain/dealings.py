"""New dealings between the coach and a party after the end, declared in the cooling period (R65).

Nobody exploits what a coaching was: whatever the coach begins with one of the others within two years is told to
organisation and coachee, and stays on record.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.decisions import Command, Context
from domain.disposal import add_months
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import PARTIES, DealingKind, Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

COOLING_MONTHS: Final = 24
"""For how many months after the end dealings are declared."""


@fact("dealing.declared")
class DealingDeclared(Fact):
    """The coach declared a new dealing with a party; dealings count from 1."""

    dealing: int
    kind: DealingKind
    counterpart: Role


@dataclass
class DealingBook:
    """How many dealings were declared."""

    declared: int = 0

    def apply(self, happened: Fact) -> None:
        """Take in a declaration."""
        if isinstance(happened, DealingDeclared):
            self.declared = happened.dealing


@dataclass(frozen=True, repr=False)
class DeclareDealing(Command):
    """The coach declares what they begin with another party, in the cooling period."""

    kind: DealingKind
    counterpart: Role
    content: Content


def declare_dealing(engagement: "Engagement", command: DeclareDealing, context: Context) -> list[Happening]:
    """A declaration, for organisation and coachee."""
    if engagement.ended_at is None:
        raise WrongMoment("engagement-going-on")
    if context.at >= add_months(engagement.ended_at, COOLING_MONTHS):
        raise WrongMoment("cooling-period-over")
    if command.counterpart is Role.COACH or command.counterpart not in PARTIES:
        raise Invalid("unknown-counterpart")
    number = engagement.dealings.declared + 1
    content = {
        **command.content,
        "dealing": number,
        "kind": command.kind.value,
        "counterpart": command.counterpart.word,
    }
    happened = DealingDeclared(dealing=number, kind=command.kind, counterpart=command.counterpart)
    return [Happening(happened, (Part(Item.DEALINGS, content),))]
