"""API keys and logins in the tables of moments: an example of each command, the wrong moments and the right ones."""

from datetime import timedelta
from typing import Any, Final
from uuid import uuid5

from domain import api_keys, logins
from domain.decisions import Command
from domain.events import Content, Recipient
from domain.facts import Fact
from domain.principals import NAMESPACE, PersonRegistered
from domain.vocabulary import Role
from tests.domain.acting import AT, PEOPLE, Labelled

Facts = tuple[Fact | Labelled, ...]

KEY: Final = uuid5(NAMESPACE, "an API key")
_CUSTODY: Final = Recipient(PEOPLE[Role.SELF], uuid5(NAMESPACE, "a slot"))
PERSON: Final = PersonRegistered(kem_public=b"", signing_public=b"", custody=_CUSTODY)


def issued(number: int = 0, *, days: int = 30) -> api_keys.ApiKeyIssued:
    """A key, by default the one of the examples."""
    key = uuid5(KEY, str(number)) if number else KEY
    ends = AT + timedelta(days=days)
    return api_keys.ApiKeyIssued(key=key, sha256=bytes(32), scopes=frozenset({api_keys.Scope.VIEWS}), expires_at=ends)


ISSUED: Final = (PERSON, issued())
REVOKED: Final = (*ISSUED, api_keys.ApiKeyRevoked(key=KEY))
LOGGED_OUT: Final = (PERSON, logins.LoginEnded(login=KEY))
FULL: Final = (PERSON, *(issued(number) for number in range(1, api_keys.MOST + 1)))
ROOM: Final = (*FULL[:-1], issued(api_keys.MOST, days=0))


def examples(says: Content) -> tuple[Command, ...]:
    """One of each."""
    ends = AT + timedelta(days=365)
    return (
        api_keys.IssueApiKey(KEY, bytes(32), frozenset(api_keys.Scope), ends, says),
        api_keys.RevokeApiKey(KEY),
        logins.EndLogin(KEY),
    )


# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (api_keys.IssueApiKey, (), Role.SELF, {}, "not-found"),
    (api_keys.IssueApiKey, ISSUED, Role.SELF, {}, "already-registered"),
    (api_keys.IssueApiKey, REVOKED, Role.SELF, {}, "already-registered"),
    (api_keys.IssueApiKey, (PERSON,), Role.SELF, {"expires_at": AT}, "api-key-expiry"),
    (api_keys.IssueApiKey, (PERSON,), Role.SELF, {"expires_at": AT + timedelta(days=366)}, "api-key-expiry"),
    (api_keys.IssueApiKey, FULL, Role.SELF, {}, "too-many-api-keys"),
    (api_keys.RevokeApiKey, (), Role.SELF, {}, "not-found"),
    (api_keys.RevokeApiKey, (PERSON,), Role.SELF, {}, "unknown-api-key"),
    (api_keys.RevokeApiKey, REVOKED, Role.SELF, {}, "already-revoked"),
    (logins.EndLogin, (), Role.SELF, {}, "not-found"),
    (logins.EndLogin, LOGGED_OUT, Role.SELF, {}, "already-logged-out"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    api_keys.IssueApiKey: (ROOM, Role.SELF),
    api_keys.RevokeApiKey: (ISSUED, Role.SELF),
    logins.EndLogin: (REVOKED, Role.SELF),
}
