"""Which rules may be waived: those that nobody else depends on (requirements.md, C)."""

from domain.adherence.catalogue import RULES
from domain.vocabulary import RuleId
from domain.waivers import NEVER_WAIVED


def test_a_rule_is_waived_as_its_severity_says() -> None:
    """The command refuses exactly the rules that the findings say can't be waived: those of severity B and X."""
    assert {rule.id for rule in RULES.values() if not rule.waivable} == NEVER_WAIVED
    assert RuleId.P15 in RULES.keys() - NEVER_WAIVED
