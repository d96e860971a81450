# Made by `make reference` from api/openapi.json; don't edit.
"""Models: sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired, TypeAlias, TypedDict


class Acceptance(TypedDict):
    """The coach's acceptance (R33)."""

    remark: NotRequired[str]


class Expectation(TypedDict):
    """What you expect of this session (R32)."""

    expectation: str


class Feedback(TypedDict):
    """Feedback on the session; an empty improvement asks for none (R34)."""

    feedback: str
    improvement: NotRequired[str]


Quadrant: TypeAlias = Literal["inner_individual", "outer_individual", "inner_collective", "outer_collective"]
"""Inner or outer, individual or collective (R45-R48)."""


class Review(TypedDict):
    """The opening review's three parts (R30); an empty text says that there was nothing."""

    retained: str
    practised: str
    events: str
    objectives: NotRequired[list[int]]


class SessionEnd(TypedDict):
    """How the session ended."""

    attended: bool
    minutes: int


class SessionPlan(TypedDict):
    """The next session's date; ``session`` is its number, one after the other."""

    session: int
    starts_at: datetime | str
    minutes: int
    place: NotRequired[str]


class Work(TypedDict):
    """What was worked on, which models were taught and techniques practised (R22), what is to be tried (R46).

    Names of people outside the triangle go into ``third_parties``, a field of their own (R47).
    """

    themes: str
    models: NotRequired[list[str]]
    techniques: NotRequired[list[str]]
    experiment: NotRequired[str]
    third_parties: NotRequired[list[str]]


class WorkStart(TypedDict):
    """The work, and the quadrants it is in (R45-R48)."""

    quadrants: list[Quadrant]
    focus: NotRequired[str]
