"""Logging a browser in (``api.browser.Browsers``): authorization code with PKCE, by the rules of RFC 9700.

1. *Begin*: fresh ``state``, ``nonce`` and PKCE verifier, sealed into a cookie that lives ten minutes; the browser goes
   to the provider with the verifier's SHA-256 and the one redirect address that is registered there.
2. *Return*: the cookie opens and is young; ``state`` is the one in it (so it is this browser's own login); ``iss`` is
   this issuer (RFC 9207), and is there if the provider says that it always is.
3. *Redeem*: the code goes to the token endpoint with the verifier. A code is good once and for one client: the
   provider sees to that.
4. *ID token*: signed by one of the issuer's keys with an algorithm that we name, of this issuer, for this client alone
   or with us as its authorized party, young, with our ``nonce``. The access token isn't used and not kept.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import BoundedSemaphore, Lock
from typing import Any, Final
from urllib.parse import quote_plus, urlencode

import structlog
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError

from api.backend import TokenRefused, TokensUnavailable
from api.browser import LOGIN_SECONDS, Begun, Completed, Known, LoginRefused
from ops.identity.errors import ProviderError
from ops.identity.issuer_keys import Keys
from ops.identity.provider import Provider
from ops.identity.sealing import NotSealedHere, Sealing
from ops.identity.sessions import Sessions
from ops.identity.tokens import LEEWAY, identity_of, signed_claims

_log = structlog.get_logger()

RETURN_PATH: Final = "/login/return"

CONFIGURATION_SECONDS: Final = 600
"""After which time the provider is asked anew what it says of itself; until it answers, what it said last is used."""

AT_ONCE: Final = 8
"""Logins that may wait for the provider at the same time: anybody can begin one, and a waiting one holds a thread."""

_PAUSE_SECONDS: Final = 1.0
"""Between two questions to a provider that doesn't answer."""


@dataclass(frozen=True)
class Client:
    """What we are at the provider.

    Attributes:
        client_id: our name there.
        secret: our password there; None for a public client.
        origin: under which browsers know us.
    """

    client_id: str
    secret: str | None = field(repr=False)
    origin: str

    @property
    def redirect(self) -> str:
        """The one address to which the provider sends browsers back, to the letter."""
        return self.origin + RETURN_PATH


class Login:
    """``api.browser.Browsers`` with one provider; safe for threads.

    Args:
        provider: the provider.
        keys: its keys.
        client: what we are there.
        sealing: seals what a browser keeps while it logs in, for this use alone.
        sessions: begins sessions, and knows whose they are.
        clock: seconds that only go on.
    """

    def __init__(
        self,
        provider: Provider,
        keys: Keys,
        client: Client,
        sealing: Sealing,
        sessions: Sessions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider, self._keys, self._client, self._clock = provider, keys, client, clock
        self._sealing, self._sessions, self.origin = sealing, sessions, client.origin
        self._asking, self._places, self._said = Lock(), BoundedSemaphore(AT_ONCE), dict[str, Any]()
        self._got = self._tried = float("-inf")

    def begin(self, then: str, now: datetime) -> Begun:
        """Begin a login.

        Raises:
            TokensUnavailable: the provider can't be asked now.
        """
        with self._place():
            where = self._endpoint("authorization_endpoint")
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        location = prepare_grant_uri(
            where,
            client_id=self._client.client_id,
            response_type="code",
            redirect_uri=self._client.redirect,
            scope="openid",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "then": then, "began": int(now.timestamp())}
        return Begun(location, self._sealing.seal(kept))

    def complete(self, answer: Mapping[str, str], kept: str, now: datetime) -> Completed:
        """Complete a login with what the provider sent the browser back with.

        Raises:
            LoginRefused: it isn't this login's, the provider refused, or the ID token isn't right.
            TokensUnavailable: the provider can't be asked now.
        """
        try:
            begun = self._sealing.open(kept)
        except NotSealedHere:
            raise LoginRefused from None
        if not 0 <= now.timestamp() + 1 - begun["began"] <= LOGIN_SECONDS:
            raise LoginRefused
        if not hmac.compare_digest(answer.get("state", "").encode(), begun["state"].encode()):
            raise LoginRefused
        if "error" in answer or not answer.get("code"):
            raise LoginRefused
        with self._place():
            self._check_issuer(answer)
            subject = self._subject(self._redeemed(answer["code"], begun["verifier"]), begun, now)
        return Completed(self._sessions.begin(subject, now), begun["then"])

    def known(self, session: str, now: datetime) -> Known:
        """Whose session it is.

        Raises:
            TokenRefused: nobody's, or not any more.
        """
        return self._sessions.known(session, now)

    def farewell(self) -> str | None:
        """Where a browser logs out of the provider (RP-Initiated Logout 1.0); None where there is no such place."""
        try:
            with self._place():
                where = self._endpoint("end_session_endpoint")
        except TokensUnavailable:
            return None
        return f"{where}{'&' if '?' in where else '?'}{urlencode({'client_id': self._client.client_id})}"

    @contextmanager
    def _place(self) -> Iterator[None]:
        """A place among those who wait for the provider.

        Raises:
            TokensUnavailable: all are taken.
        """
        if not self._places.acquire(blocking=False):
            raise TokensUnavailable(1)
        try:
            yield
        finally:
            self._places.release()

    def _check_issuer(self, answer: Mapping[str, str]) -> None:
        """RFC 9207 section 2.4: an answer of another provider is never taken for this one's."""
        promised = self._configuration().get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", None if promised else self._provider.issuer) != self._provider.issuer:
            raise LoginRefused

    def _redeemed(self, code: str, verifier: str) -> str:
        form = prepare_token_request(
            "authorization_code", redirect_uri=self._client.redirect, code=code, code_verifier=verifier
        )
        where, client, secret = self._endpoint("token_endpoint"), self._client.client_id, self._client.secret
        if secret is None:
            shown = ClientAuth(client, None, "none")
        else:  # RFC 6749 section 2.3.1: both are written as in a form, which Authlib leaves to its caller
            shown = ClientAuth(quote_plus(client), quote_plus(secret), "client_secret_basic")
        _, headers, body = shown.prepare("POST", where, {}, form)
        try:
            found = self._provider.redeem(where, body, headers).get("id_token")
        except ProviderError as error:
            if error.word in ("out-of-reach", "too-slow"):
                raise TokensUnavailable(1) from error
            raise LoginRefused from error
        if not isinstance(found, str):
            raise LoginRefused
        return found

    def _subject(self, token: str, begun: Mapping[str, Any], now: datetime) -> str:
        """Whom an ID token names (OpenID Connect Core section 3.1.3.7)."""
        try:
            claims = dict(signed_claims(self._keys, token))
            registry = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self._provider.issuer},
                aud={"essential": True, "value": self._client.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": begun["nonce"]},
            )
            registry.validate(claims)
            if claims["iat"] < begun["began"] - LEEWAY:
                raise LoginRefused
            audience = claims["aud"]
            party = claims.get(
                "azp", None if isinstance(audience, list) and len(audience) > 1 else self._client.client_id
            )
            if party != self._client.client_id:
                raise LoginRefused
            return identity_of(self._provider.issuer, claims["sub"]).subject
        except (TokenRefused, JoseError, ValueError, TypeError) as error:
            raise LoginRefused from error

    def _endpoint(self, name: str) -> str:
        try:
            return self._provider.endpoint(self._configuration(), name)
        except ProviderError as error:
            raise TokensUnavailable(CONFIGURATION_SECONDS) from error

    def _configuration(self) -> Mapping[str, Any]:
        """What the provider says of itself, asked for by one thread at a time, and kept.

        Raises:
            TokensUnavailable: nothing is known of it, and it doesn't answer.
        """
        if self._due() and self._asking.acquire(blocking=not self._said):
            try:
                if self._due():  # nobody else has asked meanwhile
                    self._said = dict(self._provider.configuration())
                    self._got = self._clock()
            except ProviderError as error:
                _log.warning("provider not asked", error=error.word)
            finally:
                self._tried = self._clock()  # when it was over: who waited meanwhile doesn't wait once more
                self._asking.release()
        if not self._said:
            raise TokensUnavailable(1)
        return self._said

    def _due(self) -> bool:
        now = self._clock()
        return now - self._got >= CONFIGURATION_SECONDS and now - self._tried >= _PAUSE_SECONDS
