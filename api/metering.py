"""What is counted of requests, for whoever runs the service: by route, method and status, and how long they took.

Nothing that anybody sends is ever the name of a count: a path counts as the route's template that took it, or as
``other``, a method that isn't known as ``other``. So counts say how much is asked, and nothing of whom or what for.
"""

import time
from typing import Final, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import PREFIX

METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER: Final = "other"
"""What no route took, and methods that no route has."""

PROBLEM_PAGES: Final = f"{PREFIX}/{{name}}"
"""The pages of problem types, each of which has a route of its own, count together."""

_ERROR: Final = 500


class Metrics(Protocol):
    """Counts, and shows what it counted."""

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        ...

    def refused(self, limit: str) -> None:
        """Count a request that was refused for a limit: ``caller``, ``address``, ``reads`` or ``writes``."""
        ...

    def allows(self, token: str) -> bool:
        """Whether whoever shows this may see the counts."""
        ...

    def page(self) -> tuple[bytes, str]:
        """All counts as Prometheus reads them, and their media type."""
        ...


class Metered:
    """ASGI middleware around everything.

    Args:
        app: all the rest.
        metrics: what counts; None counts nothing.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics | None) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it once its answer is out."""
        metrics = self._metrics
        if scope["type"] != "http" or metrics is None:
            await self._app(scope, receive, send)
            return
        state, begun, status = scope.setdefault("state", {}), time.perf_counter(), _ERROR

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            method = scope["method"] if scope["method"] in METHODS else OTHER
            metrics.served(method, _route(scope), status, time.perf_counter() - begun)
            if (limit := state.get("limit")) is not None:
                metrics.refused(limit)


def _route(scope: Scope) -> str:
    """The template of the route that took a request."""
    route: str = getattr(scope.get("route"), "path", OTHER)
    return PROBLEM_PAGES if route != OTHER and scope["path"].startswith(f"{PREFIX}/") else route
