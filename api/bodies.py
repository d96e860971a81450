"""The shapes of requests from an engagement's beginning to its end; more in ``contract_bodies`` and ``ending_bodies``.

Texts are free (Unicode, NFC or not, any script), at most 20,000 characters each, and are never looked into. Names of
roles, items and reasons are the vocabulary's words. Times carry an offset; they are kept in UTC.
"""

from datetime import UTC
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StrictBool, field_validator

from api.shapes import ROLE, Body, Party
from api.values import Day, Int, Moment, Name, Number, Said, Sayings, Text
from domain.vocabulary import Ending, EngagementKind, LeadershipStyle, Level, Paradox, Quadrant, Reason, Role


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
    """A request for an engagement (R4, R6), alone or within a programme of yours, at a level (R7)."""

    organisation_id: UUID
    line_manager_id: UUID
    coachee_id: UUID
    programme_id: UUID | None = None
    level: Level | None = None
    names: PartyNames
    reason: Reason
    kind: EngagementKind = EngagementKind.INDIVIDUAL
    title: Said
    request: Said


class TeamMember(Body):
    """Somebody who is to be a member of the team that you speak for (R4)."""

    person_id: UUID
    name: Name


class EndOfMembership(Body):
    """Who leaves the team: you, or whom you as the coachee see off."""

    person_id: UUID
    statement: Text = ""


class CoachMet(Body):
    """A meeting with a coach (R24); with their id they become a candidate, who can tell you of themself (R13)."""

    met_on: Day
    coach_id: UUID | None = None
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
    """First session, steps 2 and 3 (R25, R26); tags, if they help: paradoxes (R2), how you lead (R3)."""

    reality: Said
    problem: Said
    weight: Said
    rationale: Said
    paradoxes: Annotated[list[Paradox], Field(max_length=3, json_schema_extra={"uniqueItems": True})] = Field(
        default_factory=list
    )
    leadership_style: LeadershipStyle | None = None

    @field_validator("paradoxes")
    @classmethod
    def _each_once(cls, paradoxes: list[Paradox]) -> list[Paradox]:
        if len(set(paradoxes)) < len(paradoxes):
            raise ValueError
        return paradoxes


class TripartiteMeeting(Body):
    """First session, step 4 (R27)."""

    held_on: Day
    present: Annotated[list[Party], Field(min_length=1, max_length=4)]

    def roles(self) -> frozenset[Role]:
        """Who was there."""
        return frozenset(ROLE[word] for word in self.present)


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
    objectives: Annotated[list[Number], Field(max_length=3)] = Field(default_factory=list)


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
    """What was worked on, which models were taught and techniques practised (R22), what is to be tried (R46).

    Names of people outside the triangle go into ``third_parties``, a field of their own (R47).
    """

    themes: Said
    models: Sayings = Field(default_factory=list)
    techniques: Sayings = Field(default_factory=list)
    experiment: Text = ""
    third_parties: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)


class Feedback(Body):
    """Feedback on the session; an empty improvement asks for none (R34)."""

    feedback: Said
    improvement: Text = ""


class SessionEnd(Body):
    """How the session ended."""

    attended: StrictBool
    minutes: Annotated[Int, Field(ge=0, le=1_440)]


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
