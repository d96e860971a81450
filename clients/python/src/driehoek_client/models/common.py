# Made by `make reference` from api/openapi.json; don't edit.
"""Models: common."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict


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


class Done(TypedDict):
    """A write that is on record; ``receipt`` is null unless it was asked for with ``Prefer``, and is given here."""

    id: str
    version: str
    receipt: NotRequired[LogReceipt | None]


Level: TypeAlias = Literal["top", "middle", "first_line", "other"]
"""Where in the organisation the coachee works; a programme begins at the top (R7)."""


class LogReceipt(TypedDict):
    """That a write is in the log: to keep, and to be checked without this service."""

    leaf_hash: str
    proof: str


RuleId: TypeAlias = Literal[
    "P1",
    "P2",
    "P3",
    "P4",
    "P5",
    "P6",
    "P7",
    "P8",
    "P9",
    "P10",
    "P11",
    "P12",
    "P13",
    "P14",
    "P15",
    "P16",
    "P17",
    "P18",
    "P19",
    "P20",
    "P21",
    "P22",
    "P23",
    "P24",
    "P25",
    "P26",
    "P27",
    "P28",
    "P29",
    "P30",
    "P31",
    "P32",
    "P33",
    "P34",
    "P35",
    "P36",
    "P37",
    "P38",
    "P39",
    "P40",
]
"""The adherence rules (requirements.md, C).

    A number is never reused.
    """


class Told(TypedDict):
    """What is told of a change."""

    view: Literal["sponsor_organisation", "line_manager", "coach", "coachee"] | None
    version: str | None
