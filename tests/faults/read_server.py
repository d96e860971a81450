"""Servers for the fault tests of reads: the product's own, in a process that can be killed, and two variants.

``pausing`` stands still between a read's record and its answer until it is told to go on. ``late`` answers first and
records afterwards, when it is told to: what the product must never do, for the tests to catch.
"""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from threading import Thread
from typing import Any, Final

import uvicorn

from domain.reads import Read, Ticket
from ops.http_server import listen
from ops.reads import ReadRecorder
from ops.server import application
from ops.settings import Settings
from ops.wiring import open_cell
from ops.worker import Worker
from tests.processes import NURSERY, PATIENCE
from tests.support import Cell

Recorder = Callable[[ReadRecorder, Connection], Any]


class Pausing:
    """Says when a read is on record, and waits before it hands out the ticket."""

    def __init__(self, reads: ReadRecorder, parent: Connection) -> None:
        self._reads, self._parent = reads, parent

    def record(self, *reads: Read) -> Ticket:
        """Record, say so, wait."""
        ticket = self._reads.record(*reads)
        self._parent.send("recorded")
        self._parent.recv()
        return ticket


class Late:
    """Hands out a ticket at once, and records when it is told to."""

    def __init__(self, reads: ReadRecorder, parent: Connection) -> None:
        self._reads, self._parent = reads, parent

    def record(self, *reads: Read) -> Ticket:
        """Answer first."""
        Thread(target=self._record, args=reads, daemon=True).start()
        return Ticket(reads)

    def _record(self, *reads: Read) -> None:
        self._parent.recv()
        self._reads.record(*reads)


VARIANTS: Final[dict[str, Recorder]] = {"plain": lambda reads, _: reads, "pausing": Pausing, "late": Late}


def _serve(cell: Cell, settings: Settings, variant: str, parent: Connection) -> None:
    """Serve until killed; the first thing said is the URL."""
    with open_cell(cell.url, cell.name, cell.places) as service:
        reads = VARIANTS[variant](service.reads, parent)
        listening = listen("127.0.0.1", 0)
        Worker(service.builders, service.connections).start()
        app = application(dataclasses.replace(service, reads=reads), settings)
        parent.send(f"http://127.0.0.1:{listening.getsockname()[1]}")
        uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])


@dataclass
class Served:
    """A server in a process of its own: where it is, how to kill it, and what it has to say."""

    url: str
    process: ForkServerProcess
    ours: Connection

    def says(self) -> Any:
        """The next thing that it says."""
        assert self.ours.poll(PATIENCE), "the server says nothing"
        return self.ours.recv()

    def kill(self) -> None:
        """End it, without a word of warning (SIGKILL)."""
        self.process.kill()
        self.process.join(PATIENCE)


@contextmanager
def served(cell: Cell, settings: Settings, variant: str = "plain") -> Iterator[Served]:
    """A running server; it is killed at the end, if it still lives."""
    ours, theirs = Pipe()
    process = NURSERY.Process(target=_serve, args=(cell, settings, variant, theirs), daemon=True)
    process.start()
    theirs.close()
    running = Served("", process, ours)
    try:
        running.url = running.says()
        yield running
    finally:
        running.kill()
        ours.close()
