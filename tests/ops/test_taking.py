"""Clients that don't take their answers are hung up on, and those that come when there are too many are told so."""

import asyncio
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

import httpx
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from ops import http
from ops.http_server import listen
from tests.api.people import PROBLEMS

PIECE: Final = bytes(65_536)
WHOLE: Final = 64 * len(PIECE)
ASK: Final = b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n"
PATIENCE: Final = 20


class Giving:
    """An application that answers ``/endless`` for as long as it is listened to, and all else with a few megabytes."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await receive()
        gone: asyncio.Future[Message] = asyncio.ensure_future(receive())
        endless = scope["path"] == "/endless"
        length = [] if endless else [(b"content-length", b"%d" % WHOLE)]
        await send({"type": "http.response.start", "status": 200, "headers": length})
        while endless and not gone.done():
            await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            await asyncio.wait([gone], timeout=0)
        await send({"type": "http.response.body", "body": b"" if endless else bytes(WHOLE)})
        gone.cancel()
        self.ended.set()


@contextmanager
def given(limit: int | None = None) -> Iterator[tuple[tuple[str, int], Giving]]:
    """Where such an application is served, and itself."""
    listening, app = listen("127.0.0.1", 0), Giving()
    config = uvicorn.Config(app, log_config=None, lifespan="off", http=http.Strict, limit_concurrency=limit)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[:2], app
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def connected(address: tuple[str, int]) -> socket.socket:
    """A connection that takes little by itself."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(PATIENCE)
    connection.connect(address)
    return connection


@pytest.mark.parametrize("path", [b"endless", b"whole"])
def test_who_takes_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, path: bytes) -> None:
    """An answer that is being made ends, one that was made is forgotten, and the connection is gone for both sides."""
    monkeypatch.setattr(http, "TAKING_SECONDS", 0.1)
    with given() as (address, app), connected(address) as connection:
        connection.sendall(ASK % path)
        hung_up = select.poll()
        hung_up.register(connection, select.POLLHUP | select.POLLERR)
        assert hung_up.poll(PATIENCE * 1_000)
        assert app.ended.wait(PATIENCE)


def test_who_takes_it_steadily_goes_on_as_long_as_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: over five such times an answer goes on, though it always waits for the client, who takes it in bits."""
    monkeypatch.setattr(http, "TAKING_SECONDS", 0.2)
    with given() as (address, app), connected(address) as connection:
        connection.sendall(ASK % b"endless")
        until = monotonic() + 1
        while monotonic() < until:
            assert connection.recv(4_096)
        assert not app.ended.is_set()


def test_one_connection_too_many_is_told_so() -> None:
    """As a problem, with when to come again, and then it is closed; whoever was there before is answered."""
    with given(limit=1) as (address, _), httpx.Client(base_url="http://{}:{}".format(*address)) as client:
        with connected(address):
            answer = client.get("/whole")
            assert (answer.status_code, answer.json()["type"]) == (503, f"{PROBLEMS}/too-busy")
            assert answer.headers["content-type"] == "application/problem+json"
            assert (answer.headers["Retry-After"], answer.headers["Connection"]) == ("1", "close")
        answer = client.get("/whole")
        assert (answer.status_code, len(answer.content)) == (200, WHOLE)  # control
