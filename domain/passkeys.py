"""Passkeys (WebAuthn credentials): what a person shows, for one act, that they themself are there.

A passkey is registered, used and revoked in its person's own stream: its credential id, its public key and its counter,
none of which is secret. Its name is content, sealed for the person alone. Whether a response of an authenticator is
right, others find out; here stands what may come of it.

Each challenge is spent once, by a registration or by a use. It is good for five minutes (:data:`LASTS`), so the record
needs to remember it no longer than that; it does for twice as long, since the clocks of two processes differ.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.decisions import Command, Context, decides
from domain.errors import Invalid, NotFound, WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import Person
from domain.vocabulary import Item

LASTS: Final = timedelta(minutes=5)
"""How long a challenge is good."""

MOST: Final = 10
"""How many living passkeys a person may have."""

LONGEST: Final = 1_023
"""Bytes that a credential id may have (WebAuthn Level 3, section 4), and that we take of a public key."""


@fact("passkey.registered")
class PasskeyRegistered(Fact):
    """A person registered a passkey.

    ``credential`` is the authenticator's name for it, ``public_key`` a COSE key (RFC 9052 section 7), ``sign_count``
    its counter, ``challenge`` the id of the challenge that was spent.
    """

    passkey: UUID
    credential: bytes
    public_key: bytes
    sign_count: int
    challenge: UUID


@fact("passkey.used")
class PasskeyUsed(Fact):
    """The person answered a challenge with it, for the one act that the challenge was made for."""

    passkey: UUID
    sign_count: int
    challenge: UUID


@fact("passkey.revoked")
class PasskeyRevoked(Fact):
    """The person revoked it, or the operator when they had lost it."""

    passkey: UUID


@dataclass(frozen=True)
class Passkey:
    """A passkey as it is on record; ``version`` is that of the event by which it was registered."""

    id: UUID
    credential: bytes
    public_key: bytes
    sign_count: int
    registered_at: datetime
    version: int
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def lives(self) -> bool:
        """Whether it isn't revoked."""
        return self.revoked_at is None

    def went_on(self, sign_count: int) -> bool:
        """Whether a counter is one behind this one's; an authenticator without a counter always says 0."""
        return sign_count > self.sign_count or sign_count == self.sign_count == 0


def living(person: Person) -> list[Passkey]:
    """A person's passkeys that aren't revoked, oldest first."""
    return [one for one in person.passkeys.values() if one.lives]


@Person.evolves(PasskeyRegistered)
def _registered(person: Person, happened: PasskeyRegistered, event: RecordedEvent) -> None:
    _spend(person, happened.challenge, event.timestamp)
    person.passkeys[happened.passkey] = Passkey(
        happened.passkey,
        happened.credential,
        happened.public_key,
        happened.sign_count,
        event.timestamp,
        event.originator_version,
    )


@Person.evolves(PasskeyUsed)
def _used(person: Person, happened: PasskeyUsed, event: RecordedEvent) -> None:
    _spend(person, happened.challenge, event.timestamp)
    one = person.passkeys[happened.passkey]
    person.passkeys[one.id] = replace(one, sign_count=happened.sign_count, used_at=event.timestamp)


@Person.evolves(PasskeyRevoked)
def _revoked(person: Person, happened: PasskeyRevoked, event: RecordedEvent) -> None:
    one = person.passkeys[happened.passkey]
    person.passkeys[one.id] = replace(one, revoked_at=event.timestamp)


def _spend(person: Person, challenge: UUID, at: datetime) -> None:
    over = [one for one, spent in person.spent_challenges.items() if at - spent > 2 * LASTS]
    for one in over:
        del person.spent_challenges[one]
    person.spent_challenges[challenge] = at


@dataclass(frozen=True, repr=False)
class RegisterPasskey(Command):
    """A person registers a passkey, whose authenticator's response has been found right."""

    passkey: UUID
    credential: bytes
    public_key: bytes
    sign_count: int
    challenge: UUID
    content: Content


@dataclass(frozen=True, repr=False)
class UsePasskey(Command):
    """A person spends a challenge that a passkey of theirs has answered, and answered rightly."""

    passkey: UUID
    sign_count: int
    challenge: UUID


@dataclass(frozen=True, repr=False)
class RevokePasskey(Command):
    """The person revokes it."""

    passkey: UUID


@dataclass(frozen=True, repr=False)
class RevokeLostPasskeys(Command):
    """The operator has all passkeys of somebody revoked who has lost them, in the service's name."""


@decides(Person, RegisterPasskey)
def _register(person: Person, command: RegisterPasskey, _: Context) -> list[Happening]:
    if not person.version:
        raise NotFound
    known = {one.credential for one in person.passkeys.values()}  # a revoked one doesn't come back
    if command.passkey in person.passkeys or command.credential in known:
        raise WrongMoment("already-registered")
    if command.challenge in person.spent_challenges:
        raise WrongMoment("challenge-spent")
    if not 0 < len(command.credential) <= LONGEST or not 0 < len(command.public_key) <= LONGEST:
        raise Invalid("passkey-too-large")
    if len(living(person)) >= MOST:
        raise WrongMoment("too-many-passkeys")
    happened = PasskeyRegistered(
        passkey=command.passkey,
        credential=command.credential,
        public_key=command.public_key,
        sign_count=command.sign_count,
        challenge=command.challenge,
    )
    return [Happening(happened, (Part(Item.OWN_RECORD, {**command.content, "passkey": str(command.passkey)}),))]


@decides(Person, UsePasskey)
def _use(person: Person, command: UsePasskey, _: Context) -> list[Happening]:
    one = _living(person, command.passkey)
    if command.challenge in person.spent_challenges:
        raise WrongMoment("challenge-spent")
    if not one.went_on(command.sign_count):
        raise WrongMoment("passkey-counter")
    return [Happening(PasskeyUsed(passkey=one.id, sign_count=command.sign_count, challenge=command.challenge))]


@decides(Person, RevokePasskey)
def _revoke(person: Person, command: RevokePasskey, _: Context) -> list[Happening]:
    return [Happening(PasskeyRevoked(passkey=_living(person, command.passkey).id))]


@decides(Person, RevokeLostPasskeys)
def _revoke_lost(person: Person, _: RevokeLostPasskeys, __: Context) -> list[Happening]:
    lost = living(person)
    if not lost:
        raise WrongMoment("already-revoked")
    return [Happening(PasskeyRevoked(passkey=one.id)) for one in lost]


def _living(person: Person, passkey: UUID) -> Passkey:
    if not person.version:
        raise NotFound
    one = person.passkeys.get(passkey)
    if one is None:
        raise Invalid("unknown-passkey")
    if not one.lives:
        raise WrongMoment("already-revoked")
    return one
