"""Passkeys in the tables of moments: an example of each command, the wrong moments and the right ones."""

from typing import Any, Final
from uuid import uuid5

from domain import passkeys
from domain.decisions import Command
from domain.events import Content
from domain.facts import Fact
from domain.principals import NAMESPACE
from domain.vocabulary import Role
from tests.domain.acting import Labelled
from tests.domain.moments_of_api_keys import PERSON

Facts = tuple[Fact | Labelled, ...]

PASSKEY: Final = uuid5(NAMESPACE, "a passkey")
CHALLENGE: Final = uuid5(NAMESPACE, "a challenge")
OTHER: Final = uuid5(NAMESPACE, "another challenge")
CREDENTIAL: Final = b"credential"


def registered(number: int = 0, *, count: int = 4) -> passkeys.PasskeyRegistered:
    """A passkey, by default the one of the examples, in answer to a challenge of its own."""
    passkey = uuid5(PASSKEY, str(number)) if number else PASSKEY
    return passkeys.PasskeyRegistered(
        passkey=passkey, credential=CREDENTIAL if not number else passkey.bytes, public_key=b"key", sign_count=count,
        challenge=uuid5(OTHER, str(number)),
    )  # fmt: skip


USED: Final = passkeys.PasskeyUsed(passkey=PASSKEY, sign_count=5, challenge=CHALLENGE)
HAS: Final = (PERSON, registered())
REVOKED: Final = (*HAS, passkeys.PasskeyRevoked(passkey=PASSKEY))
FULL: Final = (PERSON, *(registered(number) for number in range(1, passkeys.MOST + 1)))
ROOM: Final = (*FULL, passkeys.PasskeyRevoked(passkey=uuid5(PASSKEY, "1")))


def examples(says: Content) -> tuple[Command, ...]:
    """One of each."""
    return (
        passkeys.RegisterPasskey(PASSKEY, CREDENTIAL, b"key", 4, CHALLENGE, says),
        passkeys.UsePasskey(PASSKEY, 5, CHALLENGE),
        passkeys.RevokePasskey(PASSKEY),
        passkeys.RevokeLostPasskeys(),
    )


# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (passkeys.RegisterPasskey, (), Role.SELF, {}, "not-found"),
    (passkeys.RegisterPasskey, HAS, Role.SELF, {"credential": b"another"}, "already-registered"),
    (passkeys.RegisterPasskey, REVOKED, Role.SELF, {"passkey": CHALLENGE}, "already-registered"),
    (passkeys.RegisterPasskey, (PERSON, registered(1)), Role.SELF, {"challenge": uuid5(OTHER, "1")}, "challenge-spent"),
    (passkeys.RegisterPasskey, (PERSON,), Role.SELF, {"credential": bytes(1_024)}, "passkey-too-large"),
    (passkeys.RegisterPasskey, (PERSON,), Role.SELF, {"credential": b""}, "passkey-too-large"),
    (passkeys.RegisterPasskey, (PERSON,), Role.SELF, {"public_key": bytes(1_024)}, "passkey-too-large"),
    (passkeys.RegisterPasskey, FULL, Role.SELF, {}, "too-many-passkeys"),
    (passkeys.UsePasskey, (), Role.SELF, {}, "not-found"),
    (passkeys.UsePasskey, (PERSON,), Role.SELF, {}, "unknown-passkey"),
    (passkeys.UsePasskey, REVOKED, Role.SELF, {}, "already-revoked"),
    (passkeys.UsePasskey, (*HAS, USED), Role.SELF, {"sign_count": 6}, "challenge-spent"),
    (passkeys.UsePasskey, HAS, Role.SELF, {"challenge": uuid5(OTHER, "0")}, "challenge-spent"),
    (passkeys.UsePasskey, HAS, Role.SELF, {"sign_count": 4}, "passkey-counter"),
    (passkeys.UsePasskey, HAS, Role.SELF, {"sign_count": 0}, "passkey-counter"),
    (passkeys.RevokePasskey, (), Role.SELF, {}, "not-found"),
    (passkeys.RevokePasskey, (PERSON,), Role.SELF, {}, "unknown-passkey"),
    (passkeys.RevokePasskey, REVOKED, Role.SELF, {}, "already-revoked"),
    (passkeys.RevokeLostPasskeys, (PERSON,), Role.SERVICE, {}, "already-revoked"),
    (passkeys.RevokeLostPasskeys, REVOKED, Role.SERVICE, {}, "already-revoked"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    passkeys.RegisterPasskey: (ROOM, Role.SELF),
    passkeys.UsePasskey: (HAS, Role.SELF),
    passkeys.RevokePasskey: ((*HAS, USED), Role.SELF),
    passkeys.RevokeLostPasskeys: (FULL, Role.SERVICE),
}
