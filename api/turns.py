"""How much is done at once: so many reads and so many writes, and whoever comes then is told to come again.

A process that takes on everything answers nobody in time. A request has its turn from when it is whole, so that nobody
holds one by speaking slowly, until its answer is out. Streams have bounds of their own (:mod:`api.streaming`).
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from api import problems as p
from api.refusing import send_problem

ALWAYS: Final = frozenset({"/livez", "/readyz", "/metrics", "/v1/stream"})
"""What has no turns: how the process is has to be told then above all, and streams last."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LATER: Final = 1
"""Seconds after which it is worth asking again."""


class Turns:
    """ASGI middleware; everything happens on one event loop.

    Args:
        app: what is bounded.
        reads, writes: how many at once; 0 for as many as there are.
    """

    def __init__(self, app: ASGIApp, reads: int, writes: int) -> None:
        self._app = app
        self._most: Mapping[bool, int] = {True: reads, False: writes}
        self._now: Counter[bool] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        reads = scope["method"] in _READING
        if self._most[reads] and self._now[reads] >= self._most[reads]:
            scope.setdefault("state", {})["limit"] = "reads" if reads else "writes"
            await send_problem(p.TooBusy(retry_after=_LATER), scope, receive, send)
            return
        self._now[reads] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._now[reads] -= 1
