"""Passing over reads: whoever looks for what happened in engagements doesn't open what was only looked at.

Every read is an event, and there are more of them than of anything else. An access stream holds nothing but reads, so
one that was opened tells of the whole stream; what follows in it is passed over unopened.
"""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from domain.events import RecordedEvent
from domain.reads import ReadRecorded

_MOST: Final = 100_000
"""Streams that are remembered; then it begins anew, at the cost of one look at each."""


class Passing:
    """Remembers access streams. Safe to share between threads: a stream that is forgotten is opened once more."""

    def __init__(self) -> None:
        self._known: set[UUID] = set()

    def knows(self, stream: UUID) -> bool:
        """Whether this is known to be an access stream."""
        return stream in self._known

    def learn(self, event: RecordedEvent) -> bool:
        """Whether an event that was opened is a read; its stream is known from now on."""
        if not isinstance(event.fact, ReadRecorded):
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known.add(event.originator_id)
        return True


class Happened:
    """Opens facts with one key, those of reads apart.

    Args:
        open_facts: opens an event's facts, from its stream, version and sealed state.
    """

    def __init__(self, open_facts: Callable[[UUID, int, bytes], RecordedEvent]) -> None:
        self._open_facts, self._passing = open_facts, Passing()

    def __call__(self, stream: UUID, version: int, state: bytes) -> RecordedEvent | None:
        """The event; None when it is a read. Raises as ``open_facts``."""
        if self._passing.knows(stream):
            return None
        event = self._open_facts(stream, version, state)
        return None if self._passing.learn(event) else event
