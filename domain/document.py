"""The tripartite contract's text: what the coachee and the line manager write, guided by the coach.

The document knows the method's form: one to three objectives (P6), four qualities each (P7), at least one success
indicator each (P8), demands on both sides (P10), timing in three values (P13), what each corner expects (R17), and a
clause that reports something (P4). It states the interests of organisation and coachee (R61), the request within which
the coach works at their best effort, with no guarantee (R54), and where to complain (X9).

It is cut into *sections*, one per item of the matrix, because a clause may show the organisation one section and keep
another from it. Each section is committed to with a salt, and the document's hash covers the commitments: all four
sign one hash, also for a section they may not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.adherence.parameters import FIRST
from domain.clause import Clause
from domain.errors import Invalid
from domain.events import Content
from domain.facts import Fact, fact, upcasts
from domain.vocabulary import DisclosureGround, Dynamic, Item, Quality, ResourceKind, Role

MAX_OBJECTIVES: Final = 3

LEAST_K: Final = FIRST.aggregate_people
"""How many people a statistic is about at least; a contract may ask for more (requirements.md, B)."""

SECTIONS: Final[Mapping[str, Item]] = {
    "terms": Item.CONTRACT_TEXT,
    "objectives": Item.OBJECTIVES,
    "demands": Item.DEMANDS,
    "banana_skins": Item.BANANA_SKINS,
}
"""The sections of every contract and the item that each is for the clause; banana skins have their own (R42)."""


@dataclass(frozen=True, repr=False)
class Objective:
    """A change goal (R28) with its four qualities (R38) and success indicators (R39); its dynamic is a tag (R8)."""

    statement: str
    specific: str
    measurable: str
    ambitious: str
    achievable: str
    indicators: tuple[str, ...]
    dynamic: Dynamic | None = None

    def check(self) -> None:
        """Raise :class:`Invalid` when a quality (P7) or every indicator (P8) is missing."""
        if not _all_said((self.statement, self.specific, self.measurable, self.ambitious, self.achievable)):
            raise Invalid("objective-quality-missing")
        if not _all_said(self.indicators):
            raise Invalid("indicator-missing")


@dataclass(frozen=True, repr=False)
class Resource:
    """A resource: time, people, training, books (R43).

    Attributes:
        provider: the party who provides it, None for somebody outside the triangle.
        source: from whom or where it comes, in words.
        due_on: until when it is promised, if that was agreed.
    """

    kind: ResourceKind
    description: str
    provider: Role | None = None
    source: str = ""
    due_on: date | None = None

    def as_json(self) -> Content:
        """As people read it."""
        return {
            "kind": self.kind.value,
            "description": self.description,
            "provider": self.provider.word if self.provider else None,
            "source": self.source,
            "due_on": _day(self.due_on),
        }


@dataclass(frozen=True, repr=False)
class ManagerDemand:
    """What is asked of the line manager, to help; by signing it is their commitment (R41)."""

    demand: str
    due_on: date | None = None


@dataclass(frozen=True)
class ObjectiveFacts:
    """What the write model knows of an objective: that it is complete, never what it says."""

    indicators: int
    dynamic: Dynamic | None
    qualities: frozenset[Quality] = frozenset(Quality)


@dataclass(frozen=True)
class ResourceTerms:
    """A resource that the contract promises (R43): of what kind, by whom, until when."""

    kind: ResourceKind
    provider: Role | None
    due_on: date | None


@dataclass(frozen=True)
class CommitmentTerms:
    """What the line manager takes upon themself (R41), until when; its number is its place, from 1."""

    due_on: date | None


@fact("contract.drafted", version=2)
class ContractDrafted(Fact):
    """A contract version was written; both authors are still to assent.

    ``policy`` is the version of the adherence policy that the contract pins, ``aggregate_k`` how many people a
    statistic must at least be about, ``planned_sessions`` how many are planned, if it says so.
    """

    contract_version: int
    document_hash: bytes
    author: Role
    objectives: tuple[ObjectiveFacts, ...]
    demands_on_coach: int
    demands_on_manager: tuple[CommitmentTerms, ...]
    banana_skins: int
    resources: tuple[ResourceTerms, ...]
    deadline: date
    frequency_days: int
    session_minutes: int
    planned_sessions: int | None
    follow_up_agreed: bool
    policy: int
    aggregate_k: int
    permits: Mapping[Item, frozenset[Role]]
    retention_months: int
    follow_up_months: int
    cooling_off_days: int
    exceptions: frozenset[DisclosureGround]


@upcasts("contract.drafted", 1)
def _counts_only(fields: list[Any]) -> list[Any]:
    """Version 1 counted what is asked of the manager and the resources, and knew no plan, no policy and no k.

    Nor did it name the four qualities, which were asked for then, too.
    """
    *first, objectives, on_coach, on_manager, banana_skins, resources, deadline, frequency, minutes = fields[:11]
    qualities = sorted(quality.value for quality in Quality)
    commitments = [[None]] * on_manager
    means = [[ResourceKind.OTHER.value, None, None]] * resources
    return [
        *first,
        [[*objective, qualities] for objective in objectives],
        on_coach,
        commitments,
        banana_skins,
        means,
        deadline,
        frequency,
        minutes,
        None,
        False,
        1,
        LEAST_K,
        *fields[11:],
    ]


@dataclass(frozen=True, repr=False)
class ContractDocument:
    """The whole text of one contract version.

    Attributes:
        demands_on_manager: what the line manager commits themself to, each until when.
        interests: the organisation's and the coachee's, in words (R61).
        coaching_request: the request within which the coach works, at best effort (R54).
        complaint_route: where to go with a complaint (X9).
        planned_sessions: how many are planned, if that was agreed; ``venue``: where they are held (X5).
        follow_up_agreed: whether a follow-up after the end was agreed on (R66).
        aggregate_k: how many people a statistic is about at least, in which this engagement counts; 0 leaves it to the
            policy that the draft pins.
        policy: the version of the process policy that this contract is reviewed by: the newest when it is drafted.

    Raises:
        Invalid: with the name of the first rule that the text breaks.
    """

    expectations: Mapping[Role, tuple[str, ...]]
    objectives: tuple[Objective, ...]
    demands_on_coach: tuple[str, ...]
    demands_on_manager: tuple[ManagerDemand, ...]
    banana_skins: tuple[str, ...]
    resources: tuple[Resource, ...]
    interests: Mapping[Role, str]
    coaching_request: str
    complaint_route: str
    deadline: date
    frequency_days: int
    session_minutes: int
    permits: Mapping[Item, frozenset[Role]]
    retention_months: int
    follow_up_months: int
    cooling_off_days: int = 0
    exceptions: frozenset[DisclosureGround] = frozenset()
    planned_sessions: int | None = None
    venue: str = ""
    follow_up_agreed: bool = False
    aggregate_k: int = 0
    policy: int = FIRST.version

    def __post_init__(self) -> None:
        if not self.objectives:
            raise Invalid("no-objectives")  # P6
        if len(self.objectives) > MAX_OBJECTIVES:
            raise Invalid("too-many-objectives")  # P6, R38
        for objective in self.objectives:
            objective.check()
        for demands in (self.demands_on_coach, tuple(one.demand for one in self.demands_on_manager)):
            if not _all_said(demands):
                raise Invalid("demands-missing")  # P10, R40, R41
        for corner in (Role.SPONSOR_ORGANISATION, Role.COACH, Role.COACHEE):
            if not _all_said(self.expectations.get(corner, ())):
                raise Invalid("expectations-missing")  # R17
        self._check_terms()
        if not self.clause(0).reports_to_sponsor:
            raise Invalid("empty-reporting-clause")  # P4, R15

    def _check_terms(self) -> None:
        if not _all_said(tuple(self.interests.get(one, "") for one in (Role.SPONSOR_ORGANISATION, Role.COACHEE))):
            raise Invalid("interests-missing")
        if not self.coaching_request.strip():
            raise Invalid("coaching-request-missing")
        if not self.complaint_route.strip():
            raise Invalid("complaint-route-missing")
        if self.frequency_days < 1 or self.session_minutes < 1:
            raise Invalid("timing-missing")  # P13, R44
        if self.follow_up_agreed and self.follow_up_months < 1:
            raise Invalid("follow-up-without-time")
        if 0 < self.aggregate_k < LEAST_K:
            raise Invalid("aggregate-too-small")

    def clause(self, contract_version: int) -> Clause:
        """The confidentiality clause that this text contains."""
        return Clause(
            contract_version,
            self.permits,
            self.retention_months,
            self.follow_up_months,
            self.cooling_off_days,
            self.exceptions,
        )

    def sections(self, contract_version: int) -> dict[str, Content]:
        """The text cut by item, as JSON objects; an empty section is there too, so all versions look alike."""
        return {
            "terms": {
                "expectations": {role.word: list(said) for role, said in self.expectations.items()},
                "interests": {role.word: said for role, said in self.interests.items()},
                "coaching_request": self.coaching_request,
                "obligation": "best_effort",
                "complaint_route": self.complaint_route,
                "resources": [resource.as_json() for resource in self.resources],
                "timing": {
                    "deadline": self.deadline.isoformat(),
                    "frequency_days": self.frequency_days,
                    "session_minutes": self.session_minutes,
                    "planned_sessions": self.planned_sessions,
                    "venue": self.venue,
                },
                "follow_up_agreed": self.follow_up_agreed,
                "policy": self.policy,
                "confidentiality": {
                    "retention_months": self.retention_months,
                    "follow_up_months": self.follow_up_months,
                    "cooling_off_days": self.cooling_off_days,
                    "exceptions": sorted(ground.value for ground in self.exceptions),
                    "aggregate_k": self.aggregate_k,
                    "items": self.clause(contract_version).as_table(),
                },
            },
            "objectives": {"objectives": [_objective(o) for o in self.objectives]},
            "demands": {
                "on_coach": list(self.demands_on_coach),
                "on_manager": [{"demand": d.demand, "due_on": _day(d.due_on)} for d in self.demands_on_manager],
            },
            "banana_skins": {"banana_skins": list(self.banana_skins)},
        }

    def facts(self, contract_version: int, document_hash: bytes, author: Role) -> ContractDrafted:
        """What the write model keeps of the text: counts, dates and the clause."""
        return ContractDrafted(
            contract_version=contract_version,
            document_hash=document_hash,
            author=author,
            objectives=tuple(ObjectiveFacts(len(o.indicators), o.dynamic) for o in self.objectives),
            demands_on_coach=len(self.demands_on_coach),
            demands_on_manager=tuple(CommitmentTerms(d.due_on) for d in self.demands_on_manager),
            banana_skins=len(self.banana_skins),
            resources=tuple(ResourceTerms(r.kind, r.provider, r.due_on) for r in self.resources),
            deadline=self.deadline,
            frequency_days=self.frequency_days,
            session_minutes=self.session_minutes,
            planned_sessions=self.planned_sessions,
            follow_up_agreed=self.follow_up_agreed,
            policy=self.policy,
            aggregate_k=self.aggregate_k,
            permits={item: roles for item, roles in self.permits.items() if roles},
            retention_months=self.retention_months,
            follow_up_months=self.follow_up_months,
            cooling_off_days=self.cooling_off_days,
            exceptions=self.exceptions,
        )


def _objective(objective: Objective) -> dict[str, Any]:
    return {
        "statement": objective.statement,
        "qualities": {
            "specific": objective.specific,
            "measurable": objective.measurable,
            "ambitious": objective.ambitious,
            "achievable": objective.achievable,
        },
        "indicators": list(objective.indicators),
        "dynamic": objective.dynamic.value if objective.dynamic else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _all_said(texts: tuple[str, ...]) -> bool:
    return bool(texts) and all(text.strip() for text in texts)
