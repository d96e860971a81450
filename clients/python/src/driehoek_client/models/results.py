# Made by `make reference` from api/openapi.json; don't edit.
"""Models: results."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict


class Analysis(TypedDict):
    """Why there are no clear results; the contract is amended or deliberately kept (R36)."""

    decision: CheckpointDecision
    analysis: str


class Assessment(TypedDict):
    """Your assessment after four coaching sessions, on your own indicators (R29, R35)."""

    clear_results: bool
    assessment: str


CheckpointDecision: TypeAlias = Literal["go_on", "amend", "keep_unchanged"]
"""What follows from the checkpoint after four sessions (R35, R36)."""


class ClosureRequest(TypedDict):
    """You ask to end what is fulfilled (R63); all four read it."""

    statement: str


class Countersignature(TypedDict):
    """The coach's word on the assessment: whether they see it as the coachee does."""

    agrees: bool
    remark: NotRequired[str]


class Effect(TypedDict):
    """What the coaching itself brings you, as you measure it (R29)."""

    value: str
    observation: NotRequired[str]


class Met(TypedDict):
    """How you see that an objective is met."""

    statement: str
