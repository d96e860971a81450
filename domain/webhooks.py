"""Webhooks: where a person has their changes sent, as they happen, without asking for them.

A webhook is registered, and removed, by its person, and is recorded in the person's own stream. Its address and name
are content, sealed for the person alone. Its secret is on no record: it follows from the webhook's id and from how
often it was changed (:attr:`Webhook.generation`), with a key of the service's.

What is sent is the person's list of changes from ``since`` on: ids and versions, never what was said.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.decisions import Command, Context, decides
from domain.errors import Invalid, NotFound, WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import Person
from domain.vocabulary import Item

MOST: Final = 10
"""How many webhooks a person may have."""


@fact("webhook.registered")
class WebhookRegistered(Fact):
    """A person has their changes sent somewhere, from the one behind number ``since`` on."""

    webhook: UUID
    since: int


@fact("webhook.secret_changed")
class WebhookSecretChanged(Fact):
    """The person changed its secret."""

    webhook: UUID


@fact("webhook.replayed")
class WebhookReplayed(Fact):
    """The person has it go on behind number ``after``, whatever was sent before."""

    webhook: UUID
    after: int


@fact("webhook.removed")
class WebhookRemoved(Fact):
    """The person removed it."""

    webhook: UUID


@dataclass(frozen=True)
class Webhook:
    """A webhook as it is on record.

    Attributes:
        version: that of the event by which it was registered, where its address is.
        generation: how often its secret was changed.
        changed_at: when that was last.
    """

    id: UUID
    registered_at: datetime
    version: int
    generation: int = 0
    changed_at: datetime | None = None
    removed_at: datetime | None = None


@Person.evolves(WebhookRegistered)
def _registered(person: Person, happened: WebhookRegistered, event: RecordedEvent) -> None:
    person.webhooks[happened.webhook] = Webhook(happened.webhook, event.timestamp, event.originator_version)


@Person.evolves(WebhookSecretChanged)
def _secret_changed(person: Person, happened: WebhookSecretChanged, event: RecordedEvent) -> None:
    one = person.webhooks[happened.webhook]
    person.webhooks[one.id] = replace(one, generation=one.generation + 1, changed_at=event.timestamp)


@Person.evolves(WebhookReplayed)
def _replayed(person: Person, happened: WebhookReplayed, event: RecordedEvent) -> None:
    """How far a webhook has come is no part of the record."""


@Person.evolves(WebhookRemoved)
def _removed(person: Person, happened: WebhookRemoved, event: RecordedEvent) -> None:
    person.webhooks[happened.webhook] = replace(person.webhooks[happened.webhook], removed_at=event.timestamp)


@dataclass(frozen=True, repr=False)
class RegisterWebhook(Command):
    """A person has their changes sent to an address; it and the webhook's name are the content."""

    webhook: UUID
    since: int
    content: Content


@dataclass(frozen=True, repr=False)
class ChangeWebhookSecret(Command):
    """The person wants another secret."""

    webhook: UUID


@dataclass(frozen=True, repr=False)
class ReplayWebhook(Command):
    """The person has what comes behind a number sent, again or at last."""

    webhook: UUID
    after: int


@dataclass(frozen=True, repr=False)
class RemoveWebhook(Command):
    """The person wants nothing sent there any more."""

    webhook: UUID


@decides(Person, RegisterWebhook)
def _register(person: Person, command: RegisterWebhook, _: Context) -> list[Happening]:
    if not person.version:
        raise NotFound
    if command.webhook in person.webhooks:
        raise WrongMoment("already-registered")
    if sum(one.removed_at is None for one in person.webhooks.values()) >= MOST:
        raise WrongMoment("too-many-webhooks")
    happened = WebhookRegistered(webhook=command.webhook, since=command.since)
    return [Happening(happened, (Part(Item.OWN_RECORD, {**command.content, "webhook": str(command.webhook)}),))]


@decides(Person, ChangeWebhookSecret)
def _change_secret(person: Person, command: ChangeWebhookSecret, _: Context) -> list[Happening]:
    _there(person, command.webhook)
    return [Happening(WebhookSecretChanged(webhook=command.webhook))]


@decides(Person, ReplayWebhook)
def _replay(person: Person, command: ReplayWebhook, _: Context) -> list[Happening]:
    _there(person, command.webhook)
    return [Happening(WebhookReplayed(webhook=command.webhook, after=command.after))]


@decides(Person, RemoveWebhook)
def _remove(person: Person, command: RemoveWebhook, _: Context) -> list[Happening]:
    _there(person, command.webhook)
    return [Happening(WebhookRemoved(webhook=command.webhook))]


def _there(person: Person, webhook: UUID) -> None:
    if not person.version:
        raise NotFound
    one = person.webhooks.get(webhook)
    if one is None:
        raise Invalid("unknown-webhook")
    if one.removed_at is not None:
        raise WrongMoment("webhook-removed")
