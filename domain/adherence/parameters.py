"""The policy's parameters: how many days, which ratios. A contract pins the version that it was signed under.

Version 1 is the code's and is never changed. What is published gets the next number (:mod:`.publication`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Parameters:
    """One version of the policy.

    Attributes:
        version: its number, as contracts pin it.
        voice_days: the organisation's voice is answered within (P5).
        drift_percent: a gap between sessions may be so much longer than agreed (P23).
        conflict_months: how long a declaration counts as current (P24).
        coaching_per_supervision: hours of coaching to an hour of supervision at most (P25).
        supervision_days: after a concern or a limit, supervision within (P26).
        development_days: a coach goes on learning at least once in (P27).
        referral_days: after a limit of competence, a referral within (P28).
        inner_sessions: so many sessions in a row that are inner and individual only, without an objective (P30).
        quadrants: distinct quadrants by mid-term (P32).
        answer_days: a reminder or a concern is answered within (P33, P40).
        proof_days: an erasure that is due is proved within: the law's month (P36).
        cooling_months: new dealings are declared for, after the end (P37).
        dealing_days: and within so many days (P37).
        aggregate_people: a statistic is about so many people at least; a contract may ask for more (R10).
    """

    version: int
    voice_days: int = 14
    drift_percent: int = 50
    conflict_months: int = 12
    coaching_per_supervision: int = 20
    supervision_days: int = 30
    development_days: int = 365
    referral_days: int = 14
    inner_sessions: int = 3
    quadrants: int = 2
    answer_days: int = 14
    proof_days: int = 31
    cooling_months: int = 24
    dealing_days: int = 30
    aggregate_people: int = 5


FIRST: Final = Parameters(version=1)
"""The policy of a cell that has published none."""

RANGES: Final[Mapping[str, range]] = MappingProxyType(
    {
        **{field.name: range(1, 3_661) for field in fields(Parameters) if field.name.endswith("_days")},
        "drift_percent": range(1_001),
        "conflict_months": range(1, 121),
        "cooling_months": range(1, 121),
        "coaching_per_supervision": range(1, 1_001),
        "inner_sessions": range(1, 101),
        "quadrants": range(1, 5),
        "aggregate_people": range(FIRST.aggregate_people, 1_001),
    }
)
"""What each parameter may be. Nobody may be counted among fewer people than by the first policy."""


def newest(published: Mapping[int, Parameters]) -> Parameters:
    """The policy that a contract pins when it is drafted, and that holds as long as there is none."""
    return published[max(published)]
