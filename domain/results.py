"""Results: the checkpoint's countersignature and analysis, measures, objectives met, the request to close.

After four coaching sessions the coachee assesses on their own indicators and the coach countersigns (R35). Without
clear results both analyse, and amend or keep the contract (R36). Once all objectives are met the coach asks to end
(R63); sessions after that need a renewal, which is the next version of the contract.
"""

from domain.facts import Fact, fact
from domain.vocabulary import CheckpointDecision, Role


@fact("results.countersigned")
class ResultsCountersigned(Fact):
    """The coach countersigned an assessment, or said that they see it otherwise; assessments count from 1."""

    assessment: int
    agrees: bool


@fact("no_result.analysed")
class NoResultAnalysed(Fact):
    """Why there are no clear results, and what follows for the contract (R36)."""

    assessment: int
    decision: CheckpointDecision


@fact("coaching_effect.measured")
class CoachingEffectMeasured(Fact):
    """The coachee measured what the coaching itself brings (R29); measurements count from 1."""

    measurement: int


@fact("objective.met")
class ObjectiveMet(Fact):
    """The coachee says that an objective of the contract in force is met (R63)."""

    objective: int


@fact("closure.requested")
class ClosureRequested(Fact):
    """Somebody asked to end what is fulfilled (R63)."""

    by: Role
