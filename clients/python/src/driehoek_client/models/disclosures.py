# Made by `make reference` from api/openapi.json; don't edit.
"""Models: disclosures."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AccessAnswer(TypedDict):
    """The answer: what you disclosed on it, by the disclosures' ids, or nothing, and why."""

    disclosed: NotRequired[list[str]]
    answer: str


class AccessRequest(TypedDict):
    """A request to see what the coach wrote down about you (GDPR art.

    15).
    """

    question: NotRequired[str]


class Disclosed(TypedDict):
    """A disclosure that you may know of; ``to_you`` when you may read it."""

    id: str
    to_you: bool
    recipient_id: str
    ground: str
    item: str
    made_at: str
    expires_at: str
    ended: EndedReading | None


class DisclosedPart(TypedDict):
    """What was disclosed to you: one part, as it was recorded."""

    id: str
    ground: str
    expires_at: str
    at: str
    by: str
    event: str
    item: str
    content: dict[str, Any]


class Disclosure(TypedDict):
    """One entry of your own stream, by its number there, that you show to one person until a moment within a year."""

    entry: int
    recipient_id: str
    ground: DisclosureGround
    expires_at: datetime | str
    reason: str


DisclosureGround: TypeAlias = Literal[
    "access_request", "coachee_consent", "court_order", "imminent_danger", "illegality", "supervision"
]
"""Why one part is shown to somebody whom the clause doesn't name as its reader (X6, X10)."""


class Disclosures(TypedDict):
    """All of them, oldest first."""

    entries: list[Disclosed]


class EndedReading(TypedDict):
    """Something that the asker read and can't read any more; times are RFC 3339 in UTC.

    A problem leaves out what there isn't (yet), such as the receipt of what isn't erased.
    """

    items: list[str]
    since: NotRequired[str | None]
    ground: NotRequired[str | None]
    lifetime: NotRequired[str | None]
    receipt: NotRequired[dict[str, str | int] | None]
