"""The limits of the coach's competence: signalled to the coachee, with a referral that the coachee answers (R55, R56).

Organisation and manager learn nothing of it, not even that there was such an event.
"""

from domain.facts import Fact, fact


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
