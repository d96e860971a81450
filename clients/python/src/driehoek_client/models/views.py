# Made by `make reference` from api/openapi.json; don't edit.
"""Models: views."""

from __future__ import annotations

from typing import Any, TypedDict


class Entries(TypedDict):
    """A page of them."""

    entries: list[ViewsEntry]
    next: str | None


class ViewsEntry(TypedDict):
    """One thing that the reader came to know."""

    number: int
    at: str
    by: str
    event: str
    item: str
    content: dict[str, Any]
