# Made by `make reference` from api/openapi.json; don't edit.
"""Models: operations."""

from __future__ import annotations

from typing import TypedDict


class Health(TypedDict):
    """How the process is, for whoever runs it."""

    status: str
