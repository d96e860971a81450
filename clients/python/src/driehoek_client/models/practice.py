# Made by `make reference` from api/openapi.json; don't edit.
"""Models: practice."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class CoachPractice(TypedDict):
    """Since when the coach has the present supervision place, and the newest day of development; null: there is
    none.

    Where the place is, with whom, and what is said there, is the coach's and the supervisor's.
    """

    supervision_place_since: str | None
    last_developed_on: str | None


class Credential(TypedDict):
    """What qualifies you (R50)."""

    kind: CredentialKind
    name: str
    issuer: NotRequired[str]
    awarded_on: date | str
    valid_until: NotRequired[date | str | None]


CredentialKind: TypeAlias = Literal["training", "experience", "original_supervision", "accreditation"]
"""What qualifies a coach (R50)."""


class Development(TypedDict):
    """How you go on learning (R52)."""

    kind: DevelopmentKind
    on: date | str
    hours: int
    description: str


DevelopmentKind: TypeAlias = Literal["training", "peer_group", "conference", "reading", "other"]
"""How a coach goes on learning (R52)."""


class Place(TypedDict):
    """The supervision place that a coach has now, from facts alone."""

    place: int
    since: str
    supervisor_id: str | None


class PlaceEnd(TypedDict):
    """That you left it."""

    left_on: date | str
    statement: NotRequired[str]


class Practice(TypedDict):
    """A page of a coach's practice, newest first."""

    coach_id: str
    supervision_place: Place | None
    entries: list[PracticeEntry]
    next: str | None


class Supervision(TypedDict):
    """A supervision that took place, about engagements that you coach or coached."""

    held_on: date | str
    minutes: int
    engagement_ids: NotRequired[list[str]]
    notes: str


class SupervisionPlace(TypedDict):
    """Where you are supervised (R51).

    A supervisor who is registered here reads your practice from now on.
    """

    name: str
    supervisor_id: NotRequired[str | None]
    since: date | str
    arrangement: NotRequired[str]


class PracticeEntry(TypedDict):
    """Something in a practice: its number among all that its reader was ever given to read, when, what, and its
    text.

    ``engagement_ids`` is there for the coach alone, of a supervision.
    """

    entry: int
    at: str
    event: str
    content: dict[str, Any]
    engagement_ids: NotRequired[list[str] | None]
