"""The shapes of requests about a coach's own practice, and of what its readers are shown.

Texts are free, at most 20,000 characters each, and are never looked into. Nobody's name belongs into what is said of a
supervision: say it under a pseudonym, or disclose the part itself.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.shapes import Body
from api.values import Day, Int, Name, Said, Text
from domain.vocabulary import CredentialKind, DevelopmentKind


def _example(**members: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


class Credential(Body):
    """What qualifies you (R50)."""

    model_config = _example(
        kind="accreditation", name="Associate", issuer="A federation", awarded_on="2024-05-01", valid_until="2027-05-01"
    )

    kind: CredentialKind
    name: Name
    issuer: Text = ""
    awarded_on: Day
    valid_until: Day | None = None


class SupervisionPlace(Body):
    """Where you are supervised (R51). A supervisor who is registered here reads your practice from now on."""

    model_config = _example(name="Peer group of the south", since="2026-01-10", arrangement="Six hours every quarter.")

    name: Name
    supervisor_id: UUID | None = None
    since: Day
    arrangement: Text = ""


class PlaceEnd(Body):
    """That you left it."""

    model_config = _example(left_on="2026-06-30", statement="The group has ended.")

    left_on: Day
    statement: Text = ""


class Supervision(Body):
    """A supervision that took place, about engagements that you coach or coached."""

    model_config = _example(held_on="2026-03-04", minutes=90, engagement_ids=[], notes="How to slow down with X.")

    held_on: Day
    minutes: Annotated[Int, Field(ge=1, le=1_440)]
    engagement_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)
    notes: Said


class Development(Body):
    """How you go on learning (R52)."""

    model_config = _example(kind="training", on="2026-02-11", hours=7, description="Working with systems, day 2.")

    kind: DevelopmentKind
    on: Day
    hours: Annotated[Int, Field(ge=1, le=1_000)]
    description: Said


class Place(BaseModel):
    """The supervision place that a coach has now, from facts alone."""

    place: int
    since: date
    supervisor_id: str | None


class Entry(BaseModel):
    """Something in a practice: its number among all that its reader was ever given to read, when, what, and its text.

    ``engagement_ids`` is there for the coach alone, of a supervision.
    """

    entry: int
    at: str
    event: str
    content: dict[str, Any]
    engagement_ids: list[str] | None = None


class Practice(BaseModel):
    """A page of a coach's practice, newest first."""

    coach_id: str
    supervision_place: Place | None
    entries: list[Entry]
    next: str | None
