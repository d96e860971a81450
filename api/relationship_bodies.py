"""The shapes of how the four deal with each other: relationship contract, acknowledgement, context, a meeting's date.

Texts are free, at most 20,000 characters each, and are never looked into.
"""

import re
from datetime import UTC, datetime

from pydantic import ConfigDict, JsonValue, model_validator

from api.shapes import Body
from api.values import SAYS, Moment, Said, Text


def _example(**members: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


class RelationshipContract(Body):
    """How you want to deal with each other: what each may expect, and what to do when either goes too far (R12)."""

    model_config = _example(text="I say what I see. You tell me when it is too much, at once or a day later.")

    text: Said


class Acknowledgement(Body):
    """You acknowledge that the coach brings no answers and promises effort, no result (R20, R21, R54)."""

    model_config = _example(statement="We aren't buying answers.")

    statement: Text = ""


class OrganisationContext(Body):
    """What the coaching has to heed of the organisation; at least one of the three says something (R60)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"culture": "We decide in the corridor.", "context": "A merger in autumn.", "constraints": ""}
            ],
            "anyOf": [
                {"required": [name], "properties": {name: {"pattern": SAYS}}}
                for name in ("culture", "context", "constraints")
            ],
        }
    )

    culture: Text = ""
    context: Text = ""
    constraints: Text = ""

    @model_validator(mode="after")
    def _something(self) -> "OrganisationContext":
        if not re.search(SAYS, f"{self.culture}{self.context}{self.constraints}"):
            raise ValueError
        return self


class MeetingDate(Body):
    """When and where you, the coachee and the line manager meet (R27)."""

    model_config = _example(starts_at="2026-01-20T10:00:00+01:00", place="Meeting room 3")

    starts_at: Moment
    place: Text = ""

    def starts_at_utc(self) -> datetime:
        """The start in UTC."""
        return self.starts_at.astimezone(UTC)
