"""The worker: keeps every view up to date, and erases the keys whose time has come.

Views: it wakes on the store's NOTIFY and looks by itself at least once a second: a lost notification costs a second,
never a view. In a process that also answers requests it lets a moment's events gather before it takes them in, all
views at once, unless a reader waits: most events are followed by others before anybody looks. Builders of the same view
in several workers take turns; a worker that dies leaves a view that the next one continues. A view that finds the log
tampered with stops, says so, and leaves the others running.

Keys: the views put on the agenda what may be due (``projections.agenda``); a thread of its own looks there and has the
eraser do it, so that an erasure, which waits for every process, never makes a view wait. Of several workers one erases
and the others look again later. A root store or key copies out of reach put the erasure off, and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread
from typing import Final

import psycopg
import structlog

from ops.clock import now
from ops.erasure.epochs import AnotherEraserError
from ops.erasure.eraser import Eraser
from ops.store.connections import Connections
from ops.wiring import CellService
from projections.building import BATCH, Builder, LogIncomplete, TrackingForged

POLL_SECONDS: Final = 1.0
GATHERING_SECONDS: Final = 0.05
"""How long events may gather where whoever reads can call the worker."""

TURN_SECONDS: Final = 2.0
"""How often to look whether something is due: at most one epoch in so many seconds, whatever falls due."""

LONGEST_PAUSE: Final = 300.0
"""Seconds between attempts when erasing goes on failing; the pause doubles from ``TURN_SECONDS`` up to this."""

STOP_SECONDS: Final = 5.0
"""How long an erasure under way may take when the process is told to stop. What it leaves the next one finishes."""

_log = structlog.get_logger()


class Worker:
    """Runs builders in a thread of its own until it is stopped.

    Args:
        builders: by the name of the view.
        connections: to the cell.
        gathering: seconds that events may gather before they are taken in, if nobody calls :meth:`hurry`.
    """

    def __init__(self, builders: Mapping[str, Builder], connections: Connections, *, gathering: float = 0.0) -> None:
        self._builders = dict(builders)
        self._connections = connections
        self._gathering = gathering
        self._asked = Event()
        self._stop = Event()
        self._thread = Thread(target=self.run, name="views", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand, and wait for it."""
        self._stop.set()
        self._asked.set()
        self._thread.join()

    def hurry(self) -> None:
        """Let no more events gather: somebody waits for those that are there."""
        self._asked.set()

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

    def _follow(self, listening: psycopg.Connection) -> None:
        known = -1
        while not self._stop.is_set():
            self._asked.clear()
            size = self._size(listening)
            if known < size:
                self.advance()
                known = size
            elif any(True for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1)):
                self._asked.wait(self._gathering)
            else:
                known = -1  # nobody says anything: look at everything, whatever is known

    def _size(self, listening: psycopg.Connection) -> int:
        [(size,)] = listening.execute("SELECT coalesce((SELECT size FROM log_state), 0)").fetchall()
        return int(size)

    def advance(self) -> int:
        """Bring all views up to date; how many positions they took in together."""
        taken = 0
        for name, builder in list(self._builders.items()):
            try:
                while not self._stop.is_set():
                    taken += (batch := builder.advance(self._connections))
                    if batch < BATCH:
                        break
            except (LogIncomplete, TrackingForged) as found:
                _log.error("view_stopped", view=name, error=type(found).__name__)
                del self._builders[name]
            except Exception as error:  # noqa: BLE001 - a worker outlives what it meets; the type says enough
                _log.warning("view_delayed", view=name, error=type(error).__name__)
        return taken


class Erasing:
    """Has what is due erased, in a thread of its own, until it is stopped.

    Args:
        service: the open cell.
        clock: this machine's. What is erased is due by the database's clock as well: one clock that runs ahead by years
            would cost keys that nobody brings back.
    """

    def __init__(self, service: CellService, clock: Callable[[], datetime] = now) -> None:
        self._service, self._clock = service, clock
        self._eraser = Eraser(service)
        self._failures = 0
        self._begun = False
        self._stop = Event()
        self._thread = Thread(target=self.run, name="erasing", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, after the epoch at hand unless that takes too long."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def run(self) -> None:
        """Take turns until stopped."""
        while not self._stop.is_set():
            self._stop.wait(self.turn())

    def turn(self) -> float:
        """Look, and do what is due; the seconds until the next turn.

        The first turn runs the eraser in any case: something that was left half done may not be due any more.
        """
        try:
            if self._begun and not self._is_due():
                return TURN_SECONDS
            report = self._eraser.run(self._now())
        except AnotherEraserError:
            return TURN_SECONDS  # somebody is at it
        except Exception as error:  # noqa: BLE001 - an erasure is put off, whatever it meets; the type says enough
            if not self._stop.is_set():
                _log.warning("erasure_put_off", error=type(error).__name__)
            self._failures += 1
            return float(min(TURN_SECONDS * 2 ** min(self._failures, 10), LONGEST_PAUSE))
        self._begun, self._failures = True, 0
        if report.epoch is not None:
            _log.info("keys_erased", count=report.erased, streams=report.looked_at, epoch=report.epoch)
        return TURN_SECONDS

    def _is_due(self) -> bool:
        first = self._service.agenda.next_at()
        return self._failures > 0 or (first is not None and first <= self._now())

    def _now(self) -> datetime:
        """The earlier of the two clocks."""
        return min(self._clock(), self._service.agenda.clock())


@contextmanager
def erasing(service: CellService, *, wanted: bool = True) -> Iterator[None]:
    """Erase what is due as long as the context lasts; nothing when it isn't wanted."""
    if not wanted:
        yield
        return
    made = Erasing(service)
    made.start()
    try:
        yield
    finally:
        made.stop()


class ViewProgress:
    """``api.backend.Progress``: how far the views are.

    Args:
        service: the open cell.
        hurry: calls the worker, where it is in this process.
    """

    def __init__(self, service: CellService, hurry: Callable[[], None] = lambda: None) -> None:
        self._service, self._hurry = service, hurry
        self._pause = Event()

    def wait_for_views(self, names: tuple[str, ...], seconds: float) -> bool:
        """Wait until these views took in what is recorded now."""
        size = self._service.recorder.max_notification_id() or 0
        pause, waited = 0.002, 0.0
        while any(self._service.builders[name].position(self._service.connections) < size for name in names):
            if waited >= seconds:
                return False
            self._hurry()
            self._pause.wait(pause)
            waited += pause
            pause = min(pause * 2, 0.05)
        return True

    def ready(self) -> bool:
        """Whether the store answers."""
        try:
            self._service.recorder.max_notification_id()
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            _log.warning("store_unreachable", error=type(error).__name__)
            return False
        return True
