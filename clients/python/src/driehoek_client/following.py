"""One person's changes as they happen: a stream that goes on where it broke off.

A stream ends by itself after some minutes, and connections break: each time the next one names the number of the last
change that was taken, and the server goes on behind it. So each change comes once and in order, for as long as the
program keeps that number.
"""

import json
from collections.abc import AsyncGenerator, Generator
from inspect import isawaitable
from typing import cast

import httpx
from httpx_sse import EventSource, ServerSentEvent

from driehoek_client.calls import Call
from driehoek_client.models import ChangeEvent
from driehoek_client.wire import AsyncWire, Outcome, Wire, concluded

_PATH = "/v1/stream"


class _Place:
    """How far one has come, and how often in a row that failed."""

    def __init__(self, after: int | None) -> None:
        self._after = None if after is None else str(after)
        self._failed = 0

    def request(self, token: str) -> dict[str, object]:
        """What httpx wants to know."""
        headers = Call("GET", _PATH, accept="text/event-stream").headers(token) | {"Cache-Control": "no-store"}
        if self._after is not None:
            headers["Last-Event-ID"] = self._after
        return {"method": "GET", "url": _PATH, "headers": headers}

    def took(self, event: ServerSentEvent) -> ChangeEvent | None:
        """What an event tells; None where it only gives its number."""
        self._failed = 0
        self._after = event.id or self._after
        return cast("ChangeEvent", json.loads(event.data)) if event.data else None

    def pause(self, wire: Wire | AsyncWire, outcome: Outcome) -> float:
        """Seconds to wait before the next connection.

        Raises:
            driehoek_client.problems.Problem, driehoek_client.problems.Unreachable: there is none any more.
        """
        if isinstance(outcome, httpx.Response) and outcome.is_success:
            return wire.retry.first  # its time was over
        self._failed += 1
        pause = wire.retry.pause(self._failed, outcome)
        if pause is None:
            concluded(Call("GET", _PATH), outcome)
        return pause or 0.0


def follow(wire: Wire, after: int | None) -> Generator[ChangeEvent, None, None]:
    """Changes after a number, and from then on as they happen; without a number, those from now on.

    Raises:
        driehoek_client.problems.Problem: the stream was refused, and a repetition would be, too.
        driehoek_client.problems.Unreachable: no server was found for as often as ``Retry`` says.
    """
    place = _Place(after)
    while True:
        outcome: Outcome
        try:
            with wire.http.stream(**place.request(wire.token())) as outcome:  # type: ignore[arg-type]
                if outcome.is_success:
                    for event in EventSource(outcome).iter_sse():
                        if (change := place.took(event)) is not None:
                            yield change
                else:
                    outcome.read()
        except httpx.TransportError as error:
            outcome = error
        wire.sleep(place.pause(wire, outcome))


async def follow_async(wire: AsyncWire, after: int | None) -> AsyncGenerator[ChangeEvent, None]:
    """As ``follow``."""
    place = _Place(after)
    while True:
        outcome: Outcome
        token = wire.token()
        known = await token if isawaitable(token) else token
        try:
            async with wire.http.stream(**place.request(known)) as outcome:  # type: ignore[arg-type]
                if outcome.is_success:
                    async for event in EventSource(outcome).aiter_sse():
                        if (change := place.took(event)) is not None:
                            yield change
                else:
                    await outcome.aread()
        except httpx.TransportError as error:
            outcome = error
        await wire.sleep(place.pause(wire, outcome))
