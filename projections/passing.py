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
    """Remembers which streams are access streams and which aren't. Safe to share between threads.

    A stream that was forgotten is opened once more.
    """

    def __init__(self) -> None:
        self._kinds: dict[UUID, bool] = {}

    def knows(self, stream: UUID, *, reads: bool) -> bool:
        """Whether this is known to be an access stream (``reads``), or known to be another one."""
        return self._kinds.get(stream) is reads

    def learn(self, event: RecordedEvent) -> bool:
        """Whether an event that was opened is a read; its stream is known from now on."""
        if len(self._kinds) >= _MOST:
            self._kinds.clear()
        found = self._kinds[event.originator_id] = isinstance(event.fact, ReadRecorded)
        return found


class PassingOver:
    """Opens facts with one key: those of reads only, or those of everything else.

    Args:
        open_facts: opens an event's facts, from its stream, version and sealed state.
        reads: whether it is the reads that are wanted.
    """

    def __init__(self, open_facts: Callable[[UUID, int, bytes], RecordedEvent], *, reads: bool) -> None:
        self._open_facts, self._reads, self._passing = open_facts, reads, Passing()

    def __call__(self, stream: UUID, version: int, state: bytes) -> RecordedEvent | None:
        """The event; None for one that isn't wanted. Raises as ``open_facts``."""
        if self._passing.knows(stream, reads=not self._reads):
            return None
        event = self._open_facts(stream, version, state)
        return event if self._passing.learn(event) is self._reads else None
