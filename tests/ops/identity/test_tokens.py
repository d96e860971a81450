"""Bearer tokens: who somebody is, from an issuer that we trust, for us, now; nothing else counts."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from api.backend import TokenRefused
from domain.principals import person_id
from ops.identity import ALGORITHMS, LEEWAY, DevelopmentIssuer, IssuerError, verifier
from ops.settings import DEVELOPMENT_ISSUER, Settings

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ISSUER = "https://id.example.org"


def _settings(home: Path, **more: Any) -> Settings:
    return Settings(home=home, _env_file=None, **more)  # type: ignore[call-arg]


def _claims(**changes: Any) -> dict[str, Any]:
    moment = int(NOW.timestamp())
    claims = {"iss": DEVELOPMENT_ISSUER, "aud": "driehoek", "sub": "ann", "iat": moment, "exp": moment + 60}
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def _signed(settings: Settings, **changes: Any) -> str:
    """A token of the development issuer's own key, with claims of the test's choice."""
    key = DevelopmentIssuer(settings)._key
    return jwt.encode({"alg": "Ed25519", "kid": "development"}, _claims(**changes), key, algorithms=ALGORITHMS)


def test_a_token_says_who_somebody_is(tmp_path: Path) -> None:
    """The development issuer's token verifies, to the same person every time, and to another for another subject."""
    settings = _settings(tmp_path)
    token = DevelopmentIssuer(settings).token("ann", NOW)
    found = verifier(settings).verify(token, NOW)
    assert (found.issuer, found.subject) == (DEVELOPMENT_ISSUER, "ann")
    assert found.person == person_id(DEVELOPMENT_ISSUER, "ann")
    assert found.person != verifier(settings).verify(DevelopmentIssuer(settings).token("bob", NOW), NOW).person


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"}, {"iss": None}, {"aud": "another-service"}, {"aud": None}, {"sub": None}, {"sub": ""},
        {"sub": 7}, {"exp": None}, {"exp": int(NOW.timestamp()) - LEEWAY - 1}, {"exp": "tomorrow"},
        {"nbf": int(NOW.timestamp()) + LEEWAY + 60},
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_that_is_not_right_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Issuer, audience, subject and time must be there and right; unchanged, the same token is accepted."""
    settings = _settings(tmp_path)
    assert verifier(settings).verify(_signed(settings), NOW).subject == "ann"
    with pytest.raises(TokenRefused):
        verifier(settings).verify(_signed(settings, **changes), NOW)


def test_a_token_ends(tmp_path: Path) -> None:
    """Valid until its hours and the leeway are over, then not."""
    settings = _settings(tmp_path)
    token = DevelopmentIssuer(settings).token("ann", NOW, hours=1)
    checks = verifier(settings)
    assert checks.verify(token, NOW + timedelta(minutes=59)).subject == "ann"
    with pytest.raises(TokenRefused):
        checks.verify(token, NOW + timedelta(hours=1, seconds=LEEWAY + 1))


def _unsigned() -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(_claims())}."


def _with_a_shared_secret(settings: Settings) -> str:
    """The old trick: the public key taken for a shared secret."""
    public = DevelopmentIssuer(settings)._key.as_dict(private=False)
    secret = OctKey.import_key(json.dumps(public).encode())
    return jwt.encode({"alg": "HS256"}, _claims(), secret, algorithms=["HS256"])


def test_other_signatures_are_refused(tmp_path: Path) -> None:
    """Unsigned, with a shared secret, with somebody else's key, changed, or no token at all: all refused alike."""
    settings = _settings(tmp_path)
    stranger = OKPKey.generate_key("Ed25519", {"kid": "development"}, private=True)
    foreign = jwt.encode({"alg": "Ed25519", "kid": "development"}, _claims(), stranger, algorithms=ALGORITHMS)
    header, body, signature = _signed(settings).split(".")
    changed = f"{header}.{body[:-2]}AA.{signature}"
    tokens = [
        _unsigned(),
        _with_a_shared_secret(settings),
        foreign,
        changed,
        "",
        "a.b.c",
        "ï",
        f"{header}..{signature}",
    ]
    for token in tokens:
        with pytest.raises(TokenRefused):
            verifier(settings).verify(token, NOW)
    assert verifier(settings).verify(f"{header}.{body}.{signature}", NOW).subject == "ann"


def test_the_development_key_is_private_and_kept(tmp_path: Path) -> None:
    """Made once, readable by its owner only, and the same for the next process."""
    settings = _settings(tmp_path)
    token = DevelopmentIssuer(settings).token("ann", NOW)
    assert settings.development_key_file.stat().st_mode & 0o777 == 0o600
    assert verifier(_settings(tmp_path)).verify(token, NOW).subject == "ann"
    assert not DevelopmentIssuer(settings).keys().key("development", "Ed25519").is_private


@pytest.mark.parametrize("more", [{"issuer": ISSUER}, {"jwks": Path("keys.json")}], ids=["issuer", "keys"])
def test_the_development_issuer_refuses_beside_another(tmp_path: Path, more: dict[str, Any]) -> None:
    """Where another issuer is configured nobody can sign themself a token, and no key is made."""
    with pytest.raises(IssuerError):
        DevelopmentIssuer(_settings(tmp_path, **more))
    assert list(tmp_path.iterdir()) == []


def test_another_issuers_keys_are_used(tmp_path: Path) -> None:
    """With an issuer and its key file its tokens verify, and the development issuer's don't."""
    development = _signed(_settings(tmp_path))
    key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    checks = verifier(_settings(tmp_path, issuer=ISSUER, jwks=keys))
    token = jwt.encode({"alg": "RS256", "kid": "one"}, _claims(iss=ISSUER), key, algorithms=ALGORITHMS)
    assert checks.verify(token, NOW).person == person_id(ISSUER, "ann")
    with pytest.raises(TokenRefused):
        checks.verify(development, NOW)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"keys": 7}', '{"keys": [{"kty": "?"}]}', "\x00"], ids=repr)
def test_an_issuer_without_usable_keys_is_refused(tmp_path: Path, content: str | None) -> None:
    """A missing, empty or malformed key file stops the start instead of trusting nobody, or everybody, in silence."""
    keys = tmp_path / "jwks.json"
    if content is not None:
        keys.write_text(content)
    with pytest.raises(IssuerError):
        verifier(_settings(tmp_path, issuer=ISSUER, jwks=keys))


@pytest.mark.parametrize(
    "issuer",
    ["somebody", "http://id.example.org", "https://", "https://id.example.org?tenant=1", "https://id.example.org#a",
     "https://ann:word@id.example.org", "ftp://127.0.0.1", "https://id.example.org/ a"],
)  # fmt: skip
def test_an_issuer_that_nobody_can_be_asked_at_is_refused(tmp_path: Path, issuer: str) -> None:
    """Without a key file an issuer is an https address, or one on this machine; with one, any name will do."""
    with pytest.raises(IssuerError, match="https"):
        verifier(_settings(tmp_path, issuer=issuer))
    keys = tmp_path / "jwks.json"
    key = OKPKey.generate_key("Ed25519", {"kid": "one"})
    keys.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    token = jwt.encode({"alg": "Ed25519", "kid": "one"}, _claims(iss=issuer), key, algorithms=ALGORITHMS)
    assert verifier(_settings(tmp_path, issuer=issuer, jwks=keys)).verify(token, NOW).issuer == issuer


def test_a_key_file_without_an_issuer_is_refused(tmp_path: Path) -> None:
    """Whose keys they are must be said; they are never taken for the development issuer's."""
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps({"keys": [OKPKey.generate_key("Ed25519").as_dict(private=False)]}))
    with pytest.raises(IssuerError):
        verifier(_settings(tmp_path, jwks=keys))
