"""The server's side of HTTP/1.1, stricter than the parser: what two readers could read in two ways ends the connection.

httptools takes a head of any length, any number of ``Host`` fields, and all the time in the world; and a proxy before
this server may have gone by the other one of two fields. Here a head has a size, a request has a time in which it has
to come, and each field of :data:`ONCE` comes once at most. A refusal is the last thing on its connection: no byte
behind it is ever taken for another request (RFC 9112 sections 3.2, 6.1 and 11.2).
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from fastapi_rfc9457 import Problem
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api import problems

HEAD_BYTES: Final = 65_536
"""What a request's target and header fields may have together."""

REQUEST_SECONDS: Final = 60.0
"""How long a connection may take to say a whole request, its body included; then it is hung up on."""

ONCE: Final = frozenset({b"host", b"authorization", b"content-type", b"content-length", b"transfer-encoding"})
"""Fields of which a second one would change what the request is, or whose."""

_VERSIONS: Final = frozenset({"1.0", "1.1"})


class Refused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """Raised inside the parser, which then stops: nothing behind this point is read."""


class Strict(HttpToolsProtocol):
    """uvicorn's protocol with those limits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head, self._said, self._in_head = 0, 0, True
        self._waiting: asyncio.TimerHandle | None = None
        self._problem: Problem = problems.RequestMalformed()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Wait for a request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes in, while the head that they are in may still come to an end."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > HEAD_BYTES:
                self._problem = problems.HeadTooLarge()
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._head, self._said, self._in_head = 0, 0, True
        self._wait()

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field of the head; behind a body none is taken, since it would join those that were already gone by."""
        super().on_header(name, value)
        self._said += len(name) + len(value)
        if not self._in_head:
            self._refuse(problems.RequestMalformed())
        if len(self.url) + self._said > HEAD_BYTES:
            self._refuse(problems.HeadTooLarge())

    def on_headers_complete(self) -> None:
        """The head is whole: now it is known whether there are two ways to read it."""
        names = [name for name, _ in self.headers]
        coding = [value.strip().lower() for name, value in self.headers if name == b"transfer-encoding"]
        version = self.parser.get_http_version()
        if (
            version not in _VERSIONS
            or any(names.count(name) > 1 for name in ONCE)
            or (version == "1.1" and b"host" not in names)
            or (coding and (version, coding) != ("1.1", [b"chunked"]))
        ):
            self._refuse(problems.RequestMalformed())
        self._in_head = False
        super().on_headers_complete()
        if self.parser.should_upgrade():
            self.cycle.keep_alive = False  # we stay with HTTP/1.1, and the parser has stopped

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._stop_waiting()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the parser's words; ours are a problem's
        """Refuse, as a problem, and hang up.

        While an earlier request waits for its answer nothing is said: it would be taken for that answer.
        """
        self._stop_waiting()
        if self._next_to_answer():
            body, status = problems.body_of(self._problem), HTTPStatus(self._problem.status)
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()

    def _next_to_answer(self) -> bool:
        """Whether an answer written now would be that of the request which is refused."""
        asked: RequestResponseCycle | None = self.cycle  # before the first request there is none
        if asked is None or asked.response_complete:
            return True
        return asked.more_body and not asked.response_started and not self.pipeline

    def _refuse(self, problem: Problem) -> None:
        self._problem = problem
        raise Refused

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
