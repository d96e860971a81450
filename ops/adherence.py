"""What the operator is told of findings: how many there are, by rule and result, over the whole cell, and no more.

Worked out with the service's own key of facts, engagement by engagement. Nobody's view is touched and no engagement is
told apart from another; a number per coach or engagement is the coaching supervisors' alone.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from crypto.part import CompartmentKey
from domain.adherence.findings import Finding
from domain.events import RecordedEvent
from ops.mapper import open_facts
from ops.record import SealedRecord
from ops.wiring import CellService
from projections.adherence import Judge
from projections.overseen import Overseeing
from projections.oversight_index import NAME, OversightIndex

_AT_ONCE = 500


class _ServiceOpener:
    """``projections.ports.FactsOpener`` with the service's own grant, for nobody in particular."""

    def __init__(self, oversight: CompartmentKey) -> None:
        self._oversight = oversight

    def open_facts(self, stream: UUID, version: int, state: bytes, overseer: UUID) -> RecordedEvent:  # noqa: ARG002 - the service's own key, whoever asks
        """An event's facts."""
        return open_facts(self._oversight, stream, version, state)


def all_findings(service: CellService, now: datetime, judge: Judge) -> Iterator[Finding]:
    """The findings of every engagement of the cell, at a moment.

    Raises:
        projections.locators.ViewForged, ops.store.rows.StoreError: what is on record isn't what was recorded.
    """
    builder = service.builders[NAME]
    while builder.advance(service.connections):
        pass  # no worker may be running
    opener = _ServiceOpener(service.service.oversight)
    index: OversightIndex = replace(service.index, opener=opener)
    overseeing = Overseeing(opener, SealedRecord(service.recorder), index.engagements_of)
    before: int | None = None
    while rows := index.engagements(before=before, limit=_AT_ONCE):
        for before, engagement in rows:  # noqa: B007 - the last one is where the next stretch ends
            yield from judge(overseeing.see(engagement, engagement), now)
