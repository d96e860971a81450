"""The keys of an issuer (RFC 7517), and which of them may check which signature.

A key checks one kind of signature, by its type and curve and by what it says of itself (``use``, ``key_ops``, ``alg``).
So a token can't choose how a key is taken: not a public key for a shared secret, not a key for encryption for one that
signs (RFC 8725 sections 2.1 and 3.1).
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from ops.identity.errors import KeyUnknown

PublicKey = OKPKey | ECKey | RSAKey

ALGORITHMS: Final = ["Ed25519", "ES256", "RS256", "PS256"]
"""Signatures that a token may have. No ``none``, no shared secrets."""

MIN_RSA_BITS: Final = 2_048
"""RFC 7518 section 3.3."""

MAX_KEYS: Final = 64
"""An issuer publishes a handful; nobody reads a longer list to its end."""

_FITS: Final[Mapping[str, tuple[str, str | None]]] = {
    "Ed25519": ("OKP", "Ed25519"), "ES256": ("EC", "P-256"), "RS256": ("RSA", None), "PS256": ("RSA", None),
}  # fmt: skip
_BITS_A_LETTER: Final = 6
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class Keys(Protocol):
    """Where a verifier gets keys from."""

    @property
    def waits(self) -> bool:
        """Whether :meth:`key` may wait for somebody else's answer."""
        ...

    def key(self, kid: str | None, algorithm: str) -> PublicKey:
        """The key that checks this signature.

        Raises:
            KeyUnknown: there is none.
            KeysOutOfReach: it can't be told now.
        """
        ...

    def ready(self) -> bool:
        """Whether there are keys to check with."""
        ...


class IssuerKeys:
    """A fixed set of keys, with at least one that checks something.

    Args:
        published: a JWK set. Keys of other types, for other uses, too short, malformed, or with their private half are
            passed over (RFC 7517 section 5): who publishes a private key shares it with everybody.

    Raises:
        ValueError: it isn't a JWK set, or no key is left of it.
    """

    waits: Final = False

    def __init__(self, published: object) -> None:
        listed = published.get("keys") if isinstance(published, dict) else None
        if not isinstance(listed, list) or len(listed) > MAX_KEYS:
            raise ValueError("not a set of keys")
        self._keys = list(_usable(listed))
        if not self._keys:
            raise ValueError("no key that checks signatures")

    def key(self, kid: str | None, algorithm: str) -> PublicKey:
        """The one key that checks this signature; without a ``kid`` there must be only one that could.

        Raises:
            KeyUnknown: there is none, or it isn't clear which.
        """
        found = [key for key, named, algorithms in self._keys if kid in (None, named) and algorithm in algorithms]
        if len(found) != 1:
            raise KeyUnknown
        return found[0]

    def ready(self) -> bool:
        """There are keys."""
        return True


def _usable(listed: Iterable[object]) -> Iterable[tuple[PublicKey, object, frozenset[str]]]:
    """Each key that checks something, with its id and the algorithms that it checks."""
    for one in listed:
        if not isinstance(one, dict) or _PRIVATE & one.keys():
            continue
        if one.get("kty") == "RSA" and len(str(one.get("n"))) * _BITS_A_LETTER < MIN_RSA_BITS:
            continue  # before the library warns of it
        try:
            key = JWKRegistry.import_key(one)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            continue  # what isn't understood is passed over, not the keys beside it
        if not isinstance(key, OKPKey | ECKey | RSAKey):
            continue  # a shared secret
        if algorithms := frozenset(name for name in ALGORITHMS if _checks(key, name)):
            yield key, one.get("kid"), algorithms


def _checks(key: PublicKey, algorithm: str) -> bool:
    """Whether a key may check signatures of an algorithm, by what it is and by what it says of itself."""
    said: Mapping[str, Any] = key.as_dict(private=False)
    kind, curve = _FITS[algorithm]
    operations = said.get("key_ops", ["verify"])
    return (
        said.get("kty") == kind
        and (curve is None or said.get("crv") == curve)
        and said.get("use", "sig") == "sig"
        and isinstance(operations, list) and "verify" in operations
        and said.get("alg", algorithm) == algorithm
        and (not isinstance(key, RSAKey) or key.public_key.key_size >= MIN_RSA_BITS)
    )  # fmt: skip
