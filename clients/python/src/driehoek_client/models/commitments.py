# Made by `make reference` from api/openapi.json; don't edit.
"""Models: commitments."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Assignee(TypedDict):
    """Who takes a commitment over in your place: never the coach (R19); ``line_manager`` takes it back."""

    to: Literal["sponsor_organisation", "line_manager", "coach", "coachee"]
    reason: str


class Delivery(TypedDict):
    """A resource that was delivered (R43)."""

    remark: NotRequired[str]


class DemandsReview(TypedDict):
    """Whether the coach meets what is demanded of them (R40)."""

    met: bool
    review: str


class Fulfilment(TypedDict):
    """What you did about a commitment (R41)."""

    remark: NotRequired[str]
