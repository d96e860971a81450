"""The data that both sides write: the steps of coaching sessions, with 600 characters of text each.

A step has the facts and the parts that the domain gives it: one part, and two where the work starts. That makes nine
parts in eight events; the examples that the product comes with have 130 in 137.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from domain import session
from domain.facts import Fact
from domain.vocabulary import Item, Quadrant

TEXT: Final = 600
_SENTENCE: Final = "We looked at what helped last time, what got in the way, and what to try before we meet again. "
_STARTS: Final = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
_STEPS: Final[tuple[tuple[Callable[[int], Fact], Item], ...]] = (
    (lambda n: session.SessionScheduled(session=n, starts_at=_STARTS, minutes=90), Item.SESSION_DATES),
    (
        lambda n: session.SessionReviewed(
            session=n, has_retained=True, has_practised=True, has_events=False, objectives=frozenset({1, 2})
        ),
        Item.SESSION_CONTENT,
    ),
    (lambda n: session.ExpectationStated(session=n), Item.SESSION_CONTENT),
    (lambda n: session.ExpectationAccepted(session=n), Item.SESSION_CONTENT),
    (
        lambda n: session.WorkStarted(
            session=n, quadrants=frozenset({Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE})
        ),
        Item.SESSION_CONTENT,
    ),
    (lambda n: session.WorkRecorded(session=n), Item.SESSION_CONTENT),
    (lambda n: session.FeedbackGiven(session=n, asks_improvement=True), Item.SESSION_CONTENT),
    (lambda n: session.SessionClosed(session=n, attended=True, minutes=85), Item.SESSION_DATES),
)
_numbers = count(1)


@dataclass(frozen=True)
class Step:
    """One event's data, before it gets either side's form: its facts, and its contents by item."""

    fact: Fact
    session: int
    contents: tuple[tuple[Item, dict[str, Any]], ...]


def text() -> str:
    """600 characters, never the same twice."""
    number = f"{next(_numbers):08d} "
    return (number + _SENTENCE * 7)[:TEXT]


def step(number: int) -> Step:
    """What happens as the `number`-th event of an engagement, from 0."""
    at, kind = divmod(number, len(_STEPS))
    nth = at + 1
    make, item = _STEPS[kind]
    contents: list[tuple[Item, dict[str, Any]]] = [(item, {"session": nth, "said": text()})]
    if kind == _WORK_STARTED:
        contents.append((Item.QUADRANT_TAGS, {"session": nth, "quadrants": ["inner_individual", "outer_collective"]}))
    return Step(make(nth), nth, tuple(contents))


_WORK_STARTED: Final = 4
