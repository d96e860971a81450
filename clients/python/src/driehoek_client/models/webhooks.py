# Made by `make reference` from api/openapi.json; don't edit.
"""Models: webhooks."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from driehoek_client.models.common import ChangeEvent, LogReceipt


class Attempt(TypedDict):
    """What came of the last attempt; ``status`` is the receiver's, if it answered."""

    at: str
    outcome: Literal["delivered", "refused", "unreachable", "too_slow", "address_not_allowed", "address_gone", "gone"]
    status: int | None


class DeadLetters(TypedDict):
    """What a webhook that stands still hasn't been sent, oldest first; ``waiting`` says how many there are."""

    entries: list[ChangeEvent]
    waiting: int


class ListedWebhook(TypedDict):
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
    standing: Literal["active", "parked", "gone"] | None
    taken: int | None
    failures: int
    failing_since: str | None
    next_attempt_at: str | None
    last_attempt: Attempt | None


class Replay(TypedDict):
    """From where on to send again: behind change number ``after``; by default behind the last one that was taken."""

    after: NotRequired[int | None]


class SecretShown(TypedDict):
    """A webhook's secret (Standard Webhooks), to check signatures with; ``id`` is the webhook's."""

    id: str
    version: str
    receipt: NotRequired[LogReceipt | None]
    secret: str


class WebhookList(TypedDict):
    """A page of them, newest first."""

    entries: list[ListedWebhook]
    next: str | None


class WebhookRequest(TypedDict):
    """A webhook that you want: its name, where it goes, and behind which change it begins; by default behind the
    last.

    ``after`` is the number of a change on your list; 0 has all of it sent.
    """

    name: str
    url: str
    after: NotRequired[int | None]
