# Made by `make reference` from api/openapi.json; don't edit.
"""Models: personal."""

from __future__ import annotations

from typing import TypedDict


class EntryInput(TypedDict):
    """An entry in the coachee's journal."""

    entry: str


class Note(TypedDict):
    """A private note of the coach's."""

    note: str
