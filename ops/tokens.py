"""Bearer tokens: verification against an issuer's keys, and the development issuer.

A token says who somebody is (``iss``, ``sub``) and nothing about what they are in an engagement. Algorithms are named
explicitly; audience, issuer and expiry are checked. The development issuer signs for anybody who asks, so it refuses
to exist where another issuer is configured.
"""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from api.backend import Identity, TokenRefused
from domain.principals import person_id
from ops.secret_file import write_once
from ops.settings import DEVELOPMENT_ISSUER, Settings

ALGORITHMS: Final = ["Ed25519", "ES256", "RS256", "PS256"]
"""Signatures that a token may have. No ``none``, no shared secrets."""

LEEWAY: Final = 60
"""Seconds that clocks may differ."""


class IssuerError(Exception):
    """The issuer's configuration can't work. Holds no key."""


class Verifier:
    """``api.backend.TokenVerifier`` over a key set."""

    def __init__(self, keys: KeySet, issuer: str, audience: str) -> None:
        self._keys, self._issuer = keys, issuer
        self._options: dict[str, Any] = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": audience},
            "sub": {"essential": True},
            "exp": {"essential": True},
        }

    def verify(self, token: str, now: datetime) -> Identity:
        """Whom a token is about.

        Raises:
            TokenRefused: when its signature, issuer, audience or time isn't right.
        """
        registry = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY, **self._options)
        try:
            claims = jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims
            registry.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenRefused from error
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise TokenRefused
        return Identity(self._issuer, subject, person_id(self._issuer, subject))


class DevelopmentIssuer:
    """Signs tokens for whoever asks. For development and demonstrations only.

    Raises:
        IssuerError: when another issuer is configured.
    """

    def __init__(self, settings: Settings) -> None:
        if settings.issuer != DEVELOPMENT_ISSUER or settings.jwks is not None:
            raise IssuerError("the development issuer doesn't run where another issuer is configured")
        self._audience = settings.audience
        self._key = _development_key(settings.development_key_file)

    def token(self, subject: str, now: datetime, hours: float = 12) -> str:
        """A token for a subject."""
        claims = {
            "iss": DEVELOPMENT_ISSUER,
            "aud": self._audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(hours=hours)).timestamp()),
        }
        return jwt.encode({"alg": "Ed25519", "kid": "development"}, claims, self._key, algorithms=ALGORITHMS)

    def keys(self) -> KeySet:
        """The public keys, as a verifier wants them."""
        public = self._key.as_dict(private=False)
        return KeySet([OKPKey.import_key(public)])


def verifier(settings: Settings) -> Verifier:
    """The verifier that the settings ask for.

    Raises:
        IssuerError: when an issuer is configured without its keys, or its key file can't be used.
    """
    if settings.issuer == DEVELOPMENT_ISSUER and settings.jwks is None:
        return Verifier(DevelopmentIssuer(settings).keys(), DEVELOPMENT_ISSUER, settings.audience)
    if settings.jwks is None:
        raise IssuerError("an issuer is configured without its keys (DRIEHOEK_JWKS)")
    try:
        keys = KeySet.import_key_set(json.loads(settings.jwks.read_text()))
    except (OSError, ValueError, JoseError, TypeError, KeyError) as error:
        raise IssuerError("the issuer's key file can't be used") from error
    return Verifier(keys, settings.issuer, settings.audience)


def _development_key(path: Path) -> OKPKey:
    with suppress(FileExistsError):
        if not path.exists():
            made = OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
            write_once(path, json.dumps(made.as_dict(private=True)).encode())
    return OKPKey.import_key(json.loads(path.read_text()))
