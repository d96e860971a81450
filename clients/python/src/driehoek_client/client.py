"""The client, for threads and for asyncio: where the API is, who asks, and how patiently."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import httpx

from driehoek_client.async_operations import AsyncGroups
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
        super().__init__(Wire(self._http, given, retry or Retry(), sleep))

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
        super().__init__(AsyncWire(self._http, given, retry or Retry(), sleep))

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
