"""Results: the checkpoint, measures, objectives met, the request to close.

After four coaching sessions the coachee assesses on their own indicators (R29, R35); the coach countersigns, or says
that they see it otherwise. States of an assessment: *assessed* → *countersigned* → and, unless both find clear
results, *analysed*: why there are none, and whether the contract is amended or deliberately kept (R36, P22). That the
checkpoint happened goes to all four, what was found stays with coach and coachee.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact, upcasts
from domain.vocabulary import CheckpointDecision, Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

CHECKPOINT_AFTER: Final = 4
"""Coaching sessions after which results are assessed (R35); the contracting session, number 1, doesn't count."""


@fact("results.assessed", version=2)
class ResultsAssessed(Fact):
    """The checkpoint after four sessions (R35); a decision here is version 1's, which had all of it in one event."""

    after_session: int
    clear_results: bool
    decision: CheckpointDecision | None = None


@upcasts("results.assessed", 1)
def _decided(fields: list[Any]) -> list[Any]:
    """The fields are the same; only now the decision may be missing."""
    return fields


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


@dataclass
class Assessment:
    """What is known of one assessment."""

    clear: bool
    agreed: bool | None = None
    analysed: bool = False


@dataclass
class ResultsBook:
    """The assessments by number from 1; what is met and where an end was asked for, by contract version."""

    assessments: dict[int, Assessment] = field(default_factory=dict)
    measurements: int = 0
    met: dict[int, set[int]] = field(default_factory=dict)
    closure_requested: set[int] = field(default_factory=set)

    def apply(self, happened: Fact, contract_version: int) -> None:
        """Take in a fact of the results, under the contract version in force (0 without one)."""
        match happened:
            case ResultsAssessed():
                assessment = Assessment(happened.clear_results)
                if happened.decision is not None:  # version 1: the coach recorded all of it at once
                    assessment = Assessment(happened.clear_results, agreed=True, analysed=not happened.clear_results)
                self.assessments[len(self.assessments) + 1] = assessment
            case ResultsCountersigned():
                self.assessments[happened.assessment].agreed = happened.agrees
            case NoResultAnalysed():
                self.assessments[happened.assessment].analysed = True
            case CoachingEffectMeasured():
                self.measurements = happened.measurement
            case ObjectiveMet():
                self.met.setdefault(contract_version, set()).add(happened.objective)
            case ClosureRequested():
                self.closure_requested.add(contract_version)

    def assessment(self, number: int) -> Assessment:
        """Guard: there is such an assessment."""
        if number not in self.assessments:
            raise Invalid("unknown-assessment")
        return self.assessments[number]


@dataclass(frozen=True, repr=False)
class AssessResults(Command):
    """The coachee assesses on their own indicators after four coaching sessions (R29, R35)."""

    clear_results: bool
    content: Content


@dataclass(frozen=True, repr=False)
class CountersignResults(Command):
    """The coach countersigns an assessment, or says that they see it otherwise."""

    assessment: int
    agrees: bool
    content: Content


@dataclass(frozen=True, repr=False)
class AnalyseNoResult(Command):
    """The coach records why there are no clear results, and what both decided about the contract (R36)."""

    assessment: int
    decision: CheckpointDecision
    content: Content


@dataclass(frozen=True, repr=False)
class MeasureEffect(Command):
    """The coachee measures what the coaching itself brings, the second of the two measures (R29)."""

    content: Content


@dataclass(frozen=True, repr=False)
class MeetObjective(Command):
    """The coachee says that an objective of the contract in force is met."""

    objective: int
    content: Content


@dataclass(frozen=True, repr=False)
class RequestClosure(Command):
    """Coach or coachee ask to end what is fulfilled (R63)."""

    content: Content


def assess(engagement: "Engagement", command: AssessResults, _: Context) -> list[Happening]:
    """The checkpoint: that it happened goes to all four, what was found stays with coach and coachee."""
    closed = engagement.sessions.closed
    if closed <= CHECKPOINT_AFTER:  # the contracting session comes on top of the four
        raise WrongMoment("checkpoint-too-early")
    number = len(engagement.results.assessments) + 1
    told = {"assessment_number": number, "after_session": closed, "clear_results": command.clear_results}
    found = {**command.content, **told}
    parts = (
        Part(Item.CHECKPOINT, {"held": True}),  # after which session would tell how many there were
        Part(Item.NO_RESULT_ANALYSIS, found),
    )
    return [Happening(ResultsAssessed(after_session=closed, clear_results=command.clear_results), parts)]


def countersign(engagement: "Engagement", command: CountersignResults, _: Context) -> list[Happening]:
    """The coach's word on it, once."""
    assessment = engagement.results.assessment(command.assessment)
    if assessment.agreed is not None:
        raise WrongMoment("already-countersigned")
    content = {**command.content, "assessment_number": command.assessment, "agrees": command.agrees}
    happened = ResultsCountersigned(assessment=command.assessment, agrees=command.agrees)
    return [Happening(happened, (Part(Item.NO_RESULT_ANALYSIS, content),))]


def analyse(engagement: "Engagement", command: AnalyseNoResult, _: Context) -> list[Happening]:
    """The analysis, once, and only where not both find clear results."""
    assessment = engagement.results.assessment(command.assessment)
    if assessment.agreed is None:
        raise WrongMoment("countersignature-missing")
    if assessment.clear and assessment.agreed:
        raise WrongMoment("results-are-clear")
    if assessment.analysed:
        raise WrongMoment("already-analysed")
    if command.decision is CheckpointDecision.GO_ON:
        raise Invalid("checkpoint-decision-missing")
    content = {**command.content, "assessment_number": command.assessment, "decision": command.decision.value}
    happened = NoResultAnalysed(assessment=command.assessment, decision=command.decision)
    return [Happening(happened, (Part(Item.NO_RESULT_ANALYSIS, content),))]


def measure_effect(engagement: "Engagement", command: MeasureEffect, _: Context) -> list[Happening]:
    """A measurement; like a reading of an indicator it goes where the clause says."""
    version = engagement.contract.in_force.contract_version
    number = engagement.results.measurements + 1
    content = {**command.content, "measurement": number, "contract_version": version}
    return [Happening(CoachingEffectMeasured(measurement=number), (Part(Item.INDICATOR_READINGS, content),))]


def meet_objective(engagement: "Engagement", command: MeetObjective, _: Context) -> list[Happening]:
    """An objective is met once; whoever may read the objectives reads that, too."""
    engagement.contract.indicator(command.objective, 1)
    version = engagement.contract.in_force.contract_version
    if command.objective in engagement.results.met.get(version, ()):
        raise WrongMoment("objective-already-met")
    content = {**command.content, "objective": command.objective, "contract_version": version}
    return [Happening(ObjectiveMet(objective=command.objective), (Part(Item.OBJECTIVES, content),))]


def request_closure(engagement: "Engagement", command: RequestClosure, context: Context) -> list[Happening]:
    """Once all objectives of the contract in force are met, one asks to end, before all four (R63)."""
    terms = engagement.contract.in_force
    if len(engagement.results.met.get(terms.contract_version, ())) < len(terms.objectives):
        raise WrongMoment("objectives-not-met")
    if terms.contract_version in engagement.results.closure_requested:
        raise WrongMoment("closure-already-requested")
    content = {**command.content, "contract_version": terms.contract_version}
    return [Happening(ClosureRequested(by=context.role), (Part(Item.FULFILMENT, content),))]
