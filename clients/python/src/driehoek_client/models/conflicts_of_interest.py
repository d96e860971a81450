# Made by `make reference` from api/openapi.json; don't edit.
"""Models: conflicts of interest."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ConflictDeclaration(TypedDict):
    """Your ties to the parties; an empty text says that there are none (R1, R62)."""

    ties: str
    in_reporting_line: bool
    conflict: bool


class ConflictEnd(TypedDict):
    """What you say about a conflict that ended or that you accept."""

    statement: NotRequired[str]
