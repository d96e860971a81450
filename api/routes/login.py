"""Logging in and out with a browser: the authorization code flow (OpenID Connect Core 3.1, RFC 9700).

These are for browsers, which follow redirects, and not part of the API's description. They are there only where the
operator has set up a client at the provider; elsewhere nothing is here.
"""

import re
from contextlib import suppress
from typing import Final
from uuid import uuid5

from fastapi import APIRouter, Request, Response

from api import problems as p
from api.backend import Backend, TokensUnavailable
from api.browser import LOGIN, SESSION, Browsers, LoginRefused, by_session, cookie, keep
from api.browser_problems import LoginFailed
from domain.application import Request as Asked
from domain.errors import NotFound, WrongMoment
from domain.logins import EndLogin

router = APIRouter(include_in_schema=False)

FIRST: Final = "/v1/people/me"
"""Where a browser goes that was on its way to nowhere."""

_LOCAL: Final = re.compile(r"/(?![/\\])[!-\[\]-~]{0,1000}")
"""A path of this server, with or without a query: not ``//host``, nothing that a browser would read as one."""


@router.get("/login")
def log_in(request: Request) -> Response:
    """Send a browser to the provider; ``then`` is the local path that it goes on to."""
    behind, browsers = _browsers(request)
    then = request.query_params.get("then", FIRST)
    try:
        begun = browsers.begin(then if _LOCAL.fullmatch(then) else FIRST, behind.clock())
    except TokensUnavailable as later:
        raise p.IdentityUnavailable(retry_after=later.seconds) from None
    response = _redirect(begun.location)
    keep(response, browsers, LOGIN, begun.kept)
    return response


@router.get("/login/return")
def return_from_login(request: Request) -> Response:
    """Take a browser back from the provider, with a session."""
    behind, browsers = _browsers(request)
    kept = request.cookies.get(cookie(LOGIN, browsers), "")
    answer = dict(request.query_params)
    if len(answer) < len(request.query_params.multi_items()):  # RFC 6749 section 3.1: nothing comes twice
        raise LoginFailed
    try:
        done = browsers.complete(answer, kept, behind.clock())
    except LoginRefused:
        raise LoginFailed from None
    except TokensUnavailable as later:
        raise p.IdentityUnavailable(retry_after=later.seconds) from None
    response = _redirect(done.then)
    keep(response, browsers, LOGIN, "")
    keep(response, browsers, SESSION, done.session)
    return response


@router.post("/logout")
def log_out(request: Request) -> Response:
    """End the session here, for every copy of it, and send the browser on to end it at the provider."""
    behind, browsers = _browsers(request)
    now = behind.clock()
    asker = by_session(request, browsers, now)
    if asker.login is not None:
        asked = Asked(asker.person, now, uuid5(asker.login, "logout"), behind.digest(b"logout"))
        with suppress(NotFound, WrongMoment):  # not registered, or ended by another request meanwhile
            behind.write_side.execute(asker.person, EndLogin(asker.login), asked)
    request.state.renewed_session = None
    onward = browsers.farewell()
    response = Response(status_code=204, headers=_HEADERS) if onward is None else _redirect(onward)
    keep(response, browsers, SESSION, "")
    return response


_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _redirect(location: str) -> Response:
    return Response(status_code=303, headers={"Location": location, **_HEADERS})


def _browsers(request: Request) -> tuple[Backend, Browsers]:
    behind: Backend = request.app.state.backend
    if behind.browsers is None:
        raise NotFound
    return behind, behind.browsers
