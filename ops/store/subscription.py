"""Following the log: every position once, in order, for as long as the follower lives.

A follower reads pages after the last position it has seen. When there is nothing more it waits for a NOTIFY of the
cell's channel, but only so as not to wait longer than it must: it looks again after `poll` seconds in any case, so it
works where LISTEN is refused (a standby, a pooler) and survives the death of any of its connections.

No position can be stepped over: the store's positions have no gaps, and a page that has one raises `LogGap`.
"""

import contextlib
import os
import select
import time
import weakref
from collections import deque
from collections.abc import Sequence
from typing import Protocol

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    InterfaceError,
    Notification,
    OperationalError,
    Subscription,
)
from psycopg import sql

from ops.store.connections import Connections

_PAGE = 500
# After LISTEN was refused or its connection failed, seconds until it is tried again; meanwhile the follower polls.
_LISTEN_AGAIN = 5.0


class Followed(Protocol):
    """What a follower needs of a recorder."""

    connections: Connections

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """One page of the log; raises `LogGap`."""


class CellSubscription(Subscription[ApplicationRecorder]):
    """An iterator over the log after position `gt`. Has no thread; `stop()` may come from another one."""

    def __init__(
        self, recorder: Followed, gt: int | None = None, topics: Sequence[str] = (), *, poll: float = 0.5
    ) -> None:
        self._followed = recorder
        self._last = gt or 0
        self._topics = tuple(topics)
        self._poll = poll
        self._page: deque[Notification] = deque()
        self._has_been_entered = self._has_been_stopped = False
        self._listening: psycopg.Connection | None = None
        self._listen_after = 0.0
        self._wake_read, self._wake_write = os.pipe()
        self._close_wake = weakref.finalize(self, _close, self._wake_read, self._wake_write)

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._stop_listening()
        self._close_wake()

    def stop(self) -> None:
        """End the iteration, also from another thread and while it waits."""
        super().stop()
        if self._close_wake.alive:
            os.write(self._wake_write, b"\0")

    def __next__(self) -> Notification:
        while not self._has_been_stopped:
            while self._page:
                notification = self._page.popleft()
                self._last = notification.id
                if not self._topics or notification.topic in self._topics:
                    return notification
            self._turn_page()
        raise StopIteration

    def _turn_page(self) -> None:
        """Read the next page, or wait until there may be one. All topics are read, so that a gap is always seen."""
        try:
            page = self._followed.select_notifications(self._last, _PAGE, inclusive_of_start=False)
        except (OperationalError, InterfaceError):
            page = ()  # the database went away: look again after a wait
        if page:
            self._page.extend(page)
        elif self._listening is not None or not self._start_listening():
            self._wait()

    def _wait(self) -> None:
        """Until a NOTIFY, the end of the listening connection, `stop()`, or `poll` seconds."""
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        if self._listening is not None:
            poll.register(self._listening.fileno(), select.POLLIN)
        ready = {descriptor for descriptor, _ in poll.poll(self._poll * 1000)}
        if self._listening is not None and self._listening.fileno() in ready:
            try:
                self._listening.pgconn.consume_input()
            except psycopg.OperationalError:
                self._stop_listening()
                return
            while self._listening.pgconn.notifies() is not None:
                pass

    def _start_listening(self) -> bool:
        """Whether LISTEN was set up just now, in which case one more look at the log is due before waiting."""
        if time.monotonic() < self._listen_after:
            return False
        self._listen_after = time.monotonic() + _LISTEN_AGAIN
        try:
            self._listening = self._followed.connections.open("listen")
            self._listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._followed.connections.cell)))
        except psycopg.Error:
            self._stop_listening()
            return False
        return True

    def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.close(descriptor)
