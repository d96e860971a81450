"""Tokens of a real provider: a good one says who somebody is; each trick with one fails, beside the good one."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from api.backend import TokenRefused
from domain.principals import person_id
from ops.clock import now
from ops.identity import LEEWAY, IssuerError, Verifier, verifier
from ops.identity.errors import KeyUnknown
from ops.identity.issuer_keys import MAX_KEYS, IssuerKeys
from ops.identity.tokens import MAX_SUBJECT, MAX_TOKEN
from ops.settings import Settings
from tests.provider.running import Running

KINDS: Final = ("RS256", "ES256")


@pytest.fixture
def checks(running: Running, tmp_path: Path) -> Verifier:
    """What the settings with nothing but this issuer give."""
    return verifier(Settings(home=tmp_path, issuer=running.issuer, _env_file=None))  # type: ignore[call-arg]


def _refused(checks: Verifier, token: str) -> None:
    with pytest.raises(TokenRefused):
        checks.verify(token, now())


def test_a_provider_s_token_is_taken(running: Running, checks: Verifier) -> None:
    """As access token or plain JWT, for us alone or among others; it stands for the person of issuer and subject."""
    good: list[dict[str, Any]] = [
        {}, {"header": {"typ": "JWT"}}, {"header": {"typ": "application/at+jwt"}}, {"header": {"typ": "AT+JWT"}},
        {"header": {"x5t": "AAAA", "made-up": {"by": "them"}}}, {"aud": ["other", "driehoek"]},
        {"sub": "x" * MAX_SUBJECT}, {"client_id": "web", "jti": "1", "scope": "openid", "roles": ["operator"]},
    ]  # fmt: skip
    for changes in good:
        found = checks.verify(running.token(**changes), now())
        assert (found.issuer, found.subject) == (running.issuer, changes.get("sub", "ann"))
        assert found.person == person_id(running.issuer, found.subject)


def _moment(seconds: int) -> int:
    return int((now() + timedelta(seconds=seconds)).timestamp())


SPOILT: Final[dict[str, Callable[[Running], dict[str, Any]]]] = {
    "another issuer": lambda _: {"iss": "https://id.example.org"},
    "the issuer with a slash": lambda one: {"iss": f"{one.issuer}/"},
    "issuers in a list": lambda one: {"iss": [one.issuer]},
    "another audience": lambda _: {"aud": "driehoek-web"},
    "no audience": lambda _: {"aud": None},
    "expired": lambda _: {"exp": _moment(-LEEWAY - 5)},
    "no end": lambda _: {"exp": None},
    "endless": lambda _: {"exp": float("inf")},
    "not yet": lambda _: {"nbf": _moment(LEEWAY + 30)},
    "issued tomorrow": lambda _: {"iat": _moment(LEEWAY + 30)},
    "nobody": lambda _: {"sub": ""},
    "a number": lambda _: {"sub": 7},
    "a long name": lambda _: {"sub": "x" * (MAX_SUBJECT + 1)},
    "an ID token by its nonce": lambda _: {"header": {"typ": "JWT"}, "nonce": "n"},
    "an ID token by its hash": lambda _: {"header": {"typ": "JWT"}, "at_hash": "h"},
    "another type": lambda _: {"header": {"typ": "logout+jwt"}},
    "a type that is no text": lambda _: {"header": {"typ": ["at+jwt"]}},
    "an extension": lambda _: {"header": {"crit": ["exp"], "exp": 1}},
    "an extension that the library knows": lambda _: {"header": {"crit": ["b64"], "b64": True}},
    "a key id that is no text": lambda _: {"header": {"kid": 7}},
    "a key id that is a path": lambda _: {"header": {"kid": "../../../dev/null"}},
    "too long": lambda _: {"more": "x" * MAX_TOKEN},
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_isn_t_for_us_here_and_now_is_refused(running: Running, checks: Verifier, name: str) -> None:
    """Rightly signed by the provider, and still no token for us; the same within the leeway is one."""
    _refused(checks, running.token(**SPOILT[name](running)))
    near: dict[str, Any] = {"exp": _moment(-LEEWAY + 20), "nbf": _moment(LEEWAY - 20), "iat": _moment(LEEWAY - 20)}
    assert checks.verify(running.token(**near), now()).subject == "ann"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signed(key: Key, claims: dict[str, Any], algorithm: str, **header: Any) -> str:
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jwt.encode({"alg": algorithm, "typ": "at+jwt", **header}, claims, key, registry=registry)


def _with_a_secret(secret: bytes, claims: dict[str, Any], name: str, kid: str) -> str:
    signed = f"{_part({'alg': f'HS{name[3:]}', 'typ': 'at+jwt', 'kid': kid})}.{_part(claims)}"
    return f"{signed}.{base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), name)).decode().rstrip('=')}"


@pytest.mark.parametrize("rotated", [False, True], ids=KINDS)
def test_tricks_with_algorithms_and_keys(running: Running, checks: Verifier, rotated: bool) -> None:
    """None, shared secrets made of public keys, other curves, keys that a token brings along: all refused."""
    if rotated:
        running.rotate("elliptic")
    good = running.token()
    (public,) = running.client.get("/jwks").json()["keys"]
    claims, kid = running.claims(), public["kid"]
    theirs = (RSAKey, ECKey)[rotated].import_key(public)
    own, near = ECKey.generate_key("P-256", {"kid": kid}), ECKey.generate_key("P-384", {"kid": kid})
    mine = ECKey.generate_key("P-256", {"kid": "mine"})
    secrets = [theirs.as_pem(private=False), theirs.as_der(private=False), json.dumps(public).encode(), b"\x00" * 32]
    head, body, signature = good.split(".")
    forged = [
        *(f"{_part({'alg': none, 'kid': kid})}.{_part(claims)}." for none in ("none", "None", "nOnE", "", None)),
        f"{_part({'kid': kid})}.{body}.{signature}",
        *(_with_a_secret(one, claims, name, kid) for one in secrets for name in ("sha256", "sha512")),
        _signed(own, claims, "ES256", kid=kid),
        _signed(near, claims, "ES384", kid=kid),
        _signed(RSAKey.generate_key(2_048, {"kid": kid}), claims, "RS256", kid=kid),
        _signed(OKPKey.generate_key("Ed25519"), claims, "Ed25519", kid=kid),
        _signed(mine, claims, "ES256", kid="mine", jwk=mine.as_dict(private=False)),
        _signed(mine, claims, "ES256", kid=kid, jwk=mine.as_dict(private=False)),
        _signed(mine, claims, "ES256", jwk=mine.as_dict(private=False)),
        _signed(mine, claims, "ES256", kid="mine", jku=f"{running.issuer}/control/asked"),
        _signed(mine, claims, "ES256", kid="mine", x5u=f"{running.issuer}/control/asked"),
        f"{_part({'alg': 'ES256', 'typ': 'at+jwt', 'kid': kid})}.{body}.{base64.urlsafe_b64encode(bytes(64)).decode()}",
        f"{head}.{_part(running.claims(sub='operator'))}.{signature}",
        f"{head}.{body}.", f"{head}..{signature}", f"{head}.{body}", f"{good}.x", f"{good}\n", f" {good}", "", "..",
        f"{_part(['ES256'])}.{body}.{signature}", f"{_part({'alg': ['ES256']})}.{body}.{signature}",
        f"{head}.{_part([claims])}.{signature}", f"{_part('x' * 9_000)}.{body}.{signature}",
    ]  # fmt: skip
    asked = running.asked("/control/asked")
    for token in forged:
        _refused(checks, token)
    assert running.asked("/control/asked") == asked + 1  # this question: nobody looked where a header pointed
    assert checks.verify(good, now()).subject == "ann"


def test_a_key_is_used_for_what_it_is_made_for() -> None:
    """Keys for encryption, another algorithm, wrapping, too short, private or secret ones check nothing."""
    good = OKPKey.generate_key("Ed25519", {"kid": "good"}).as_dict(private=False)
    other = OKPKey.generate_key("Ed25519", {"kid": "other"})
    public = other.as_dict(private=False)
    useless: list[Any] = [
        {**public, "use": "enc"}, {**public, "alg": "ES256"}, {**public, "key_ops": ["sign"]}, {**public, "alg": 7},
        other.as_dict(private=True), {"kty": "oct", "k": "AAAA", "kid": "other"}, {**public, "x": "AA"},
        ECKey.generate_key("P-384", {"kid": "other"}).as_dict(private=False), {"kty": "?"}, {}, 7, None,
        {"kty": "RSA", "kid": "other", "e": "AQAB", "n": "gA" + "A" * 168 + "AQ"},  # 1024 bits
    ]  # fmt: skip
    for one in useless:
        keys = IssuerKeys({"keys": [one, good]})
        assert keys.key("good", "Ed25519").kid == keys.key(None, "Ed25519").kid == "good"  # positive control
        for algorithm in ("Ed25519", "ES256", "RS256", "PS256"):
            with pytest.raises(KeyUnknown):
                keys.key("other", algorithm)
        with pytest.raises(ValueError, match="no key"):
            IssuerKeys({"keys": [one]})


def test_a_token_that_names_no_key_needs_the_only_one() -> None:
    """Without a key id one fitting key is taken; of two nobody chooses, nor of two by one name."""
    one, two = (OKPKey.generate_key("Ed25519", {"kid": kid}).as_dict(private=False) for kid in ("one", "two"))
    assert IssuerKeys({"keys": [one]}).key(None, "Ed25519").kid == "one"
    both = IssuerKeys({"keys": [one, two]})
    assert both.key("two", "Ed25519").kid == "two"
    twice = IssuerKeys({"keys": [one, {**two, "kid": "one"}]})
    for keys, kid in ((both, None), (twice, "one")):
        with pytest.raises(KeyUnknown):
            keys.key(kid, "Ed25519")
    with pytest.raises(ValueError, match="set"):
        IssuerKeys({"keys": [one] * (MAX_KEYS + 1)})


def test_an_issuer_that_nobody_vouches_for(running: Running, tmp_path: Path) -> None:
    """An issuer of the same name elsewhere, and one that isn't reachable: the one's tokens aren't the other's."""
    other = ECKey.generate_key("P-256", {"kid": "elliptic"})
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [other.as_dict(private=False)]}))
    fixed = verifier(Settings(home=tmp_path, issuer=running.issuer, jwks=keys, _env_file=None))  # type: ignore[call-arg]
    _refused(fixed, running.token())
    assert fixed.verify(_signed(other, running.claims(), "ES256", kid="elliptic"), now()).subject == "ann"
    with pytest.raises(IssuerError):
        verifier(Settings(home=tmp_path, issuer="http://id.example.org", _env_file=None))  # type: ignore[call-arg]
