"""The rows that say how far each webhook has come (``projections.deliveries``), for those who send.

Of several processes one sends to a webhook at a time: it claims the row for a while. A process that dies leaves a claim
that runs out, and a message that may be sent once more, under its own id. Time is the database's.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import structlog

from crypto.errors import CryptoError
from crypto.slots import SlotKey
from domain.principals import CELL_ID
from ops.store.connections import Connections
from projections.changes import NAME as CHANGES
from projections.deliveries import Delivery, DeliverySeal

CLAIM_SECONDS: Final = 60.0

_log = structlog.get_logger()

_STANDING = """
SELECT webhook, state, extract(epoch FROM greatest(next_at, claimed_until) - clock_timestamp())::float8
  FROM webhooks WHERE isfinite(next_at) ORDER BY next_at, webhook
"""
_COUNTS = "SELECT originator_id, count FROM view_heads WHERE view = %s AND originator_id = ANY(%s)"
_CLAIM = """
UPDATE webhooks SET claimed_until = clock_timestamp() + make_interval(secs => %(seconds)s)
 WHERE webhook = %(webhook)s AND state = %(seen)s AND claimed_until <= clock_timestamp()
"""
_MOVE = """
UPDATE webhooks SET state = %(state)s, claimed_until = clock_timestamp() + make_interval(secs => %(seconds)s)
 WHERE webhook = %(webhook)s AND state = %(seen)s
"""
_LEAVE = """
UPDATE webhooks
   SET claimed_until = '-infinity',
       next_at = CASE WHEN %(pause)s::float8 IS NULL THEN 'infinity'::timestamptz
                      ELSE clock_timestamp() + make_interval(secs => %(pause)s::float8) END
 WHERE webhook = %(webhook)s AND state = %(seen)s
"""
_READ = """
SELECT webhook, state, CASE WHEN isfinite(next_at) THEN next_at END AS next_at FROM webhooks WHERE webhook = ANY(%s)
"""


class StateSeal:
    """``projections.deliveries.DeliverySeal`` with a key of its own purpose (32 bytes).

    Random nonces under one key: good for 2^32 states (NIST SP 800-38D, 8.3), a hundred a second for a year.
    """

    def __init__(self, key: bytes) -> None:
        self._key = SlotKey(CELL_ID, key)

    def seal(self, webhook: UUID, delivery: Delivery) -> bytes:
        """A row's state."""
        return self._key.seal(delivery.written(), webhook.bytes)

    def open(self, webhook: UUID, state: bytes) -> Delivery:
        """What it says.

        Raises:
            crypto.errors.CryptoError: it is another webhook's, or was changed.
        """
        return Delivery.read(self._key.open(state, webhook.bytes))


class Held(NamedTuple):
    """A webhook's row as it was read: what it says, and the bytes that it says it with."""

    webhook: UUID
    state: bytes
    delivery: Delivery


@dataclass(frozen=True)
class Positions:
    """The rows of one cell. Errors are the library's ``PersistenceError`` family.

    Attributes:
        connections: to the cell.
        sealing: opens and seals them.
        seconds: how long a claim lasts; longer than a message may take.
    """

    connections: Connections
    sealing: DeliverySeal
    seconds: float = CLAIM_SECONDS

    def due(self) -> tuple[list[Held], float]:
        """Those that may be sent something now and that nobody is sending to; the seconds until another one may."""
        with self.connections.use() as connection:
            rows = connection.execute(_STANDING, binary=True).fetchall()
        due = [held for webhook, state, wait in rows if wait <= 0 and (held := self._held(webhook, state)) is not None]
        return due, min((wait for _, _, wait in rows if wait > 0), default=math.inf)

    def _held(self, webhook: UUID, state: bytes) -> Held | None:
        try:
            return Held(webhook, state, self.sealing.open(webhook, state))
        except CryptoError as error:  # somebody wrote in the table: the other webhooks are sent to all the same
            _log.warning("webhook_row_forged", error=type(error).__name__)
            return None

    def counts(self, lists: Collection[UUID]) -> Mapping[UUID, int]:
        """How many changes are on these lists, by the lists' pseudonyms; not those that have none."""
        with self.connections.use() as connection:
            return dict(connection.execute(_COUNTS, (CHANGES, list(lists)), binary=True).fetchall())

    def claim(self, held: Held) -> bool:
        """Whether this process is the one that sends now: the row is as it was read, and nobody else's."""
        values = {"webhook": held.webhook, "seen": held.state, "seconds": self.seconds}
        with self.connections.use("project") as connection:
            return connection.execute(_CLAIM, values).rowcount == 1

    def move(self, held: Held, delivery: Delivery) -> Held | None:
        """Write what is so now and go on claiming; None where the row isn't as it was: then nothing is written."""
        state = self.sealing.seal(held.webhook, delivery)
        values = {"webhook": held.webhook, "seen": held.state, "state": state, "seconds": self.seconds}
        with self.connections.use("project") as connection:
            if connection.execute(_MOVE, values).rowcount == 1:
                return Held(held.webhook, state, delivery)
        return None

    def leave(self, held: Held, pause: float | None = 0.0) -> None:
        """Give the claim up, for so many seconds at least, or with None until its person says so."""
        with self.connections.use("project") as connection:
            connection.execute(_LEAVE, {"webhook": held.webhook, "seen": held.state, "pause": pause})

    def read(self, webhooks: Collection[UUID]) -> Mapping[UUID, tuple[Delivery, datetime | None]]:
        """How far these have come, and when each may be tried next; not those that nobody has taken in yet."""
        with self.connections.use() as connection:
            rows = connection.execute(_READ, (list(webhooks),), binary=True).fetchall()
        return {webhook: (self.sealing.open(webhook, state), next_at) for webhook, state, next_at in rows}
