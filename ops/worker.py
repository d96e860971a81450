"""The worker: keeps every view up to date.

It wakes on the store's NOTIFY and looks by itself at least once a second: a lost notification costs a second, never a
view. Builders of the same view in several workers take turns; a worker that dies leaves a view that the next one
continues. A view that finds the log tampered with stops, says so, and leaves the others running.
"""

from collections.abc import Mapping
from threading import Event, Thread
from typing import Final

import psycopg
import structlog

from ops.store.connections import Connections
from ops.wiring import CellService
from projections.building import Builder, LogIncomplete, TrackingForged

POLL_SECONDS: Final = 1.0
_log = structlog.get_logger()


class Worker:
    """Runs builders in a thread of its own until it is stopped."""

    def __init__(self, builders: Mapping[str, Builder], connections: Connections) -> None:
        self._builders = dict(builders)
        self._connections = connections
        self._stop = Event()
        self._thread = Thread(target=self.run, name="views", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand, and wait for it."""
        self._stop.set()
        self._thread.join()

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
        while not self._stop.is_set():
            if not self.advance():
                for _ in listening.notifies(timeout=POLL_SECONDS, stop_after=1):
                    break

    def advance(self) -> int:
        """One round over all views; how many positions they took in together."""
        taken = 0
        for name, builder in list(self._builders.items()):
            try:
                taken += builder.advance(self._connections)
            except (LogIncomplete, TrackingForged) as found:
                _log.error("view_stopped", view=name, error=type(found).__name__)
                del self._builders[name]
            except Exception as error:  # noqa: BLE001 - a worker outlives what it meets; the type says enough
                _log.warning("view_delayed", view=name, error=type(error).__name__)
        return taken


class ViewProgress:
    """``api.backend.Progress``: how far the views are."""

    def __init__(self, service: CellService) -> None:
        self._service = service
        self._pause = Event()

    def wait_for_views(self, names: tuple[str, ...], seconds: float) -> bool:
        """Wait until these views took in what is recorded now."""
        size = self._service.recorder.max_notification_id() or 0
        pause, waited = 0.002, 0.0
        while any(self._service.builders[name].position(self._service.connections) < size for name in names):
            if waited >= seconds:
                return False
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
