"""Connections that never come to a whole request are hung up on."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from ops import http
from ops.http_server import listen


async def _fine(_scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@contextmanager
def _served() -> Iterator[socket.socket]:
    """A connection to a server that answers everything with 204."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(_fine, log_config=None, lifespan="off", http=http.Strict))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        with socket.create_connection(listening.getsockname(), timeout=20) as connection:
            yield connection
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\r\n",
        b"GET /",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n",
    ],
)
def test_who_does_not_finish_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """Nothing, half a head, or a head without its body: the connection ends without an answer."""
    monkeypatch.setattr(http, "REQUEST_SECONDS", 0.05)
    with _served() as connection:
        connection.sendall(said)
        assert connection.recv(100) == b""


def test_who_finishes_is_answered_and_may_ask_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: with all the time there is, the second half counts, and the connection goes on."""
    monkeypatch.setattr(http, "REQUEST_SECONDS", 20)
    with _served() as connection:
        for _ in range(2):
            connection.sendall(b"GET / HTTP/1.1\r\nHo")
            connection.sendall(b"st: x\r\n\r\n")
            assert connection.recv(1_000).startswith(b"HTTP/1.1 204 ")
