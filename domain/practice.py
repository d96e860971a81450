"""A coach's practice: credentials, supervision place, supervision, development (R50, R51, R52).

One stream for each coach, whatever they are engaged in. Its readers are the coach and, from the day on which a
supervision place names them, the coach's supervisor.
"""

from datetime import date
from uuid import UUID

from domain.facts import Fact, fact
from domain.vocabulary import CredentialKind, DevelopmentKind


@fact("practice.credential_recorded")
class CredentialRecorded(Fact):
    """A credential; credentials count from 1."""

    credential: int
    kind: CredentialKind
    awarded_on: date
    valid_until: date | None


@fact("practice.supervision_place_registered")
class SupervisionPlaceRegistered(Fact):
    """The coach has a place of supervision from a day on; ``supervisor`` where that person is registered here."""

    place: int
    supervisor: UUID | None
    since: date


@fact("practice.supervision_place_left")
class SupervisionPlaceLeft(Fact):
    """The coach has left a place."""

    place: int
    left_on: date


@fact("practice.supervision_held")
class SupervisionHeld(Fact):
    """A supervision took place, about these engagements; supervisions count from 1."""

    supervision: int
    held_on: date
    minutes: int
    engagements: frozenset[UUID]


@fact("practice.development_logged")
class DevelopmentLogged(Fact):
    """The coach went on learning; entries count from 1."""

    entry: int
    kind: DevelopmentKind
    on: date
    hours: int
