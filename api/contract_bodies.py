"""The shapes of a contract: its text, the reference that signers give, its activation.

Texts are free (Unicode, NFC or not, any script), at most 20,000 characters each, and are never looked into.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StringConstraints
from pydantic.config import JsonDict

from api.shapes import CHOICE, ROLE, Body, Choice, Party
from api.values import Day, Int, Number, Said, Text, Texts
from domain.document import ContractDocument, ManagerDemand, Objective, Resource
from domain.vocabulary import DisclosureGround, Dynamic, Item, ResourceKind, Role

Stated = Literal["court_order", "imminent_danger", "illegality", "supervision"]

_CLAUSE: JsonDict = {
    "permits": {"progress_summary": ["sponsor_organisation", "line_manager"], "session_dates": ["line_manager"]},
    "retention_months": 60,
    "follow_up_months": 6,
    "cooling_off_days": 14,
    "exceptions": ["imminent_danger"],
}


class ObjectiveBody(Body):
    """An objective with its four qualities (R38) and indicators (R39)."""

    statement: Text
    specific: Text
    measurable: Text
    ambitious: Text
    achievable: Text
    indicators: Texts
    dynamic: Dynamic | None = None


class Expectations(Body):
    """What each corner of the triangle expects (R17)."""

    sponsor_organisation: Texts
    coach: Texts
    coachee: Texts


class ResourceBody(Body):
    """A resource (R43): which party provides it, if one of you does, from where, and until when."""

    kind: ResourceKind
    description: Said
    provider: Party | None = None
    source: Text = ""
    due_on: Day | None = None

    def resource(self) -> Resource:
        """In the domain's terms."""
        provider = ROLE[self.provider] if self.provider else None
        return Resource(self.kind, self.description, provider, self.source, self.due_on)


class ManagerDemandBody(Body):
    """What is asked of the line manager (R41); signed, it is their commitment, due by a day if you agree on one."""

    demand: Text
    due_on: Day | None = None


class Interests(Body):
    """What the organisation and what the coachee want out of it, each in their own words (R61)."""

    sponsor_organisation: Text
    coachee: Text


class Timing(Body):
    """Deadline, frequency and duration (R44); how many sessions are planned, and where they are held (X5)."""

    deadline: Day
    frequency_days: Annotated[Int, Field(ge=0, le=3_650)]
    session_minutes: Annotated[Int, Field(ge=0, le=1_440)]
    planned_sessions: Annotated[Int, Field(ge=1, le=1_000)] | None = None
    venue: Text = ""


class Confidentiality(Body):
    """The clause's choices (R18): who may read what the matrix leaves to the clause, and until when.

    ``cooling_off_days`` is how long a request for erasure can be taken back, ``exceptions`` on which grounds the coach
    may disclose something to somebody else (X6). ``aggregate_k`` is how many people a statistic is about at least, in
    which you count; without it, as many as the process policy says.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_CLAUSE]})

    permits: dict[Choice, Annotated[list[Party], Field(max_length=4)]]
    retention_months: Annotated[Int, Field(ge=0, le=1_200)] = 60
    follow_up_months: Annotated[Int, Field(ge=0, le=1_200)] = 6
    cooling_off_days: Annotated[Int, Field(ge=0, le=366)] = 0
    exceptions: Annotated[list[Stated], Field(max_length=10)] = Field(default_factory=list)
    aggregate_k: Annotated[Int, Field(ge=1, le=1_000)] | None = None

    def as_permits(self) -> dict[Item, frozenset[Role]]:
        """The choices in the domain's terms."""
        return {CHOICE[name]: frozenset(ROLE[word] for word in words) for name, words in self.permits.items()}


class Draft(Body):
    """A contract version's whole text.

    ``coaching_request`` is the request within which the coach works, at best effort (R54); ``complaint_route`` where
    to go with a complaint (X9).
    """

    expectations: Expectations
    interests: Interests
    coaching_request: Text
    complaint_route: Text
    objectives: Annotated[list[ObjectiveBody], Field(max_length=50)]
    demands_on_coach: Texts
    demands_on_manager: Annotated[list[ManagerDemandBody], Field(max_length=50)]
    banana_skins: Texts = Field(default_factory=list)
    resources: Annotated[list[ResourceBody], Field(max_length=50)] = Field(default_factory=list)
    timing: Timing
    follow_up_agreed: StrictBool = False
    confidentiality: Confidentiality

    def document(self) -> ContractDocument:
        """The text in the domain's terms, which checks the method's form."""
        return ContractDocument(
            expectations={ROLE[word]: tuple(said) for word, said in self.expectations.model_dump().items()},
            objectives=tuple(
                Objective(**{**o.model_dump(exclude={"indicators"}), "indicators": tuple(o.indicators)})
                for o in self.objectives
            ),
            demands_on_coach=tuple(self.demands_on_coach),
            demands_on_manager=tuple(ManagerDemand(one.demand, one.due_on) for one in self.demands_on_manager),
            banana_skins=tuple(self.banana_skins),
            resources=tuple(resource.resource() for resource in self.resources),
            interests={ROLE[word]: said for word, said in self.interests.model_dump().items()},
            coaching_request=self.coaching_request,
            complaint_route=self.complaint_route,
            deadline=self.timing.deadline,
            frequency_days=self.timing.frequency_days,
            session_minutes=self.timing.session_minutes,
            permits=self.confidentiality.as_permits(),
            retention_months=self.confidentiality.retention_months,
            follow_up_months=self.confidentiality.follow_up_months,
            cooling_off_days=self.confidentiality.cooling_off_days,
            exceptions=frozenset(DisclosureGround(ground) for ground in self.confidentiality.exceptions),
            planned_sessions=self.timing.planned_sessions,
            venue=self.timing.venue,
            follow_up_agreed=self.follow_up_agreed,
            aggregate_k=self.confidentiality.aggregate_k or 0,
        )


class DocumentReference(Body):
    """The contract version that you mean, by number and hash, as your view shows it."""

    contract_version: Number
    document_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Signature(DocumentReference):
    """Your signature. Without one of your own making, your key in custody signs."""

    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")] | None = None


class Activation(Body):
    """The version to put in force."""

    contract_version: Number
