"""A coach's practice: credentials, supervision place, supervision, development (R50, R51, R52).

One stream for each coach, whatever they are engaged in. Its readers are the coach and, from the day on which a
supervision place names them, the coach's supervisor, a registered person who was appointed as one. The first supervisor
reads what was recorded before there was any, too; whoever follows reads what is recorded from their place on, and who
left keeps what they read.

What is said in supervision about an engagement is pseudonymised by the coach; which engagements it was about stands
among the facts and is shown to the coach alone. A part of an engagement is shown to a supervisor by an explicit
disclosure that expires (:mod:`domain.disclosure`), and in no other way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.stream import Stream
from domain.vocabulary import CredentialKind, DevelopmentKind, Item, Role


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


OF_A_PRACTICE: Final = (
    CredentialRecorded,
    SupervisionPlaceRegistered,
    SupervisionPlaceLeft,
    SupervisionHeld,
    DevelopmentLogged,
)


@dataclass
class Practice(Stream):
    """State of one coach's practice, folded from facts.

    Attributes:
        coach: whose it is; from its first event, or from whoever is about to record that.
        credentials: in the order in which they were recorded.
        places: the supervision places, in order.
        place: the one that the coach has now, from 1; None without one.
        supervisors: the registered supervisors that the coach has or had.
        supervisions: by number, the engagements that each was about.
        development: how many entries there are.
        developed_on: the newest day of development.
    """

    coach: UUID | None = None
    credentials: list[CredentialRecorded] = field(default_factory=list)
    places: list[SupervisionPlaceRegistered] = field(default_factory=list)
    place: int | None = None
    supervisors: set[UUID] = field(default_factory=set)
    supervisions: dict[int, frozenset[UUID]] = field(default_factory=dict)
    development: int = 0
    developed_on: date | None = None

    @property
    def current(self) -> SupervisionPlaceRegistered | None:
        """The supervision place that the coach has now."""
        return None if self.place is None else self.places[self.place - 1]

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The coach and, while a place names them, the supervisor."""
        return {} if self.coach is None else _two(self.coach, self.current)

    def parties_with(self, happenings: list[Happening]) -> Mapping[Role, UUID]:
        """A place names the supervisor; who leaves it isn't told of anything any more."""
        parties = dict(self.parties)
        for happening in happenings:
            if isinstance(happening.fact, SupervisionPlaceRegistered) and self.coach is not None:
                parties = _two(self.coach, happening.fact)
            elif isinstance(happening.fact, SupervisionPlaceLeft):
                parties.pop(Role.COACHING_SUPERVISOR, None)
        return parties

    def role_of(self, person: UUID) -> Role | None:
        """The coach acts here, and nobody else."""
        return Role.COACH if person == self.coach else None

    def reader_of(self, person: UUID) -> Role | None:
        """As whom a person reads here: the coach, and whoever supervises or has supervised the coach."""
        return Role.COACHING_SUPERVISOR if person in self.supervisors else self.role_of(person)

    @property
    def group(self) -> UUID:
        """Its own: a practice's keys lie beside those of no engagement."""
        return self.id


def _two(coach: UUID, place: SupervisionPlaceRegistered | None) -> dict[Role, UUID]:
    supervisor = None if place is None else place.supervisor
    return {Role.COACH: coach} | ({} if supervisor is None else {Role.COACHING_SUPERVISOR: supervisor})


def practice_stream_id(coach: UUID) -> UUID:
    """The stream of a coach's practice."""
    return uuid5(coach, "practice")


def _evolve(practice: Practice, happened: Fact, event: RecordedEvent) -> None:
    practice.coach = event.principal
    match happened:
        case CredentialRecorded():
            practice.credentials.append(happened)
        case SupervisionPlaceRegistered():
            practice.places.append(happened)
            practice.place = happened.place
            practice.supervisors |= set() if happened.supervisor is None else {happened.supervisor}
        case SupervisionPlaceLeft():
            practice.place = None
        case SupervisionHeld():
            practice.supervisions[happened.supervision] = happened.engagements
        case DevelopmentLogged():
            practice.development = happened.entry
            practice.developed_on = max(practice.developed_on or happened.on, happened.on)


for _kind in OF_A_PRACTICE:
    Practice.evolves(_kind)(_evolve)


@dataclass(frozen=True, repr=False)
class RecordCredential(Command):
    """The coach records what qualifies them (R50)."""

    kind: CredentialKind
    awarded_on: date
    valid_until: date | None
    content: Content


@dataclass(frozen=True, repr=False)
class RegisterSupervisionPlace(Command):
    """The coach registers where they are supervised (R51); ``supervisor`` is registered here and appointed, or None."""

    supervisor: UUID | None
    since: date
    content: Content


@dataclass(frozen=True, repr=False)
class LeaveSupervisionPlace(Command):
    """The coach leaves it."""

    place: int
    left_on: date
    content: Content


@dataclass(frozen=True, repr=False)
class RecordSupervision(Command):
    """The coach records a supervision (R51), about engagements of theirs; the content names nobody."""

    held_on: date
    minutes: int
    engagements: frozenset[UUID]
    content: Content


@dataclass(frozen=True, repr=False)
class LogDevelopment(Command):
    """The coach records how they go on learning (R52)."""

    kind: DevelopmentKind
    on: date
    hours: int
    content: Content


@decides(Practice, RecordCredential)
def _record_credential(practice: Practice, command: RecordCredential, _: Context) -> list[Happening]:
    if command.valid_until is not None and command.valid_until < command.awarded_on:
        raise Invalid("credential-dates")
    happened = CredentialRecorded(
        credential=len(practice.credentials) + 1,
        kind=command.kind,
        awarded_on=command.awarded_on,
        valid_until=command.valid_until,
    )
    content = {
        **command.content,
        "credential": happened.credential,
        "kind": command.kind.value,
        "awarded_on": command.awarded_on.isoformat(),
        "valid_until": None if command.valid_until is None else command.valid_until.isoformat(),
    }
    return [Happening(happened, (Part(Item.PRACTICE, content),))]


@decides(Practice, RegisterSupervisionPlace)
def _register_place(practice: Practice, command: RegisterSupervisionPlace, context: Context) -> list[Happening]:
    if practice.place is not None:
        raise WrongMoment("supervision-place-held")
    if command.supervisor == context.principal:
        raise Invalid("own-supervisor")
    number = len(practice.places) + 1
    happened = SupervisionPlaceRegistered(place=number, supervisor=command.supervisor, since=command.since)
    content = {**command.content, "place": number, "since": command.since.isoformat()}
    return [Happening(happened, (Part(Item.PRACTICE, content),))]


@decides(Practice, LeaveSupervisionPlace)
def _leave_place(practice: Practice, command: LeaveSupervisionPlace, _: Context) -> list[Happening]:
    if not 1 <= command.place <= len(practice.places):
        raise Invalid("unknown-place")
    if command.place != practice.place:
        raise WrongMoment("already-left")
    happened = SupervisionPlaceLeft(place=command.place, left_on=command.left_on)
    content = {**command.content, "place": command.place, "left_on": command.left_on.isoformat()}
    return [Happening(happened, (Part(Item.PRACTICE, content),))]


@decides(Practice, RecordSupervision)
def _record_supervision(practice: Practice, command: RecordSupervision, _: Context) -> list[Happening]:
    if practice.place is None:
        raise WrongMoment("no-supervision-place")
    number = len(practice.supervisions) + 1
    happened = SupervisionHeld(
        supervision=number, held_on=command.held_on, minutes=command.minutes, engagements=command.engagements
    )
    content = {
        **command.content,
        "supervision": number,
        "held_on": command.held_on.isoformat(),
        "minutes": command.minutes,
    }
    return [Happening(happened, (Part(Item.SUPERVISION, content),))]


@decides(Practice, LogDevelopment)
def _log_development(practice: Practice, command: LogDevelopment, _: Context) -> list[Happening]:
    number = practice.development + 1
    happened = DevelopmentLogged(entry=number, kind=command.kind, on=command.on, hours=command.hours)
    content = {
        **command.content,
        "entry": number,
        "kind": command.kind.value,
        "on": command.on.isoformat(),
        "hours": command.hours,
    }
    return [Happening(happened, (Part(Item.PRACTICE, content),))]
