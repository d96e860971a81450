"""The shapes of webhooks: what one asks for, and what is shown of them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.change_events import ChangeEvent
from api.routes.acting import Done
from api.shapes import Body
from api.values import Int, Name

Sequence = Annotated[Int, Field(ge=0, le=(1 << 31) - 1)]
Standing = Literal["active", "parked", "gone"]


class WebhookRequest(Body):
    """A webhook that you want: its name, where it goes, and behind which change it begins; by default behind the last.

    ``after`` is the number of a change on your list; 0 has all of it sent.
    """

    name: Name
    url: Annotated[str, StringConstraints(min_length=1, max_length=2_048)] = Field(
        examples=["https://example.org/driehoek"]
    )
    after: Sequence | None = None


class Replay(Body):
    """From where on to send again: behind change number ``after``; by default behind the last one that was taken."""

    after: Sequence | None = None


class SecretShown(Done):
    """A webhook's secret (Standard Webhooks), to check signatures with; ``id`` is the webhook's."""

    secret: str


class Attempt(BaseModel):
    """What came of the last attempt; ``status`` is the receiver's, if it answered."""

    at: str
    outcome: Literal["delivered", "refused", "unreachable", "too_slow", "address_not_allowed", "address_gone", "gone"]
    status: int | None


class ListedWebhook(BaseModel):
    """A webhook of yours, and how far it has come.

    ``standing`` is ``active``; ``parked`` when its receiver failed for days; ``gone`` when that said 410, or its
    address can't be read any more. ``taken`` is the number of the last change that it took. ``failures`` counts
    attempts since then, of which the next is due at ``next_attempt_at``.
    """

    id: str
    name: str
    url: str
    registered_at: str
    removed_at: str | None
    secret_changed_at: str | None
    standing: Standing | None = Field(description="Null once it is removed, and until it is taken in.")
    taken: int | None
    failures: int
    failing_since: str | None
    next_attempt_at: str | None
    last_attempt: Attempt | None


class WebhookList(BaseModel):
    """A page of them, newest first."""

    entries: list[ListedWebhook]
    next: str | None


class DeadLetters(BaseModel):
    """What a webhook that stands still hasn't been sent, oldest first; ``waiting`` says how many there are."""

    entries: list[ChangeEvent]
    waiting: int
