"""What happens to an engagement before its contract, and its end: the facts that :mod:`domain.engagement` lives on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.facts import Fact, fact, upcasts
from domain.vocabulary import Ending, EngagementKind, Level, Reason, Role

# Version with care: stored for ever.


@fact("engagement.requested", version=2)
class EngagementRequested(Fact):
    """An organisation asks for an engagement (R4, R6), alone or within a programme (R7)."""

    organisation: UUID
    representative: UUID
    line_manager: UUID
    coachee: UUID
    reason: Reason
    kind: EngagementKind = EngagementKind.INDIVIDUAL
    programme: UUID | None = None
    level: Level | None = None


@upcasts("engagement.requested", 1)
def _individual(fields: list[Any]) -> list[Any]:
    """Version 1 knew neither teams nor programmes."""
    return [*fields, EngagementKind.INDIVIDUAL.value, None, None]


@fact("coach.met", version=2)
class CoachMet(Fact):
    """The coachee met a coach; whom stays with the coachee (R24), and with the coach where they are registered."""

    meeting: int
    met_on: date
    coach: UUID | None = None


@upcasts("coach.met", 1)
def _unnamed(fields: list[Any]) -> list[Any]:
    """Version 1 named no coach."""
    return [*fields, None]


@fact("coach.chosen")
class CoachChosen(Fact):
    """The coachee chose a coach; ``meeting`` is 0 when choosing among several was waived."""

    coach: UUID
    meeting: int


@fact("approach.explained")
class ApproachExplained(Fact):
    """First session, step 1 (R23): approach, methods, reference material, ethics."""


@fact("reality.described")
class RealityDescribed(Fact):
    """First session, steps 2 and 3 (R25, R26)."""


@fact("tripartite_meeting.scheduled")
class TripartiteMeetingScheduled(Fact):
    """The meeting with the line manager got its date (R27)."""

    starts_at: datetime


@fact("tripartite_meeting.held")
class TripartiteMeetingHeld(Fact):
    """First session, step 4 (R27)."""

    held_on: date
    present: frozenset[Role]


@fact("engagement.ended")
class EngagementEnded(Fact):
    """The engagement ended, by whom and how (R63, X7)."""

    ending: Ending
    by: Role
