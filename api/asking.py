"""Who asks, under which idempotency key, having seen which version."""

import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final
from uuid import UUID, uuid5

from fastapi import Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.backend import Backend, Identity, TokenRefused, TokensUnavailable
from api.browser import by_session
from api.problems import IdempotencyKeyMissing, IdentityUnavailable, Unauthenticated, VersionMalformed, VersionMissing
from api.scopes import check_scope
from domain.application import Outcome
from domain.application import Request as Asked
from domain.errors import NotFound

_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_TAG: Final = re.compile(r'"v(0|[1-9][0-9]{0,8})(?:\.[\w-]{22})?"', re.ASCII)
_bearer = HTTPBearer(
    auto_error=False,
    description="An OIDC access token, which says who you are and nothing more; or an API key, within its scopes.",
)


async def backend(request: Request) -> Backend:
    """The application's backend."""
    found: Backend = request.app.state.backend
    return found


InBackend = Annotated[Backend, Depends(backend)]


async def identity(
    request: Request, behind: InBackend, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity:
    """Whom the bearer token is about, be it a token of the issuer's or an API key that is made for this route.

    Without one, whose session a browser sends. From here on the request counts against their quota. What may have to
    wait for the store or a provider is done in a thread; to go there and back costs more than to check a signature.
    What goes on for long asks ``request.state.still`` now and then.
    """
    if credentials is None or behind.tokens.waits or behind.api_keys.is_one(credentials.credentials):
        asker = await run_in_threadpool(_known, request, behind, credentials)
    else:
        asker = _known(request, behind, credentials)
    request.state.still = partial(_known, request, behind, credentials)
    if behind.rates.callers is not None:
        request.state.standing = behind.rates.callers.take(asker.key or asker.person)
        request.state.standing.check()
    check_scope(request, asker)
    return asker


def _known(request: Request, behind: Backend, credentials: HTTPAuthorizationCredentials | None) -> Identity:
    if credentials is None:
        if behind.browsers is None or "authorization" in request.headers:
            raise Unauthenticated
        return by_session(request, behind.browsers, behind.clock())
    try:
        if behind.api_keys.is_one(credentials.credentials):
            return behind.api_keys.verify(credentials.credentials, behind.clock())
        return behind.tokens.verify(credentials.credentials, behind.clock())
    except TokenRefused:
        raise Unauthenticated from None
    except TokensUnavailable as later:
        raise IdentityUnavailable(retry_after=later.seconds) from None


Asker = Annotated[Identity, Depends(identity)]


@dataclass(frozen=True)
class Write:
    """A write request: who, when, and how it is recognised when it comes again."""

    asked: Asked
    behind: Backend

    def seen(self, if_match: str | None) -> Asked:
        """The request bound to the version in If-Match.

        Raises:
            VersionMissing, VersionMalformed: see there.
        """
        if if_match is None:
            raise VersionMissing
        found = _TAG.fullmatch(if_match.strip())
        if found is None:
            raise VersionMalformed
        asked = self.asked
        return Asked(asked.actor, asked.at, asked.command_id, asked.digest, int(found[1]))


async def write(
    request: Request,
    behind: InBackend,
    asker: Asker,
    idempotency_key: Annotated[
        str | None, Header(description="Names this request: repeat it under the same key and it happens once.")
    ] = None,
    prefer: Annotated[  # noqa: ARG001 - described here; ``api.waiting`` reads it
        str | None, Header(description="`wait=checkpoint`: answer once a signed checkpoint covers this (RFC 7240).")
    ] = None,
) -> Write:
    """The write behind a request. The key belongs to its person: two people may choose the same."""
    if idempotency_key is None or _sent_twice(request, "idempotency-key") or not _KEY.fullmatch(idempotency_key):
        raise IdempotencyKeyMissing
    what = b"\n".join([request.method.encode(), request.url.path.encode(), await request.body()])
    asked = Asked(asker.person, behind.clock(), uuid5(asker.person, idempotency_key), behind.digest(what))
    request.state.command = asked.command_id
    return Write(asked, behind)


Writing = Annotated[Write, Depends(write)]


async def changing(
    request: Request,
    writing: Writing,
    if_match: Annotated[str | None, Header(description='The version that you last saw, like "v7".')] = None,
) -> Asked:
    """A write that is based on a version."""
    if _sent_twice(request, "if-match"):
        raise VersionMalformed
    return writing.seen(if_match)


Changing = Annotated[Asked, Depends(changing)]


def _sent_twice(request: Request, header: str) -> bool:
    """Whether a header came more than once: then there is no telling which one is meant."""
    return len(request.headers.getlist(header)) > 1


def id_of(text: str) -> UUID:
    """An opaque id out of a path or a body; whatever isn't one names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def tag(response: Response, outcome: Outcome) -> None:
    """Put the asker's new version on the answer, and say whether it is a repetition."""
    response.headers["ETag"] = f'"v{outcome.seen}"'
    if outcome.replayed:
        response.headers["Idempotency-Replayed"] = "true"
