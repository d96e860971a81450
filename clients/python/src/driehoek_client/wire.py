"""How a request is sent, and sent again; once for threads and once for asyncio, with the same steps.

Each attempt sends the same method, address, key and body; the token is asked for each time, because it may have ended.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from inspect import isawaitable
from itertools import count
from os import PathLike
from typing import Any, Final, TypeVar

import httpx

from driehoek_client.answers import Answer, Download, Sink
from driehoek_client.calls import Call
from driehoek_client.pages import AsyncPages, Pages
from driehoek_client.problems import Unexpected, Unreachable, problem_of
from driehoek_client.retries import Retry

Outcome = httpx.Response | httpx.TransportError
Place = str | PathLike[str]
P = TypeVar("P")
E = TypeVar("E")
_AS_IT_IS: Final = {"Accept-Encoding": "identity"}
"""Of a file the digest counts: nothing between here and there may pack it."""


@dataclass(frozen=True, repr=False)
class Wire:
    """Sends requests and waits for their answers.

    Attributes:
        http: knows the base URL.
        token: gives the bearer token.
        retry: how often and how patiently.
        sleep: waits for so many seconds.
    """

    http: httpx.Client
    token: Callable[[], str]
    retry: Retry
    sleep: Callable[[float], None]

    def ask(self, call: Call) -> Answer[Any]:
        """The answer to a request.

        Raises:
            driehoek_client.problems.Problem: it was refused.
            driehoek_client.problems.Unreachable: no answer came.
        """
        return Answer.of(concluded(call, self._outcome(call, None)), call.idempotency_key)

    def fetch(self, call: Call, into: Place) -> Download:
        """Download a file; what was there under its name is replaced when the new one is whole.

        Raises:
            driehoek_client.problems.Problem, driehoek_client.problems.Unreachable: as ``ask``.
            driehoek_client.problems.Damaged: it isn't what its digest says.
        """
        sink = Sink(into)
        concluded(call, self._outcome(call, sink))
        return sink.download()

    def pages(self, call: Call, member: str) -> Pages[Any, Any]:
        """A list whose pages hold their entries in ``member``."""
        return Pages(lambda cursor: self.ask(_turned(call, cursor)), member)

    def _outcome(self, call: Call, sink: Sink | None) -> Outcome:
        for attempt in count(1):
            outcome = self._attempt(call, sink)
            pause = self.retry.pause(attempt, outcome)
            if pause is None:
                return outcome
            self.sleep(pause)
        raise AssertionError("counting doesn't end")

    def _attempt(self, call: Call, sink: Sink | None) -> Outcome:
        try:
            with self.http.stream(**_request(call, self.token(), sink)) as response:
                if sink is None or not response.is_success:
                    response.read()
                else:
                    with sink.receiving(response):
                        for piece in response.iter_bytes():
                            sink.write(piece)
                return response
        except httpx.TransportError as error:
            return error


@dataclass(frozen=True, repr=False)
class AsyncWire:
    """The same for asyncio; ``token`` may have to be awaited."""

    http: httpx.AsyncClient
    token: Callable[[], str | Awaitable[str]]
    retry: Retry
    sleep: Callable[[float], Awaitable[None]]

    async def ask(self, call: Call) -> Answer[Any]:
        """As ``Wire.ask``."""
        return Answer.of(concluded(call, await self._outcome(call, None)), call.idempotency_key)

    async def fetch(self, call: Call, into: Place) -> Download:
        """As ``Wire.fetch``; the pieces are written between two of them, which a disk doesn't notice."""
        sink = Sink(into)
        concluded(call, await self._outcome(call, sink))
        return sink.download()

    def pages(self, call: Call, member: str) -> AsyncPages[Any, Any]:
        """As ``Wire.pages``."""
        return AsyncPages(lambda cursor: self.ask(_turned(call, cursor)), member)

    async def _outcome(self, call: Call, sink: Sink | None) -> Outcome:
        for attempt in count(1):
            outcome = await self._attempt(call, sink)
            pause = self.retry.pause(attempt, outcome)
            if pause is None:
                return outcome
            await self.sleep(pause)
        raise AssertionError("counting doesn't end")

    async def _attempt(self, call: Call, sink: Sink | None) -> Outcome:
        token = self.token()
        known = await token if isawaitable(token) else token
        try:
            async with self.http.stream(**_request(call, known, sink)) as response:
                if sink is None or not response.is_success:
                    await response.aread()
                else:
                    with sink.receiving(response):
                        async for piece in response.aiter_bytes():
                            sink.write(piece)
                return response
        except httpx.TransportError as error:
            return error


def _request(call: Call, token: str, sink: Sink | None) -> dict[str, Any]:
    """What httpx wants to know."""
    headers = call.headers(token) | (_AS_IT_IS if sink else {})
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query) or None,
        "content": call.body,
        "headers": headers,
    }


def _turned(call: Call, cursor: str | None) -> Call:
    """The request for the page at a cursor; for the first page, as it was made."""
    return call if cursor is None else replace(call, query={**call.query, "cursor": cursor})


def concluded(call: Call, outcome: Outcome) -> httpx.Response:
    """The successful answer, or the exception that stands for another end."""
    if isinstance(outcome, httpx.TransportError):
        lost = Unreachable(type(outcome).__name__)
        lost.idempotency_key = call.idempotency_key
        raise lost from outcome
    if outcome.is_success:
        if outcome.headers.get("Content-Type", "").startswith("text/html"):
            raise Unexpected  # a login page, say, of something in between
        return outcome
    problem = problem_of(outcome)
    problem.idempotency_key = call.idempotency_key
    raise problem
