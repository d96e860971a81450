"""What a request consists of: made once, and the same each time that it is sent."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+")


def at(step: str | int) -> str:
    """One step of a path, so that no id leads elsewhere.

    Raises:
        ValueError: it is empty, or a step upwards.
    """
    told = str(step)
    if told in ("", ".", ".."):
        raise ValueError("an id is missing from the path")
    return quote(told, safe="")


@dataclass(frozen=True, repr=False)
class Call:
    """One request, whole but for the token.

    Attributes:
        method, path: the path's steps are encoded.
        query: parameters; those that are None are left out.
        body: a JSON object, already as bytes, or None.
        version: goes into ``If-Match``.
        idempotency_key: every write has one.
        accept: the wanted media type, where there is a choice.
        wait_for_checkpoint: whether the answer is to wait until the log's signed checkpoint covers the write.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    version: str | None = None
    idempotency_key: str | None = None
    accept: str | None = None
    wait_for_checkpoint: bool = False

    def headers(self, token: str) -> dict[str, str]:
        """The head, in somebody's name.

        Raises:
            ValueError: the token can't be one; it isn't quoted.
        """
        if not _VISIBLE.fullmatch(token):
            raise ValueError("the token is empty, or has characters that no token has")
        said = {"Authorization": f"Bearer {token}"}
        if self.body is not None:
            said["Content-Type"] = "application/json"
        if self.version is not None:
            said["If-Match"] = f'"{self.version.strip(chr(34))}"'
        if self.idempotency_key is not None:
            said["Idempotency-Key"] = self.idempotency_key
        if self.accept is not None:
            said["Accept"] = self.accept
        if self.wait_for_checkpoint:
            said["Prefer"] = "wait=checkpoint"
        return said


def read(path: str, query: Mapping[str, Any] | None = None, *, accept: str | None = None) -> Call:
    """A request that changes nothing."""
    asked = {name: _plain(value) for name, value in (query or {}).items() if value is not None}
    return Call("GET", path, {name: str(value) for name, value in asked.items()}, accept=accept)


def write(
    method: str,
    path: str,
    body: Mapping[str, Any] | None = None,
    *,
    version: str | None = None,
    idempotency_key: str | None = None,
    wait_for_checkpoint: bool = False,
) -> Call:
    """A request that changes something; under a new key if none is given.

    Raises:
        ValueError: the key isn't 1 to 255 visible ASCII characters, or a time in the body has no offset.
    """
    key = str(uuid4()) if idempotency_key is None else idempotency_key
    if not _KEY.fullmatch(key):
        raise ValueError("an idempotency key is 1 to 255 visible ASCII characters")
    said = None if body is None else json.dumps(body, ensure_ascii=False, default=_plain, allow_nan=False).encode()
    return Call(method, path, body=said, version=version, idempotency_key=key, wait_for_checkpoint=wait_for_checkpoint)


def _plain(value: Any) -> Any:
    """A value as JSON or a query has it: moments and days as RFC 3339 writes them."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a time without an offset could mean any")
    return value.isoformat() if isinstance(value, date) else value
