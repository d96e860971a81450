# Made by `make reference` from api/openapi.json; don't edit.
"""Models: endings."""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypedDict


class ErasureRequest(TypedDict):
    """A request for erasure (GDPR art.

    17), or its being taken back, with a word to the others if you like.
    """

    statement: NotRequired[str]


class FollowUp(TypedDict):
    """A follow-up after the end (R66)."""

    held_on: date | str
    notes: str


class FollowUpWaiver(TypedDict):
    """Why you need no follow-up (R66), if you want to say so."""

    reason: NotRequired[str]


class Replacement(TypedDict):
    """Who takes over: the organisation names its line manager, the coachee chooses the coach (R24)."""

    role: Literal["line_manager", "coach"]
    person_id: str
    name: str
    statement: NotRequired[str]


class Withdrawal(TypedDict):
    """The permission that you withdraw (GDPR art.

    7(3)): what others read of this item only because you let them.
    """

    item: Literal["objectives", "session_dates", "progress_summary", "indicator_readings", "sponsor_voice", "follow_up"]
    statement: NotRequired[str]
