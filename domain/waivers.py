"""Waivers: coach or coachee set a rule of the process aside, with a reason (requirements.md, C)."""

from domain.facts import Fact, fact
from domain.vocabulary import Role, RuleId, WaiverGround


@fact("rule.waived")
class RuleWaived(Fact):
    """A rule was waived in this engagement from now on; the words behind the ground are content."""

    rule: RuleId
    by: Role
    ground: WaiverGround
