"""What the coachee does with it: experiments that they commit to and try (R46), decisions that are theirs (R57).

Only the coachee commits, tries and decides (P29): the responsibility for what they do is wholly theirs.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import Item

if TYPE_CHECKING:
    from domain.engagement import Engagement


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


@dataclass
class ExperimentBook:
    """How many experiments and decisions there are."""

    experiments: int = 0
    decisions: int = 0

    def apply(self, happened: Fact) -> None:
        """Take in a fact of what the coachee does."""
        match happened:
            case ExperimentCommitted():
                self.experiments = happened.experiment
            case DecisionRecorded():
                self.decisions = happened.decision


@dataclass(frozen=True, repr=False)
class CommitExperiment(Command):
    """The coachee commits to an experiment (R46)."""

    session: int
    content: Content


@dataclass(frozen=True, repr=False)
class TryExperiment(Command):
    """The coachee tried an experiment (R46)."""

    experiment: int
    content: Content


@dataclass(frozen=True, repr=False)
class RecordDecision(Command):
    """The coachee records a decision of theirs (R57)."""

    not_yours: ClassVar[str] = "decision-of-the-coachee"

    content: Content


def commit(engagement: "Engagement", command: CommitExperiment, _: Context) -> list[Happening]:
    """An experiment comes out of a session's work, also shortly after it."""
    session = engagement.sessions.sessions.get(command.session)
    if session is None:
        raise Invalid("unknown-session")
    if not session.working:
        raise WrongMoment("work-not-started")
    number = engagement.experiments.experiments + 1
    content = {**command.content, "experiment_number": number, "session": command.session}
    happened = ExperimentCommitted(experiment=number, session=command.session)
    return [Happening(happened, (Part(Item.SESSION_CONTENT, content),))]


def try_out(engagement: "Engagement", command: TryExperiment, _: Context) -> list[Happening]:
    """What came of it; an experiment may be tried again."""
    if not 1 <= command.experiment <= engagement.experiments.experiments:
        raise Invalid("unknown-experiment")
    content = {**command.content, "experiment_number": command.experiment}
    return [Happening(ExperimentTried(experiment=command.experiment), (Part(Item.SESSION_CONTENT, content),))]


def decide(engagement: "Engagement", command: RecordDecision, _: Context) -> list[Happening]:
    """A decision, which goes to nobody but the coach and the coachee."""
    number = engagement.experiments.decisions + 1
    content = {**command.content, "decision_number": number}
    return [Happening(DecisionRecorded(decision=number), (Part(Item.DECISIONS, content),))]
