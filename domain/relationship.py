"""How the four will deal with each other: relationship contract, acknowledgements, the organisation's context.

The coach proposes a relationship contract and the coachee agrees (R12). Organisation and coachee acknowledge what
coaching isn't (R20): the coach won't bring the answers, and nothing comes of itself. The organisation tells its
culture, context and constraints (R60).
"""

from domain.facts import Fact, fact
from domain.vocabulary import Role


@fact("relationship_contract.proposed")
class RelationshipContractProposed(Fact):
    """The coach proposed a relationship contract; ``proposal`` counts from 1."""

    proposal: int


@fact("relationship_contract.agreed")
class RelationshipContractAgreed(Fact):
    """The coachee agreed to a proposal."""

    proposal: int


@fact("limits.acknowledged")
class LimitsAcknowledged(Fact):
    """Organisation or coachee acknowledged what coaching can't promise (R20, R21, R54)."""

    by: Role


@fact("organisation_context.recorded")
class OrganisationContextRecorded(Fact):
    """Culture, context and constraints of the organisation were recorded (R60)."""

    by: Role
