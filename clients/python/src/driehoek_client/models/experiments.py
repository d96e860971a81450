# Made by `make reference` from api/openapi.json; don't edit.
"""Models: experiments."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CoachingRequest(TypedDict):
    """What you ask of the coaching yourself, beside what the organisation asks (X1)."""

    request: str


class Decision(TypedDict):
    """A decision of yours (R57)."""

    decision: str
    reason: NotRequired[str]


class Experiment(TypedDict):
    """What you are going to try (R46), out of which session."""

    session: int
    experiment: str


class Trial(TypedDict):
    """What came of it when you tried."""

    outcome: str


class Validation(TypedDict):
    """The coach takes the coachee's request on (X1)."""

    remark: NotRequired[str]
