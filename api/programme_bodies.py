"""The shapes of a programme: what an organisation says of it, and what is told of it and of its statistics."""

from uuid import UUID

from pydantic import BaseModel, StrictBool

from api.shapes import Body
from api.values import Said, Text
from domain.vocabulary import Level, ProgrammeReason


class Programme(Body):
    """A programme that the organisation begins; nobody is named in it, and nobody is labelled with its reason (R7)."""

    organisation_id: UUID
    reason: ProgrammeReason
    from_the_top: StrictBool
    title: Said
    purpose: Text = ""


class Shown(BaseModel):
    """A programme, as the organisation sees it; ``closed_through`` is the last quarter that was closed."""

    id: str
    version: str
    title: str
    purpose: str
    reason: ProgrammeReason
    from_the_top: bool
    closed_through: str | None
    warnings: list[str]


class Listed(BaseModel):
    """A programme of yours: its title where it is your organisation's, else the engagement by which you are in it."""

    id: str
    view: str
    title: str | None
    engagement_id: str | None
    level: Level | None


class Listing(BaseModel):
    """A page of them."""

    entries: list[Listed]
    next: str | None


class Member(BaseModel):
    """An engagement of a programme."""

    engagement_id: str
    level: Level | None


class Roster(BaseModel):
    """A page of them."""

    entries: list[Member]
    next: str | None


class Group(BaseModel):
    """So many people gave one of these answers."""

    answers: list[str]
    people: int


class Question(BaseModel):
    """What was answered to a question; nothing where it would be about fewer than k people."""

    question: str
    groups: list[Group]


class Proof(BaseModel):
    """What the organisation needs to show that these numbers were released: their commitment, and its salt."""

    digest: str
    salt: str


class Release(BaseModel):
    """What was released when a quarter was closed, about people whom no other release is about."""

    quarter: str
    k: int
    people: int
    questions: list[Question]
    proof: Proof | None


class Statistics(BaseModel):
    """A page of a programme's releases, newest first; ``method`` and ``least`` say how they are made."""

    programme_id: str
    view: str
    method: int
    least: int
    closed_through: str | None
    releases: list[Release]
    next: str | None
