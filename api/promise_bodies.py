"""The shapes of what is promised and done: commitments, resources, demands, experiments, decisions."""

from pydantic import StrictBool

from api.shapes import ROLE, Body, Party
from api.values import Number, Said, Text
from domain.vocabulary import Role


class Fulfilment(Body):
    """What you did about a commitment (R41)."""

    remark: Text = ""


class Assignee(Body):
    """Who takes a commitment over in your place: never the coach (R19); ``line_manager`` takes it back."""

    to: Party
    reason: Said

    def role(self) -> Role:
        """To whom, in the domain's terms."""
        return ROLE[self.to]


class Delivery(Body):
    """A resource that was delivered (R43)."""

    remark: Text = ""


class DemandsReview(Body):
    """Whether the coach meets what is demanded of them (R40)."""

    met: StrictBool
    review: Said


class Experiment(Body):
    """What you are going to try (R46), out of which session."""

    session: Number
    experiment: Said


class Trial(Body):
    """What came of it when you tried."""

    outcome: Said


class Decision(Body):
    """A decision of yours (R57)."""

    decision: Said
    reason: Text = ""


class CoachingRequest(Body):
    """What you ask of the coaching yourself, beside what the organisation asks (X1)."""

    request: Said


class Validation(Body):
    """The coach takes the coachee's request on (X1)."""

    remark: Text = ""
