"""API keys: what a program shows to act as its person, within scopes and for a time.

A key is made, and revoked, by its person, and is recorded in the person's own stream: its id, the SHA-256 of its
secret, its scopes and when it expires. The secret is 32 random bytes, so its hash tells nothing; nobody has the secret
but whom it was shown to. The key's name is content, sealed for the person alone.

A key lives from ``issued`` until it is revoked or expires. A scope says which requests a key may make at all; what its
person may do in an engagement still comes from the engagement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from domain.decisions import Command, Context, decides
from domain.errors import Invalid, NotFound, WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import Person
from domain.vocabulary import Item

LONGEST: Final = timedelta(days=365)
"""How long a key may live."""

MOST: Final = 20
"""How many living keys a person may have."""


class Scope(Enum):
    """What a key may be used for. Stored; a value is never renamed and never reused."""

    VIEWS = "views"
    STREAMS = "streams"
    OVERSIGHT = "oversight"
    LOG = "log"
    WRITING = "writing"


@fact("api_key.issued")
class ApiKeyIssued(Fact):
    """A person made an API key; ``sha256`` is that of its secret."""

    key: UUID
    sha256: bytes
    scopes: frozenset[Scope]
    expires_at: datetime


@fact("api_key.revoked")
class ApiKeyRevoked(Fact):
    """The person revoked it."""

    key: UUID


@dataclass(frozen=True)
class ApiKey:
    """A key as it is on record; ``version`` is that of the event by which it was made."""

    id: UUID
    sha256: bytes
    scopes: frozenset[Scope]
    issued_at: datetime
    expires_at: datetime
    version: int
    revoked_at: datetime | None = None

    def lives(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and now < self.expires_at


@Person.evolves(ApiKeyIssued)
def _issued(person: Person, happened: ApiKeyIssued, event: RecordedEvent) -> None:
    person.api_keys[happened.key] = ApiKey(
        happened.key,
        happened.sha256,
        happened.scopes,
        event.timestamp,
        happened.expires_at,
        event.originator_version,
    )


@Person.evolves(ApiKeyRevoked)
def _revoked(person: Person, happened: ApiKeyRevoked, event: RecordedEvent) -> None:
    one = person.api_keys[happened.key]
    person.api_keys[happened.key] = ApiKey(
        one.id, one.sha256, one.scopes, one.issued_at, one.expires_at, one.version, event.timestamp
    )


@dataclass(frozen=True, repr=False)
class IssueApiKey(Command):
    """A person makes an API key; only the SHA-256 of its secret comes here."""

    key: UUID
    sha256: bytes
    scopes: frozenset[Scope]
    expires_at: datetime
    content: Content


@dataclass(frozen=True, repr=False)
class RevokeApiKey(Command):
    """The person revokes it, also one that has expired."""

    key: UUID


@decides(Person, IssueApiKey)
def _issue(person: Person, command: IssueApiKey, context: Context) -> list[Happening]:
    if not person.version:
        raise NotFound
    if command.key in person.api_keys:
        raise WrongMoment("already-registered")
    if not context.at < command.expires_at <= context.at + LONGEST:
        raise Invalid("api-key-expiry")
    if sum(one.lives(context.at) for one in person.api_keys.values()) >= MOST:
        raise WrongMoment("too-many-api-keys")
    happened = ApiKeyIssued(
        key=command.key, sha256=command.sha256, scopes=command.scopes, expires_at=command.expires_at
    )
    return [Happening(happened, (Part(Item.OWN_RECORD, {**command.content, "api_key": str(command.key)}),))]


@decides(Person, RevokeApiKey)
def _revoke(person: Person, command: RevokeApiKey, _: Context) -> list[Happening]:
    if not person.version:
        raise NotFound
    one = person.api_keys.get(command.key)
    if one is None:
        raise Invalid("unknown-api-key")
    if one.revoked_at is not None:
        raise WrongMoment("already-revoked")
    return [Happening(ApiKeyRevoked(key=command.key))]
