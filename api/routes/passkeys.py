"""Passkeys: what a person shows, for one request, where being logged in isn't enough."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import passkey_bodies as shapes
from api import problems as p
from api import shapes as common
from api.asking import Asker, InBackend, Writing, id_of
from api.backend import Backend
from api.browser_problems import PasskeyRefused
from api.own_pages import InOwnPages, at
from api.recording import InReads
from api.routes.acting import Done, additions, done, reads
from api.step_up import PROBLEMS, MadePasskey, PasskeyNotRight, PasskeysNotOffered, SteppedUp
from domain.application import Request as Asked
from domain.errors import NotFound
from domain.facts import rfc3339
from domain.passkeys import RegisterPasskey, RevokePasskey
from domain.principals import Person
from domain.reads import Purpose, View

router = APIRouter(prefix="/v1/passkeys", tags=["passkeys"])

PasskeyId = Annotated[str, Path(description="The passkey's id.")]


@router.get("/offer", responses=reads())
def offer_passkey(behind: InBackend, asker: Asker, recorded: InReads, response: Response) -> shapes.PasskeyOffer:
    """What your authenticator needs to make a passkey: give it to `navigator.credentials.create` within five minutes.

    Not found where the operator has named no address that passkeys could be bound to, and before you are registered.
    """
    if not behind.write_side.is_registered(asker.person):
        raise NotFound
    try:
        offer = behind.passkeys.offer(asker.person, behind.clock())
    except PasskeysNotOffered:
        raise NotFound from None
    recorded.of_own(Purpose.OWN_RECORD, View.OWN_RECORD)
    response.headers["Cache-Control"] = "no-store"
    return shapes.PasskeyOffer(public_key=offer)


@router.post(
    "",
    status_code=201,
    responses=additions("already-registered", "challenge-spent", "too-many-passkeys", "passkey-too-large", *PROBLEMS),
    dependencies=[SteppedUp],
)
def register_passkey(body: shapes.PasskeyRequest, writing: Writing, behind: InBackend, response: Response) -> Done:
    """Register a passkey that your authenticator made: at most 10 that live. Once you have one, another asks for it.

    From then on it is asked for when you sign, erase, withdraw or read your notebook or journal.
    """
    asked = writing.asked
    passkey, made = asked.new_id(), _made(behind, asked, body.credential)
    command = RegisterPasskey(
        passkey, made.credential, made.public_key, made.sign_count, made.challenge, body.content("name")
    )
    outcome = behind.write_side.execute(asked.actor, command, asked)
    return Done(id=str(passkey), version=done(response, outcome).version)


def _made(behind: Backend, asked: Asked, response: str) -> MadePasskey:
    """The passkey in a response; of a repetition, whose challenge may be over by now, the one that is on record."""
    known = behind.write_side.load(Person, asked.actor).passkeys.get(asked.new_id())
    if known is not None:
        return MadePasskey(known.credential, known.public_key, known.sign_count, asked.command_id)
    try:
        return behind.passkeys.made(asked.actor, response, asked.at)
    except PasskeysNotOffered:
        raise NotFound from None
    except PasskeyNotRight:
        raise PasskeyRefused from None


@router.post(
    "/{passkey_id}/revocation",
    responses=additions("unknown-passkey", "already-revoked", *PROBLEMS),
    dependencies=[SteppedUp],
)
def revoke_passkey(
    passkey_id: PasskeyId, writing: Writing, behind: InBackend, response: Response, body: common.Empty | None = None
) -> Done:
    """Revoke a passkey of yours, by showing any of yours. From now on it is refused everywhere."""
    del body
    asked, passkey = writing.asked, id_of(passkey_id)
    outcome = behind.write_side.execute(asked.actor, RevokePasskey(passkey), asked)
    return Done(id=str(passkey), version=done(response, outcome).version)


@router.get("", responses=reads(p.CursorMalformed))
def list_passkeys(pages: InOwnPages) -> shapes.PasskeyList:
    """The passkeys that you ever registered, newest first, and when each was last used."""
    page = pages.of(lambda person: person.passkeys.values())
    entries = [
        shapes.ListedPasskey(
            id=str(one.id),
            name=said["name"],
            registered_at=rfc3339(one.registered_at),
            used_at=at(one.used_at),
            revoked_at=at(one.revoked_at),
        )
        for one, said in page.entries
    ]
    return shapes.PasskeyList(entries=entries, next=page.next)
