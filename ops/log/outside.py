"""What witnesses and time stamp authorities have in common: an event loop in a thread of its own.

What they wait for is a newer checkpoint than the last that they were offered.
"""

import asyncio
from contextlib import suppress
from threading import Event, Thread
from typing import Final

import httpx

from ops.log.rows import Published

STOP_SECONDS: Final = 5.0


class Outside:
    """Somebody outside who is asked over HTTP (``ops.log.publishing.Outsider``). Subclasses say what a turn is.

    Args:
        name: of the thread.
        answer_seconds: how long anything on the network may take.

    Attributes:
        newest: the newest checkpoint that was offered; None before the first.
        wake: is set when there is something to look at.
    """

    def __init__(self, name: str, answer_seconds: float) -> None:
        self._answer_seconds = answer_seconds
        self.newest: Published | None = None
        self._running = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._main()), name=name, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()
        self._running.wait()

    def offer(self, published: Published) -> None:
        """There is a new checkpoint; returns at once."""
        with suppress(RuntimeError):  # it has stopped
            self._loop.call_soon_threadsafe(self._take, published)

    def stop(self) -> None:
        """Give up what is under way."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(STOP_SECONDS)

    async def turn(self, client: httpx.AsyncClient) -> None:
        """Do what there is to do, or wait for it."""
        raise NotImplementedError

    async def end(self) -> None:
        """Give up what is still under way, before the connections are closed."""

    async def woken(self, seconds: float | None) -> None:
        """Wait for a new checkpoint, or so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.wake.wait(), seconds)

    def _take(self, published: Published) -> None:
        self.newest = published
        self.wake.set()

    async def _main(self) -> None:
        self._loop, self.wake = asyncio.get_running_loop(), asyncio.Event()
        self._task = asyncio.ensure_future(self._turns())
        self._running.set()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _turns(self) -> None:
        async with httpx.AsyncClient(timeout=self._answer_seconds, follow_redirects=False) as client:
            try:
                while True:
                    self.wake.clear()
                    await self.turn(client)
            finally:
                await self.end()
