"""One message on the wire, to receivers of every kind: the answer's status, or a fixed word, within the time."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from ops.webhooks.addresses import Allowed
from ops.webhooks.sending import Answered, NotSent, receiver, signed
from tests.api.webhooks.receiver import NEAR, hearing

BODY = b'{"specversion":"1.0"}'
FIELDS = signed([bytes(32)], "a-message", 1_700_000_000, BODY)
SECONDS = 0.5

Talk = Callable[[socket.socket, Event], None]


@contextmanager
def talking(talk: Talk) -> Iterator[str]:
    """A server that talks as a test says, as long as the context lasts."""
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            with suppress(OSError):
                while not over.is_set():
                    connection, _ = listening.accept()
                    with connection:
                        talk(connection, over)

        thread = Thread(target=run)
        thread.start()
        port = listening.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            over.set()
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
            thread.join()


def _send(url: str, allowed: Allowed = NEAR) -> Answered:
    with receiver(url, allowed, SECONDS) as there:
        return there.send(BODY, FIELDS)


def _silent(_: socket.socket, over: Event) -> None:
    over.wait(10)


def _dripping(connection: socket.socket, over: Event) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    with suppress(OSError):
        while not over.wait(0.05):
            connection.sendall(b"a")


def _endless(connection: socket.socket, over: Event) -> None:
    connection.sendall(b"HTTP/1.1 204 OK\r\ncontent-length: 99999999999\r\n\r\n".replace(b"204", b"200"))
    with suppress(OSError):
        while not over.is_set():
            connection.sendall(bytes(65_536))


@pytest.mark.parametrize("talk", [_silent, _dripping])
def test_a_slow_receiver_has_its_seconds_and_no_more(talk: Talk) -> None:
    """Silence, and a byte now and then that would keep a timeout for each read from ever passing."""
    with talking(talk) as url:
        began = time.monotonic()
        with pytest.raises(NotSent) as found:
            _send(url)
    assert found.value.outcome == "too_slow"
    assert time.monotonic() - began < 20 * SECONDS


def test_an_endless_answer_is_read_up_to_a_size() -> None:
    """Its status counts; what comes behind it is left there."""
    with talking(_endless) as url:
        assert _send(url).status == 200


@pytest.mark.parametrize("said", [b"", b"hello\r\n\r\n", b"HTTP/1.1 99999 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: y"])
def test_what_is_no_answer_is_none(said: bytes) -> None:
    """A connection that is hung up on, or talks something else."""

    def talk(connection: socket.socket, _: Event) -> None:
        connection.recv(65_536)
        connection.sendall(said)

    with talking(talk) as url, pytest.raises(NotSent) as found:
        _send(url)
    assert found.value.outcome == "unreachable"


def test_nobody_listens() -> None:
    """A port without a server."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/"
    with pytest.raises(NotSent) as found:
        _send(url)
    assert found.value.outcome == "unreachable"


def test_who_may_not_be_called_hears_nothing() -> None:
    """The same receiver is called where its network is named, and isn't where it isn't, nor where a redirect leads."""
    with hearing() as inner:
        for url in (inner.url, inner.url.replace("127.0.0.1", "localhost"), inner.url.replace("http:", "https:")):
            with pytest.raises(NotSent) as found:
                _send(url, Allowed())
            assert found.value.outcome == "address_not_allowed"
        assert inner.heard == []

        def lead_there(connection: socket.socket, _: Event) -> None:
            connection.recv(65_536)
            connection.sendall(f"HTTP/1.1 307 x\r\nlocation: {inner.url}\r\ncontent-length: 0\r\n\r\n".encode())

        with talking(lead_there) as url:
            assert _send(url).status == 307
        assert inner.heard == []
        assert _send(inner.url).status == 204
        assert len(inner.heard) == 1


def test_an_encrypted_receiver_must_be_who_it_says() -> None:
    """A server that isn't one of TLS, or whose certificate nobody vouches for, gets no message."""
    with hearing() as plain:
        with pytest.raises(NotSent) as found:
            _send(plain.url.replace("http:", "https:"))
        assert found.value.outcome == "unreachable"
        assert plain.heard == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("0", 0), ("-1", None), ("Fri, 31 Dec 1999 23:59:59 GMT", None), ("9" * 9, None)],
)
def test_retry_after_is_taken_in_seconds(said: str, seconds: int | None) -> None:
    """As a number of seconds; anything else says nothing."""

    def talk(connection: socket.socket, _: Event) -> None:
        connection.recv(65_536)
        connection.sendall(f"HTTP/1.1 503 x\r\nretry-after: {said}\r\ncontent-length: 0\r\n\r\n".encode())

    with talking(talk) as url:
        assert _send(url) == Answered(503, seconds)
