"""The log's loop: a checkpoint soon after new events, in a thread of its own, until it is stopped.

It wakes as views' builders do, on the store's NOTIFY, and looks by itself at least once a second. Whatever goes wrong
puts checkpoints off and nothing else: events are recorded all the same. What can't go on (a record that was put back,
a folder that isn't there) is said once, and tried again at longer intervals until it is put right.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final, Protocol

import psycopg
import structlog

from ops.log.errors import LogError
from ops.log.publisher import Publisher
from ops.log.rows import Published
from ops.store.connections import Connections

POLL_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.1
"""Between two checkpoints at least: under load many events share one."""

LONGEST_PAUSE: Final = 60.0
"""Seconds between attempts while the log can't go on; the pause doubles from ``POLL_SECONDS`` up to this."""

_log = structlog.get_logger()


class Outsider(Protocol):
    """Somebody outside who signs checkpoints: witnesses, a time stamp authority."""

    def start(self) -> None:
        """Begin, in threads of its own."""
        ...

    def offer(self, published: Published) -> None:
        """There is a new checkpoint. Returns at once."""
        ...

    def stop(self) -> None:
        """End; what is under way may be given up."""
        ...


class Publishing:
    """Publishes until it is stopped.

    Args:
        publisher: takes the steps.
        connections: the cell.
        outsiders: who is told of each new checkpoint.
    """

    def __init__(self, publisher: Publisher, connections: Connections, outsiders: Sequence[Outsider] = ()) -> None:
        self._publisher, self._connections, self._outsiders = publisher, connections, outsiders
        self._failures, self._said = 0, ""
        self._reached: tuple[int, int] = (0, 0)
        self._stop = Event()
        self._thread = Thread(target=self.run, name="log", daemon=True)

    def start(self) -> None:
        """Start the threads."""
        for outsider in self._outsiders:
            outsider.start()
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step at hand, and wait for it."""
        self._stop.set()
        self._thread.join()
        for outsider in self._outsiders:
            outsider.stop()

    def run(self) -> None:
        """Follow the log until stopped; outlives lost connections."""
        while not self._stop.is_set():
            try:
                with self._connections.open("listen") as listening:
                    listening.execute(f"LISTEN {self._connections.cell}")  # a checked identifier
                    self._follow(listening)
            except psycopg.Error as error:
                _log.warning("store_lost", error=type(error).__name__)
                self._stop.wait(POLL_SECONDS)

    def turn(self) -> float:
        """One step; the seconds until the next may follow, 0 when there is more to do at once."""
        try:
            published = self._publisher.step()
        except Exception as error:  # noqa: BLE001 - the log outlives what it meets; the type says enough
            self._failures += 1
            if self._said != type(error).__name__:
                self._said = type(error).__name__
                if isinstance(error, LogError):
                    _log.error("log_stopped", error=self._said)
                else:
                    _log.warning("log_delayed", error=self._said)
            return float(min(POLL_SECONDS * 2 ** min(self._failures, 10), LONGEST_PAUSE))
        self._failures, self._said = 0, ""
        if published is None:
            return POLL_SECONDS  # somebody else is at it
        if (published.line, published.size) <= self._reached:
            return PAUSE_SECONDS
        self._reached = published.line, published.size
        for outsider in self._outsiders:
            outsider.offer(published)
        return 0 if published.size < self._publisher.size() else PAUSE_SECONDS

    def _follow(self, listening: psycopg.Connection) -> None:
        while not self._stop.is_set():
            pause = self.turn()
            if self._stop.wait(pause) or not pause:
                continue
            for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1):
                break


@contextmanager
def publishing(made: Callable[[], Publishing], *, wanted: bool = True) -> Iterator[None]:
    """Publish as long as the context lasts; nothing when it isn't wanted."""
    if not wanted:
        yield
        return
    loop = made()
    loop.start()
    try:
        yield
    finally:
        loop.stop()
