# Made by `make reference` from api/openapi.json; don't edit.
"""Operations: webhooks."""

from typing import Unpack

from driehoek_client import models as m
from driehoek_client.answers import Answer
from driehoek_client.calls import at, read, write
from driehoek_client.pages import Pages
from driehoek_client.wire import Wire


class Webhooks:
    """Operations: webhooks."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def register_webhook(
        self, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False, **body: Unpack[m.WebhookRequest]
    ) -> Answer[m.SecretShown]:
        """Have your changes sent to an address, as they happen: at most 10 webhooks of yours.

        Each message is one change as a CloudEvent, signed with the webhook's secret. It is repeated until it is
        taken (any 2xx), under the same `webhook-id`; the next one comes after it.
        """
        return self._wire.ask(
            write(
                "POST", "/v1/webhooks", body, idempotency_key=idempotency_key, wait_for_checkpoint=wait_for_checkpoint
            )
        )

    def list_webhooks(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Pages[m.WebhookList, m.ListedWebhook]:
        """The webhooks that you ever registered, newest first, and how far each has come; never a secret."""
        return self._wire.pages(read("/v1/webhooks", {"limit": limit, "cursor": cursor}), "entries")

    def change_webhook_secret(
        self, webhook_id: str, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False
    ) -> Answer[m.SecretShown]:
        """Change a webhook's secret.

        For a day messages carry a signature with the old one, too.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/webhooks/{at(webhook_id)}/secret",
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def replay_webhook(
        self,
        webhook_id: str,
        *,
        idempotency_key: str | None = None,
        wait_for_checkpoint: bool = False,
        **body: Unpack[m.Replay],
    ) -> Answer[m.Done]:
        """Have a webhook go on behind a number, whatever was sent before: its dead letters, or what its receiver
        lost.

        Messages that were sent before have the ids that they had.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/webhooks/{at(webhook_id)}/replay",
                body,
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def remove_webhook(
        self, webhook_id: str, *, idempotency_key: str | None = None, wait_for_checkpoint: bool = False
    ) -> Answer[m.Done]:
        """Remove a webhook.

        What is on its way may still arrive; nothing is sent after that.
        """
        return self._wire.ask(
            write(
                "POST",
                f"/v1/webhooks/{at(webhook_id)}/removal",
                idempotency_key=idempotency_key,
                wait_for_checkpoint=wait_for_checkpoint,
            )
        )

    def list_dead_letters(self, webhook_id: str, *, limit: int | None = None) -> Answer[m.DeadLetters]:
        """What a webhook that is parked, or whose receiver is gone, wasn't sent.

        Replay it to have them sent. For more than a page, go on with `GET /v1/changes` behind the last of them.
        """
        return self._wire.ask(read(f"/v1/webhooks/{at(webhook_id)}/dead-letters", {"limit": limit}))
