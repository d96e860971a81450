"""The shapes of what is found out along the way: the checkpoint's assessment, countersignature and analysis."""

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
