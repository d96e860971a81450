# Made by `make reference` from api/openapi.json; don't edit.
"""Models: ethics."""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypeAlias, TypedDict

from driehoek_client.models.common import RuleId


class CompetenceLimit(TypedDict):
    """Where your competence ends (R55)."""

    statement: str


class Concern(TypedDict):
    """What worries you about the coaching (R12, R13, R58)."""

    kind: ConcernKind
    statement: str


class ConcernAnswer(TypedDict):
    """Your answer to a concern; ``raised_by`` says whose the number counts."""

    raised_by: Literal["sponsor_organisation", "line_manager", "coachee"]
    answer: str


ConcernKind: TypeAlias = Literal["boundary", "harm", "pace", "influence"]
"""What a concern about the coaching is about (R12, R13, R58, X3)."""


class Dealing(TypedDict):
    """What you begin with one of the others within two years after the end (R65)."""

    kind: DealingKind
    counterpart: Literal["sponsor_organisation", "line_manager", "coachee"]
    begins_on: date | str
    statement: str


DealingKind: TypeAlias = Literal["employment", "consulting", "coaching", "training", "other"]
"""What a coach begins with a party of an earlier engagement (R65)."""


class Referral(TypedDict):
    """To whom you refer the coachee (R56); ``limit`` is the limit's number, 0 where there was none."""

    limit: NotRequired[int]
    recommendation: str


class ReferralAnswer(TypedDict):
    """Whether you take the advice; that is yours to decide."""

    accepted: bool
    answer: NotRequired[str]


class Waiver(TypedDict):
    """The rule that you set aside in this engagement, and why."""

    rule: RuleId
    ground: WaiverGround
    statement: str


WaiverGround: TypeAlias = Literal[
    "coachee_wish", "organisation_wish", "agreed_by_all", "circumstances", "not_applicable"
]
"""Why a rule of the process is waived; the words behind it stay with coach and coachee."""
