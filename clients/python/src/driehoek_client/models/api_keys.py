# Made by `make reference` from api/openapi.json; don't edit.
"""Models: api keys."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NotRequired, TypedDict

from driehoek_client.models.common import LogReceipt


class ApiKeyList(TypedDict):
    """A page of them, newest first."""

    entries: list[ListedApiKey]
    next: str | None


class ApiKeyRequest(TypedDict):
    """A key that you want: what for, and until when.

    It ends at a moment, or after a number of days.
    """

    name: str
    scopes: list[Literal["views", "streams", "oversight", "log", "writing"]]
    expires_at: NotRequired[datetime | str | None]
    days: NotRequired[int | None]


class ListedApiKey(TypedDict):
    """A key of yours, without its secret."""

    id: str
    name: str
    scopes: list[Literal["views", "streams", "oversight", "log", "writing"]]
    issued_at: str
    expires_at: str
    revoked_at: str | None


class NewApiKey(TypedDict):
    """A key that you made; ``id`` is the key's.

    Its text is shown here and never again. ``api_key`` is null in the answer to a repetition: if you never got
    the text, revoke the key and make another.
    """

    id: str
    version: str
    receipt: NotRequired[LogReceipt | None]
    api_key: str | None
