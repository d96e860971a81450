"""So many reads and so many writes are served at once; whoever comes then is told when to come again."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.turns import Turns
from tests.api.people import PROBLEMS
from tests.served import served

READS, WRITES = 3, 2


@dataclass
class Slow:
    """An application that answers when it is told to."""

    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    loop: asyncio.AbstractEventLoop | None = None
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Wait, and answer."""
        self.loop = asyncio.get_running_loop()
        self.begun.release()
        if scope["path"] == "/slow":
            await self.go.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    def end(self) -> None:
        """Let all that wait be answered."""
        assert self.loop is not None
        self.loop.call_soon_threadsafe(self.go.set)


@pytest.fixture
def slow() -> Slow:
    """The application."""
    return Slow()


@pytest.fixture
def client(slow: Slow) -> Iterator[httpx.Client]:
    """Asks it, within bounds."""
    with served(Turns(slow, READS, WRITES)) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def test_one_too_many_is_refused_and_the_others_are_served(slow: Slow, client: httpx.Client) -> None:
    """Reads don't take writes' turns, nor the other way; health is told all the while; afterwards all is as before."""
    with ThreadPoolExecutor(READS + WRITES) as threads:
        asked: list[Future[httpx.Response]] = []
        for method, most in (("GET", READS), ("POST", WRITES)):
            asked += [threads.submit(client.request, method, "/slow") for _ in range(most)]
            for _ in range(most):
                assert slow.begun.acquire(timeout=20)
            refused = client.request(method, "/quick")
            assert (refused.status_code, refused.json()["type"]) == (503, f"{PROBLEMS}/too-busy")
            assert refused.headers["content-type"] == "application/problem+json"
            assert refused.headers["Retry-After"] == "1"
        assert [client.get(path).status_code for path in ("/livez", "/readyz", "/v1/stream")] == [204] * 3
        slow.end()
        assert [one.result().status_code for one in asked] == [204] * (READS + WRITES)
    for method in ("GET", "POST"):
        assert client.request(method, "/quick").status_code == 204
