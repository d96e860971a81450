"""The limits of the coach's competence: signalled to the coachee, with a referral that the coachee answers (R55, R56).

Organisation and manager learn nothing of it, not even that there was such an event. What supervisors see is that it
happened (P28); what was said stays with coach and coachee, also after the end.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import Item

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("competence_limit.signalled")
class CompetenceLimitSignalled(Fact):
    """The coach told the coachee of a limit of their competence; limits count from 1."""

    limit: int


@fact("referral.recommended")
class ReferralRecommended(Fact):
    """The coach recommended a colleague or another professional; ``limit`` 0 where no limit was signalled before."""

    referral: int
    limit: int


@fact("referral.answered")
class ReferralAnswered(Fact):
    """The coachee answered."""

    referral: int
    accepted: bool


@dataclass
class LimitBook:
    """How many limits were signalled, and the referrals by number: answered or not."""

    limits: int = 0
    referrals: dict[int, bool] = field(default_factory=dict)

    def apply(self, happened: Fact) -> None:
        """Take in a fact of the coach's limits."""
        match happened:
            case CompetenceLimitSignalled():
                self.limits = happened.limit
            case ReferralRecommended():
                self.referrals[happened.referral] = False
            case ReferralAnswered():
                self.referrals[happened.referral] = True


@dataclass(frozen=True, repr=False)
class SignalCompetenceLimit(Command):
    """The coach tells the coachee where their competence ends (R55)."""

    content: Content


@dataclass(frozen=True, repr=False)
class RecommendReferral(Command):
    """The coach recommends somebody else (R56), because of a limit or (0) without one."""

    limit: int
    content: Content


@dataclass(frozen=True, repr=False)
class AnswerReferral(Command):
    """The coachee takes the advice or doesn't; the decision is theirs (R57). Also after the end."""

    referral: int
    accepted: bool
    content: Content


def signal_limit(engagement: "Engagement", command: SignalCompetenceLimit, _: Context) -> list[Happening]:
    """A limit, which the coachee is told by this very event (P28)."""
    number = engagement.limits.limits + 1
    content = {**command.content, "limit": number}
    return [Happening(CompetenceLimitSignalled(limit=number), (Part(Item.REFERRAL, content),))]


def recommend_referral(engagement: "Engagement", command: RecommendReferral, _: Context) -> list[Happening]:
    """A referral, tied to the limit that it follows from."""
    if not 0 <= command.limit <= engagement.limits.limits:
        raise Invalid("unknown-limit")
    number = len(engagement.limits.referrals) + 1
    content = {**command.content, "referral": number, "limit": command.limit}
    happened = ReferralRecommended(referral=number, limit=command.limit)
    return [Happening(happened, (Part(Item.REFERRAL, content),))]


def answer_referral(engagement: "Engagement", command: AnswerReferral, _: Context) -> list[Happening]:
    """One answer to each referral."""
    referrals = engagement.limits.referrals
    if command.referral not in referrals:
        raise Invalid("unknown-referral")
    if referrals[command.referral]:
        raise WrongMoment("already-answered")
    content = {**command.content, "referral": command.referral, "accepted": command.accepted}
    happened = ReferralAnswered(referral=command.referral, accepted=command.accepted)
    return [Happening(happened, (Part(Item.REFERRAL, content),))]
