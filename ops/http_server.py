"""uvicorn as the API needs it: sockets that send at once, bounds on what clients may hold, and streams that end."""

import resource
import socket

import uvicorn
from fastapi import FastAPI

from api.streaming import StreamLimits
from ops.http import Strict
from ops.settings import Settings

_REQUESTS = 512
"""Connections beside streams; more are told to come again."""


class HttpServer(uvicorn.Server):
    """A server whose streams end before it waits for connections to close.

    Args:
        app: what it serves.
        settings: how many streams it takes.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        _raise_file_limit()
        # No access log: it would name paths; no server header; errors go through the sieve of ``ops.logs``.
        super().__init__(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, workers=1, timeout_keep_alive=30,
                limit_concurrency=_REQUESTS + settings.max_streams, http=Strict, ws="none",
            )
        )  # fmt: skip
        self._streams = app.state.backend.streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop taking connections, and wait for those that are open."""
        self._streams.end()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket whose connections send at once.

    asyncio turns Nagle's algorithm off only where the protocol is named. Left on, it holds every answer's body back
    until the client's delayed acknowledgement of the head: 40 ms a request, measured.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1_024)
    return listening


def stream_limits(settings: Settings) -> StreamLimits:
    """How many streams, and how long, as the settings say."""
    return StreamLimits(
        settings.max_streams, settings.streams_each, settings.stream_heartbeat_seconds, settings.stream_seconds
    )


def _raise_file_limit() -> None:
    """As many open files as this user may have: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
