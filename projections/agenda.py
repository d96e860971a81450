"""Which streams have to be looked at, and when: what the eraser goes by.

A row says nothing but that a stream's facts are worth a look at a time; what is due there, the domain decides from the
facts themselves. So a wrong row costs a look, and a rebuild puts every stream that could matter back on the list, to be
looked at once more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg

from domain.contract import PermissionWithdrawn
from domain.endings import ErasureCancelled, ErasureRequested, PartDisclosed
from domain.events import CompartmentOpened, CompartmentShared, RecordedEvent
from domain.holds import HoldLifted, HoldPlaced
from domain.intake import EngagementEnded
from domain.parties import PartyReplaced
from domain.vocabulary import Lifetime
from projections.building import Builder

NAME: Final = "agenda"
AT_ONCE: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""When to look at a stream with an event that can't be opened: before all others, and again until it can."""

_EVENTS = """
SELECT originator_id, originator_version, state FROM events
 WHERE position > %(after)s AND position <= %(upto)s ORDER BY position
"""
# The newest event's time: whoever looked at an older one meanwhile doesn't take this look off the list.
_LOOK = """
INSERT INTO agenda (originator_id, look_at) SELECT * FROM unnest(%(streams)s::uuid[], %(at)s::timestamptz[])
ON CONFLICT (originator_id) DO UPDATE SET look_at = excluded.look_at
"""


@dataclass(frozen=True)
class AgendaBuilder(Builder):
    """Builds the agenda; ``open_facts`` opens facts with the service's own key, and gives None for a read."""

    open_facts: Callable[[UUID, int, bytes], RecordedEvent | None]

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """Put streams on the list whose keys the batch's events concern; no view gets rows from it."""
        looks: dict[UUID, datetime] = {}
        for stream, version, state in connection.execute(_EVENTS, within, binary=True).fetchall():
            try:
                event = self.open_facts(stream, version, state)
            except Exception:  # noqa: BLE001 - the other streams' keys must go; whoever looks says what is wrong
                looks[stream] = AT_ONCE
                continue
            if event is not None and _concerns_keys(event):
                looks[stream] = event.timestamp
        if looks:
            connection.execute(_LOOK, {"streams": list(looks), "at": list(looks.values())})
        return []


_OCCASIONS: Final = (
    CompartmentShared, EngagementEnded, PartyReplaced, PermissionWithdrawn, ErasureRequested, ErasureCancelled,
    PartDisclosed, HoldPlaced, HoldLifted,
)  # fmt: skip


def _concerns_keys(event: RecordedEvent) -> bool:
    """Whether an end of a key may follow from this.

    A key that somebody reads with for a time may be opened long after the end, when nothing else is left to look at.
    """
    if isinstance(event.fact, CompartmentOpened):
        return not set(event.fact.lifetimes.values()) <= {Lifetime.KEPT}
    return isinstance(event.fact, _OCCASIONS)
