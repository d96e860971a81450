# Made by `make reference` from api/openapi.json; don't edit.
"""Models: changes."""

from __future__ import annotations

from typing import Literal, TypedDict


class ChangeEvent(TypedDict):
    """A change, as a CloudEvent.

    ``subject`` is the engagement; ``sequence`` its number on your list, ten digits.
    """

    specversion: Literal["1.0"]
    id: str
    source: Literal["/v1/changes"]
    type: Literal[
        "driehoek.engagement.changed",
        "driehoek.disclosure.given",
        "driehoek.candidacy.opened",
        "driehoek.reading.ended",
    ]
    subject: str
    time: str
    datacontenttype: Literal["application/json"]
    sequence: str
    data: Told


class Changes(TypedDict):
    """A page of changes, oldest first, and the number of the last one that there is."""

    entries: list[ChangeEvent]
    last: int


class Told(TypedDict):
    """What is told of a change."""

    view: Literal["sponsor_organisation", "line_manager", "coach", "coachee"] | None
    version: str | None
