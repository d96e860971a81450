"""Stepping up: a few acts ask a person who has passkeys to show, for this one request, that it is them.

Such a request without an answer to a challenge gets 401 ``step-up-required`` (RFC 9470), and in it what the browser's
``navigator.credentials.get`` is to be given. The challenge in it is made for this very request: its method, target,
body, version and idempotency key. The same request comes again with the authenticator's answer in
``Passkey-Assertion``; that the challenge is spent goes on record in the person's own stream before anything is done or
shown. So an answer that is caught, or that a page was tricked into asking for, is good for nothing else, and once.

A write that is repeated with the same answer is a repetition, as its idempotency key says, and does nothing more.
Whoever has no passkey isn't asked, unless the operator requires one. API keys can't step up: none of this is in their
scopes, and views are told to them without notebook and journal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Protocol
from uuid import UUID, uuid5

from fastapi import Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from api import problems as p
from api.asking import Asker, InBackend
from api.backend import Backend, Identity
from api.browser_problems import PasskeyMissing, PasskeyRefused, StepUpRequired
from domain.application import Request as Asked
from domain.errors import Refusal
from domain.passkeys import UsePasskey

HEADER: Final = "passkey-assertion"
LONGEST: Final = 8_192
"""Characters of an authenticator's response."""

ACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "assent_to_contract sign_contract": "what somebody signs binds them",
        "request_erasure withdraw_permission": "what is erased or withdrawn doesn't come back",
        "read_view read_stream export_engagement": "notebook and journal are their owner's alone",
        "disclose": "what is shown to somebody else may be out of these, and can't be unread",
        "register_passkey revoke_passkey": "who could add or take away a passkey would need none",
    }
)
"""The routes that ask for a passkey, by name, and why. A test asks that these and no others do."""

PROBLEMS: Final = (StepUpRequired, PasskeyRefused, PasskeyMissing)
"""What such a route can be answered with besides."""

_IMPERSONAL: Final = frozenset({"sponsor-organisation", "line-manager"})
"""Views that hold nothing that their reader wrote for themself alone."""

_READING: Final = frozenset({"GET", "HEAD"})
_REGISTERING: Final = "register_passkey"


class Need(Enum):
    """What somebody has to show before such an act."""

    NOTHING = "nothing"
    ASSERTION = "assertion"
    REGISTRATION = "registration"
    UNAVAILABLE = "unavailable"


class PasskeyNotRight(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """An authenticator's response that isn't what was asked for; why, nobody is told."""


class PasskeysNotOffered(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """The operator has named no address that passkeys could be bound to."""


@dataclass(frozen=True)
class Answered:
    """A challenge that a passkey has answered: whose id that is, and the passkey's new counter."""

    passkey: UUID
    challenge: UUID
    sign_count: int


@dataclass(frozen=True)
class MadePasskey:
    """A passkey that an authenticator made, in answer to a challenge."""

    credential: bytes = field(repr=False)
    public_key: bytes = field(repr=False)
    sign_count: int
    challenge: UUID


class Passkeys(Protocol):
    """Asks authenticators, and says whether their answers are right."""

    def need(self, person: UUID) -> Need:
        """What somebody has to show now."""
        ...

    def ask(self, person: UUID, act: bytes, now: datetime) -> dict[str, Any]:
        """PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3) with a challenge for this act.

        Raises:
            PasskeysNotOffered: nobody is asked for passkeys here.
        """
        ...

    def verify(self, person: UUID, act: bytes, shown: str, now: datetime) -> Answered:
        """Which passkey answered which challenge for this act.

        Raises:
            PasskeyNotRight: none of this person's did.
            PasskeysNotOffered: nobody is asked for passkeys here.
        """
        ...

    def offer(self, person: UUID, now: datetime) -> dict[str, Any]:
        """PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3) with a challenge for a new passkey.

        Raises:
            PasskeysNotOffered: nobody is asked for passkeys here.
        """
        ...

    def made(self, person: UUID, response: str, now: datetime) -> MadePasskey:
        """The passkey that an authenticator made.

        Raises:
            PasskeyNotRight: it isn't an answer to such a challenge.
            PasskeysNotOffered: nobody is asked for passkeys here.
        """
        ...


Shown = Annotated[
    str | None,
    Header(
        max_length=LONGEST,
        description="The authenticator's answer to the challenge in a `step-up-required`: its JSON, in base64url.",
    ),
]


async def stepped_up(request: Request, behind: InBackend, asker: Asker, passkey_assertion: Shown = None) -> None:
    """Nothing, once whoever asks has shown what they need to show for this request.

    Raises:
        api.browser_problems.StepUpRequired: they have a passkey and haven't shown it.
        api.browser_problems.PasskeyMissing: they need one and have none.
        api.browser_problems.PasskeyRefused: what they showed isn't right, or was shown before.
        api.problems.Unavailable: they have one, and it can't be asked for now.
    """
    if asker.scopes is None:
        await run_in_threadpool(_check, request, behind, asker, passkey_assertion, await request.body())


async def personal_too(
    request: Request,
    behind: InBackend,
    asker: Asker,
    passkey_assertion: Shown = None,
    personal: Annotated[
        Literal["true", "false"],
        Query(description="With your notebook or journal, for which your passkey is asked if you have one."),
    ] = "true",
) -> bool:
    """Whether a view is told with what its reader wrote for themself alone.

    Raises:
        api.problems.Problem: as ``stepped_up``.
    """
    if asker.scopes is not None or personal == "false":
        return False
    if request.path_params["view"] not in _IMPERSONAL:
        await stepped_up(request, behind, asker, passkey_assertion)
    return True


SteppedUp = Depends(stepped_up)
PersonalToo = Annotated[bool, Depends(personal_too)]


def _check(request: Request, behind: Backend, asker: Identity, shown: str | None, body: bytes) -> None:
    match behind.passkeys.need(asker.person):
        case Need.NOTHING:
            return
        case Need.UNAVAILABLE:
            raise p.Unavailable(retry_after=60)
        case Need.REGISTRATION:
            if request.scope["route"].name == _REGISTERING:
                return
            raise PasskeyMissing
    act, now = _act(request, behind, body), behind.clock()
    if shown is None:
        raise StepUpRequired(public_key=behind.passkeys.ask(asker.person, act, now))
    if len(request.headers.getlist(HEADER)) > 1:
        raise PasskeyRefused
    try:
        answered = behind.passkeys.verify(asker.person, act, shown, now)
        # No idempotency key has a space in it.
        asked = Asked(asker.person, now, uuid5(asker.person, f"passkey {answered.challenge}"), act)
        command = UsePasskey(answered.passkey, answered.sign_count, answered.challenge)
        spent = behind.write_side.execute(asker.person, command, asked)
    except (PasskeyNotRight, Refusal):
        raise PasskeyRefused from None
    if spent.replayed and request.method in _READING:
        raise PasskeyRefused


def _act(request: Request, behind: Backend, body: bytes) -> bytes:
    """What a request asks for: a keyed digest (32 bytes) of all that decides what it does."""
    target = [request.method, request.scope["raw_path"].decode("latin-1"), request.url.query]
    headers = [request.headers.getlist(name) for name in ("idempotency-key", "if-match")]
    return behind.digest(json.dumps(["step-up", target, headers, sha256(body).hexdigest()]).encode())
