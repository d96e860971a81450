"""What was promised in the contract, and kept: the line manager's commitments, resources, demands on the coach.

A commitment is the manager's: they may hand it to somebody in the organisation, never to the coach (R19), and it is
they who say that it was kept (R41). What a commitment is stays between manager, coach and coachee; how it stands goes
to the organisation, too. Numbers are those of the contract in force, from 1; with its next version they begin anew.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.decisions import Command, Context
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("commitment.kept")
class CommitmentKept(Fact):
    """The line manager kept a commitment (R41)."""

    commitment: int


@fact("commitment.reassigned")
class CommitmentReassigned(Fact):
    """A commitment was handed to somebody else than the line manager, never to the coach (R19), or taken back."""

    commitment: int
    to: Role


@fact("resource.delivered")
class ResourceDelivered(Fact):
    """A resource was delivered (R43)."""

    resource: int
    by: Role


@fact("demands.reviewed")
class DemandsReviewed(Fact):
    """Coachee or line manager reviewed the demands on the coach (R40)."""

    by: Role
    met: bool


@dataclass
class PromiseBook:
    """What was kept and delivered, each by contract version and number."""

    kept: set[tuple[int, int]] = field(default_factory=set)
    delivered: set[tuple[int, int]] = field(default_factory=set)

    def apply(self, happened: Fact, contract_version: int) -> None:
        """Take in a fact about what the contract in force promises."""
        match happened:
            case CommitmentKept():
                self.kept.add((contract_version, happened.commitment))
            case ResourceDelivered():
                self.delivered.add((contract_version, happened.resource))


@dataclass(frozen=True, repr=False)
class KeepCommitment(Command):
    """The line manager says that a commitment was kept (R41)."""

    commitment: int
    content: Content


@dataclass(frozen=True, repr=False)
class ReassignCommitment(Command):
    """The line manager hands a commitment on, or takes it back (R19)."""

    commitment: int
    to: Role
    content: Content


@dataclass(frozen=True, repr=False)
class DeliverResource(Command):
    """A party says that a resource was delivered (R43)."""

    resource: int
    content: Content


@dataclass(frozen=True, repr=False)
class ReviewDemands(Command):
    """Coachee or line manager review the demands on the coach (R40)."""

    met: bool
    content: Content


def keep(engagement: "Engagement", command: KeepCommitment, _: Context) -> list[Happening]:
    """A commitment is kept once."""
    version = _open_commitment(engagement, command.commitment)
    happened = CommitmentKept(commitment=command.commitment)
    return [Happening(happened, _parts(version, command.commitment, command.content, status="kept"))]


def reassign(engagement: "Engagement", command: ReassignCommitment, _: Context) -> list[Happening]:
    """To anybody but the coach, on whom managers might unload what is theirs."""
    version = _open_commitment(engagement, command.commitment)
    if command.to is Role.COACH:
        raise Invalid("commitment-to-coach")
    happened = CommitmentReassigned(commitment=command.commitment, to=command.to)
    content = {**command.content, "to": command.to.word}
    return [Happening(happened, _parts(version, command.commitment, content, status="reassigned"))]


def deliver(engagement: "Engagement", command: DeliverResource, context: Context) -> list[Happening]:
    """A resource is delivered once; the record says who says so."""
    terms = engagement.contract.in_force
    if not 1 <= command.resource <= len(terms.resources):
        raise Invalid("unknown-resource")
    if (terms.contract_version, command.resource) in engagement.promises.delivered:
        raise WrongMoment("already-delivered")
    content = {**command.content, "resource": command.resource, "contract_version": terms.contract_version}
    happened = ResourceDelivered(resource=command.resource, by=context.role)
    return [Happening(happened, (Part(Item.RESOURCES, content),))]


def review(engagement: "Engagement", command: ReviewDemands, context: Context) -> list[Happening]:
    """Whether the coach meets what is demanded of them, as often as somebody looks at it."""
    version = engagement.contract.in_force.contract_version
    content = {**command.content, "met": command.met, "contract_version": version}
    happened = DemandsReviewed(by=context.role, met=command.met)
    return [Happening(happened, (Part(Item.DEMANDS, content),))]


def _open_commitment(engagement: "Engagement", number: int) -> int:
    """The version of the contract in force, whose commitment this is; it exists and isn't kept yet."""
    terms = engagement.contract.in_force
    if not 1 <= number <= len(terms.demands_on_manager):
        raise Invalid("unknown-commitment")
    if (terms.contract_version, number) in engagement.promises.kept:
        raise WrongMoment("already-kept")
    return terms.contract_version


def _parts(version: int, number: int, content: Content, status: str) -> tuple[Part, ...]:
    which = {"commitment": number, "contract_version": version}
    return Part(Item.COMMITMENTS, {**content, **which}), Part(Item.COMMITMENT_STATUS, {**which, "status": status})
