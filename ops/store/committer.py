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
        if not leads:
            try:
                submission.gate.acquire()
            except BaseException:
                self._leave(submission)
                raise
        if not submission.decided:
            self._lead()
        if submission.error is not None:
            raise submission.error
        return submission.first

    def close(self) -> None:
        """Close the append connection; a later append would open it again."""
        if self._pid == os.getpid():
            self.appender.close()

    def _lead(self) -> None:
        """Append one batch, with the first one waiting in it; then pass the lead on and open the followers' gates."""
        with self._lock:
            batch = self._take()
        try:
            self.appender.append(batch)
        except BaseException as error:
            # A fault of ours, or an interrupt: whoever shared the batch must hear of it rather than wait for ever.
            for one in batch:
                one.error = one.error or error
            raise
        finally:
            for one in batch:
                one.decided = True
            with self._lock:
                self._pass_on()
            for one in batch[1:]:
                one.gate.release()

    def _pass_on(self) -> None:
        """Let the first one waiting lead, if there is one. Called under the lock."""
        self._busy = bool(self._waiting)
        if self._busy:
            self._waiting[0].gate.release()

    def _leave(self, submission: Submission) -> None:
        """A follower was interrupted: nobody may promote it any more, and a lead it already holds goes on.

        If a leader has taken its command, the command is recorded all the same; its id tells, if it is sent again.
        """
        with self._lock:
            if submission in self._waiting:
                leads = self._waiting[0] is submission and submission.gate.acquire(blocking=False)
                self._waiting.remove(submission)
                if leads:
                    self._pass_on()

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
