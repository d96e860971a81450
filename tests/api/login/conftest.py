"""A provider and a server that is its client, one of each for each test file; each test finds them well-behaved."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from ops.settings import Settings
from tests.api.login.browsers import ORIGIN, Browser, Server
from tests.api.people import Clock
from tests.conftest import NewCell
from tests.live import fresh_settings, serving
from tests.provider.login import CLIENTS
from tests.provider.running import Running, provider
from tests.stage import open_service


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """A provider."""
    with provider() as one:
        yield one


@pytest.fixture(scope="module")
def settings(running: Running) -> Settings:
    """A server that is a client of the provider's."""
    settings = fresh_settings()
    secret = settings.home / "client-secret"
    secret.write_text(f"{CLIENTS['driehoek-web']}\n")
    changed = {"issuer": running.issuer, "client_id": "driehoek-web", "client_secret_file": secret}
    return settings.model_copy(update={**changed, "public_url": ORIGIN})


@pytest.fixture(scope="module")
def server(new_cell: NewCell, settings: Settings) -> Iterator[Server]:
    """It, well-behaved."""
    clock = Clock()
    with new_cell() as cell, open_service(cell) as service, serving(service, settings, clock) as url:
        yield Server(url, service, clock)


@pytest.fixture(autouse=True)
def _unspoilt(running: Running, server: Server) -> Iterator[None]:
    """Each test finds provider and clock as they should be."""
    yield
    running.spoil()
    running.behave("well")
    server.clock.ahead = timedelta()


@pytest.fixture(scope="module", autouse=True)
def _line() -> Iterator[None]:
    """One client for all browsers: each would read the machine's certificates anew."""
    with httpx.Client(timeout=30) as Browser.line:
        yield


@pytest.fixture
def browser(server: Server) -> Browser:
    """A browser that hasn't been anywhere."""
    return Browser(server.url)
