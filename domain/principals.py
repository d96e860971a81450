"""Who holds keys: people, organisations, and the cell's own service with its overseers.

A person registers themself and an organisation is registered by the person who represents it. Each gets key pairs of
its own; O and M never share one, although both belong to the sponsor's side. The *cell* is the service's own stream:
its first event founds the log, and it records who oversees the process without reading content.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from domain.adherence.parameters import FIRST, Parameters
from domain.decisions import Command, Context, decides
from domain.errors import Invalid, NotYours, WrongMoment
from domain.events import Content, Happening, Part, Recipient, RecordedEvent, SealedGrant
from domain.facts import Fact, fact
from domain.ports import NewPrincipal
from domain.stream import Stream
from domain.vocabulary import Item, Role

if TYPE_CHECKING:
    from domain.api_keys import ApiKey
    from domain.passkeys import Passkey
    from domain.webhooks import Webhook

NAMESPACE: Final = UUID("6c1f5b0e-0d0a-5d55-9c37-6e3c1f2a7b41")
"""Namespace of this system's name-based ids (RFC 9562, version 5)."""

CELL_ID: Final = uuid5(NAMESPACE, "cell")
"""The cell's stream; every cell is a schema of its own, so the id can be the same in each."""

SERVICE_ID: Final = uuid5(NAMESPACE, "service")
"""The service as an actor: it opens compartments and founds the cell."""

OVERSEERS: Final = frozenset({Role.COACHING_SUPERVISOR, Role.AUDITOR})


def person_id(issuer: str, subject: str) -> UUID:
    """A person's id, fixed by who vouches for them and under which name (OIDC ``iss`` and ``sub``)."""
    return uuid5(NAMESPACE, f"{len(issuer)}:{issuer}:{subject}")


@fact("person.registered")
class PersonRegistered(Fact):
    """A person registered; public keys only, the private ones are in custody."""

    kem_public: bytes
    signing_public: bytes
    custody: Recipient


@fact("organisation.registered")
class OrganisationRegistered(Fact):
    """An organisation was registered by its representative."""

    representative: UUID
    kem_public: bytes
    signing_public: bytes
    custody: Recipient


@fact("cell.founded")
class CellFounded(Fact):
    """The service made its keys and the oversight compartment's first key."""

    kem_public: bytes
    signing_public: bytes
    custody: Recipient


@fact("escrow.registered")
class EscrowRegistered(Fact):
    """People who together hold keys during a legal hold: ``quorum`` of ``shares`` of them are needed.

    Only the public key is here (crypto/FORMAT.md 5). Its private key was shared out where it was made and was never
    with the service, so the operator alone opens nothing.
    """

    kem_public: bytes
    quorum: int
    shares: int


@fact("overseer.appointed")
class OverseerAppointed(Fact):
    """A person oversees the process: they are granted the oversight key, and so facts, never content."""

    person: UUID
    role: Role
    recipient: Recipient


@dataclass
class Principal(Stream):
    """A person or an organisation: public keys, and who acts for it."""

    acts: UUID | None = None
    kem_public: bytes = b""
    signing_public: bytes = b""
    custody: Recipient | None = None

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """Its own record is its own affair."""
        return {Role.SELF: self.id}

    @property
    def group(self) -> UUID:
        """Principals' slots lie together, whatever engagements they are in."""
        return CELL_ID

    def slots(self) -> dict[UUID, tuple[UUID, Role]]:
        """The slots of its record, and the one that its own private keys lie under."""
        custody = {} if self.custody is None else {self.custody.slot_id: (self.id, Role.SELF)}
        return self.ledger.slots() | custody

    def role_of(self, person: UUID) -> Role | None:
        """Whoever acts for it; before it is registered, whoever registers it."""
        return Role.SELF if self.acts in (None, person) else None


@dataclass
class Person(Principal):
    """A person, with the API keys, passkeys and webhooks that they ever made, and the logins that they ended."""

    api_keys: dict[UUID, "ApiKey"] = field(default_factory=dict)
    ended_logins: set[UUID] = field(default_factory=set)
    passkeys: dict[UUID, "Passkey"] = field(default_factory=dict)
    spent_challenges: dict[UUID, datetime] = field(default_factory=dict)
    webhooks: dict[UUID, "Webhook"] = field(default_factory=dict)


@dataclass
class Organisation(Principal):
    """A sponsor organisation."""


@dataclass
class Escrow(Principal):
    """The escrow: a public key, and nobody who acts for it."""

    quorum: int = 0

    def role_of(self, person: UUID) -> Role | None:  # noqa: ARG002 - nobody, whoever asks
        """Nobody: the service registers it, and it never acts."""
        return None


@dataclass
class Cell(Stream):
    """The service's own stream."""

    overseers: dict[UUID, dict[Role, Recipient]] = field(default_factory=dict)
    founded: bool = False
    policies: dict[int, Parameters] = field(default_factory=lambda: {FIRST.version: FIRST})

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The service alone; overseers are granted the oversight key by name."""
        return {Role.SERVICE: SERVICE_ID}

    @property
    def group(self) -> UUID:
        """The cell's own slots lie with the principals'."""
        return CELL_ID

    def role_of(self, person: UUID) -> Role | None:
        """The service, and the overseers in their role."""
        if person == SERVICE_ID:
            return Role.SERVICE
        return next(iter(self.overseers.get(person, ())), None)


@Person.evolves(PersonRegistered)
def _registered(person: Person, happened: PersonRegistered, _: RecordedEvent) -> None:
    person.acts, person.custody = person.id, happened.custody
    person.kem_public, person.signing_public = happened.kem_public, happened.signing_public


@Organisation.evolves(OrganisationRegistered)
def _org_registered(organisation: Organisation, happened: OrganisationRegistered, _: RecordedEvent) -> None:
    organisation.acts, organisation.custody = happened.representative, happened.custody
    organisation.kem_public, organisation.signing_public = happened.kem_public, happened.signing_public


@Escrow.evolves(EscrowRegistered)
def _escrow_registered(escrow: Escrow, happened: EscrowRegistered, _: RecordedEvent) -> None:
    escrow.kem_public, escrow.quorum = happened.kem_public, happened.quorum


@Cell.evolves(CellFounded)
def _founded(cell: Cell, _happened: CellFounded, _: RecordedEvent) -> None:
    cell.founded = True


@Cell.evolves(OverseerAppointed)
def _appointed(cell: Cell, happened: OverseerAppointed, _: RecordedEvent) -> None:
    cell.overseers.setdefault(happened.person, {})[happened.role] = happened.recipient


@dataclass(frozen=True, repr=False)
class RegisterPerson(Command):
    """A person registers themself."""

    keys: NewPrincipal
    content: Content


@dataclass(frozen=True, repr=False)
class RegisterOrganisation(Command):
    """A person registers the organisation that they represent."""

    keys: NewPrincipal
    content: Content


@dataclass(frozen=True, repr=False)
class FoundCell(Command):
    """The service founds its cell, with its own grant of the oversight key."""

    keys: NewPrincipal
    oversight: SealedGrant


@dataclass(frozen=True, repr=False)
class RegisterEscrow(Command):
    """The operator registers an escrow by its public key; ``quorum`` of its ``shares`` people open what it holds."""

    kem_public: bytes
    quorum: int
    shares: int


@dataclass(frozen=True, repr=False)
class AppointOverseer(Command):
    """The operator appoints a supervisor or an auditor, with a grant of the oversight key."""

    person: UUID
    role: Role
    oversight: SealedGrant


@decides(Person, RegisterPerson)
def _register_person(person: Person, command: RegisterPerson, _: Context) -> list[Happening]:
    if person.version:
        raise WrongMoment("already-registered")
    keys = command.keys
    happened = PersonRegistered(
        kem_public=keys.kem_public,
        signing_public=keys.signing_public,
        custody=Recipient(person.id, keys.custody.slot_id),
    )
    return [Happening(happened, (Part(Item.OWN_RECORD, command.content),), grants=(keys.custody,))]


@decides(Organisation, RegisterOrganisation)
def _register_organisation(
    organisation: Organisation, command: RegisterOrganisation, context: Context
) -> list[Happening]:
    if organisation.version:
        raise WrongMoment("already-registered")
    keys = command.keys
    happened = OrganisationRegistered(
        representative=context.actor,
        kem_public=keys.kem_public,
        signing_public=keys.signing_public,
        custody=Recipient(organisation.id, keys.custody.slot_id),
    )
    return [Happening(happened, (Part(Item.OWN_RECORD, command.content),), grants=(keys.custody,))]


@decides(Escrow, RegisterEscrow)
def _register_escrow(escrow: Escrow, command: RegisterEscrow, _: Context) -> list[Happening]:
    if escrow.version:
        raise WrongMoment("already-registered")
    if not 2 <= command.quorum <= command.shares:  # noqa: PLR2004 - one person alone is no quorum
        raise Invalid("escrow-quorum")
    return [Happening(EscrowRegistered(kem_public=command.kem_public, quorum=command.quorum, shares=command.shares))]


@decides(Cell, FoundCell)
def _found(cell: Cell, command: FoundCell, context: Context) -> list[Happening]:
    context.only({Role.SERVICE})
    if cell.founded:
        raise WrongMoment("already-registered")
    keys = command.keys
    happened = CellFounded(
        kem_public=keys.kem_public,
        signing_public=keys.signing_public,
        custody=Recipient(SERVICE_ID, keys.custody.slot_id),
    )
    return [Happening(happened, grants=(keys.custody, command.oversight))]


@decides(Cell, AppointOverseer)
def _appoint(cell: Cell, command: AppointOverseer, context: Context) -> list[Happening]:
    if context.role is not Role.SERVICE:
        raise NotYours("operator-only")
    if command.role not in OVERSEERS:
        raise Invalid("not-an-overseer")
    if command.role in cell.overseers.get(command.person, {}):
        raise WrongMoment("already-registered")
    recipient = Recipient(command.person, command.oversight.slot_id)
    happened = OverseerAppointed(person=command.person, role=command.role, recipient=recipient)
    return [Happening(happened, grants=(command.oversight,))]
