"""What the coachee does with it: experiments that they commit to and try (R46), decisions that are theirs (R57)."""

from domain.facts import Fact, fact


@fact("experiment.committed")
class ExperimentCommitted(Fact):
    """The coachee committed to an experiment in a session; experiments count from 1."""

    experiment: int
    session: int


@fact("experiment.tried")
class ExperimentTried(Fact):
    """The coachee tried it."""

    experiment: int


@fact("decision.recorded")
class DecisionRecorded(Fact):
    """The coachee took a decision (R57); decisions count from 1."""

    decision: int
