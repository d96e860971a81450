# Made by `make reference` from api/openapi.json; don't edit.
"""Models: contract."""

from __future__ import annotations

from datetime import date
from typing import Literal, NotRequired, TypeAlias, TypedDict


class Activation(TypedDict):
    """The version to put in force."""

    contract_version: int


class Confidentiality(TypedDict):
    """The clause's choices (R18): who may read what the matrix leaves to the clause, and until when.

    ``cooling_off_days`` is how long a request for erasure can be taken back, ``exceptions`` on which grounds the
    coach may disclose something to somebody else (X6). ``aggregate_k`` is how many people a statistic is about
    at least, in which you count; without it, as many as the process policy says.
    """

    permits: dict[str, list[Literal["sponsor_organisation", "line_manager", "coach", "coachee"]]]
    retention_months: NotRequired[int]
    follow_up_months: NotRequired[int]
    cooling_off_days: NotRequired[int]
    exceptions: NotRequired[list[Literal["court_order", "imminent_danger", "illegality", "supervision"]]]
    aggregate_k: NotRequired[int | None]


class DocumentReference(TypedDict):
    """The contract version that you mean, by number and hash, as your view shows it."""

    contract_version: int
    document_hash: str


class Draft(TypedDict):
    """A contract version's whole text.

    ``coaching_request`` is the request within which the coach works, at best effort (R54); ``complaint_route``
    where to go with a complaint (X9).
    """

    expectations: Expectations
    interests: Interests
    coaching_request: str
    complaint_route: str
    objectives: list[ObjectiveBody]
    demands_on_coach: list[str]
    demands_on_manager: list[ManagerDemandBody]
    banana_skins: NotRequired[list[str]]
    resources: NotRequired[list[ResourceBody]]
    timing: Timing
    follow_up_agreed: NotRequired[bool]
    confidentiality: Confidentiality


Dynamic: TypeAlias = Literal["challenges", "autonomy", "identity", "competence", "change", "meaning"]
"""What an objective works on (R8)."""


class Expectations(TypedDict):
    """What each corner of the triangle expects (R17)."""

    sponsor_organisation: list[str]
    coach: list[str]
    coachee: list[str]


class Interests(TypedDict):
    """What the organisation and what the coachee want out of it, each in their own words (R61)."""

    sponsor_organisation: str
    coachee: str


class ManagerDemandBody(TypedDict):
    """What is asked of the line manager (R41); signed, it is their commitment, due by a day if you agree on one."""

    demand: str
    due_on: NotRequired[date | str | None]


class ObjectiveBody(TypedDict):
    """An objective with its four qualities (R38) and indicators (R39)."""

    statement: str
    specific: str
    measurable: str
    ambitious: str
    achievable: str
    indicators: list[str]
    dynamic: NotRequired[Dynamic | None]


class ResourceBody(TypedDict):
    """A resource (R43): which party provides it, if one of you does, from where, and until when."""

    kind: ResourceKind
    description: str
    provider: NotRequired[Literal["sponsor_organisation", "line_manager", "coach", "coachee"] | None]
    source: NotRequired[str]
    due_on: NotRequired[date | str | None]


ResourceKind: TypeAlias = Literal["time", "people", "training", "books", "other"]
"""The means that a contract provides (R43)."""


class Signature(TypedDict):
    """Your signature.

    Without one of your own making, your key in custody signs.
    """

    contract_version: int
    document_hash: str
    signature: NotRequired[str | None]


class Timing(TypedDict):
    """Deadline, frequency and duration (R44); how many sessions are planned, and where they are held (X5)."""

    deadline: date | str
    frequency_days: int
    session_minutes: int
    planned_sessions: NotRequired[int | None]
    venue: NotRequired[str]
