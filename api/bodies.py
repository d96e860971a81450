"""The shapes of requests. Unknown members are refused: a misspelt field must not be lost in silence.

Texts are free (Unicode, NFC or not, any script), at most 20,000 characters each, and are never looked into. Names of
roles, items and reasons are the vocabulary's words. Times carry an offset; they are kept in UTC.
"""

from datetime import UTC
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from api.values import Day, Int, Moment, Name, Number, Said, Text, Texts
from domain.clause import CHOICES
from domain.document import ContractDocument, Objective
from domain.vocabulary import PARTIES, CheckpointDecision, Dynamic, Ending, Item, Quadrant, Reason, Role

Party = Literal["sponsor_organisation", "line_manager", "coach", "coachee"]

_ROLE: Final = {role.word: role for role in PARTIES}
_CHOICE: Final = {item.value: item for item in CHOICES}
Choice = Literal["objectives", "session_dates", "progress_summary", "indicator_readings", "sponsor_voice"]


class Body(BaseModel):
    """Base of all bodies: strict about members and types, silent about values."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    def content(self, *names: str) -> dict[str, Any]:
        """The named members, or all of them, as JSON."""
        return self.model_dump(mode="json", include=set(names) if names else None)


class Person(Body):
    """Yourself, as you want to be known to the service."""

    name: Name
    email: Name
    language: Literal["nl", "fr", "en"] = "en"


class Organisation(Body):
    """The organisation that you represent."""

    name: Name


class PartyNames(Body):
    """The names under which the three are known in this engagement; the coach's comes with the choice."""

    sponsor_organisation: Name
    line_manager: Name
    coachee: Name


class EngagementRequest(Body):
    """A request for an engagement (R4, R6)."""

    organisation_id: UUID
    line_manager_id: UUID
    coachee_id: UUID
    names: PartyNames
    reason: Reason
    title: Said
    request: Said


class CoachMet(Body):
    """A meeting with a coach (R24)."""

    met_on: Day
    coach_name: Name
    impression: Text


class CoachChoice(Body):
    """Your choice; ``meeting`` 0 waives meeting several."""

    coach_id: UUID
    coach_name: Name
    meeting: Annotated[Int, Field(ge=0, le=1_000)]
    why: Text


class Approach(Body):
    """First session, step 1 (R23)."""

    approach: Said
    methods: Said
    reference_material: Text
    ethics: Said


class Reality(Body):
    """First session, steps 2 and 3 (R25, R26)."""

    reality: Said
    problem: Said
    weight: Said
    rationale: Said


class TripartiteMeeting(Body):
    """First session, step 4 (R27)."""

    held_on: Day
    present: Annotated[list[Party], Field(min_length=1, max_length=4)]

    def roles(self) -> frozenset[Role]:
        """Who was there."""
        return frozenset(_ROLE[word] for word in self.present)


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


class Resource(Body):
    """A resource (R43)."""

    kind: Literal["time", "people", "training", "books", "other"]
    description: Said
    provider: Text


class Timing(Body):
    """Deadline, frequency and duration (R44)."""

    deadline: Day
    frequency_days: Annotated[Int, Field(ge=0, le=3_650)]
    session_minutes: Annotated[Int, Field(ge=0, le=1_440)]


class Confidentiality(Body):
    """The clause's choices (R18): who may read what the matrix leaves to the clause."""

    permits: dict[Choice, Annotated[list[Party], Field(max_length=4)]]
    retention_months: Annotated[Int, Field(ge=0, le=1_200)] = 60
    follow_up_months: Annotated[Int, Field(ge=0, le=1_200)] = 6

    def as_permits(self) -> dict[Item, frozenset[Role]]:
        """The choices in the domain's terms."""
        return {_CHOICE[name]: frozenset(_ROLE[word] for word in words) for name, words in self.permits.items()}


class Draft(Body):
    """A contract version's whole text."""

    expectations: Expectations
    objectives: Annotated[list[ObjectiveBody], Field(max_length=50)]
    demands_on_coach: Texts
    demands_on_manager: Texts
    banana_skins: Texts = []
    resources: Annotated[list[Resource], Field(max_length=50)] = []
    timing: Timing
    confidentiality: Confidentiality

    def document(self) -> ContractDocument:
        """The text in the domain's terms, which checks the method's form."""
        return ContractDocument(
            expectations={_ROLE[word]: tuple(said) for word, said in self.expectations.model_dump().items()},
            objectives=tuple(
                Objective(**{**o.model_dump(exclude={"indicators"}), "indicators": tuple(o.indicators)})
                for o in self.objectives
            ),
            demands_on_coach=tuple(self.demands_on_coach),
            demands_on_manager=tuple(self.demands_on_manager),
            banana_skins=tuple(self.banana_skins),
            resources=tuple(resource.model_dump() for resource in self.resources),
            deadline=self.timing.deadline,
            frequency_days=self.timing.frequency_days,
            session_minutes=self.timing.session_minutes,
            permits=self.confidentiality.as_permits(),
            retention_months=self.confidentiality.retention_months,
            follow_up_months=self.confidentiality.follow_up_months,
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


class SessionPlan(Body):
    """The next session's date; ``session`` is its number, one after the other."""

    session: Number
    starts_at: Moment
    minutes: Annotated[Int, Field(ge=1, le=1_440)]
    place: Text = ""

    def starts_at_utc(self) -> Any:
        """The start in UTC."""
        return self.starts_at.astimezone(UTC)


class Review(Body):
    """The opening review's three parts (R30); an empty text says that there was nothing."""

    retained: Text
    practised: Text
    events: Text
    objectives: Annotated[list[Number], Field(max_length=3)] = []


class Expectation(Body):
    """What you expect of this session (R32)."""

    expectation: Said


class Acceptance(Body):
    """The coach's acceptance (R33)."""

    remark: Text = ""


class WorkStart(Body):
    """The work, and the quadrants it is in (R45-R48)."""

    quadrants: Annotated[list[Quadrant], Field(min_length=1, max_length=4)]
    focus: Text = ""


class Work(Body):
    """What was worked on, taught and tried (R22, R46)."""

    themes: Said
    models: Text = ""
    experiment: Text = ""


class Feedback(Body):
    """Feedback on the session; an empty improvement asks for none (R34)."""

    feedback: Said
    improvement: Text = ""


class SessionEnd(Body):
    """How the session ended."""

    attended: StrictBool
    minutes: Annotated[Int, Field(ge=0, le=1_440)]


class Assessment(Body):
    """The checkpoint after four coaching sessions (R35, R36)."""

    clear_results: StrictBool
    decision: CheckpointDecision
    assessment: Said
    analysis: Text = ""


class Voice(Body):
    """The organisation's voice (R16)."""

    statement: Said


class Answer(Body):
    """The answer to it."""

    answer: Said


class Reading(Body):
    """A reading of one of your indicators (R29)."""

    objective: Annotated[Int, Field(ge=1, le=3)]
    indicator: Number
    value: Said
    observation: Text = ""


class Summary(Body):
    """A progress summary."""

    summary: Said


class Note(Body):
    """A private note of the coach's."""

    note: Said


class Entry(Body):
    """An entry in the coachee's journal."""

    entry: Said


class EndOfEngagement(Body):
    """How the engagement ends; the evaluation is for coach and coachee only."""

    ending: Ending
    statement: Said
    evaluation: Text = ""


class Appointment(Body):
    """An overseer's appointment."""

    person_id: UUID
    role: Literal["coaching_supervisor", "auditor"]


class Empty(Body):
    """Nothing to say besides the act itself."""


def field_names() -> frozenset[str]:
    """Every name that a request of ours can legitimately hold."""
    names = {"body", "query", "path", "header", *_CHOICE, *_ROLE}
    kinds = [Body]
    while kinds:
        kind = kinds.pop()
        names |= kind.model_fields.keys()
        kinds += kind.__subclasses__()
    return frozenset(names | {"limit", "cursor", "engagement", "engagement_id", "number", "view"})
