"""API keys: what a person gives to a program that is to act as them, for a time and within scopes."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api import api_key_bodies as shapes
from api import problems as p
from api import shapes as common
from api.asking import InBackend, Writing, id_of
from api.own_pages import InOwnPages, at
from api.routes.acting import Done, additions, done, reads
from domain.api_keys import IssueApiKey, RevokeApiKey, Scope
from domain.facts import rfc3339

router = APIRouter(prefix="/v1/api-keys", tags=["api keys"])

ApiKeyId = Annotated[str, Path(description="The API key's id.")]


@router.post("", status_code=201, responses=additions("api-key-expiry", "too-many-api-keys"))
def issue_api_key(
    body: shapes.ApiKeyRequest, writing: Writing, behind: InBackend, response: Response
) -> shapes.NewApiKey:
    """Make an API key of your own: at most 20 that live, each for at most a year.

    It is shown as a bearer token, acts as you, and only within its scopes. No key can sign, revoke, make keys or read
    what you write for yourself alone.
    """
    asked = writing.asked
    key_id = asked.new_id()
    made = behind.api_keys.new(asked.actor, key_id)
    scopes = frozenset(Scope(word) for word in body.scopes)
    command = IssueApiKey(key_id, made.sha256, scopes, body.ends(asked.at), body.content("name"))
    outcome = behind.write_side.execute(asked.actor, command, asked)
    response.headers["Cache-Control"] = "no-store"
    version = done(response, outcome).version
    return shapes.NewApiKey(id=str(key_id), version=version, api_key=None if outcome.replayed else made.text)


@router.post("/{api_key_id}/revocation", responses=additions("unknown-api-key", "already-revoked"))
def revoke_api_key(
    api_key_id: ApiKeyId, writing: Writing, behind: InBackend, response: Response, body: common.Empty | None = None
) -> Done:
    """Revoke an API key of yours. From now on it is refused everywhere."""
    del body
    asked, key_id = writing.asked, id_of(api_key_id)
    outcome = behind.write_side.execute(asked.actor, RevokeApiKey(key_id), asked)
    return Done(id=str(key_id), version=done(response, outcome).version)


@router.get("", responses=reads(p.CursorMalformed))
def list_api_keys(pages: InOwnPages) -> shapes.ApiKeyList:
    """The API keys that you ever made, newest first; never a secret, nor its hash."""
    page = pages.of(lambda person: person.api_keys.values())
    entries = [
        shapes.ListedApiKey(
            id=str(one.id),
            name=said["name"],
            scopes=sorted(scope.value for scope in one.scopes),
            issued_at=rfc3339(one.issued_at),
            expires_at=rfc3339(one.expires_at),
            revoked_at=at(one.revoked_at),
        )
        for one, said in page.entries
    ]
    return shapes.ApiKeyList(entries=entries, next=page.next)
