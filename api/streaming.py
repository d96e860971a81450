"""Server-sent events (WHATWG HTML, section 9.2): one person's changes, for as long as the stream is open.

A stream holds no thread and no connection to the store while nothing happens. It is woken when its person's list has
grown, reads what is new, sends it, and waits again; a comment every few seconds tells both sides that the other one is
there. Each time that it looks, it asks whether whoever listens would be let in now. It ends by itself after some
minutes: clients come back with the number that they saw last, and go on behind it.

How many streams there may be is bounded, for one person and for the process.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import anyio
import structlog
from fastapi_rfc9457 import Problem
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api import problems as p
from api.refusing import send_problem

MEDIA_TYPE: Final = "text/event-stream"
AT_ONCE: Final = 100
"""Events that are read and sent together."""

_RETRY: Final = b"retry: 1000\n\n"
_BEAT: Final = b":\n\n"
_LATER: Final = 30
"""Seconds after which it is worth asking for a stream again."""

_log = structlog.get_logger()

Ring = Callable[[], None]


@dataclass(frozen=True)
class StreamLimits:
    """How many streams, and how long.

    Attributes:
        most: in this process.
        each: for one person.
        heartbeat: seconds of silence after which a comment is sent.
        lifetime: seconds after which a stream ends.
    """

    most: int = 1_000
    each: int = 8
    heartbeat: float = 15.0
    lifetime: float = 900.0


class Streams:
    """The streams that are open in this process. Everything happens on its event loop, but for :meth:`check`."""

    def __init__(self, limits: StreamLimits) -> None:
        self.limits = limits
        self.ended = False
        self._open: Counter[UUID] = Counter()
        self._rings: set[Ring] = set()

    def count(self) -> int:
        """How many are open."""
        return self._open.total()

    def check(self, person: UUID) -> None:
        """Whether one more may be opened.

        Raises:
            api.problems.TooManyStreams: this person has as many as one person may have.
            api.problems.Unavailable: the process has as many as it takes, or is about to end.
        """
        if self._open[person] >= self.limits.each:
            raise p.TooManyStreams(retry_after=_LATER)
        if self.ended or self._open.total() >= self.limits.most:
            raise p.Unavailable(retry_after=_LATER)

    @contextmanager
    def place(self, person: UUID, ring: Ring) -> Iterator[None]:
        """A place for one stream; ``ring`` is called when it must end.

        Raises:
            api.problems.TooManyStreams, api.problems.Unavailable: as :meth:`check`.
        """
        self.check(person)
        self._open[person] += 1
        self._rings.add(ring)
        try:
            yield
        finally:
            self._rings.discard(ring)
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]

    def end(self) -> None:
        """End all streams: the process is about to stop. To be called on the event loop."""
        self.ended = True
        for ring in list(self._rings):
            ring()


@dataclass(frozen=True)
class Event:
    """One event of a stream: its number, its type, and its data in one line."""

    sequence: int
    type: str
    data: str

    def frame(self) -> bytes:
        """As it is sent."""
        return f"id: {self.sequence}\nevent: {self.type}\ndata: {self.data}\n\n".encode()


class EventStream(Response):
    """An answer that goes on.

    Args:
        streams: where it takes its place.
        person: whose stream it is.
        after: the number after which it begins.
        read: up to so many events after a number, in order; called in a thread. A problem ends the stream.
        heard: has a function called whenever there may be more.
        headers: of the answer.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self,
        streams: Streams,
        person: UUID,
        after: int,
        read: Callable[[int, int], Sequence[Event]],
        heard: Callable[[UUID, Ring], AbstractContextManager[None]],
        headers: Mapping[str, str],
    ) -> None:
        self.status_code, self.background = 200, None
        self.init_headers({**headers, "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._streams, self._person, self._after, self._read, self._heard = streams, person, after, read, heard

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """The head of an answer whose length nobody knows."""
        self.body = b""
        super().init_headers(headers)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until the client goes, its time is over, or the process ends."""
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def ring() -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(rung.set)

        try:
            with self._streams.place(self._person, ring), self._heard(self._person, ring):
                async with anyio.create_task_group() as both:
                    both.start_soon(_until_gone, receive, both.cancel_scope)
                    await self._follow(send, rung)
                    both.cancel_scope.cancel()
        except (p.TooManyStreams, p.Unavailable) as refused:
            await send_problem(refused, scope, receive, send)

    async def _follow(self, send: Send, rung: asyncio.Event) -> None:
        limits, clock = self._streams.limits, asyncio.get_running_loop().time
        until, after = clock() + limits.lifetime, self._after
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await _body(send, _RETRY + f"id: {after}\n\n".encode())
        while not self._streams.ended and clock() < until:
            rung.clear()
            try:
                events = await run_in_threadpool(self._read, after, AT_ONCE)
            except Problem:  # who listens isn't let in any more: the token has expired, or the key is revoked
                break
            except Exception as error:  # noqa: BLE001 - the head is out: all that is left to say is the end
                _log.warning("stream_broken_off", error=type(error).__name__)
                return
            if events:
                await _body(send, b"".join(event.frame() for event in events))
                after = events[-1].sequence
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), min(limits.heartbeat, until - clock()))
            if not rung.is_set():
                await _body(send, _BEAT)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _body(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
