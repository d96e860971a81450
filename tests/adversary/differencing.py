"""Somebody who subtracts: takes every number that was published, and looks for one that is about too few people.

The attacker knows whom each number is about and how it was made; what they don't know is who answered what. Numbers
about the same question are subtracted from one another wherever one is about some of the other's people or answers,
and what comes out is subtracted again, until nothing new comes out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from domain.statistics import ANSWERS, Counted, Question
from tests.domain.counting import Released, groups


@dataclass(frozen=True)
class Number:
    """So many of these people gave one of these answers."""

    question: Question
    about: frozenset[UUID]
    answers: frozenset[str]
    people: int


def published(released: Iterable[Released]) -> list[Number]:
    """What a programme tells: of each cohort its size and its groups."""
    found = []
    for _, who in released:
        about = frozenset(one.person for one in who)
        for question, possible in ANSWERS.items():
            found.append(Number(question, about, frozenset(possible), len(about)))
            found += [Number(question, about, frozenset(one.answers), one.people) for one in groups(who, question)]
    return found


def unsuppressed(moments: Iterable[Sequence[Counted]]) -> list[Number]:
    """What a statistic would tell that is worked out anew whenever somebody asks, of everybody there is, as it is."""
    found = []
    for who in moments:
        about = frozenset(one.person for one in who)
        for question, possible in ANSWERS.items():
            found.append(Number(question, about, frozenset(possible), len(about)))
            for answer in possible:
                gave = sum(1 for one in who if one.answers[question] == answer)
                found.append(Number(question, about, frozenset({answer}), gave))
    return found


def small_kept_back(numbers: Iterable[Number], k: int) -> list[Number]:
    """The same without what fewer than k people gave, and no more care than that."""
    return [number for number in numbers if number.people >= k and len(number.about) >= k]


def derived(numbers: Iterable[Number], rounds: int = 3) -> set[Number]:
    """All numbers, and what they give when they are subtracted from one another."""
    known = set(numbers)
    for _ in range(rounds):
        new = {made for one, other in combinations(known, 2) for made in _differences(one, other)}
        if new <= known:
            break
        known |= new
    return known


def _differences(one: Number, other: Number) -> Iterable[Number]:
    if one.question is not other.question:
        return
    for whole, part in ((one, other), (other, one)):
        if whole.answers == part.answers and part.about < whole.about:
            rest = whole.about - part.about
            yield Number(whole.question, rest, whole.answers, whole.people - part.people)
        if whole.about == part.about and part.answers < whole.answers:
            yield Number(whole.question, whole.about, whole.answers - part.answers, whole.people - part.people)


def exposed(numbers: Iterable[Number], k: int) -> set[Number]:
    """What tells of fewer than k people: a small group, one that is all or nobody, or a number about few people.

    That everybody gave one of all the answers tells nothing, of however few people.
    """
    return {
        number
        for number in derived(numbers)
        if number.answers != frozenset(ANSWERS[number.question])
        and (len(number.about) < k or number.people < k or len(number.about) - number.people < k)
    }


def individuals(numbers: Iterable[Number]) -> set[tuple[UUID, Question, frozenset[str]]]:
    """Whose answer is known for certain: all of the people whom a number is about gave it."""
    return {
        (person, number.question, number.answers)
        for number in derived(numbers)
        if number.answers != frozenset(ANSWERS[number.question]) and number.people == len(number.about)
        for person in number.about
    }
