"""Candidates: coaches whom the coachee met, until one of them is chosen (R13, R24, X4).

A candidate is no party and holds no key. They tell the coachee, and nobody else, with what methods, experience and
references they would work; what the one who is chosen told goes to all four with the choice. Who wasn't chosen stays
with the coachee.
"""

from domain.facts import Fact, fact
from domain.vocabulary import ProfileFacet


@fact("coach.disclosed")
class CoachDisclosed(Fact):
    """A coach told of themself, before the choice as the candidate of a meeting, after it with ``meeting`` 0 (R13)."""

    meeting: int
    facets: frozenset[ProfileFacet]
    models: int


@fact("ethics_code.acknowledged")
class EthicsCodeAcknowledged(Fact):
    """A coach acknowledged the code of ethics (R12); ``meeting`` as in ``coach.disclosed``."""

    meeting: int


@fact("candidacy.declined")
class CandidacyDeclined(Fact):
    """A candidate refused, and may have named somebody else (X4)."""

    meeting: int
    refers: bool
