"""Raw bytes against a real server process: what could be read in two ways is no request, nor is anything behind it.

Each attack is followed on its connection by a second request, the *passenger*. A proxy and this server must never
disagree on whether the passenger is part of the first request's body; so where that could be asked at all, the first is
refused, the connection closed, and the passenger unanswered. Beside each kind stands a control: the nearest request
that is well-formed, whose passenger is answered.
"""

import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from ops.database import database
from ops.http import HEAD_BYTES
from ops.settings import Settings
from tests.processes import Home

LIVE: Final = b"GET /livez HTTP/1.1\r\nHost: x\r\n"
LAST: Final = LIVE + b"Connection: close\r\n\r\n"
"""The passenger; it closes the connection, so that an answer's end is seen at once."""
POST: Final = b"POST /v1/people HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"
_ANSWER: Final = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)


@dataclass(frozen=True)
class Answered:
    """What a connection gave: the statuses in their order, and all bytes."""

    statuses: list[int]
    told: bytes


@dataclass(frozen=True)
class Server:
    """A server's address, and a way to send it anything."""

    host: str
    port: int

    def talk(self, sent: bytes) -> Answered:
        """Send these bytes and hear everything until the server hangs up, which it must.

        Of more than the server reads before it hangs up, the rest meets a reset connection; what was said is heard.
        """
        told = b""
        with socket.create_connection((self.host, self.port), timeout=20) as connection:
            try:
                connection.sendall(sent)
                while piece := connection.recv(65_536):
                    told += piece
            except (ConnectionResetError, BrokenPipeError):
                pass
        return Answered([int(found[1]) for found in _ANSWER.finditer(told)], told)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server as it is installed, with nothing recorded but its founding."""
    folder = Path(tempfile.mkdtemp(prefix="driehoek-smuggling-"))
    home, settings = Home(folder), Settings(home=folder, _env_file=None)  # type: ignore[call-arg]
    try:
        with database(settings):
            home.answer("migrate")
            with home.serving(DRIEHOEK_RATE_ADDRESS="0") as url:
                host, port = url.removeprefix("http://").split(":")
                yield Server(host, int(port))
        printed = b"".join(home.printed)
        assert b"Traceback" not in printed
        assert b"passenger" not in printed
    finally:
        shutil.rmtree(folder, ignore_errors=True)


TWO_LENGTHS: Final = {
    "both, length first": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "both, chunked first": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "twice, other": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "twice, same": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "with a sign": POST + b"Content-Length: +2\r\n\r\n{}",
    "negative": POST + b"Content-Length: -2\r\n\r\n{}",
    "hexadecimal": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "beyond 64 bits": POST + b"Content-Length: 36893488147419103234\r\n\r\n{}",
    "empty": POST + b"Content-Length: \r\n\r\n{}",
    "a space before the colon": POST + b"Content-Length : 2\r\n\r\n{}",
    "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding before chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a coding after chunked": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "two fields of codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a coding behind a vertical tab": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "chunked in HTTP/1.0": POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk's size with 0x": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "a chunk's size with a sign": CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond 64 bits": CHUNKED + b"fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "chunks with bare line feeds": CHUNKED + b"2\n{}\n0\n\n",
    "a chunk without its end": CHUNKED + b"2\r\n{}0\r\n\r\n",
    "a field behind the chunks": CHUNKED + b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n",
    "a length behind the chunks": CHUNKED + b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
}
TWO_HEADS: Final = {
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": LIVE + b"Host: y\r\n\r\n",
    "two callers": LIVE + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    "two types": POST + b"Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
    "bare line feeds": b"GET /livez HTTP/1.1\nHost: x\n\n",
    "a bare carriage return": b"GET /livez HTTP/1.1\r\nHost: x\rX: y\r\n\r\n",
    "a folded line": LIVE + b"X: a\r\n b\r\n\r\n",
    "space before the first field": b"GET /livez HTTP/1.1\r\n Host: x\r\n\r\n",
    "a field without a name": LIVE + b": x\r\n\r\n",
    "NUL in a field": LIVE + b"X: a\0b\r\n\r\n",
    "NUL in the target": b"GET /livez\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a space in the target": b"GET /livez x HTTP/1.1\r\nHost: x\r\n\r\n",
    "letters beyond ASCII in the target": "GET /v1/engagements/é HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
    "bytes that are no text in the target": b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    "a backslash for a slash": b"GET \\livez HTTP/1.1\r\nHost: x\r\n\r\n",
    "a target without a slash": b"GET livez HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tunnel": b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "HTTP/0.9": b"GET /livez\r\n\r\n",
    "HTTP/1.2": b"GET /livez HTTP/1.2\r\nHost: x\r\n\r\n",
    "HTTP/2.0 as text": b"GET /livez HTTP/2.0\r\nHost: x\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "a method in small letters": b"get /livez HTTP/1.1\r\nHost: x\r\n\r\n",
}
WELL_FORMED: Final = {
    "a length": (POST + b"Content-Length: 2\r\n\r\n{}", 401),
    "chunks": (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", 401),
    "chunks with extensions": (CHUNKED + b"2;a=b\r\n{}\r\n0\r\n\r\n", 401),
    "a tab before the coding": (POST + b"Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 401),
    "a GET with a body": (LIVE + b"Content-Length: 4\r\n\r\nGET ", 200),
    "a whole request in a body": (
        POST + b"Content-Length: %d\r\n\r\n" % len(LAST) + LAST,
        400,
    ),
    "another host's target": (b"GET http://evil.example/livez HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    "an asterisk": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "empty lines first": (b"\r\n\r\n" + LIVE + b"\r\n", 200),
    "a method that isn't served": (b"TRACE /livez HTTP/1.1\r\nHost: x\r\nCookie: passenger=1\r\n\r\n", 405),
    "a method in a field": (POST.replace(b"/v1/people", b"/livez") + b"X-HTTP-Method-Override: GET\r\n\r\n", 405),
    "a path that climbs": (b"GET /v1/../livez HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "a path with an empty step": (b"GET //livez HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "an escaped NUL": (b"GET /livez%00 HTTP/1.1\r\nHost: x\r\n\r\n", 404),
    "an escaped lone surrogate": (b"GET /v1/engagements/%ED%A0%80/grants HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    "escapes that are no UTF-8": (b"GET /v1/engagements/%ff%fe/grants HTTP/1.1\r\nHost: x\r\n\r\n", 401),
    "a made-up way here": (LIVE + b"X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Prefix: /v1\r\n\r\n", 200),
    "an expectation that is none": (POST + b"Content-Length: 2\r\nExpect: tea\r\n\r\n{}", 401),
    "a long head": (LIVE + b"X: " + b"a" * (HEAD_BYTES - 100) + b"\r\n\r\n", 200),
}


@pytest.mark.parametrize("name", [*TWO_LENGTHS, *TWO_HEADS])
def test_what_can_be_read_in_two_ways_ends_the_connection(server: Server, name: str) -> None:
    """One problem (400), in the API's words, and nothing behind it is answered."""
    answered = server.talk({**TWO_LENGTHS, **TWO_HEADS}[name] + LAST)
    assert answered.statuses == [400]
    assert b'"/v1/problems/request-malformed"' in answered.told
    assert b"connection: close" in answered.told


@pytest.mark.parametrize("name", WELL_FORMED)
def test_the_request_behind_a_well_formed_one_is_answered(server: Server, name: str) -> None:
    """Control: there the connection goes on, each request has its own answer, in order."""
    sent, status = WELL_FORMED[name]
    assert server.talk(sent + LAST).statuses == [status, 200]


def test_a_refusal_is_never_taken_for_an_earlier_answer(server: Server) -> None:
    """Behind a request that still waits, a malformed one gets no answer at all: its 400 would stand for the first's."""
    for bad in (TWO_LENGTHS["twice, other"], TWO_HEADS["two hosts"], b"\0"):
        assert server.talk(POST + b"Content-Length: 2\r\n\r\n{}" + bad + LAST).statuses in ([], [401])


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        LIVE + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
        LIVE + b"".join(b"X%d: y\r\n" % number for number in range(50_000)) + b"\r\n",
        LIVE + b"X: " + b"a" * 400_000,
        LIVE + b"a" * 400_000,
    ],
    ids=["target", "one field", "many fields", "a field without end", "a name without end"],
)
def test_a_head_has_a_size(server: Server, head: bytes) -> None:
    """A target or fields that are too large, or don't end, aren't kept in memory: 431, or a reset, and no answer."""
    assert server.talk(head).statuses in ([431], [])
    assert server.talk(LAST).statuses == [200]


def test_an_old_client_is_answered_once(server: Server) -> None:
    """HTTP/1.0 needs no host, and its connection ends with the answer, whatever it asks for."""
    for head in (b"GET /livez HTTP/1.0\r\n\r\n", b"GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"):
        assert server.talk(head).statuses == [200]


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"HTTP/2.0", b"TLS/1.2"])
def test_the_protocol_never_changes(server: Server, protocol: bytes) -> None:
    """An upgrade is passed over: the request is answered in HTTP/1.1 and the connection closed."""
    more = b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    sent = LIVE + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: " + protocol + b"\r\n" + more
    assert server.talk(sent + b"Sec-WebSocket-Version: 13\r\n\r\n" + LAST).statuses == [200]


def test_who_expects_to_be_told_to_go_on_is_told(server: Server) -> None:
    """``Expect: 100-continue`` is answered with 100, then with the real answer to the body that came after it."""
    head = POST + b"Content-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    with socket.create_connection((server.host, server.port), timeout=20) as connection:
        connection.sendall(head)
        told = connection.recv(100)
        assert told.startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        while piece := connection.recv(65_536):
            told += piece
    assert [int(found[1]) for found in re.finditer(rb"HTTP/1\.1 (\d{3})", told)] == [100, 401]


def test_no_answer_repeats_a_host(server: Server) -> None:
    """Whatever host is asked for stands in no answer: neither in its fields nor in its body."""
    for path in (b"/livez", b"/v1/people", b"/v1/openapi.json", b"/v1/problems/not-found", b"/nowhere"):
        sent = b"GET " + path + b" HTTP/1.1\r\nHost: passenger.example\r\nConnection: close\r\n\r\n"
        answered = server.talk(sent)
        assert len(answered.statuses) == 1
        assert b"passenger" not in answered.told
