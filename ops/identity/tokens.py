"""Bearer tokens: what one must be before it says who somebody is (RFC 7519, 8725, 9068).

In this order: short enough; a header with an algorithm that we name, a type that access tokens have and no extension
that we would have to understand; a key of the issuer's that is made for this algorithm; the signature; the claims.
What a header says about keys besides ``kid`` (``jwk``, ``jku``, ``x5c``, ``x5u``) is never looked at.

An ID token is no access token, though its signer and its form are the same. Its audience is the client that somebody
logged in to, and ours is no client (``ops.identity.choosing`` sees to that); one with claims that only ID tokens have
is refused besides, should a provider have been told that both are one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError

from api.backend import Identity, TokenRefused, TokensUnavailable
from domain.principals import person_id
from ops.identity.errors import KeysOutOfReach, KeyUnknown
from ops.identity.issuer_keys import ALGORITHMS, Keys

LEEWAY: Final = 60
"""Seconds that clocks may differ."""

MAX_TOKEN: Final = 16_384
"""Characters that a token may have."""

MAX_SUBJECT: Final = 255
"""Characters that a subject may have (OpenID Connect Core section 2)."""

TYPES: Final = frozenset({"at+jwt", "application/at+jwt", "jwt"})
"""What a header's ``typ`` may be, in any case; many providers write ``JWT`` or leave it out (RFC 9068 section 2.1)."""

ONLY_IN_ID_TOKENS: Final = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
"""Claims by which an ID token shows (OpenID Connect Core sections 2 and 3.3.2.11)."""

_HEADER_BYTES: Final = 8_192


class Verifier:
    """``api.backend.TokenVerifier`` for one issuer.

    Args:
        keys: the issuer's keys.
        issuer: the ``iss`` that a token must have, to the letter.
        audience: what its ``aud`` must be or hold.
    """

    def __init__(self, keys: Keys, issuer: str, audience: str) -> None:
        self.keys, self._issuer = keys, issuer
        self._options: dict[str, Any] = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": audience},
            "sub": {"essential": True},
            "exp": {"essential": True},
        }

    @property
    def waits(self) -> bool:
        """Whether checking a token may wait for somebody else: for the provider, which is asked for its keys."""
        return self.keys.waits

    def ready(self) -> bool:
        """Whether tokens can be checked now."""
        return self.keys.ready()

    def verify(self, token: str, now: datetime) -> Identity:
        """Whom a token is about.

        Raises:
            TokenRefused: its form, signature, issuer, audience or time isn't right.
            TokensUnavailable: it can't be told now.
        """
        claims = signed_claims(self.keys, token)
        if ONLY_IN_ID_TOKENS & claims.keys():
            raise TokenRefused
        registry = jwt.JWTClaimsRegistry(now=int(now.timestamp()), leeway=LEEWAY, **self._options)
        try:
            registry.validate(dict(claims))
        except (JoseError, ValueError, TypeError) as error:
            raise TokenRefused from error
        return identity_of(self._issuer, claims["sub"])


def signed_claims(keys: Keys, token: str) -> Mapping[str, Any]:
    """The claims of a token that the issuer has signed; what they say, nobody has looked at yet.

    Raises:
        TokenRefused: its form or its signature isn't right.
        TokensUnavailable: it can't be told now.
    """
    if len(token) > MAX_TOKEN or not token.isascii():
        raise TokenRefused
    try:
        header = jws.extract_compact(token.encode(), registry=_registry()).headers()
        kid, algorithm = _asked(header)
        key = keys.key(kid, algorithm)
        return jwt.decode(token, key, registry=_registry(algorithm)).claims
    except KeysOutOfReach as later:
        raise TokensUnavailable(later.seconds) from later
    except (KeyUnknown, JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise TokenRefused from error


def identity_of(issuer: str, subject: object) -> Identity:
    """The person that an issuer's subject stands for.

    Raises:
        TokenRefused: no subject that a person can be known by.
    """
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        raise TokenRefused
    return Identity(issuer, subject, person_id(issuer, subject))


def _asked(header: Mapping[str, Any]) -> tuple[str | None, str]:
    """Key id and algorithm that a header names.

    Raises:
        TokenRefused: it names an algorithm, a type or an extension (RFC 7515 section 4.1.11) that isn't ours.
    """
    algorithm, kind, kid = header.get("alg"), header.get("typ", "JWT"), header.get("kid")
    if algorithm not in ALGORITHMS or "crit" in header:
        raise TokenRefused
    if not isinstance(kind, str) or kind.lower() not in TYPES or not isinstance(kid, str | None):
        raise TokenRefused
    return kid, algorithm


def _registry(*algorithms: str) -> jws.JWSRegistry:
    """How a token is taken apart: names in its header that we don't know are none of our business."""
    registry = jws.JWSRegistry(algorithms=algorithms or ALGORITHMS, strict_check_header=False)
    registry.max_header_length = _HEADER_BYTES
    return registry
