"""Statistics of a programme: who is counted when, and what is told together (requirements.md, B: N≥k)."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from domain.document import ContractDrafted
from domain.facts import Fact
from domain.intake import EngagementEnded, EngagementRequested
from domain.results import ResultsAssessed
from domain.session import WorkStarted
from domain.statistics import ANSWERS, Group, Quarter, Question, cohort, counted, least, suppressed, told
from domain.vocabulary import Ending, Level, Quadrant, Reason, Role
from tests.domain import moments
from tests.domain.acting import AT, PEOPLE, STREAM, E, recorded
from tests.domain.counting import FIRST, QUARTERS, people, person, releases

OTHER = PEOPLE[Role.AUDITOR]
REQUESTED = EngagementRequested(
    organisation=OTHER, representative=OTHER, line_manager=OTHER, coachee=PEOPLE[E], reason=Reason.MANAGE_A_CRISIS,
    programme=STREAM, level=Level.MIDDLE,
)  # fmt: skip
IN_FORCE: tuple[Fact, ...] = (dataclasses.replace(moments.drafted(), aggregate_k=7), moments.activated())
WORKED = WorkStarted(session=1, quadrants=frozenset({Quadrant.INNER_COLLECTIVE}))
ASSESSED = ResultsAssessed(after_session=4, clear_results=False)
OVER = EngagementEnded(ending=Ending.CHOSE_NOT_TO_CHANGE, by=E)


def of(*facts: Fact, lasted: int = 100) -> Any:
    """An engagement as it is counted; it took so many days."""
    events = [recorded(OTHER, version, fact) for version, fact in enumerate(facts, start=1)]
    events[-1] = dataclasses.replace(events[-1], timestamp=AT + timedelta(days=lasted))
    return counted(events, STREAM)


def test_an_engagement_is_counted_with_its_answers() -> None:
    """Level, reason, ending, duration, checkpoint and quadrants come from facts; whether somebody changed doesn't."""
    found = of(REQUESTED, *IN_FORCE, WORKED, ASSESSED, OVER)
    assert (found.engagement, found.person, found.k) == (OTHER, PEOPLE[E], 7)
    assert {question.value: answer for question, answer in found.answers.items()} == {
        "level": "middle", "reason": "manage_a_crisis", "ending": "closed", "duration": "up_to_6_months",
        "checkpoint": "yes", "inner_individual": "no", "outer_individual": "no", "inner_collective": "yes",
        "outer_collective": "no",
    }  # fmt: skip


@pytest.mark.parametrize(
    "facts",
    [
        (REQUESTED, *IN_FORCE, WORKED),
        (REQUESTED, WORKED, OVER),
        (dataclasses.replace(REQUESTED, programme=None), *IN_FORCE, OVER),
        (dataclasses.replace(REQUESTED, programme=OTHER), *IN_FORCE, OVER),
    ],
    ids=["going on", "without a contract", "in no programme", "in another programme"],
)
def test_what_isnt_over_in_this_programme_isnt_counted(facts: tuple[Fact, ...]) -> None:
    """Nobody is counted before the end, without a contract in force, or for another programme."""
    assert of(*facts) is None
    assert of(REQUESTED, *IN_FORCE, OVER) is not None


def test_every_answer_is_one_of_the_closed_set() -> None:
    """Whatever level, ending and duration an engagement had, its answers are among those that can be told."""
    for level in (*Level, None):
        for ending in Ending:
            for lasted in (0, 92, 93, 366, 367):
                asked = dataclasses.replace(REQUESTED, level=level)
                over = dataclasses.replace(OVER, ending=ending)
                found = of(asked, *IN_FORCE, over, lasted=lasted).answers
                assert all(found[question] in ANSWERS[question] for question in Question)


def test_a_contract_can_raise_k_and_never_lower_it() -> None:
    """A contract that asks for more people is heard, one that asks for fewer than five isn't (N≥k)."""
    low: ContractDrafted = dataclasses.replace(moments.drafted(), aggregate_k=2)
    assert of(REQUESTED, low, moments.activated(), OVER).k == 5
    assert of(REQUESTED, *IN_FORCE, OVER).k == 7


def test_nobody_is_counted_before_twice_k_are_waiting() -> None:
    """Nine people wait, from one quarter to the next; with the tenth they are counted together."""
    assert releases(people(9)) == []
    late = person(9, QUARTERS[3])
    ((quarter, who),) = releases([*people(9), late])
    assert (quarter, len(who), least(who)) == (QUARTERS[3], 10, 5)


def test_everybody_is_counted_once() -> None:
    """Whoever was counted isn't again: not in the next cohort, and not for a second engagement."""
    again = [person(100 + number, QUARTERS[1], who=number) for number in range(10)]
    new = people(10, QUARTERS[2], start=50)
    (first, second) = releases([*people(10), *again, *new])
    assert {one.person for one in first[1]}.isdisjoint(one.person for one in second[1])
    assert (first[0], second[0]) == (FIRST, QUARTERS[2])
    # Two engagements of one person that wait together are one person, too.
    assert releases([*people(9), person(20, who=3)]) == []


def test_a_large_k_waits_and_keeps_nobody_waiting() -> None:
    """One contract with k = 8 waits until sixteen people are there, while ten others are counted."""
    picky = person(99, k=8)
    (first,) = releases([*people(10), picky])
    assert picky not in first[1]
    first, second = releases([*people(10), picky, *people(15, QUARTERS[1], start=10)])
    assert picky not in first[1]
    # The fifteen alone are enough for k = 5; with the sixteenth they are for k = 8.
    assert (second[0], len(second[1]), least(second[1])) == (QUARTERS[1], 16, 8)


def test_who_is_counted_doesnt_depend_on_answers() -> None:
    """Whatever people answered, the same ones are counted at the same time: a number's coming tells nothing."""
    dates = [(number, QUARTERS[number % 4]) for number in range(40)]
    alike = releases([person(number, quarter) for number, quarter in dates])
    mixed = releases([person(number, quarter, checkpoint="no" if number % 3 else "yes") for number, quarter in dates])
    ids = [[(quarter, {one.engagement for one in who}) for quarter, who in told] for told in (alike, mixed)]
    assert ids[0] == ids[1]
    assert sum(len(who) for _, who in alike) == 40


def test_a_quarter_ends_at_midnight_utc_and_closes_a_day_later() -> None:
    """What ends at midnight counts for the next quarter, and a quarter is closed a day after its end."""
    assert (Quarter(2025, 4).after, Quarter(2026, 1).before, str(FIRST)) == (
        Quarter(2026, 1),
        Quarter(2025, 4),
        "2025-Q1",
    )
    assert Quarter.of(datetime(2025, 3, 31, 23, 59, tzinfo=UTC)) == FIRST
    at_midnight = dataclasses.replace(person(9), ended_at=FIRST.ends)
    assert cohort([*people(9), at_midnight], (), FIRST) == ()
    assert len(cohort([*people(9), at_midnight], (), FIRST.after)) == 10
    assert Quarter.last_closed(FIRST.ends + timedelta(hours=23)) == FIRST.before
    assert Quarter.last_closed(FIRST.ends + timedelta(days=1)) == FIRST


@pytest.mark.parametrize(
    ("counts", "told_as"),
    [
        ({"a": 6, "b": 5}, [("a", 6), ("bcd", 5)]),
        ({"a": 20, "b": 6, "c": 2}, [("a", 20), ("bcd", 8)]),
        ({"a": 20, "b": 3, "c": 3}, [("a", 20), ("bcd", 6)]),
        ({"a": 9, "b": 8, "c": 7, "d": 6}, [("a", 9), ("b", 8), ("c", 7), ("d", 6)]),
        ({"a": 20, "b": 4}, []),
        ({"a": 24}, []),
    ],
    ids=["nobody", "next smallest", "small ones", "all large", "one left", "all alike"],
)  # fmt: skip
def test_small_groups_are_told_together(counts: dict[str, int], told_as: list[tuple[str, int]]) -> None:
    """Answers of fewer than k go with the next smallest until they are k: nobody is fewer than k, too."""
    found = suppressed(counts, ("a", "b", "c", "d"), 5)
    assert [("".join(group.answers), group.people) for group in found] == told_as


@settings(max_examples=80)
@examples(st.lists(st.integers(0, 30), min_size=2, max_size=6), st.integers(5, 12))
def test_no_group_is_smaller_than_k(sizes: list[int], k: int) -> None:
    """Groups have k people or more, share no answer, and are everybody; or nothing is told."""
    possible = tuple(str(number) for number in range(len(sizes)))
    found = suppressed(dict(zip(possible, sizes, strict=True)), possible, k)
    assert all(group.people >= k for group in found)
    if found:
        assert sorted(answer for group in found for answer in group.answers) == sorted(possible)
        assert sum(group.people for group in found) == sum(sizes)
        assert len(found) > 1
    elif min(sizes) >= k:
        pytest.fail("nothing had to be kept back")


def test_what_is_told_holds_no_name() -> None:
    """A cohort's numbers are questions, answers and counts."""
    half = [*people(6, checkpoint="yes"), *people(5, start=6, checkpoint="no")]
    answers = {one["question"]: one["groups"] for one in told(half)}
    assert list(answers) == [question.value for question in Question]
    assert answers["checkpoint"] == [{"answers": ["yes"], "people": 6}, {"answers": ["no"], "people": 5}]
    assert answers["ending"] == []
    assert Group(("yes",), 6) in suppressed({"yes": 6, "no": 5}, ("yes", "no"), 5)
