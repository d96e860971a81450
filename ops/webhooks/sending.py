"""One message on the wire, as Standard Webhooks 1.0.0 has it: signed, with an id that stays, and a bound on everything.

A receiver is anybody. It may answer slowly, endlessly, or with a redirect to somewhere else; so a message has a few
seconds in all, however the bytes come, an answer is read up to a size, and its words are never looked at.
"""

import base64
import hmac
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpcore

from ops.webhooks.addresses import AddressNotAllowed, Allowed

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - Standard Webhooks' own
MEDIA_TYPE: Final = "application/cloudevents+json"
SECONDS: Final = 10.0
"""What a message may take, from the look-up of the host to the end of the answer's head."""

MAX_ANSWER: Final = 65_536
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True)
class Answered:
    """What a receiver said; ``retry_after`` in seconds, where it named some."""

    status: int
    retry_after: int | None


class NotSent(Exception):  # noqa: N818 - a finding, named by what was found
    """No answer came; ``outcome`` says why in a fixed word."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def signed(secrets: Iterable[bytes], message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The header fields of a message.

    Args:
        secrets: each signs; receivers take any signature that they know (rotation without a gap).
        message_id: the same for each attempt.
        at: Unix time in seconds.
        body: what is sent, to the byte.
    """
    text = b".".join((message_id.encode(), str(at).encode(), body))
    signatures = [base64.b64encode(hmac.digest(secret, text, "sha256")).decode() for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
    }


class Receiver:
    """A connection to one webhook's address, for messages one after the other."""

    def __init__(self, url: str, backend: "Guarded", pool: httpcore.ConnectionPool) -> None:
        self._url, self._backend, self._pool = url, backend, pool

    def send(self, body: bytes, fields: Mapping[str, str]) -> Answered:
        """Send a message.

        Raises:
            NotSent: no answer came, or it came from where none may be asked.
        """
        self._backend.begin()
        headers = [("content-type", MEDIA_TYPE), ("user-agent", "driehoek-webhooks"), *fields.items()]
        try:
            with self._pool.stream("POST", self._url, headers=headers, content=body) as answer:
                told = dict(answer.headers)
                _read_some(answer.iter_stream())
                return Answered(answer.status, _seconds(told.get(b"retry-after", b"")))
        except AddressNotAllowed:
            raise NotSent("address_not_allowed") from None
        except (httpcore.TimeoutException, TimeoutError):
            raise NotSent("too_slow") from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError, httpcore.ConnectionNotAvailable):
            raise NotSent("unreachable") from None


@contextmanager
def receiver(url: str, allowed: Allowed, seconds: float = SECONDS) -> Iterator[Receiver]:
    """A connection to an address, which is made with the first message."""
    backend = Guarded(allowed, seconds, encrypted=httpcore.URL(url).scheme == b"https")
    with httpcore.ConnectionPool(ssl_context=_trusted(), max_connections=1, network_backend=backend) as pool:
        yield Receiver(url, backend, pool)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts; made once, since reading all those certificates takes 25 ms."""
    return ssl.create_default_context()


class Guarded(httpcore.NetworkBackend):
    """Connects only to addresses that are allowed, and only so long."""

    def __init__(self, allowed: Allowed, seconds: float, *, encrypted: bool) -> None:
        self._allowed, self._seconds, self._encrypted = allowed, seconds, encrypted
        self._backend = httpcore.SyncBackend()
        self._until = 0.0

    def begin(self) -> None:
        """A message begins."""
        self._until = time.monotonic() + self._seconds

    def left(self) -> float:
        """The seconds that are left for it.

        Raises:
            httpcore.ReadTimeout: none.
        """
        seconds = self._until - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that takes it; ``timeout`` is ours."""
        del timeout
        failure: httpcore.NetworkError | None = None
        for address in self._allowed.addresses_of(host, port, encrypted=self._encrypted):
            try:
                stream = self._backend.connect_tcp(str(address), port, self.left(), local_address, socket_options)
            except httpcore.ConnectError as error:
                failure = error
            else:
                return _Bounded(stream, self)
        raise failure or httpcore.ConnectError


class _Bounded(httpcore.NetworkStream):
    """A connection on which each step may take what its message has left."""

    def __init__(self, stream: httpcore.NetworkStream, guarded: Guarded) -> None:
        self._stream, self._guarded = stream, guarded

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        return self._stream.read(max_bytes, self._guarded.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._stream.write(buffer, self._guarded.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        del timeout
        return _Bounded(self._stream.start_tls(ssl_context, server_hostname, self._guarded.left()), self._guarded)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _read_some(answer: Iterable[bytes]) -> None:
    """Read an answer to its end, so that the connection serves again, unless it is long."""
    size = 0
    for piece in answer:
        size += len(piece)
        if size > MAX_ANSWER:
            return


def _seconds(value: bytes) -> int | None:
    """``Retry-After`` as seconds (RFC 9110 section 10.2.3); dates aren't taken."""
    text = value.decode("latin-1").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None  # noqa: PLR2004 - 100 days
