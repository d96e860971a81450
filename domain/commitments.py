"""What was promised in the contract, and kept: the line manager's commitments, resources, demands on the coach.

A commitment is the manager's and can't be handed to the coach (R19). Numbers are those of the
contract in force, from 1.
"""

from domain.facts import Fact, fact
from domain.vocabulary import Role


@fact("commitment.kept")
class CommitmentKept(Fact):
    """The line manager kept a commitment (R41)."""

    commitment: int


@fact("commitment.reassigned")
class CommitmentReassigned(Fact):
    """A commitment was handed to somebody else than the line manager, never to the coach (R19)."""

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
