"""How far each webhook has come with its person's changes.

The builder keeps one row for each webhook that is there. Whoever sends moves it on. The person's own record is the
truth of which webhooks there are; how far one has come is nobody's record, and a row from an older backup costs a few
messages that are sent again, with the ids that they had.

What a row says is sealed: beside a person's id, how far their changes have come would tell which list is theirs.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, Protocol
from uuid import UUID

import psycopg

from domain.events import RecordedEvent
from domain.webhooks import WebhookRegistered, WebhookRemoved, WebhookReplayed
from projections.building import Builder

NAME: Final = "deliveries"

_EVENTS = """
SELECT originator_id, originator_version, state FROM events
 WHERE position > %(after)s AND position <= %(upto)s ORDER BY position
"""
_BEGIN = "INSERT INTO webhooks (webhook, state, next_at) VALUES (%s, %s, now()) ON CONFLICT DO NOTHING"
_SEEN = "SELECT state FROM webhooks WHERE webhook = %s FOR UPDATE"
_AGAIN = "UPDATE webhooks SET state = %s, next_at = now(), claimed_until = '-infinity' WHERE webhook = %s"
_REMOVE = "DELETE FROM webhooks WHERE webhook = %s"


class Standing(Enum):
    """Whether a webhook is sent anything. Stored."""

    ACTIVE = "active"
    PARKED = "parked"
    """It failed for days; what it missed waits until its person has it sent again."""
    GONE = "gone"
    """Its receiver said that it wants nothing any more, or its address can't be read any more."""


@dataclass(frozen=True)
class Delivery:
    """How far a webhook has come.

    Attributes:
        person: whose it is.
        version: that of the last event on the person's record by which it was set to a number.
        sequence: the number of the last change that its receiver took.
        failures: attempts since then that failed.
        failing_since: when the first of them was.
        tried_at: when the last attempt was, whatever came of it.
        outcome: what came of it: ``delivered``, or why not, in a fixed word.
        status: the receiver's HTTP status, if it gave one.
    """

    person: UUID
    version: int
    sequence: int
    standing: Standing = Standing.ACTIVE
    failures: int = 0
    failing_since: datetime | None = None
    tried_at: datetime | None = None
    outcome: str | None = None
    status: int | None = None

    def written(self) -> bytes:
        """As it is sealed."""
        return json.dumps(
            [
                str(self.person), self.version, self.sequence, self.standing.value, self.failures,
                _text(self.failing_since), _text(self.tried_at), self.outcome, self.status,
            ],
            separators=(",", ":"),
        ).encode()  # fmt: skip

    @classmethod
    def read(cls, text: bytes) -> "Delivery":
        """Inverse of ``written``."""
        person, version, sequence, standing, failures, since, tried, outcome, status = json.loads(text)
        return cls(
            UUID(person), version, sequence, Standing(standing), failures, _moment(since), _moment(tried), outcome,
            status,
        )  # fmt: skip

    def again(self, version: int, after: int) -> "Delivery":
        """Set to a number by its person."""
        return replace(self, version=version, sequence=after, standing=Standing.ACTIVE, failures=0, failing_since=None)


class DeliverySeal(Protocol):
    """Seals what a row says, for the service alone."""

    def seal(self, webhook: UUID, delivery: Delivery) -> bytes:
        """A row's state; no two are the same."""
        ...

    def open(self, webhook: UUID, state: bytes) -> Delivery:
        """What it says.

        Raises:
            crypto.errors.CryptoError: it is another webhook's, or was changed.
        """
        ...


@dataclass(frozen=True)
class DeliveriesBuilder(Builder):
    """Keeps the rows.

    Attributes:
        open_facts: opens facts with the service's own key; None for an event that is passed over.
        sealing: seals rows.
    """

    open_facts: Callable[[UUID, int, bytes], RecordedEvent | None]
    sealing: DeliverySeal

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """Begin, set and remove what the batch's events say; no view gets rows from it."""
        for stream, version, state in connection.execute(_EVENTS, within, binary=True).fetchall():
            event = self.open_facts(stream, version, state)
            match None if event is None else event.fact:
                case WebhookRegistered() as made:
                    begun = self.sealing.seal(made.webhook, Delivery(stream, version, made.since))
                    connection.execute(_BEGIN, (made.webhook, begun))
                case WebhookReplayed() as replayed:
                    self._again(connection, replayed, version)
                case WebhookRemoved() as removed:
                    connection.execute(_REMOVE, (removed.webhook,))
        return []

    def _again(self, connection: psycopg.Connection[Any], replayed: WebhookReplayed, version: int) -> None:
        """Set a webhook to a number, unless it was set by a later event: the log may be followed anew."""
        for (state,) in connection.execute(_SEEN, (replayed.webhook,), binary=True).fetchall():
            known = self.sealing.open(replayed.webhook, state)
            if known.version < version:
                again = self.sealing.seal(replayed.webhook, known.again(version, replayed.after))
                connection.execute(_AGAIN, (again, replayed.webhook))


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
