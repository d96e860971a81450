"""The coachee's own request, beside the organisation's (X1): stated by the coachee, validated by the coach.

What the organisation asks for stands in its request for the engagement, which all four read. What the coachee asks for
is theirs: coach and coachee read it, and the coach says that they take it on as the request within which they work
(R54). It may be stated again until then.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.decisions import Command, Context
from domain.errors import WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import Item

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("coaching_request.stated")
class CoachingRequestStated(Fact):
    """The coachee said what they ask for; statements count from 1."""

    statement: int


@fact("coaching_request.validated")
class CoachingRequestValidated(Fact):
    """The coach took the last statement on."""

    statement: int


@dataclass
class RequestBook:
    """How often the coachee stated their request, and whether the coach took it on."""

    statements: int = 0
    validated: bool = False

    def apply(self, happened: Fact) -> None:
        """Take in a fact of the request."""
        match happened:
            case CoachingRequestStated():
                self.statements = happened.statement
            case CoachingRequestValidated():
                self.validated = True


@dataclass(frozen=True, repr=False)
class StateCoachingRequest(Command):
    """The coachee says what they ask for (X1)."""

    content: Content


@dataclass(frozen=True, repr=False)
class ValidateCoachingRequest(Command):
    """The coach takes it on (X1)."""

    content: Content


def state(engagement: "Engagement", command: StateCoachingRequest, _: Context) -> list[Happening]:
    """The coachee's words; said again they replace what was said before."""
    if engagement.request.validated:
        raise WrongMoment("coaching-request-validated")
    number = engagement.request.statements + 1
    content = {**command.content, "statement_number": number}
    return [Happening(CoachingRequestStated(statement=number), (Part(Item.REALITY, content),))]


def validate(engagement: "Engagement", command: ValidateCoachingRequest, _: Context) -> list[Happening]:
    """The coach's word on the last statement, once."""
    if engagement.request.statements == 0:
        raise WrongMoment("coaching-request-not-stated")
    if engagement.request.validated:
        raise WrongMoment("coaching-request-validated")
    number = engagement.request.statements
    content = {**command.content, "statement_number": number}
    return [Happening(CoachingRequestValidated(statement=number), (Part(Item.REALITY, content),))]
