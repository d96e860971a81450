# Made by `make reference` from api/openapi.json; don't edit.
"""Models: programmes."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

from driehoek_client.models.common import Level, LogReceipt


class Group(TypedDict):
    """So many people gave one of these answers."""

    answers: list[str]
    people: int


class Member(TypedDict):
    """An engagement of a programme."""

    engagement_id: str
    level: Level | None


class Programme(TypedDict):
    """A programme that the organisation begins; nobody is named in it, and nobody is labelled with its reason (R7)."""

    organisation_id: str
    reason: ProgrammeReason
    from_the_top: bool
    title: str
    purpose: NotRequired[str]


ProgrammeReason: TypeAlias = Literal["change", "retain_talent", "professionalise"]
"""Why an organisation has several people coached (R7); nobody is ever labelled by it."""


class Proof(TypedDict):
    """What the organisation needs to show that these numbers were released: their commitment, and its salt."""

    digest: str
    salt: str


class Question(TypedDict):
    """What was answered to a question; nothing where it would be about fewer than k people."""

    question: str
    groups: list[Group]


class Release(TypedDict):
    """What was released when a quarter was closed, about people whom no other release is about."""

    quarter: str
    k: int
    people: int
    questions: list[Question]
    proof: Proof | None


class Roster(TypedDict):
    """A page of them."""

    entries: list[Member]
    next: str | None


class Shown(TypedDict):
    """A programme, as the organisation sees it; ``closed_through`` is the last quarter that was closed."""

    id: str
    version: str
    title: str
    purpose: str
    reason: ProgrammeReason
    from_the_top: bool
    closed_through: str | None
    warnings: list[str]


class Started(TypedDict):
    """A programme that is on record; ``warnings`` say what the method would do otherwise (R7)."""

    id: str
    version: str
    receipt: NotRequired[LogReceipt | None]
    warnings: list[str]


class Statistics(TypedDict):
    """A page of a programme's releases, newest first; ``method`` and ``least`` say how they are made."""

    programme_id: str
    view: str
    method: int
    least: int
    closed_through: str | None
    releases: list[Release]
    next: str | None


class ProgrammeListed(TypedDict):
    """A programme of yours: its title where it is your organisation's, else the engagement by which you are in it."""

    id: str
    view: str
    title: str | None
    engagement_id: str | None
    level: Level | None


class ProgrammeListing(TypedDict):
    """A page of them."""

    entries: list[ProgrammeListed]
    next: str | None
