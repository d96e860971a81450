"""The shapes of requests about the profession's ethics: limits, referrals, concerns, dealings, waivers.

Texts are free, at most 20,000 characters each, and are never looked into. Kinds, rules and grounds are closed words.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, StrictBool

from api.shapes import Body
from api.values import Day, Int, Said, Text
from domain.vocabulary import ConcernKind, DealingKind, RuleId, WaiverGround


def _example(**members: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


class CompetenceLimit(Body):
    """Where your competence ends (R55)."""

    model_config = _example(statement="This grief needs somebody who is trained for it.")

    statement: Said


class Referral(Body):
    """To whom you refer the coachee (R56); ``limit`` is the limit's number, 0 where there was none."""

    model_config = _example(limit=1, recommendation="Dr. Aerts, whom you could see beside our sessions.")

    limit: Annotated[Int, Field(ge=0, le=10_000)] = 0
    recommendation: Said


class ReferralAnswer(Body):
    """Whether you take the advice; that is yours to decide."""

    model_config = _example(accepted=True, answer="I'll call her.")

    accepted: StrictBool
    answer: Text = ""


class Concern(Body):
    """What worries you about the coaching (R12, R13, R58)."""

    model_config = _example(kind="pace", statement="It goes faster than I can follow.")

    kind: ConcernKind
    statement: Said


class ConcernAnswer(Body):
    """Your answer to a concern; ``raised_by`` says whose the number counts."""

    model_config = _example(raised_by="coachee", answer="Let us slow down.")

    raised_by: Literal["sponsor_organisation", "line_manager", "coachee"]
    answer: Said


class Dealing(Body):
    """What you begin with one of the others within two years after the end (R65)."""

    model_config = _example(
        kind="training", counterpart="sponsor_organisation", begins_on="2027-02-01", statement="Two days on feedback."
    )

    kind: DealingKind
    counterpart: Literal["sponsor_organisation", "line_manager", "coachee"]
    begins_on: Day
    statement: Said


class Waiver(Body):
    """The rule that you set aside in this engagement, and why."""

    model_config = _example(rule="P15", ground="coachee_wish", statement="I know whom I want to work with.")

    rule: RuleId
    ground: WaiverGround
    statement: Said
