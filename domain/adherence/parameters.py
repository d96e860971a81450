"""The policy's parameters: how many days, which ratios. A contract pins the version that it was signed under.

Version with care: a published version is never changed. What is agreed anew gets the next number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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


POLICIES: Final[Mapping[int, Parameters]] = MappingProxyType({1: Parameters(version=1)})
"""Every version that contracts may pin."""

NEWEST: Final = max(POLICIES)
"""The version that a contract pins by default, and that holds as long as there is none."""


def policy(version: int) -> Parameters:
    """One version; where a contract names one that isn't known here, the newest that is."""
    return POLICIES.get(version, POLICIES[NEWEST])
