"""Webhooks: where people have their changes sent, signed as Standard Webhooks says and shaped as CloudEvents."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from api import problems as p
from api import shapes as common
from api import webhook_bodies as shapes
from api.asking import Asker, InBackend, Writing, id_of
from api.backend import Backend, Identity
from api.change_events import ChangeEvents
from api.own_pages import InOwnPages, at
from api.recording import InReads
from api.routes.acting import Done, additions, done, reads
from api.routes.changes import caught_up
from domain.application import Outcome
from domain.events import Content
from domain.facts import rfc3339
from domain.principals import Person
from domain.reads import Purpose, View
from domain.webhooks import ChangeWebhookSecret, RegisterWebhook, RemoveWebhook, ReplayWebhook, Webhook
from projections.deliveries import Delivery, Standing

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

WebhookId = Annotated[str, Path(description="The webhook's id.")]
_ONE = ("unknown-webhook", "webhook-removed")


@router.post("", status_code=201, responses=additions(p.WebhookAddress, p.UnknownNumber, "too-many-webhooks"))
def register_webhook(
    body: shapes.WebhookRequest, writing: Writing, behind: InBackend, asker: Asker, response: Response
) -> shapes.SecretShown:
    """Have your changes sent to an address, as they happen: at most 10 webhooks of yours.

    Each message is one change as a CloudEvent, signed with the webhook's secret. It is repeated until it is taken
    (any 2xx), under the same `webhook-id`; the next one comes after it.
    """
    asked = writing.asked
    webhook = asked.new_id()
    if not behind.webhooks.acceptable(body.url):
        raise p.WebhookAddress
    since = _number(behind, asker, body.after)
    outcome = behind.write_side.execute(
        asked.actor, RegisterWebhook(webhook, since, body.content("name", "url")), asked
    )
    return _shown(behind, response, outcome, behind.write_side.load(Person, asked.actor).webhooks[webhook])


@router.post("/{webhook_id}/secret", responses=additions(*_ONE))
def change_webhook_secret(
    webhook_id: WebhookId, writing: Writing, behind: InBackend, response: Response, body: common.Empty | None = None
) -> shapes.SecretShown:
    """Change a webhook's secret. For a day messages carry a signature with the old one, too."""
    del body
    asked, webhook = writing.asked, id_of(webhook_id)
    outcome = behind.write_side.execute(asked.actor, ChangeWebhookSecret(webhook), asked)
    return _shown(behind, response, outcome, behind.write_side.load(Person, asked.actor).webhooks[webhook])


@router.post("/{webhook_id}/replay", responses=additions(p.UnknownNumber, *_ONE))
def replay_webhook(
    webhook_id: WebhookId, body: shapes.Replay, writing: Writing, behind: InBackend, asker: Asker, response: Response
) -> Done:
    """Have a webhook go on behind a number, whatever was sent before: its dead letters, or what its receiver lost.

    Messages that were sent before have the ids that they had.
    """
    asked, webhook = writing.asked, id_of(webhook_id)
    after = body.after
    if after is None:
        known = behind.webhooks.progress([webhook]) if webhook in _own(behind, asker) else {}
        after = known[webhook][0].sequence if webhook in known else 0
    outcome = behind.write_side.execute(asked.actor, ReplayWebhook(webhook, _number(behind, asker, after)), asked)
    return Done(id=str(webhook), version=done(response, outcome).version)


@router.post("/{webhook_id}/removal", responses=additions(*_ONE))
def remove_webhook(
    webhook_id: WebhookId, writing: Writing, behind: InBackend, response: Response, body: common.Empty | None = None
) -> Done:
    """Remove a webhook. What is on its way may still arrive; nothing is sent after that."""
    del body
    asked, webhook = writing.asked, id_of(webhook_id)
    outcome = behind.write_side.execute(asked.actor, RemoveWebhook(webhook), asked)
    return Done(id=str(webhook), version=done(response, outcome).version)


@router.get("", responses=reads(p.CursorMalformed))
def list_webhooks(pages: InOwnPages, behind: InBackend) -> shapes.WebhookList:
    """The webhooks that you ever registered, newest first, and how far each has come; never a secret."""
    page = pages.of(lambda person: person.webhooks.values())
    progress = behind.webhooks.progress([one.id for one, _ in page.entries if one.removed_at is None])
    entries = [_listed(one, said, *progress.get(one.id, (None, None))) for one, said in page.entries]
    return shapes.WebhookList(entries=entries, next=page.next)


@router.get("/{webhook_id}/dead-letters", responses=reads())
def list_dead_letters(
    webhook_id: WebhookId,
    behind: InBackend,
    asker: Asker,
    recorded: InReads,
    limit: Annotated[int, Query(ge=1, le=200, description="Entries a page.")] = 100,
) -> shapes.DeadLetters:
    """What a webhook that is parked, or whose receiver is gone, wasn't sent. Replay it to have them sent.

    For more than a page, go on with `GET /v1/changes` behind the last of them.
    """
    webhook = id_of(webhook_id)
    one = _own(behind, asker).get(webhook)
    if one is None:
        raise p.NOT_FOUND
    last = caught_up(behind, asker)
    recorded.of_own(Purpose.LIST, View.CHANGES)
    known = behind.webhooks.progress([webhook]).get(webhook)
    if one.removed_at is not None or known is None or known[0].standing is Standing.ACTIVE:
        return shapes.DeadLetters(entries=[], waiting=0)
    events = ChangeEvents(behind.write_side, asker.person)
    found = behind.changes.after(asker.person, known[0].sequence, limit)
    return shapes.DeadLetters(entries=[events.event(entry) for entry in found], waiting=last - known[0].sequence)


def _own(behind: Backend, asker: Identity) -> dict[UUID, Webhook]:
    return behind.write_side.load(Person, asker.person).webhooks


def _number(behind: Backend, asker: Identity, after: int | None) -> int:
    """A number on the asker's list of changes; by default the last."""
    last = caught_up(behind, asker)
    if after is not None and after > last:
        raise p.UnknownNumber
    return last if after is None else after


def _shown(behind: Backend, response: Response, outcome: Outcome, webhook: Webhook) -> shapes.SecretShown:
    response.headers["Cache-Control"] = "no-store"
    version = done(response, outcome).version
    secret = behind.webhooks.secret(webhook.id, webhook.generation)
    return shapes.SecretShown(id=str(webhook.id), version=version, secret=secret)


def _listed(one: Webhook, said: Content, delivery: Delivery | None, next_at: datetime | None) -> shapes.ListedWebhook:
    last = None
    if delivery and delivery.tried_at:
        last = {"at": rfc3339(delivery.tried_at), "outcome": delivery.outcome, "status": delivery.status}
    told = {
        "id": str(one.id),
        "name": said["name"],
        "url": said["url"],
        "registered_at": rfc3339(one.registered_at),
        "removed_at": at(one.removed_at),
        "secret_changed_at": at(one.changed_at),
        "standing": delivery and delivery.standing.value,
        "taken": delivery and delivery.sequence,
        "failures": delivery.failures if delivery else 0,
        "failing_since": at(delivery.failing_since) if delivery else None,
        "next_attempt_at": at(next_at) if delivery and delivery.failures else None,
        "last_attempt": last,
    }
    return shapes.ListedWebhook.model_validate(told)
