"""People whose coaching is over, made up for statistics, and the releases that a programme makes of them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID, uuid5

from domain.principals import NAMESPACE
from domain.statistics import ANSWERS, Counted, Group, Quarter, Question, cohort, least, suppressed

FIRST = Quarter(2025, 1)
QUARTERS = tuple(Quarter(year, number) for year in (2025, 2026) for number in (1, 2, 3, 4))


def person(number: int, quarter: Quarter = FIRST, k: int = 5, who: int | None = None, **answers: str) -> Counted:
    """Somebody, known by a number, whose coaching ended in a quarter; answers that aren't named are the first ones.

    Args:
        number: of the engagement.
        quarter: when it ended.
        k: what the contract asks for.
        who: the coachee's number, where they have more than one engagement.
        answers: by question.
    """
    given = {question: answers.get(question.value, possible[0]) for question, possible in ANSWERS.items()}
    at = quarter.begins + timedelta(hours=number)
    coachee = number if who is None else who
    return Counted(uuid5(NAMESPACE, f"e{number}"), uuid5(NAMESPACE, f"p{coachee}"), at, k, given)


def people(count: int, quarter: Quarter = FIRST, start: int = 0, **answers: str) -> list[Counted]:
    """Several, who answered alike."""
    return [person(number, quarter, 5, None, **answers) for number in range(start, start + count)]


Released = tuple[Quarter, tuple[Counted, ...]]


def releases(known: Iterable[Counted], quarters: Sequence[Quarter] = QUARTERS) -> list[Released]:
    """The cohorts of a programme, quarter by quarter, those left out that count nobody."""
    everybody, before, found = list(known), set[UUID](), list[Released]()
    for quarter in quarters:
        if counted := cohort(everybody, before, quarter):
            found.append((quarter, counted))
            before |= {one.engagement for one in counted}
    return found


def groups(counted: Sequence[Counted], question: Question) -> tuple[Group, ...]:
    """What is told of a cohort about one question."""
    given = [one.answers[question] for one in counted]
    possible = ANSWERS[question]
    return suppressed({answer: given.count(answer) for answer in possible}, possible, least(counted))
