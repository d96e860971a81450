"""The shapes of requests about endings: who takes over, what is withdrawn, erased, shown to somebody, followed up.

Texts are free, at most 20,000 characters each, and are never looked into.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from api.shapes import Body, Choice
from api.values import Day, Int, Moment, Name, Said, Text
from domain.vocabulary import DisclosureGround

_SOMEBODY = "5b1f2a70-95c8-5d6e-8f0a-3c1d2e4f6071"


def _example(**members: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [members]})


class Replacement(Body):
    """Who takes over: the organisation names its line manager, the coachee chooses the coach (R24)."""

    model_config = _example(role="line_manager", person_id=_SOMEBODY, name="Zoë Noël", statement="Inge moved on.")

    role: Literal["line_manager", "coach"]
    person_id: UUID
    name: Name
    statement: Text = ""


class ErasureRequest(Body):
    """A request for erasure (GDPR art. 17), or its being taken back, with a word to the others if you like."""

    model_config = _example(statement="I would rather that this were forgotten.")

    statement: Text = ""


class Withdrawal(Body):
    """The permission that you withdraw (GDPR art. 7(3)): what others read of this item only because you let them."""

    model_config = _example(item="session_dates", statement="")

    item: Choice
    statement: Text = ""


class FollowUpWaiver(Body):
    """Why you need no follow-up (R66), if you want to say so."""

    model_config = _example(reason="I know whom to ask.")

    reason: Text = ""


class FollowUp(Body):
    """A follow-up after the end (R66)."""

    model_config = _example(held_on="2026-12-01", notes="It still works, also with the new team.")

    held_on: Day
    notes: Said


class Disclosure(Body):
    """One entry of your own stream, by its number there, that you show to one person until a moment within a year."""

    model_config = _example(
        entry=17,
        recipient_id=_SOMEBODY,
        ground="coachee_consent",
        expires_at="2026-12-24T18:00:00+01:00",
        reason="So that my new coach needn't begin at nothing.",
    )

    entry: Annotated[Int, Field(ge=1, le=1_000_000)]
    recipient_id: UUID
    ground: DisclosureGround
    expires_at: Moment
    reason: Said

    def expires_at_utc(self) -> datetime:
        """The end in UTC."""
        return self.expires_at.astimezone(UTC)


class AccessRequest(Body):
    """A request to see what the coach wrote down about you (GDPR art. 15)."""

    model_config = _example(question="What did you note after our third session?")

    question: Text = ""


class AccessAnswer(Body):
    """The answer: what you disclosed on it, by the disclosures' ids, or nothing, and why."""

    model_config = _example(disclosed=[_SOMEBODY], answer="These two; the third names somebody else.")

    disclosed: Annotated[list[UUID], Field(max_length=200)] = Field(default_factory=list)
    answer: Said
