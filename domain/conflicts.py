"""Conflicts of interest: declared before the contract is active and again from time to time (R1, R62, P24)."""

from domain.facts import Fact, fact
from domain.vocabulary import ConflictResolution


@fact("conflict.declared")
class ConflictDeclared(Fact):
    """The coach declared their ties: to any of the parties, in the coachee's reporting line, and whether they conflict.

    Declarations count from 1.
    """

    declaration: int
    ties: bool
    in_reporting_line: bool
    conflict: bool


@fact("conflict.resolved")
class ConflictResolved(Fact):
    """A declared conflict came to its end."""

    declaration: int
    resolution: ConflictResolution
