"""The shapes of results: the checkpoint, what the coaching brings, objectives met, asking to end."""

from pydantic import StrictBool

from api.shapes import Body
from api.values import Said, Text
from domain.vocabulary import CheckpointDecision


class Assessment(Body):
    """Your assessment after four coaching sessions, on your own indicators (R29, R35)."""

    clear_results: StrictBool
    assessment: Said


class Countersignature(Body):
    """The coach's word on the assessment: whether they see it as the coachee does."""

    agrees: StrictBool
    remark: Text = ""


class Analysis(Body):
    """Why there are no clear results; the contract is amended or deliberately kept (R36)."""

    decision: CheckpointDecision
    analysis: Said


class Effect(Body):
    """What the coaching itself brings you, as you measure it (R29)."""

    value: Said
    observation: Text = ""


class Met(Body):
    """How you see that an objective is met."""

    statement: Said


class ClosureRequest(Body):
    """You ask to end what is fulfilled (R63); all four read it."""

    statement: Said
