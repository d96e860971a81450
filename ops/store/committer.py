"""Group commit: the commands that wait at this moment share one transaction, one round trip and one fsync.

No thread of its own. The caller that finds nobody at work becomes the *leader*: it takes what is waiting, appends it,
hands every *follower* its answer and passes the lead to the next one waiting. A lone caller is its own leader and
waits for nobody, so an idle system answers as fast as it can and a busy one batches more.

A batch holds at most one command per stream and per command id (the second must see what the first did), and is
bounded in events and bytes; a single command larger than the bounds goes alone.
"""

import os
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import Lock
from uuid import UUID

import psycopg

from ops.store.appender import Appender
from ops.store.batch import HashLeaf, HeadMac, Submission
from ops.store.heads import HeadCache
from ops.store.rows import CommitUnknown

_MOST_EVENTS = 2_000
_MOST_BYTES = 4 * 1024 * 1024


class Committer:
    """Appends commands for all threads of one process. Safe to inherit through fork: the child starts afresh."""

    def __init__(
        self, connect: Callable[[], psycopg.Connection], heads: HeadCache, hash_leaf: HashLeaf, head_mac: HeadMac
    ) -> None:
        self._new_appender = partial(Appender, connect, heads, hash_leaf, head_mac)
        self._inherited: list[object] = []
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._lock = Lock()
        self._waiting: deque[Submission] = deque()
        self._out: list[Submission] = []
        self._busy = False
        self.appender = self._new_appender()
        self.commands = 0

    @property
    def transactions(self) -> int:
        """Round trips made to append so far; with `commands`, how well commands shared them."""
        return self.appender.transactions

    def append(self, submission: Submission) -> int:
        """Record one command; return the position of its first event, or raise what the store says against it."""
        if self._pid != os.getpid():
            # After a fork the socket still belongs to the parent: keep it open, touch it never, start anew.
            self._inherited.append((self.appender, self._waiting))
            self._start()
        with self._lock:
            self._waiting.append(submission)
            self.commands += 1
            leads = not self._busy
            self._busy = True
        if leads:
            self._begin_next()
            self._finish()
        else:
            self._wait(submission)
        if submission.error is not None:
            raise submission.error
        return submission.first

    def close(self) -> None:
        """Close the append connection; a later append would open it again."""
        if self._pid == os.getpid():
            self.appender.close()

    def _wait(self, submission: Submission) -> None:
        """Until the command is decided, or until it is this caller's turn to lead the batch that the command is in."""
        interrupt: BaseException | None = None
        while not submission.decided:
            try:
                submission.gate.acquire()
            except BaseException as error:  # an interrupt: a KeyboardInterrupt, a test's alarm
                with self._lock:
                    if submission in self._waiting:
                        self._waiting.remove(submission)
                        raise
                interrupt = error  # the command is out already: see it through first, others depend on it
            else:
                if not submission.decided:
                    self._finish()
        if interrupt is not None:
            raise interrupt

    def _finish(self) -> None:
        """Read the answers to the batch that is out, send the next one, then hand the answers to their callers.

        The next batch goes first so that the server works while the callers wake up; one of its own callers leads it.
        """
        batch = self._out
        try:
            self.appender.finish()
        except BaseException:
            # A fault of ours, or an interrupt: whoever shares the batch must hear of it rather than wait for ever.
            self.appender.abandon()
            for one in batch:
                one.error = one.error or (CommitUnknown() if not one.first else None)
            raise
        finally:
            for one in batch:
                one.decided = True
            try:
                self._begin_next()
            finally:
                if self._out:
                    self._out[0].gate.release()
                for one in batch:
                    one.gate.release()

    def _begin_next(self) -> None:
        """Send what is waiting; with nothing waiting, the lead is free."""
        with self._lock:
            batch = self._out = self._take()
            self._busy = bool(batch)
        if batch:
            try:
                self.appender.begin(batch)
            except BaseException as error:
                self.appender.abandon()
                for one in batch:
                    one.error = one.error or error
                if not isinstance(error, Exception):
                    raise

    def _take(self) -> list[Submission]:
        """The next batch, in order of arrival; what can't share it keeps its place in the queue."""
        batch: list[Submission] = []
        left: list[Submission] = []
        streams: set[UUID] = set()
        ids: set[UUID] = set()
        events = size = 0
        while self._waiting:
            one = self._waiting.popleft()
            events += one.count
            size += one.size
            if batch and (events > _MOST_EVENTS or size > _MOST_BYTES):
                left.append(one)
                break
            command_id = one.command.command_id if one.command is not None else None
            if not streams.isdisjoint(one.spans) or command_id in ids:
                left.append(one)
            else:
                batch.append(one)
                if command_id is not None:
                    ids.add(command_id)
            # Also of one left behind: nobody may overtake it on its stream.
            streams.update(one.spans)
        self._waiting.extendleft(reversed(left))
        return batch
