"""A real server on loopback, in a thread of the test's own process, for tests that speak HTTP."""

import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic

from ops.clock import now
from ops.http_server import HttpServer, listen
from ops.identity import DevelopmentIssuer
from ops.server import application
from ops.settings import Settings
from ops.wiring import CellService
from ops.worker import GATHERING_SECONDS, Worker

Tokens = Callable[[str], str]
"""Gives a development token for a subject."""


def fresh_settings() -> Settings:
    """Settings with a home of their own, and no quotas: tests ask as often as they like."""
    home = Path(tempfile.mkdtemp(prefix="driehoek-home-"))
    return Settings(home=home, rate_caller=0, rate_address=0, _env_file=None)  # type: ignore[call-arg]


def tokens_of(settings: Settings, clock: Callable[[], datetime] = now) -> Tokens:
    """The development issuer's tokens."""
    issuer = DevelopmentIssuer(settings)
    return lambda subject: issuer.token(subject, clock())


@contextmanager
def serving(
    service: CellService,
    settings: Settings,
    clock: Callable[[], datetime] = now,
    ticks: Callable[[], float] = monotonic,
) -> Iterator[str]:
    """The base URL of a running API with its views' worker; ``clock`` tells it the time, ``ticks`` its quotas."""
    worker = Worker(service.builders, service.connections, gathering=GATHERING_SECONDS)
    listening = listen("127.0.0.1", 0)
    server = HttpServer(application(service, settings, clock, worker.hurry, ticks), settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    worker.start()
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        worker.stop()
        listening.close()
