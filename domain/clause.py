"""The confidentiality clause: the one place where it is decided who may read what, and until when.

The signed clause is the program. It is a *total* function from item and party to a compartment and a lifetime (P3):
:meth:`Clause.disposition` answers for every item, and nothing else in the system decides access. A clause can only
choose where the matrix of requirements.md says K ("only if the signed clause permits"); what the matrix fixes, no
clause can move, and nothing ever leaves the coachee's reach.

A clause belongs to one contract version, and each event pins the version it was sealed under. Version 0 is the
default clause: it permits nothing and rules until the first contract is active.
"""

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

from domain.errors import Invalid
from domain.vocabulary import AUDIENCES, COMPARTMENT_OF, Compartment, DisclosureGround, Item, Lifetime, Role

O, M, C, E = Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE  # noqa: E741 - the matrix's letters
_CLOSURE, _RETENTION, _KEPT = Lifetime.UNTIL_CLOSURE, Lifetime.RETENTION, Lifetime.KEPT


@dataclass(frozen=True)
class Row:
    """One row of the matrix: who always reads an item and until when, and who reads it if the clause permits (K)."""

    always: Mapping[Role, Lifetime]
    if_permitted: Mapping[Role, Lifetime] = field(default_factory=dict)


_FROZEN = {O: _KEPT, M: _KEPT, C: _KEPT, E: _KEPT}
_ALLIANCE = {C: _RETENTION, E: _KEPT}
_COACHEE_KEEPS = {C: _CLOSURE, E: _KEPT}

MATRIX: Final[Mapping[Item, Row]] = MappingProxyType(
    {
        Item.ENGAGEMENT: Row(_FROZEN),
        Item.CONTRACT_DRAFT: Row({M: _CLOSURE, C: _RETENTION, E: _KEPT}),
        Item.CONTRACT_TEXT: Row(_FROZEN),
        Item.OBJECTIVES: Row({M: _CLOSURE, C: _RETENTION, E: _KEPT}, {O: _CLOSURE}),
        Item.DEMANDS: Row({M: _CLOSURE, C: _RETENTION, E: _KEPT}),
        Item.BANANA_SKINS: Row({M: _CLOSURE, C: _RETENTION, E: _KEPT}),
        Item.COACHES_MET: Row({E: _KEPT}),
        Item.APPROACH: Row(_ALLIANCE),
        Item.REALITY: Row(_ALLIANCE),
        Item.SESSION_DATES: Row(_ALLIANCE, {O: _CLOSURE, M: _CLOSURE}),
        Item.SESSION_CONTENT: Row(_ALLIANCE),
        Item.COACH_NOTES: Row({C: _RETENTION}),
        Item.COACHEE_JOURNAL: Row({E: _KEPT}),
        Item.PROGRESS_PROPOSAL: Row(_ALLIANCE),
        Item.PROGRESS_SUMMARY: Row({C: _KEPT, E: _KEPT}, {O: _KEPT, M: _KEPT}),
        Item.INDICATOR_READINGS: Row(_COACHEE_KEEPS, {O: _CLOSURE, M: _CLOSURE}),
        Item.QUADRANT_TAGS: Row(_COACHEE_KEEPS),
        Item.CHECKPOINT: Row(_FROZEN),
        Item.NO_RESULT_ANALYSIS: Row({C: _KEPT, E: _KEPT}),
        Item.SPONSOR_VOICE: Row({O: _KEPT, C: _KEPT, E: _KEPT}, {M: _KEPT}),
        Item.EVALUATION: Row({C: _KEPT, E: _KEPT}),
        Item.FOLLOW_UP: Row({C: Lifetime.FOLLOW_UP, E: _KEPT}, {M: Lifetime.FOLLOW_UP}),
        Item.DISCLOSURES: Row(_ALLIANCE),
        Item.OWN_RECORD: Row({Role.SELF: _KEPT}),
        Item.COACH_PROFILE: Row({E: _KEPT}),
        Item.CREDENTIALS: Row(_FROZEN),
        Item.CONFLICTS: Row(_FROZEN),
        Item.RELATIONSHIP_CONTRACT: Row(_ALLIANCE),
        Item.ACKNOWLEDGEMENTS: Row({O: _KEPT, C: _KEPT, E: _KEPT}),
        Item.ORGANISATION_CONTEXT: Row({O: _KEPT, M: _CLOSURE, C: _RETENTION}),
        Item.COMMITMENTS: Row({M: _KEPT, C: _KEPT, E: _KEPT}),
        Item.COMMITMENT_STATUS: Row(_FROZEN),
        Item.RESOURCES: Row(_FROZEN),
        Item.DECISIONS: Row(_ALLIANCE),
        Item.REFERRAL: Row({C: _KEPT, E: _KEPT}),
        Item.COACHEE_CONCERN: Row(_ALLIANCE),
        Item.MANAGER_CONCERN: Row({M: _CLOSURE, C: _RETENTION}),
        Item.SPONSOR_CONCERN: Row({O: _CLOSURE, C: _RETENTION}),
        Item.FULFILMENT: Row(_FROZEN),
        Item.DEALINGS: Row({O: _KEPT, C: _KEPT, E: _KEPT}),
        Item.WAIVERS: Row(_ALLIANCE),
        Item.SUPERVISION: Row({C: _KEPT, Role.COACHING_SUPERVISOR: _KEPT}),
        Item.PRACTICE: Row({C: _KEPT, Role.COACHING_SUPERVISOR: _KEPT}),
        Item.PROGRAMME: Row({O: _KEPT}),
    }
)
"""The confidentiality matrix of requirements.md, section B, for every item that this version of the system records."""

ELSEWHERE: Final = frozenset({Item.OWN_RECORD, Item.SUPERVISION, Item.PRACTICE, Item.PROGRAMME})
"""Items of streams that belong to no engagement, so no contract says anything about them."""

CHOICES: Final = tuple(item for item, row in MATRIX.items() if row.if_permitted)
"""The items about which a clause can say something."""

REPORTING_ITEMS: Final = tuple(item for item in CHOICES if O in MATRIX[item].if_permitted)
"""What can make a sponsor report: a clause that gives the organisation none of these is refused (R15, P4)."""

EXCEPTIONS: Final = frozenset(
    {
        DisclosureGround.COURT_ORDER,
        DisclosureGround.IMMINENT_DANGER,
        DisclosureGround.ILLEGALITY,
        DisclosureGround.SUPERVISION,
    }
)
"""The exceptions to secrecy that a clause can state (X6). The coachee's own consent and access request are none."""

LONGEST_COOLING_OFF: Final = 30
"""Days at most between a coachee's request for erasure and the erasure: the law's month for answering it."""


@dataclass(frozen=True)
class Disposition:
    """Where a clause puts an item: one compartment, and each reader's lifetime.

    ``permitted`` is the item itself when the clause lets somebody read it beyond the matrix. Such a permission can be
    withdrawn, so what it covers lies under keys of its own; None where only the matrix decides.
    """

    compartment: Compartment
    lifetimes: Mapping[Role, Lifetime]
    permitted: Item | None = None

    @property
    def audience(self) -> frozenset[Role]:
        """The roles that can read the item."""
        return frozenset(self.lifetimes)


@dataclass(frozen=True)
class Clause:
    """A confidentiality clause of one contract version.

    Args:
        version: the contract version it belongs to; 0 is the default clause.
        permits: for each item of :data:`CHOICES` the roles that may read it although the matrix leaves them out;
            an item that isn't named permits nobody.
        retention_months: how long the coach keeps what has the lifetime ``retention``, counted from the closure.
        follow_up_months: how long a follow-up may last, counted from the closure.
        cooling_off_days: how long a coachee may take back a request for erasure, counted from the request.
        exceptions: the grounds on which the coach may disclose a part to somebody else; none by default (X6).

    Raises:
        Invalid: when it permits what no clause can permit, or makes an audience that is not a compartment.
    """

    version: int
    permits: Mapping[Item, frozenset[Role]] = field(default_factory=dict)
    retention_months: int = 60
    follow_up_months: int = 6
    cooling_off_days: int = 0
    exceptions: frozenset[DisclosureGround] = frozenset()

    def __post_init__(self) -> None:
        for item, roles in self.permits.items():
            if not roles <= MATRIX[item].if_permitted.keys():
                raise Invalid("clause-permits-too-much")
            if frozenset(MATRIX[item].always) | roles not in COMPARTMENT_OF:
                raise Invalid("clause-without-compartment")
        if not (1 <= self.retention_months <= 240 and 0 <= self.follow_up_months <= 60):  # noqa: PLR2004 - in months
            raise Invalid("clause-lifetime-out-of-range")
        if self.follow_up_months > self.retention_months or not 0 <= self.cooling_off_days <= LONGEST_COOLING_OFF:
            raise Invalid("clause-lifetime-out-of-range")
        if not self.exceptions <= EXCEPTIONS:
            raise Invalid("clause-permits-too-much")

    @cached_property
    def _table(self) -> Mapping[Item, Disposition]:
        table = {}
        for item, row in MATRIX.items():
            permitted = self.permits.get(item, frozenset())
            lifetimes = {**row.always, **{r: t for r, t in row.if_permitted.items() if r in permitted}}
            table[item] = Disposition(
                COMPARTMENT_OF[frozenset(lifetimes)], MappingProxyType(lifetimes), item if permitted else None
            )
        return table

    def disposition(self, item: Item) -> Disposition:
        """The compartment and lifetimes of an item. Total: every item has an answer (P3)."""
        return self._table[item]

    @property
    def reports_to_sponsor(self) -> bool:
        """Whether the organisation receives at least one item beyond the contract itself (R15, P4)."""
        return any(Role.SPONSOR_ORGANISATION in self.permits.get(item, ()) for item in REPORTING_ITEMS)

    def without(self, items: Collection[Item]) -> "Clause":
        """The same clause after the permissions for these items were withdrawn."""
        permits = {item: roles for item, roles in self.permits.items() if item not in items}
        return dataclasses.replace(self, permits=MappingProxyType(permits))

    def as_table(self) -> list[dict[str, object]]:
        """The whole function, row by row, as it stands in the contract's text and as people sign it."""
        return [
            {
                "item": item.value,
                "compartment": (d := self.disposition(item)).compartment.value,
                "lifetimes": {role.word: d.lifetimes[role].value for role in sorted(d.lifetimes, key=_order)},
                "permitted": [role.word for role in sorted(self.permits.get(item, ()), key=_order)],
            }
            for item in MATRIX
            if item not in ELSEWHERE
        ]


def _order(role: Role) -> int:
    return list(Role).index(role)


DEFAULT_CLAUSE: Final = Clause(version=0)
"""What rules before a contract is active: everything that a clause could permit is kept back (R5: default deny)."""


def audience_of(compartment: Compartment) -> frozenset[Role]:
    """The roles that may ever hold a key of a compartment."""
    return AUDIENCES[compartment]
