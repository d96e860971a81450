"""The server's side of HTTP/1.1, stricter than the parser: what two readers could read in two ways ends the connection.

httptools takes a head of any length, any number of ``Host`` fields, and all the time in the world; and a proxy before
this server may have gone by the other one of two fields. Here a head has a size, a request has a time in which it has
to come, and each field of :data:`ONCE` comes once at most. A refusal is the last thing on its connection: no byte
behind it is ever taken for another request (RFC 9112 sections 3.2, 6.1 and 11.2).

Whoever doesn't take their answer is hung up on, too: what they leave lies in our memory, and whatever makes the answer
waits for them. And where there are more connections than this server takes, a request is told so as a problem.
"""

import asyncio
import socket
import struct
from http import HTTPStatus
from typing import Any, Final

from fastapi_rfc9457 import Problem
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api import problems, refusing

HEAD_BYTES: Final = 65_536
"""What a request's target and header fields may have together."""

REQUEST_SECONDS: Final = 60.0
"""How long a connection may take to say a whole request, its body included; then it is hung up on."""

TAKING_SECONDS: Final = 20.0
"""In each such time a client that has something to take takes some of it, or is hung up on."""

TAKEN_BYTES: Final = 20_480
"""How much of it at least, unless that is all: a kilobyte a second."""

ONCE: Final = frozenset({b"host", b"authorization", b"content-type", b"content-length", b"transfer-encoding"})
"""Fields of which a second one would change what the request is, or whose."""

_AT_ONCE: Final = struct.pack("ii", 1, 0)
_VERSIONS: Final = frozenset({"1.0", "1.1"})


async def _too_busy(scope: Scope, receive: Receive, send: Send) -> None:
    """The answer to whoever has one connection too many; then it is closed."""
    await refusing.send_problem(problems.TooBusy(retry_after=1), scope, receive, send, {"Connection": "close"})


class Refused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """Raised inside the parser, which then stops: nothing behind this point is read."""


class Strict(HttpToolsProtocol):
    """uvicorn's protocol with those limits."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._head, self._said, self._in_head = 0, 0, True
        self._waiting: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None
        self._problem: Problem = problems.RequestMalformed()
        # uvicorn would answer as plain text where there are too many.
        self._most, self.limit_concurrency = self.limit_concurrency, None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Wait for a request. Whatever the system doesn't take at once of an answer is waiting to be taken."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._stop_waiting()
        self._stop_taking()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Something waits to be taken: from now on it is looked after."""
        super().pause_writing()
        self._stop_taking()
        self._taking = self.loop.call_later(TAKING_SECONDS, self._look, self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        """All of it was taken."""
        self._stop_taking()
        super().resume_writing()

    def _look(self, before: int) -> None:
        """Hang up on whoever took too little. A crash here is that client's alone: nothing else knows of it."""
        waits = self.transport.get_write_buffer_size()
        if before - waits < TAKEN_BYTES:
            # To close would be to wait until all is taken, here or in the system: this says so, and forgets it.
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()
        else:
            self._taking = self.loop.call_later(TAKING_SECONDS, self._look, waits)

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
        full = self._most is not None and max(len(self.connections), len(self.tasks)) > self._most
        self.app = _too_busy if full else self.config.loaded_app
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
            body, status = refusing.body_of(self._problem), HTTPStatus(self._problem.status)
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

    def _stop_taking(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _wait(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
