"""What comes back when all is well: an answer with its version, or a file with its digest."""

import os
import re
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Generic, Self, TypeVar

import httpx

from driehoek_client.problems import Damaged, Unexpected

T = TypeVar("T")
_SHA256: Final = re.compile(r"(?:^|[,\s])sha-256=:([^:]*):")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """An answer.

    Attributes:
        body: what it says; in no ``repr``, because views hold what people confided.
        status: 200 or another success.
        version: yours after this, like ``v8``, to be handed on as ``version=``; None where there is none.
        replayed: whether the write was on record before, under the same idempotency key.
        idempotency_key: the one that a write was sent with.
        covered: whether a write waited until the log's signed checkpoint covers it; its body may hold the receipt then.
    """

    body: T = field(repr=False)
    status: int
    version: str | None = None
    replayed: bool = False
    idempotency_key: str | None = None
    covered: bool = False

    @classmethod
    def of(cls, response: httpx.Response, key: str | None) -> Self:
        """An answer as it was received.

        Raises:
            driehoek_client.problems.Unexpected: it says that it is JSON and isn't.
        """
        tag = response.headers.get("ETag", "")
        version = tag.strip('"').partition(".")[0] if tag.startswith('"v') else None
        replayed = response.headers.get("Idempotency-Replayed") == "true"
        covered = response.headers.get("Preference-Applied") == "wait=checkpoint"
        return cls(_body(response), response.status_code, version, replayed, key, covered)


def _body(response: httpx.Response) -> Any:
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return response.content
    try:
        return response.json()
    except ValueError:
        raise Unexpected from None


@dataclass(frozen=True)
class Download:
    """A file that was downloaded.

    Attributes:
        path: where it is; readable by its owner only.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        media_type: what the server says it is.
    """

    path: Path
    sha256: str
    size: int
    media_type: str


class Sink:
    """A file in the making: it appears under its name when it is whole, and not at all otherwise."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._digest = sha256()
        self._size = 0
        self._response: httpx.Response | None = None

    @contextmanager
    def receiving(self, response: httpx.Response) -> Iterator["Sink"]:
        """Take what is written from now on for the whole file; a crash here leaves a hidden file with part of it.

        Raises:
            driehoek_client.problems.Damaged: it isn't what its ``Repr-Digest`` (RFC 9530) says.
        """
        self._digest, self._size, self._response = sha256(), 0, response
        with tempfile.NamedTemporaryFile(dir=self._path.parent, prefix=f".{self._path.name}.", delete=False) as file:
            try:
                self._file = file
                yield self
                self._check(response.headers.get("Repr-Digest", ""))
                file.flush()
                Path(file.name).replace(self._path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

    def _check(self, stated: str) -> None:
        found = _SHA256.search(stated)  # among other digests, perhaps
        if found and found[1] != b64encode(self._digest.digest()).decode():
            raise Damaged

    def write(self, piece: bytes) -> None:
        """The next piece."""
        self._digest.update(piece)
        self._size += len(piece)
        self._file.write(piece)

    def download(self) -> Download:
        """The file that is there now."""
        kind = self._response.headers.get("Content-Type", "") if self._response else ""
        return Download(self._path, self._digest.hexdigest(), self._size, kind)
