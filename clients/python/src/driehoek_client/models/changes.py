# Made by `make reference` from api/openapi.json; don't edit.
"""Models: changes."""

from __future__ import annotations

from typing import TypedDict

from driehoek_client.models.common import ChangeEvent


class Changes(TypedDict):
    """A page of changes, oldest first, and the number of the last one that there is."""

    entries: list[ChangeEvent]
    last: int
