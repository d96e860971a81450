"""The record, sealed, for whoever opens facts with keys of their own (``projections.ports.Record``)."""

from uuid import UUID

from ops.store.recorder import CellRecorder
from ops.store.rows import StreamGap
from projections.ports import SealedEvent


class SealedRecord:
    """Streams as the recorder reads them: whole, chained, and up to their heads.

    Args:
        recorder: the store.
    """

    def __init__(self, recorder: CellRecorder) -> None:
        self._recorder = recorder

    def size(self) -> int:
        """How many events the log has."""
        return self._recorder.max_notification_id() or 0

    def sealed(self, stream: UUID, after: int) -> list[SealedEvent]:
        """A stream's events after this version, in order.

        Raises:
            ops.store.rows.StoreError: one is missing, or isn't what was recorded.
        """
        events = self._recorder.select_events(stream, gt=after)
        if not events:
            return []
        positions = self._recorder.positions(stream, after)
        if any(event.originator_version not in positions for event in events):
            raise StreamGap
        return [
            SealedEvent(positions[event.originator_version], event.originator_version, event.state) for event in events
        ]
