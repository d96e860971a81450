"""Somebody who receives webhooks: a real HTTP server on loopback that takes, refuses or dawdles as a test says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Condition, Thread
from typing import Any, Final

from standardwebhooks.webhooks import Webhook

from ops.webhooks.addresses import Allowed
from tests.processes import PATIENCE

NEAR: Final = Allowed((ip_network("127.0.0.0/8"),))
"""Who may be called in tests."""

Answer = Callable[[BaseHTTPRequestHandler], int | None]
"""What a receiver does with a message: a status, or None where it answers by itself."""


@dataclass
class Message:
    """A message as it came."""

    fields: dict[str, str]
    body: bytes
    status: int | None

    def opened(self, secret: str) -> dict[str, Any]:
        """What it says, once the peer's library finds the signature good."""
        said: dict[str, Any] = Webhook(secret).verify(self.body, self.fields)
        return said


@dataclass
class Hearer:
    """What came so far, and how to answer."""

    answer: Answer
    url: str = ""
    heard: list[Message] = field(default_factory=list)
    changed: Condition = field(default_factory=Condition)

    def until(self, found: Callable[[list[Message]], bool]) -> list[Message]:
        """What came, once it is so."""
        with self.changed:
            assert self.changed.wait_for(lambda: found(self.heard), PATIENCE), f"{len(self.heard)} messages came"
            return list(self.heard)

    def taken(self, count: int) -> list[Message]:
        """The messages that were taken, once there are so many."""
        return [one for one in self.until(lambda heard: _taken(heard) >= count) if one.status == 204]


def _taken(heard: list[Message]) -> int:
    return sum(one.status == 204 for one in heard)


@contextmanager
def hearing(answer: Answer = lambda _: 204, port: int = 0) -> Iterator[Hearer]:
    """A receiver; with a port, at that one."""
    hearer = Hearer(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = hearer.answer(self)
            if status is not None:
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()
            with hearer.changed:
                hearer.heard.append(Message({k.lower(): v for k, v in self.headers.items()}, body, status))
                hearer.changed.notify_all()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        hearer.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield hearer
        finally:
            server.shutdown()
            thread.join()
