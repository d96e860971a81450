# Made by `make reference` from api/openapi.json; don't edit.
"""Models: oversight."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict


class Adherence(TypedDict):
    """How one engagement stands: of the findings that were asked for."""

    engagement: str
    counts: Counts
    violated: list[Brief]
    next_deadline: str | None


class Adherences(TypedDict):
    """A page of them.

    It may be short, or empty, and still have a page after it.
    """

    entries: list[Adherence]
    next: str | None


class Appointment(TypedDict):
    """An overseer's appointment."""

    person_id: str
    role: Literal["coaching_supervisor", "auditor"]


class Brief(TypedDict):
    """A finding.

    ``phrase`` is the seed's, ``cure`` a stable name of what would turn it.
    """

    rule: str
    phrase: str
    severity: str
    result: str
    deadline: str | None
    cure: str | None


class Coach(TypedDict):
    """A coach, with the findings of all that they coach or coached, counted."""

    coach: str
    engagements: int
    counts: Counts
    violated: Violated


class Coached(TypedDict):
    """One of a coach's engagements."""

    engagement: str
    violated: Violated


class Coaches(TypedDict):
    """A page of them."""

    entries: list[Coach]
    next: str | None


class Counts(TypedDict):
    """How many findings have which result."""

    met: int
    violated: int
    not_due: int
    waived: int
    not_computable: int


class Due(TypedDict):
    """Something that is due soon."""

    rule: str
    phrase: str
    severity: str
    result: str
    deadline: str | None
    cure: str | None
    engagement: str


class Dues(TypedDict):
    """A page of it.

    It may be short, or empty, and still have a page after it.
    """

    entries: list[Due]
    next: str | None


class Findings(TypedDict):
    """All findings of one engagement, in the rules' order."""

    engagement: str
    at: str
    coaches: list[str]
    findings: list[Found]


class Found(TypedDict):
    """A finding with the events that it rests on; those that supervisors are kept out of aren't among them."""

    rule: str
    phrase: str
    severity: str
    result: str
    deadline: str | None
    cure: str | None
    events: list[Occurred]


class Month(TypedDict):
    """Where a coach's engagements stood at the end of a month (UTC), or stand now."""

    month: str
    engagements: int
    counts: Counts
    violated: Violated


class Occurred(TypedDict):
    """A process fact that a finding rests on."""

    at: str
    event: str
    by: str
    facts: dict[str, Any]


class Occurrence(TypedDict):
    """One process fact."""

    engagement: str
    at: str
    event: str
    by: str
    facts: dict[str, Any]


class Occurrences(TypedDict):
    """A page of them."""

    entries: list[Occurrence]
    next: str | None


class OneCoach(TypedDict):
    """A coach: their engagements, newest first, and the last twelve months, oldest first."""

    coach: str
    at: str
    engagements: list[Coached]
    months: list[Month]


class Policies(TypedDict):
    """Every version, oldest first."""

    newest: int
    entries: list[Policy]


class Policy(TypedDict):
    """One version: its parameters by name, whole numbers, in the unit that each name ends in."""

    version: int
    parameters: dict[str, int]


Result: TypeAlias = Literal["met", "violated", "not_due", "waived", "not_computable"]
"""The five answers to whether a rule was kept."""

Severity: TypeAlias = Literal["refused", "critical", "high", "medium", "advisory"]
"""How much it matters.

    What is ``REFUSED`` (B) can't happen at all: such a command isn't carried out.
    """


class Violated(TypedDict):
    """How many rules are violated, by severity; ``refused`` are those whose violation isn't carried out here."""

    refused: int
    critical: int
    high: int
    medium: int
    advisory: int
