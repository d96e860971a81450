# Made by `make reference` from api/openapi.json; don't edit.
"""Models: candidates."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class Candidacies(TypedDict):
    """A page of them."""

    entries: list[Candidacy]
    next: str | None


class Candidacy(TypedDict):
    """A coachee met you: whether you told of yourself, and whether it is open, declined, or over.

    ``engagement_id`` is where a candidate's acts go; it opens nothing.
    """

    engagement_id: str
    met_on: str
    disclosed: bool
    ethics_code_acknowledged: bool
    outcome: Literal["open", "declined", "chosen", "over"]


class CandidacyRefusal(TypedDict):
    """Why you decline, if you want to say, and whom you recommend instead (X4)."""

    reason: NotRequired[str]
    referral: NotRequired[str]


class EthicsCode(TypedDict):
    """The code of ethics that you acknowledge, by its name, its text or where it can be read (R12)."""

    code: str
    remark: NotRequired[str]


class Profile(TypedDict):
    """How you work: at least one of these isn't empty (R11, R13, R50)."""

    methods: NotRequired[str]
    experience: NotRequired[str]
    references: NotRequired[str]
    models: NotRequired[list[str]]
    training: NotRequired[str]
    original_supervision: NotRequired[str]
