# Made by `make reference` from api/openapi.json; don't edit.
"""Models: access log."""

from __future__ import annotations

from typing import TypedDict


class AccessLog(TypedDict):
    """A page of an engagement's access log, newest first."""

    entries: list[LoggedRead]
    next: str | None


class GivenDocument(TypedDict):
    """A document that was given out: of which kind, and the SHA-256 of its file (hexadecimal)."""

    kind: str
    sha256: str


class LoggedRead(TypedDict):
    """A read.

    ``person_id`` is null for overseers; ``name`` is, too, where your own view doesn't say one. ``document`` is
    there where a document was given out. Making it is a read of its own, just before.
    """

    at: str
    role: str
    purpose: str
    view: str
    person_id: str | None
    name: str | None
    document: GivenDocument | None


class OwnRead(TypedDict):
    """A read of yours.

    ``engagement`` is its id, its pseudonym where you read as a supervisor, null where it's none.
    """

    at: str
    role: str
    purpose: str
    view: str
    engagement: str | None
    document: GivenDocument | None


class OwnReads(TypedDict):
    """A page of what you have read, newest first."""

    entries: list[OwnRead]
    next: str | None
