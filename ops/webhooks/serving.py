"""What the API shows of webhooks (``api.backend.Webhooks``)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from ops.webhooks.addresses import Allowed
from ops.webhooks.secret import Secrets
from ops.wiring import CellService
from projections.deliveries import Delivery


class ServedWebhooks:
    """Addresses, secrets and progress of one cell's webhooks."""

    def __init__(self, service: CellService, allowed: Allowed) -> None:
        self._positions, self._secrets, self._allowed = service.webhooks, Secrets(service.service), allowed

    def acceptable(self, url: str) -> bool:
        """Whether this may be a webhook's address."""
        return self._allowed.acceptable(url)

    def secret(self, webhook: UUID, generation: int) -> str:
        """A webhook's secret."""
        return self._secrets.text(webhook, generation)

    def progress(self, webhooks: Collection[UUID]) -> Mapping[UUID, tuple[Delivery, datetime | None]]:
        """How far these have come, and when each may be tried next."""
        return self._positions.read(webhooks)
