"""Browsers: who asks with a session instead of a token, and from where they may write.

A session is a cookie that a browser sends by itself, also when another site made it ask. So a write with a session
says that it comes from our own pages, by ``Sec-Fetch-Site`` or ``Origin``; one that doesn't is refused. Other sites
can't read what a session's GET is answered with, and ``SameSite=Lax`` keeps the cookie out of all but navigations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.backend import Identity, TokenRefused
from api.browser_problems import CrossSiteWrite
from api.problems import Unauthenticated

SESSION: Final = "driehoek-session"
LOGIN: Final = "driehoek-login"
LOGIN_SECONDS: Final = 600
"""How long somebody may take to log in."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class LoginRefused(Exception):  # noqa: N818 - an answer to somebody, not a fault
    """This login doesn't come to its end: something of it isn't what was asked for."""


@dataclass(frozen=True)
class Begun:
    """A login that was begun: where to send the browser, and what it keeps meanwhile."""

    location: str
    kept: str = field(repr=False)


@dataclass(frozen=True)
class Completed:
    """A login that came to its end: the new session, and the local path that the browser was on its way to."""

    session: str = field(repr=False)
    then: str


@dataclass(frozen=True)
class Known:
    """Whose session it is, and the session as it is to be kept from now on, where that changed."""

    identity: Identity
    renewed: str | None = field(repr=False)


class Browsers(Protocol):
    """Logs browsers in at the issuer.

    Attributes:
        origin: under which browsers know this server (scheme, host, port).
    """

    origin: str

    def begin(self, then: str, now: datetime) -> Begun:
        """Begin a login.

        Raises:
            api.backend.TokensUnavailable: the issuer can't be asked now.
        """
        ...

    def complete(self, answer: Mapping[str, str], kept: str, now: datetime) -> Completed:
        """Complete a login with the issuer's answer, and what the browser kept.

        Raises:
            LoginRefused: they don't belong together, or the issuer doesn't vouch for it.
            api.backend.TokensUnavailable: the issuer can't be asked now.
        """
        ...

    def known(self, session: str, now: datetime) -> Known:
        """Whose session it is.

        Raises:
            api.backend.TokenRefused: nobody's, or not any more.
        """
        ...

    def farewell(self) -> str | None:
        """Where a browser logs out of the issuer, too; None where that isn't offered."""
        ...


def by_session(request: Request, browsers: Browsers, now: datetime) -> Identity:
    """Who asks, by their browser's session.

    Raises:
        CrossSiteWrite: a write that another site may have made the browser send.
        Unauthenticated: there is no session, or it is over.
    """
    shown = request.cookies.get(cookie(SESSION, browsers))
    if shown is None:
        raise Unauthenticated
    if request.method not in _READING and not from_own_pages(request, browsers.origin):
        raise CrossSiteWrite
    try:
        known = browsers.known(shown, now)
    except TokenRefused:
        raise Unauthenticated from None
    request.state.by_session = True
    if known.renewed is not None:
        request.state.renewed_session = _set(browsers, SESSION, known.renewed)
    return known.identity


def from_own_pages(request: Request, origin: str) -> bool:
    """Whether a browser says that our own page made it ask; a browser that says nothing doesn't say that."""
    site, came_from = (request.headers.getlist(name) for name in ("sec-fetch-site", "origin"))
    if not site and not came_from:
        return False
    return site in ([], ["same-origin"]) and came_from in ([], [origin])


def cookie(name: str, browsers: Browsers) -> str:
    """A cookie's full name: bound to this host and to https, but for http on the developer's own machine."""
    return f"__Host-{name}" if _secure(browsers) else name


def keep(response: Response, browsers: Browsers, name: str, value: str) -> None:
    """Have the browser keep a cookie, or forget it where the value is empty."""
    response.headers.append("Set-Cookie", _set(browsers, name, value))


def _set(browsers: Browsers, name: str, value: str) -> str:
    carrier = Response()
    carrier.set_cookie(
        cookie(name, browsers), value, max_age=None if value and name == SESSION else LOGIN_SECONDS if value else 0,
        path="/", secure=_secure(browsers), httponly=True, samesite="lax",
    )  # fmt: skip
    return carrier.headers["Set-Cookie"]


def _secure(browsers: Browsers) -> bool:
    return browsers.origin.startswith("https://")


class Renewing:
    """ASGI middleware around the application: a session that was used goes back with its new time.

    Caches between us and a browser know that what an ``Authorization`` header asked for is one person's, but not that
    what a cookie asked for is (RFC 9111 sections 3 and 3.5): such an answer says so itself.

    Args:
        app: what it stands around.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer with the cookie, if there is a new one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def renewing(message: Message) -> None:
            if message["type"] == "http.response.start" and state.get("by_session"):
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                if state.get("renewed_session") is not None:
                    headers.append("Set-Cookie", state["renewed_session"])
            await send(message)

        await self._app(scope, receive, renewing)
