"""The checkpoint: assessed by the coachee, countersigned by the coach, analysed where results aren't clear."""

import pytest

from domain.engagement import Engagement
from domain.results import (
    AnalyseNoResult,
    AssessResults,
    CountersignResults,
    NoResultAnalysed,
    ResultsAssessed,
    ResultsCountersigned,
)
from domain.vocabulary import CheckpointDecision, Item
from tests.domain.acting import C, E, given
from tests.domain.moments import ACTIVE, AFTER_FIVE, SAYS, accepted, held

ASSESS = AssessResults(clear_results=True, content=SAYS)
UNCLEAR = AssessResults(clear_results=False, content=SAYS)
KEEP = AnalyseNoResult(1, CheckpointDecision.KEEP_UNCHANGED, SAYS)


@pytest.mark.parametrize("sessions", range(8))
def test_the_checkpoint_comes_after_four_coaching_sessions(sessions: int) -> None:
    """The contracting session doesn't count: with five sessions closed the checkpoint is due, not before (R35)."""
    answer = given(Engagement, *ACTIVE, *held(1, sessions)).answer(E, ASSESS)
    if sessions <= 4:
        assert answer == "checkpoint-too-early"
    else:
        assert answer[0].fact == ResultsAssessed(after_session=sessions, clear_results=True)


def test_an_open_fifth_session_is_not_held_yet() -> None:
    """A session counts when it is closed."""
    assert given(Engagement, *ACTIVE, *held(1, 4), *accepted(5)).refuses(E, ASSESS) == "checkpoint-too-early"


def test_that_the_checkpoint_happened_is_for_all_and_what_was_found_is_not() -> None:
    """The four learn that results were assessed (R35); whether they are clear stays between coach and coachee."""
    case = given(Engagement, *AFTER_FIVE)
    (happening,) = case.when(E, UNCLEAR)
    shown = {part.item: part.content for part in happening.parts}
    assert shown[Item.CHECKPOINT] == {"held": True}
    assert shown[Item.NO_RESULT_ANALYSIS]["clear_results"] is False
    case.then(E, UNCLEAR)
    for command in (CountersignResults(1, True, SAYS), KEEP):
        (happening,) = case.when(C, command)
        assert [part.item for part in happening.parts] == [Item.NO_RESULT_ANALYSIS]
        case.then(C, command)


@pytest.mark.parametrize("decision", CheckpointDecision)
def test_no_clear_results_need_a_decision(decision: CheckpointDecision) -> None:
    """Without clear results one amends or deliberately keeps the contract (P22, R36); just going on is refused."""
    case = given(Engagement, *AFTER_FIVE).then(E, UNCLEAR).then(C, CountersignResults(1, True, SAYS))
    answer = case.answer(C, AnalyseNoResult(1, decision, SAYS))
    if decision is CheckpointDecision.GO_ON:
        assert answer == "checkpoint-decision-missing"
    else:
        assert answer[0].fact == NoResultAnalysed(assessment=1, decision=decision)


def test_results_are_clear_when_both_find_so() -> None:
    """Where the coach sees it otherwise than the coachee, there is something to analyse; where both agree, nothing."""
    case = given(Engagement, *AFTER_FIVE).then(E, ASSESS).then(C, CountersignResults(1, True, SAYS))
    assert case.refuses(C, KEEP) == "results-are-clear"
    case.then(E, ASSESS).then(C, CountersignResults(2, False, SAYS))
    assert case.when(C, AnalyseNoResult(2, CheckpointDecision.AMEND, SAYS))
    assert case.refuses(C, KEEP) == "results-are-clear"


def test_an_assessment_of_version_1_is_settled() -> None:
    """What the coach once recorded in a single event needs no countersignature, and no second analysis."""
    amended = ResultsAssessed(after_session=5, clear_results=False, decision=CheckpointDecision.AMEND)
    case = given(Engagement, *AFTER_FIVE, amended)
    assert case.refuses(C, CountersignResults(1, True, SAYS)) == "already-countersigned"
    assert case.refuses(C, KEEP) == "already-analysed"
    gone_on = ResultsAssessed(after_session=5, clear_results=True, decision=CheckpointDecision.GO_ON)
    assert given(Engagement, *AFTER_FIVE, gone_on).refuses(C, KEEP) == "results-are-clear"


def test_who_disagrees_says_so_once() -> None:
    """The coach's word is a fact of its own (R35): agreed or not, never both."""
    case = given(Engagement, *AFTER_FIVE).then(E, ASSESS)
    (happening,) = case.when(C, CountersignResults(1, False, SAYS))
    assert happening.fact == ResultsCountersigned(assessment=1, agrees=False)
    case.then(C, CountersignResults(1, False, SAYS))
    assert case.refuses(C, CountersignResults(1, True, SAYS)) == "already-countersigned"
