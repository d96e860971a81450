"""The coachee's request for access, and what the engagement knows of disclosures of the coach's notes (X10).

A notebook is a stream that only its coach sees. So that "for the coach only" doesn't mean "never to be seen by the
person whom it is about" (GDPR art. 15), the coachee asks, the coach discloses notes (:mod:`domain.disclosure`) or
says why not, and the time for it is on record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from domain.decisions import Command, Context
from domain.disposal import end_of
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact, rfc3339
from domain.vocabulary import DisclosureGround, ErasureGround, Item, Lifetime, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

ANSWER_WITHIN: Final = timedelta(days=30)
"""The time in which a request for access is answered (GDPR art. 12(3))."""


@fact("disclosure.noted")
class DisclosureNoted(Fact):
    """A note of the coach's was disclosed: told where the coachee can read of it. ``stream`` is the notebook."""

    disclosure_id: UUID
    stream: UUID
    recipient: UUID
    ground: DisclosureGround
    expires_at: datetime


@fact("access.requested")
class AccessRequested(Fact):
    """The coachee asks to see what the coach wrote down (GDPR art. 15); to be answered by ``due_at``."""

    request: int
    due_at: datetime


@fact("access.answered")
class AccessAnswered(Fact):
    """The coach answered with these disclosures; none of them is a refusal, for a reason that the coachee reads."""

    request: int
    disclosed: frozenset[UUID]


@dataclass
class AccessBook:
    """Disclosures that were noted by id, and the requests for access by number: answered or not."""

    noted: dict[UUID, DisclosureNoted] = field(default_factory=dict)
    requests: dict[int, bool] = field(default_factory=dict)

    def apply(self, happened: Fact) -> None:
        """Take in a fact of access."""
        match happened:
            case DisclosureNoted():
                self.noted[happened.disclosure_id] = happened
            case AccessRequested():
                self.requests[happened.request] = False
            case AccessAnswered():
                self.requests[happened.request] = True


@dataclass(frozen=True, repr=False)
class RequestAccess(Command):
    """The coachee asks for access to what the coach noted (X10); also after the end."""

    content: Content


@dataclass(frozen=True, repr=False)
class AnswerAccess(Command):
    """The coach answers with disclosures made before, or, without any, refuses and says why."""

    request: int
    disclosed: frozenset[UUID]
    content: Content


def request_access(engagement: "Engagement", command: RequestAccess, context: Context) -> list[Happening]:
    """A request, with the day by which it is to be answered."""
    if Role.COACH not in engagement.parties:
        raise WrongMoment("no-coach-yet")
    end = end_of(Lifetime.RETENTION, engagement.parties[Role.COACH], engagement.terms)
    if end is not None and end[1] is ErasureGround.RETENTION_END and end[0] <= context.at:
        raise WrongMoment("retention-over")  # there is nothing left to give access to
    number, due_at = len(engagement.access.requests) + 1, context.at + ANSWER_WITHIN
    said = {**command.content, "request": number, "due_at": rfc3339(due_at)}
    return [Happening(AccessRequested(request=number, due_at=due_at), (Part(Item.DISCLOSURES, said),))]


def answer_access(engagement: "Engagement", command: AnswerAccess, _: Context) -> list[Happening]:
    """One answer to each request, naming disclosures that were made to the coachee on such a request."""
    book = engagement.access
    if command.request not in book.requests:
        raise Invalid("unknown-request")
    if book.requests[command.request]:
        raise WrongMoment("already-answered")
    if not command.disclosed <= _shown_to_the_coachee(engagement):
        raise Invalid("unknown-disclosure")
    disclosed = sorted(str(one) for one in command.disclosed)
    said = {**command.content, "request": command.request, "disclosed": disclosed, "refused": not disclosed}
    happened = AccessAnswered(request=command.request, disclosed=command.disclosed)
    return [Happening(happened, (Part(Item.DISCLOSURES, said),))]


def _shown_to_the_coachee(engagement: "Engagement") -> set[UUID]:
    coachee = engagement.parties[Role.COACHEE]
    recipients: Mapping[UUID, UUID] = {
        **{one.disclosure_id: one.recipient for one in engagement.access.noted.values()},
        **{one.disclosure_id: one.recipient.principal for one in engagement.ledger.disclosures.values()},
    }
    return {disclosure for disclosure, recipient in recipients.items() if recipient == coachee}
