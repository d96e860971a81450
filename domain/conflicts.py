"""Conflicts of interest: declared before the contract is active and again from time to time (R1, R62, P24).

The coach declares their ties to all four: none, harmless ones, ones that conflict, or that the coach is in the
coachee's reporting line. A conflict stands until it is *resolved*: the coach says that the tie has ended, or
organisation, line manager and coachee each accept it. Who is in the coachee's reporting line is no neutral third party,
whoever accepts it (R1). Without a declaration that is current, and as long as one stands unresolved, no contract is
activated and no session's work starts.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from domain.decisions import Command, Context
from domain.disposal import add_months
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.vocabulary import ConflictResolution, Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

CURRENT_MONTHS: Final = 12
"""How long a declaration counts as current (P24: periodic renewal)."""

ACCEPTING: Final = frozenset({Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACHEE})
"""Who accepts a coach's conflict together: everybody but the coach."""


@fact("conflict.declared")
class ConflictDeclared(Fact):
    """The coach declared their ties: to any of the parties, in the coachee's reporting line, and whether they conflict.

    Declarations count from 1.
    """

    declaration: int
    ties: bool
    in_reporting_line: bool
    conflict: bool


@fact("conflict.accepted")
class ConflictAccepted(Fact):
    """One of the others accepted a declared conflict; it is resolved once all three have."""

    declaration: int
    by: Role


@fact("conflict.resolved")
class ConflictResolved(Fact):
    """A declared conflict came to its end."""

    declaration: int
    resolution: ConflictResolution


@dataclass
class Conflict:
    """A conflict that stands: who accepted it so far."""

    in_reporting_line: bool
    accepted: set[Role] = field(default_factory=set)


@dataclass
class ConflictBook:
    """What the present coach declared, and the conflicts of theirs that stand, by declaration from 1.

    ``declared_at`` is the time of the newest declaration; None before the present coach declared anything.
    """

    declarations: int = 0
    declared_at: datetime | None = None
    standing: dict[int, Conflict] = field(default_factory=dict)

    def apply(self, happened: Fact, at: datetime) -> None:
        """Take in a fact of a declaration, recorded at this time."""
        match happened:
            case ConflictDeclared():
                self.declarations, self.declared_at = happened.declaration, at
                if happened.conflict:
                    self.standing[happened.declaration] = Conflict(happened.in_reporting_line)
            case ConflictAccepted():
                self.standing[happened.declaration].accepted.add(happened.by)
            case ConflictResolved():
                del self.standing[happened.declaration]

    def replaced(self, role: Role) -> None:
        """Somebody else is in a role now: a new coach declares anew, and others accept for themselves."""
        if role is Role.COACH:
            self.declared_at, self.standing = None, {}
        for conflict in self.standing.values():
            conflict.accepted.discard(role)

    def conflict(self, declaration: int) -> Conflict:
        """Guard: a conflict stands under this declaration of the present coach's."""
        if declaration not in self.standing:
            raise Invalid("unknown-conflict")
        return self.standing[declaration]

    def clear(self, at: datetime) -> None:
        """Guard: the coach's declaration is current, and no conflict stands (P24)."""
        if self.declared_at is None or at >= add_months(self.declared_at, CURRENT_MONTHS):
            raise WrongMoment("conflict-undeclared")
        if self.standing:
            raise WrongMoment("conflict-unresolved")


@dataclass(frozen=True, repr=False)
class DeclareConflict(Command):
    """The coach declares their ties; an empty text says that there are none."""

    ties: bool
    in_reporting_line: bool
    conflict: bool
    content: Content


@dataclass(frozen=True, repr=False)
class ResolveConflict(Command):
    """The coach says that a tie has ended."""

    declaration: int
    content: Content


@dataclass(frozen=True, repr=False)
class AcceptConflict(Command):
    """Organisation, line manager or coachee accepts a conflict."""

    declaration: int
    content: Content


def declare(engagement: "Engagement", command: DeclareConflict, _: Context) -> list[Happening]:
    """A declaration to all four. Who is in the coachee's reporting line is in conflict, whatever they think of it."""
    conflict = command.conflict or command.in_reporting_line
    if conflict and not command.ties:
        raise Invalid("tie-undescribed")
    number = engagement.conflicts.declarations + 1
    said = {"declaration": number, "in_reporting_line": command.in_reporting_line, "conflict": conflict}
    happened = ConflictDeclared(
        declaration=number, ties=command.ties, in_reporting_line=command.in_reporting_line, conflict=conflict
    )
    return [Happening(happened, (Part(Item.CONFLICTS, {**command.content, **said}),))]


def resolve(engagement: "Engagement", command: ResolveConflict, _: Context) -> list[Happening]:
    """The tie has ended, and with it the conflict."""
    engagement.conflicts.conflict(command.declaration)
    return [_resolved(command.declaration, ConflictResolution.TIE_ENDED, command.content)]


def accept(engagement: "Engagement", command: AcceptConflict, context: Context) -> list[Happening]:
    """One acceptance; with the third one the conflict is resolved."""
    standing = engagement.conflicts.conflict(command.declaration)
    if standing.in_reporting_line:
        raise Invalid("tie-in-reporting-line")
    if context.role in standing.accepted:
        raise WrongMoment("conflict-already-accepted")
    accepted = Happening(
        ConflictAccepted(declaration=command.declaration, by=context.role),
        (Part(Item.CONFLICTS, {**command.content, "declaration": command.declaration}),),
    )
    if standing.accepted | {context.role} != ACCEPTING:
        return [accepted]
    return [accepted, _resolved(command.declaration, ConflictResolution.ACCEPTED_BY_ALL, {})]


def _resolved(declaration: int, resolution: ConflictResolution, content: Content) -> Happening:
    said = {**content, "declaration": declaration, "resolution": resolution.value}
    return Happening(ConflictResolved(declaration=declaration, resolution=resolution), (Part(Item.CONFLICTS, said),))
