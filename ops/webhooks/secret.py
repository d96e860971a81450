"""A webhook's secrets: made of its id and of how often its secret was changed, with a key of the service's.

So no secret is stored, and it is the same in every process and after a restore. A changed secret serves beside its
successor for a day: a receiver may learn of the new one when it likes.
"""

import base64
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from crypto.heads import mac
from domain.webhooks import Webhook
from ops.keys.service import ServiceKeys
from ops.webhooks.sending import SECRET_PREFIX

OVERLAP: Final = timedelta(days=1)
"""How long a secret that was changed goes on signing, beside the new one."""

_LABEL: Final = "driehoek/webhook-secret/v1"


class Secrets:
    """Makes them; 32 bytes each."""

    def __init__(self, keys: ServiceKeys) -> None:
        self._key = keys.key_for("webhook-secrets")

    def of(self, webhook: UUID, generation: int) -> bytes:
        """The secret of a generation, from 0."""
        return mac(self._key, _LABEL, webhook.bytes, generation.to_bytes(4, "big"))

    def text(self, webhook: UUID, generation: int) -> str:
        """As it is shown to its person, and as receivers' libraries take it."""
        return SECRET_PREFIX + base64.b64encode(self.of(webhook, generation)).decode()

    def valid(self, webhook: Webhook, now: datetime) -> list[bytes]:
        """Those that sign now, the newest first."""
        secrets = [self.of(webhook.id, webhook.generation)]
        if webhook.changed_at is not None and now < webhook.changed_at + OVERLAP:
            secrets.append(self.of(webhook.id, webhook.generation - 1))
        return secrets
