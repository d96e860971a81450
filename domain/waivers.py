"""Waivers: coach or coachee set a rule of the process aside, with a reason (requirements.md, C).

A waiver holds in this engagement from now on. What a coach owes only the coachee can waive. What the system refuses
(severity B) or what is critical (X) can't be waived: those rules protect people who aren't asked here.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from domain.decisions import Command, Context
from domain.errors import Invalid, NotYours, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import Item, Role, RuleId, WaiverGround

if TYPE_CHECKING:
    from domain.engagement import Engagement

NEVER_WAIVED: Final = frozenset(
    {
        RuleId.P1, RuleId.P2, RuleId.P3, RuleId.P4, RuleId.P6, RuleId.P7, RuleId.P8, RuleId.P9, RuleId.P10,
        RuleId.P13, RuleId.P18, RuleId.P24, RuleId.P29, RuleId.P36, RuleId.P39,
    }
)  # fmt: skip
"""The rules of severity B and X."""

OWED_BY_THE_COACH: Final = frozenset(
    {
        RuleId.P16, RuleId.P25, RuleId.P26, RuleId.P27, RuleId.P28, RuleId.P33, RuleId.P37, RuleId.P40,
    }
)  # fmt: skip
"""What the coach owes the coachee: nobody lets themself off."""


@fact("rule.waived")
class RuleWaived(Fact):
    """A rule was waived in this engagement from now on; the words behind the ground are content."""

    rule: RuleId
    by: Role
    ground: WaiverGround


@dataclass
class WaiverBook:
    """The rules that were waived."""

    waived: set[RuleId] = field(default_factory=set)

    def apply(self, happened: Fact) -> None:
        """Take in a waiver."""
        if isinstance(happened, RuleWaived):
            self.waived.add(happened.rule)


@dataclass(frozen=True, repr=False)
class WaiveRule(Command):
    """Coach or coachee waive a rule and say why; the coachee may before there is a coach."""

    rule: RuleId
    ground: WaiverGround
    content: Content


def waive_rule(engagement: "Engagement", command: WaiveRule, context: Context) -> list[Happening]:
    """A waiver, once for each rule, between coach and coachee."""
    engagement.going_on()
    if command.rule in NEVER_WAIVED:
        raise Invalid("rule-not-waivable")
    if command.rule in engagement.waivers.waived:
        raise WrongMoment("already-waived")
    if context.role is Role.COACH and command.rule in OWED_BY_THE_COACH:
        raise NotYours("waiver-of-the-coachee")
    content = {**command.content, "rule": command.rule.value, "ground": command.ground.value}
    happened = RuleWaived(rule=command.rule, by=context.role, ground=command.ground)
    return [Happening(happened, (Part(Item.WAIVERS, content),))]
