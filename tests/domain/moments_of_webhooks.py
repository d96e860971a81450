"""Webhooks in the tables of moments: an example of each command, the wrong moments and the right ones."""

from typing import Any, Final
from uuid import uuid5

from domain import webhooks
from domain.decisions import Command
from domain.events import Content
from domain.facts import Fact
from domain.principals import NAMESPACE
from domain.vocabulary import Role
from tests.domain.acting import Labelled
from tests.domain.moments_of_api_keys import PERSON

Facts = tuple[Fact | Labelled, ...]

WEBHOOK: Final = uuid5(NAMESPACE, "a webhook")


def registered(number: int = 0) -> webhooks.WebhookRegistered:
    """A webhook, by default the one of the examples."""
    return webhooks.WebhookRegistered(webhook=uuid5(WEBHOOK, str(number)) if number else WEBHOOK, since=3)


REGISTERED: Final = (PERSON, registered())
REMOVED: Final = (*REGISTERED, webhooks.WebhookRemoved(webhook=WEBHOOK))
CHANGED: Final = (
    *REGISTERED, webhooks.WebhookSecretChanged(webhook=WEBHOOK), webhooks.WebhookReplayed(webhook=WEBHOOK, after=0),
)  # fmt: skip
FULL: Final = (PERSON, *(registered(number) for number in range(1, webhooks.MOST + 1)))
ROOM: Final = (*FULL, webhooks.WebhookRemoved(webhook=registered(1).webhook))


def examples(says: Content) -> tuple[Command, ...]:
    """One of each."""
    return (
        webhooks.RegisterWebhook(WEBHOOK, 3, says),
        webhooks.ChangeWebhookSecret(WEBHOOK),
        webhooks.ReplayWebhook(WEBHOOK, 2),
        webhooks.RemoveWebhook(WEBHOOK),
    )


_OF_ONE: Final = (webhooks.ChangeWebhookSecret, webhooks.ReplayWebhook, webhooks.RemoveWebhook)

# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (webhooks.RegisterWebhook, (), Role.SELF, {}, "not-found"),
    (webhooks.RegisterWebhook, REGISTERED, Role.SELF, {}, "already-registered"),
    (webhooks.RegisterWebhook, REMOVED, Role.SELF, {}, "already-registered"),
    (webhooks.RegisterWebhook, FULL, Role.SELF, {}, "too-many-webhooks"),
    *((kind, (), Role.SELF, {}, "not-found") for kind in _OF_ONE),
    *((kind, (PERSON,), Role.SELF, {}, "unknown-webhook") for kind in _OF_ONE),
    *((kind, REMOVED, Role.SELF, {}, "webhook-removed") for kind in _OF_ONE),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    webhooks.RegisterWebhook: (ROOM, Role.SELF),
    webhooks.ChangeWebhookSecret: (CHANGED, Role.SELF),
    webhooks.ReplayWebhook: (CHANGED, Role.SELF),
    webhooks.RemoveWebhook: (CHANGED, Role.SELF),
}
