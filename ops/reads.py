"""Puts reads on record before anything is shown, and hands out the tickets that say so.

A read is sealed, signed by the service and appended to its access stream like any other event, and waited for: durable
first, then shown. So that a page doesn't cost a disk flush for each reader, the reads that wait at this moment are
recorded together. No thread of its own: the caller that finds nobody at work becomes the *leader*, takes what is
waiting, gives each read the next version of its stream, appends all of it in one go (through the store's committer,
beside whatever else is being written) and wakes the others. Then the first of those who came meanwhile leads.

Another process may write to the same access stream; the append finds that out. Then the streams are looked up again and
the same reads go again, under their new versions: a conflict never drops a read. When a read can't be recorded,
whatever the reason, its caller gets no ticket (:class:`domain.reads.NotRecorded`). If the connection was lost during
the commit, it may be on record all the same: a read too many, never one too few.
"""

from collections import deque
from collections.abc import Sequence
from threading import Lock
from typing import Final
from uuid import UUID

import structlog
from eventsourcing.persistence import InterfaceError, Mapper, OperationalError

from domain.reads import NotRecorded, Read, Ticket
from ops.store.recorder import CellRecorder
from ops.store.rows import VersionConflict

_MOST: Final = 256
"""Reads that are recorded together at most; one request may need more."""

_ATTEMPTS: Final = 50
"""Each lost attempt means that somebody else's was recorded; so many in a row are somebody fighting, not reading."""

_log = structlog.get_logger()


class _Waiting:
    """The reads of one caller, and the gate at which it waits for whoever leads."""

    __slots__ = ("decided", "error", "gate", "reads")

    def __init__(self, reads: Sequence[Read]) -> None:
        self.reads = tuple(reads)
        self.gate = Lock()
        self.gate.acquire()
        self.decided = False
        self.error: BaseException | None = None


class ReadRecorder:
    """Records the reads of all threads of one process.

    Attributes:
        batches: how many appends there were; with ``recorded``, how well reads shared them.
        recorded: how many reads were recorded.

    Args:
        mapper: seals and signs.
        recorder: the store.
    """

    def __init__(self, mapper: Mapper[UUID], recorder: CellRecorder) -> None:
        self._mapper, self._recorder = mapper, recorder
        self._lock = Lock()
        self._queue: deque[_Waiting] = deque()
        self._busy = False
        self.batches = self.recorded = 0

    def record(self, *reads: Read) -> Ticket:
        """Record the reads of one request, all or none, and return once they are durable.

        Raises:
            NotRecorded: they aren't, as far as anybody knows.
            ValueError: there are none.
        """
        if not reads:
            raise ValueError("a ticket says which reads are on record")
        mine = _Waiting(reads)
        with self._lock:
            self._queue.append(mine)
            leads, self._busy = not self._busy, True
        if not leads:
            self._wait(mine)
        if not mine.decided:
            self._lead()
        if mine.error is not None:
            raise NotRecorded from mine.error
        return Ticket(mine.reads)

    def _wait(self, mine: _Waiting) -> None:
        """Until the reads are decided, or until it is this caller's turn to lead."""
        try:
            mine.gate.acquire()
        except BaseException:  # an interrupt: whoever waits behind must not wait for somebody who is gone
            with self._lock:
                if mine in self._queue:
                    first = self._queue[0] is mine and mine.gate.acquire(blocking=False)
                    self._queue.remove(mine)
                    if first:
                        self._hand_over()
            raise

    def _hand_over(self) -> None:
        """Let the first one waiting lead; with nobody waiting, the lead is free. The lock is held."""
        self._busy = bool(self._queue)
        if self._queue:
            self._queue[0].gate.release()

    def _lead(self) -> None:
        """Record what is waiting, this caller's own reads first, and tell whose they are."""
        batch: list[_Waiting] = []
        with self._lock:
            size = 0
            while self._queue and (not batch or size + len(self._queue[0].reads) <= _MOST):
                one = self._queue.popleft()
                size += len(one.reads)
                batch.append(one)
        try:
            self._settle(batch)
        except BaseException as error:
            for one in batch:
                one.error = one.error or error
            raise
        finally:
            for one in batch:
                one.decided = True
            with self._lock:
                self._hand_over()
            for one in batch[1:]:
                one.gate.release()

    def _settle(self, batch: list[_Waiting]) -> None:
        """Record a batch, or say against each of its callers what stands against it."""
        try:
            self._append([read for one in batch for read in one.reads])
        except Exception as error:  # noqa: BLE001 - whatever it is, there is no ticket; the type says enough
            _log.warning("read_not_recorded", error=type(error).__name__)
            if len(batch) == 1 or isinstance(error, OperationalError | InterfaceError):
                for one in batch:
                    one.error = error  # out of reach for one is out of reach for all
                return
            for one in batch:
                self._settle([one])

    def _append(self, reads: Sequence[Read]) -> None:
        for _ in range(_ATTEMPTS):
            versions = self._recorder.versions(read.stream for read in reads)
            events = []
            for read in reads:
                versions[read.stream] += 1
                events.append(self._mapper.to_stored_event(read.event(versions[read.stream])))
            try:
                self._recorder.insert_events(events)
            except VersionConflict:
                continue
            self.batches += 1
            self.recorded += len(reads)
            return
        raise VersionConflict
