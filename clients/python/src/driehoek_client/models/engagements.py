# Made by `make reference` from api/openapi.json; don't edit.
"""Models: engagements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NotRequired, TypeAlias, TypedDict

from driehoek_client.models.common import Level


class Acknowledgement(TypedDict):
    """You acknowledge that the coach brings no answers and promises effort, no result (R20, R21, R54)."""

    statement: NotRequired[str]


class Approach(TypedDict):
    """First session, step 1 (R23)."""

    approach: str
    methods: str
    reference_material: str
    ethics: str


class CoachChoice(TypedDict):
    """Your choice; ``meeting`` 0 waives meeting several."""

    coach_id: str
    coach_name: str
    meeting: int
    why: str


class CoachMet(TypedDict):
    """A meeting with a coach (R24); with their id they become a candidate, who can tell you of themself (R13)."""

    met_on: date | str
    coach_id: NotRequired[str | None]
    coach_name: str
    impression: str


class EndOfEngagement(TypedDict):
    """How the engagement ends; the evaluation is for coach and coachee only."""

    ending: Ending
    statement: str
    evaluation: NotRequired[str]


class EndOfMembership(TypedDict):
    """Who leaves the team: you, or whom you as the coachee see off."""

    person_id: str
    statement: NotRequired[str]


Ending: TypeAlias = Literal["fulfilled", "chose_not_to_change", "broken_off"]
"""How an engagement ended (R63, X7; R21: not to change is a valid outcome, never a breach)."""

EngagementKind: TypeAlias = Literal["individual", "team"]
"""Whether one person is coached or a team (R4)."""


class EngagementRequest(TypedDict):
    """A request for an engagement (R4, R6), alone or within a programme of yours, at a level (R7)."""

    organisation_id: str
    line_manager_id: str
    coachee_id: str
    programme_id: NotRequired[str | None]
    level: NotRequired[Level | None]
    names: PartyNames
    reason: Reason
    kind: NotRequired[EngagementKind]
    title: str
    request: str


LeadershipStyle: TypeAlias = Literal["commands", "coaching_manager", "gives_meaning"]
"""How somebody in charge leads: from commands by way of coaching to giving meaning (R3)."""


class MeetingDate(TypedDict):
    """When and where you, the coachee and the line manager meet (R27)."""

    starts_at: datetime | str
    place: NotRequired[str]


class OrganisationContext(TypedDict):
    """What the coaching has to heed of the organisation; at least one of the three says something (R60)."""

    culture: NotRequired[str]
    context: NotRequired[str]
    constraints: NotRequired[str]


Paradox: TypeAlias = Literal["self_rescue", "helpers_too_close", "least_competent_with_problem_persons"]
"""Why somebody in charge needs a neutral third party (R2)."""


class PartyNames(TypedDict):
    """The names under which the three are known in this engagement; the coach's comes with the choice."""

    sponsor_organisation: str
    line_manager: str
    coachee: str


class Reality(TypedDict):
    """First session, steps 2 and 3 (R25, R26); tags, if they help: paradoxes (R2), how you lead (R3)."""

    reality: str
    problem: str
    weight: str
    rationale: str
    paradoxes: NotRequired[list[Paradox]]
    leadership_style: NotRequired[LeadershipStyle | None]


Reason: TypeAlias = Literal["improve_performance", "lead_a_project", "manage_a_crisis", "take_up_a_role"]
"""Why an individual engagement is asked for (R6)."""


class RelationshipContract(TypedDict):
    """How you want to deal with each other: what each may expect, and what to do when either goes too far (R12)."""

    text: str


class TeamMember(TypedDict):
    """Somebody who is to be a member of the team that you speak for (R4)."""

    person_id: str
    name: str


class TripartiteMeeting(TypedDict):
    """First session, step 4 (R27)."""

    held_on: date | str
    present: list[Literal["sponsor_organisation", "line_manager", "coach", "coachee"]]


class ViewsListed(TypedDict):
    """An engagement of yours, or one that you have left; ``status`` is ``gone`` where nothing is left to read."""

    id: str
    view: str
    version: str
    status: str
    title: str | None
    names: dict[str, str | None]


class ViewsListing(TypedDict):
    """A page of them."""

    entries: list[ViewsListed]
    next: str | None
