"""Concerns about the coaching: a boundary, harm, the pace, influence (R12, R13, R58, X3).

Whoever raises one and the coach read it, nobody else; the coach answers.
"""

from domain.facts import Fact, fact
from domain.vocabulary import ConcernKind, Role


@fact("concern.raised")
class ConcernRaised(Fact):
    """Organisation, line manager or coachee raised a concern; concerns count from 1 over all of them."""

    concern: int
    kind: ConcernKind
    by: Role


@fact("concern.answered")
class ConcernAnswered(Fact):
    """The coach answered it."""

    concern: int
