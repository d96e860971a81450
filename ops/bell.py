"""Rings for whoever waits for their changes: one connection for all who wait in this process.

The builder of the lists says whose list has grown (``projections.changes.CHANNEL``), by the list's pseudonym. One
thread hears it and calls those who wait for that list. What is said while the connection is lost isn't repeated, so
whenever it is there again everybody is called: whoever is called for nothing looks once and waits on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Final
from uuid import UUID

import psycopg
import structlog

from ops.store.connections import Connections
from projections.changes import CHANNEL

_LOOK: Final = 1.0
"""Seconds after which the thread looks whether it is to stop, or whether the connection is still there."""

_ANY: Final = ""
"""Whoever waits for every list; no list is called that."""

_log = structlog.get_logger()

Ring = Callable[[], None]
"""Called from the bell's thread; it must not wait."""


class Bell:
    """Calls whoever waits; the thread runs as long as somebody does.

    Args:
        connections: to the cell.
        list_of: names a person's list.
    """

    def __init__(self, connections: Connections, list_of: Callable[[UUID], UUID]) -> None:
        self._connections, self._list_of = connections, list_of
        self._lock = Lock()
        self._waiting: defaultdict[str, set[Ring]] = defaultdict(set)
        self._stop = Event()
        self._thread: Thread | None = None

    @contextmanager
    def heard(self, person: UUID, ring: Ring) -> Iterator[None]:
        """Have ``ring`` called whenever this person's list has grown, and once when it may have."""
        with self._heard(f"{self._connections.cell}/{self._list_of(person)}", ring):
            yield

    @contextmanager
    def every(self, ring: Ring) -> Iterator[None]:
        """Have ``ring`` called whenever anybody's list has grown, and once when one may have."""
        with self._heard(_ANY, ring):
            yield

    @contextmanager
    def _heard(self, name: str, ring: Ring) -> Iterator[None]:
        with self._lock:
            self._waiting[name].add(ring)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="bell", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._waiting[name].discard(ring)
                if not self._waiting[name]:
                    del self._waiting[name]

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._connections.open("listen") as listening:
                    listening.execute(f"LISTEN {CHANNEL}")
                    self._call(None)
                    while not self._stop.is_set():
                        for told in listening.notifies(timeout=_LOOK):
                            self._call(told.payload)
            except psycopg.Error as error:
                _log.warning("changes_not_heard", error=type(error).__name__)
                self._stop.wait(_LOOK)

    def _call(self, name: str | None) -> None:
        """Call whoever waits for one list, or everybody."""
        with self._lock:
            if name is None:
                rings = [ring for waiting in self._waiting.values() for ring in waiting]
            else:
                rings = [*self._waiting.get(name, ()), *self._waiting.get(_ANY, ())]
        for ring in rings:
            ring()
