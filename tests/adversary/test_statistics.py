"""Differencing: what is released about a programme finds nobody, whatever is subtracted from what (N≥k).

Beside each attack stands the same attack on numbers that are worked out anew at each question, which does find
somebody; and on numbers of which only the small ones are kept back, where that isn't enough.
"""

from collections import defaultdict
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st

from domain.statistics import ANSWERS, Counted, Question, cohort
from tests.adversary.differencing import Number, exposed, individuals, published, small_kept_back, unsuppressed
from tests.domain.counting import FIRST, QUARTERS, groups, people, person, releases

K = 5
ELEVEN = [*people(6), *people(5, start=6, inner_individual="no", checkpoint="no", ending="broken_off")]
"""A cohort that can be told in two groups."""
NEWCOMER = person(60, QUARTERS[1], inner_individual="no")


def ended(known: list[Counted], quarter: int) -> list[Counted]:
    """Whose coaching was over when a quarter was."""
    return [one for one in known if one.ended_at < QUARTERS[quarter].ends]


def whose(found: set[tuple[UUID, Question, frozenset[str]]]) -> set[UUID]:
    """The people who were found."""
    return {person for person, _, _ in found}


def test_the_same_question_before_and_after_one_joins() -> None:
    """Asked again after one more has ended, nothing new is told; worked out anew, the difference is that person."""
    everybody = [*ELEVEN, NEWCOMER]
    before, after = published(releases(ended(everybody, 0))), published(releases(ended(everybody, 1)))
    assert before == after
    assert not exposed(after, K)
    anew = [ended(everybody, 0), ended(everybody, 1)]
    assert NEWCOMER.person in whose(individuals(unsuppressed(anew)))
    assert NEWCOMER.person in whose(individuals(small_kept_back(unsuppressed(anew), K)))


def test_consecutive_releases() -> None:
    """Two releases in a row have no people in common, and each is about twice k at least."""
    everybody = [*ELEVEN, *people(7, QUARTERS[1], 20), *people(6, QUARTERS[2], 30, inner_individual="no")]
    released = releases(everybody)
    first, second = (frozenset(one.person for one in who) for _, who in released)
    assert (len(first), len(second)) == (11, 13)
    assert not first & second
    assert not exposed(published(released), K)
    quarterly = [ended(everybody, quarter) for quarter in range(3)]
    assert exposed(unsuppressed(quarterly), K)


def test_overlapping_groups() -> None:
    """Nobody can ask about a group of their own: the only groups are cohorts. Two that overlap would find one."""
    found = published(releases(ELEVEN))
    assert len({number.about for number in found}) == 1
    assert not exposed(found, K)
    of_ten, of_eleven = ELEVEN[:10], ELEVEN
    assert ELEVEN[10].person in whose(individuals(unsuppressed([of_ten, of_eleven])))


@pytest.mark.parametrize("few", range(K))
def test_totals_minus_parts(few: int) -> None:
    """What fewer than k answered doesn't come out as the total minus what is told; unsuppressed it does."""
    known = [*people(20 - few), *people(few, start=20 - few, level="middle")]
    told = published(releases(known))
    assert not exposed(told, K)
    assert not individuals(told)
    assert exposed(unsuppressed([known]), K)
    # Without the small number, but with the total and the large one, it is the difference.
    assert exposed(small_kept_back(unsuppressed([known]), K), K)


def test_leaving() -> None:
    """Who breaks off, or begins a second time, takes nothing away from what was released; worked out anew, it tells."""
    before = releases(ELEVEN)
    breaks_off = person(60, QUARTERS[1], ending="broken_off")
    begins_again = person(99, QUARTERS[1], who=0, inner_individual="no")
    assert releases([*ELEVEN, breaks_off, begins_again]) == before
    assert not exposed(published(before), K)
    who_is_there = [ELEVEN, ELEVEN[1:]]
    assert ELEVEN[0].person in whose(individuals(unsuppressed(who_is_there)))
    assert ELEVEN[0].person in whose(individuals(small_kept_back(unsuppressed(who_is_there), K)))


def test_asking_late_or_often() -> None:
    """Releases are the same whoever asks when: what is told of a quarter doesn't depend on a release before it."""
    everybody = [*ELEVEN, *people(12, QUARTERS[2], 20, checkpoint="no")]
    at_once = releases(everybody)
    step_by_step = [one for number in range(1, 9) for one in releases(ended(everybody, number - 1), QUARTERS[:number])]
    assert dict(step_by_step) == dict(at_once)


@settings(max_examples=25, deadline=None)
@examples(st.data())
def test_no_history_exposes_anybody(data: st.DataObject) -> None:
    """Whoever ends when, with whichever answers, no subtraction of released numbers is about fewer than k people."""
    count = data.draw(st.integers(5, 45))
    known = [
        person(
            number,
            data.draw(st.sampled_from(QUARTERS)),
            k=data.draw(st.sampled_from([5, 5, 5, 6, 8])),
            who=data.draw(st.integers(0, number)),
            level=data.draw(st.sampled_from(ANSWERS[Question.LEVEL])),
            checkpoint=data.draw(st.sampled_from(ANSWERS[Question.CHECKPOINT])),
        )
        for number in range(count)
    ]
    told = [number for number in published(releases(known)) if number.question in (Question.LEVEL, Question.CHECKPOINT)]
    assert not exposed(told, K)
    assert not individuals(told)


def test_every_answer_stays_possible() -> None:
    """Whatever was told of ten people, each of them may have said yes, and may have said no: all 1,024 cases."""
    could: dict[object, set[tuple[str, ...]]] = defaultdict(set)
    plain: dict[int, set[tuple[str, ...]]] = defaultdict(set)
    for said in product(("yes", "no"), repeat=10):
        known = tuple(person(number, checkpoint=answer) for number, answer in enumerate(said))
        who = cohort(known, (), FIRST)
        assert len(who) == 10
        could[groups(who, Question.CHECKPOINT)].add(said)
        plain[said.count("yes")].add(said)
    assert len(could) == 2  # five and five, or nothing
    assert all({said[number] for said in cases} == {"yes", "no"} for cases in could.values() for number in range(10))
    assert not all(
        {said[number] for said in cases} == {"yes", "no"} for cases in plain.values() for number in range(10)
    )


def test_the_attacker_finds_what_is_there() -> None:
    """The attacker isn't blind: a small group, one that is everybody, and one out of two differences are found."""
    about = frozenset(one.person for one in ELEVEN)
    one = Number(Question.CHECKPOINT, about, frozenset({"yes"}), 1)
    assert exposed([one], K) == {one}
    assert whose(individuals([Number(Question.CHECKPOINT, about, frozenset({"yes"}), 11)])) == about
    fewer = frozenset(list(about)[:10])
    pair = [Number(Question.CHECKPOINT, who, frozenset({"yes"}), len(who) - 5) for who in (about, fewer)]
    assert whose(individuals(pair)) == about - fewer
