"""New dealings between the coach and a party after the end, declared in the cooling period (R65)."""

from domain.facts import Fact, fact
from domain.vocabulary import DealingKind, Role


@fact("dealing.declared")
class DealingDeclared(Fact):
    """The coach declared a new dealing with a party; dealings count from 1."""

    dealing: int
    kind: DealingKind
    counterpart: Role
