"""The client, for threads and for asyncio: where the API is, who asks, and how patiently."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from types import TracebackType
from typing import Self

import httpx

from driehoek_client.async_operations import AsyncGroups
from driehoek_client.following import follow, follow_async
from driehoek_client.models import ChangeEvent
from driehoek_client.operations import Groups
from driehoek_client.retries import Retry
from driehoek_client.wire import AsyncWire, Wire


class Client(Groups):
    """The API, in one person's name.

    Args:
        base_url: like ``https://driehoek.example``; redirects aren't followed.
        token: the bearer token, or what gives one: it is asked before each attempt, so it may renew it.
        timeout: seconds to wait for a connection, and for each piece of an answer.
        retry: how often a request is sent again, and when.
        transport: another way to send requests than httpx's own.
        sleep: waits for so many seconds.
    """

    def __init__(
        self,
        base_url: str,
        token: str | Callable[[], str],
        *,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=timeout, transport=transport)
        given = token if callable(token) else lambda: token
        self._wire = Wire(self._http, given, retry or Retry(), sleep)
        super().__init__(self._wire)

    def follow(self, after: int | None = None) -> Generator[ChangeEvent, None, None]:
        """What changes for you, as it happens: each change once and in order, across lost connections.

        Args:
            after: the number (``sequence``) that you saw last; 0 for all there is, None for what happens from now on.

        Raises:
            driehoek_client.problems.Problem: it was refused.
            driehoek_client.problems.Unreachable: no server was found for as often as ``Retry`` says.
        """
        return follow(self._wire, after)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._http.base_url!r})"  # httpx masks a password in it


class AsyncClient(AsyncGroups):
    """The same for asyncio; ``token`` may give an awaitable, ``sleep`` does."""

    def __init__(
        self,
        base_url: str,
        token: str | Callable[[], str | Awaitable[str]],
        *,
        timeout: float = 30.0,
        retry: Retry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout, transport=transport)
        given = token if callable(token) else lambda: token
        self._wire = AsyncWire(self._http, given, retry or Retry(), sleep)
        super().__init__(self._wire)

    def follow(self, after: int | None = None) -> AsyncGenerator[ChangeEvent, None]:
        """As ``Client.follow``, to be gone through with ``async for``."""
        return follow_async(self._wire, after)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncClient({self._http.base_url!r})"
