# Made by `make reference` from api/openapi.json; don't edit.
"""Models: reporting."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class Answer(TypedDict):
    """The answer to it."""

    answer: str


class Reading(TypedDict):
    """A reading of one of your indicators (R29)."""

    objective: int
    indicator: int
    value: str
    observation: NotRequired[str]


class Summary(TypedDict):
    """A progress summary."""

    summary: str


class Voice(TypedDict):
    """The organisation's voice (R16)."""

    statement: str
