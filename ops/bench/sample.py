"""The data that both sides write: the steps of coaching sessions, with about 600 bytes of text each.

A step has facts (which session, what happened, a few flags) and two contents of 300 characters: one for coach and
coachee, one for all four. Step by step the sessions go round: scheduled, reviewed, expected, accepted, and so on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from domain import session
from domain.facts import Fact
from domain.vocabulary import Quadrant

TEXT: Final = 300
_SENTENCE: Final = "We looked at what helped last time, what got in the way, and what to try before we meet again. "
_STARTS: Final = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
_STEPS: Final[tuple[Callable[[int], Fact], ...]] = (
    lambda n: session.SessionScheduled(session=n, starts_at=_STARTS, minutes=90),
    lambda n: session.SessionReviewed(
        session=n, has_retained=True, has_practised=True, has_events=False, objectives=frozenset({1, 2})
    ),
    lambda n: session.ExpectationStated(session=n),
    lambda n: session.ExpectationAccepted(session=n),
    lambda n: session.WorkStarted(
        session=n, quadrants=frozenset({Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE})
    ),
    lambda n: session.WorkRecorded(session=n),
    lambda n: session.FeedbackGiven(session=n, asks_improvement=True),
    lambda n: session.SessionClosed(session=n, attended=True, minutes=85),
)
_numbers = count(1)


@dataclass(frozen=True)
class Step:
    """One event's data, before it gets either side's form: its facts, and what is said to whom."""

    fact: Fact
    to_alliance: dict[str, Any]
    to_all: dict[str, Any]


def text() -> str:
    """300 characters, never the same twice."""
    number = f"{next(_numbers):08d} "
    return (number + _SENTENCE * 4)[:TEXT]


def step(number: int) -> Step:
    """What happens as the `number`-th event of an engagement, from 0."""
    at, kind = divmod(number, len(_STEPS))
    nth = at + 1
    alliance: dict[str, Any] = {"session": nth, "said": text()}
    if kind == _WORK_STARTED:
        alliance["quadrants"] = ["inner_individual", "outer_collective"]
    return Step(_STEPS[kind](nth), alliance, {"session": nth, "shared": text()})


_WORK_STARTED: Final = 4
