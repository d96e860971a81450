"""Which rule of the method a refusal keeps: the rules of severity B, and P39, whose breach can't be asked for either.

A command that would break one isn't carried out. Whoever gave it is told the rule's id and the seed's phrase, beside
what is wrong; the same phrase stands in findings, so that a refusal and a finding are recognised as one rule.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.adherence.catalogue import RULES, Rule
from domain.vocabulary import RuleId

_KEPT_BY: Final[Mapping[RuleId, str]] = {
    RuleId.P1: "contract-not-active",
    RuleId.P2: "signature-missing",
    RuleId.P3: "clause-permits-too-much clause-without-compartment clause-lifetime-out-of-range",
    RuleId.P4: "empty-reporting-clause",
    RuleId.P6: "no-objectives too-many-objectives",
    RuleId.P7: "objective-quality-missing",
    RuleId.P8: "indicator-missing",
    RuleId.P9: "not-offered",
    RuleId.P10: "demands-missing",
    RuleId.P13: "timing-missing",
    RuleId.P18: "expectation-missing acceptance-missing",
    RuleId.P24: "conflict-undeclared conflict-unresolved",
    RuleId.P29: "decision-of-the-coachee",
    RuleId.P39: "disclosure-without-ground",
}

BROKEN_RULE: Final[Mapping[str, Rule]] = MappingProxyType(
    {name: RULES[rule] for rule, names in _KEPT_BY.items() for name in names.split()}
)
"""By a refusal's name, the rule that the command would have broken."""
