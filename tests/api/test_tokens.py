"""Bearer tokens: only a valid one of the right issuer, for us, and not yet expired says who somebody is."""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey

from api.backend import TokenRefused
from ops.clock import now
from ops.identity import DevelopmentIssuer, IssuerError, verifier
from ops.settings import DEVELOPMENT_ISSUER, Settings
from tests.api.people import Api, marker

ME: Final = "/v1/people/me"


def _settings(home: Path, **changes: Any) -> Settings:
    return Settings(home=home, _env_file=None, **changes)  # type: ignore[call-arg]


def _key(settings: Settings) -> OKPKey:
    return OKPKey.import_key(json.loads(settings.development_key_file.read_text()))


def _claims(**changes: Any) -> dict[str, Any]:
    claims = {
        "iss": DEVELOPMENT_ISSUER, "aud": "driehoek", "sub": "somebody", "iat": int(now().timestamp()),
        "exp": int((now() + timedelta(hours=1)).timestamp()), **changes,
    }  # fmt: skip
    return {name: value for name, value in claims.items() if value is not None}


def _signed(key: Any, claims: dict[str, Any], algorithm: str = "Ed25519", **header: Any) -> str:
    return jwt.encode({"alg": algorithm, "kid": "development", **header}, claims, key, algorithms=[algorithm])


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _refused(api: Api, authorization: str | bytes | None, word: str) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = api.refused(None, "GET", ME, 401, "unauthenticated", word, headers=headers)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_right_token_is_taken(api: Api, api_settings: Settings) -> None:
    """The positive control: the claims that the other tests spoil are right; an audience may be one of several."""
    for claims in (_claims(), _claims(aud=["other", "driehoek"])):
        headers = {"Authorization": f"Bearer {_signed(_key(api_settings), claims)}"}
        assert api.client.get(ME, headers=headers).json()["registered"] is False


def test_without_a_bearer_token_nobody_is_known(api: Api) -> None:
    """No header, another scheme, an empty token and garbage are all 401, with a challenge and without an echo."""
    for form in (None, "Bearer", "Basic {}", "Bearer {}", "bearer a.b.{}", "Bearer {}.{}.{}", "{}",
                 "Bearer {} {}", "Bearer " + "x" * 20_000 + "{}", "Bearer é{}"):  # fmt: skip
        word = marker()
        _refused(api, form and form.replace("{}", word).encode(), word)


SPOILT: Final[Mapping[str, dict[str, Any]]] = {
    "expired": {"exp": 1_700_000_000},
    "no expiry": {"exp": None},
    "expiry as text": {"exp": "tomorrow"},
    "not yet valid": {"nbf": 4_000_000_000},
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "a longer audience": {"aud": "driehoek2"},
    "another issuer": {"iss": "https://issuer.example.org"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a number as subject": {"sub": 7},
    "a list as subject": {"sub": ["operator"]},
}


@pytest.mark.parametrize("name", SPOILT)
def test_each_claim_counts(api: Api, api_settings: Settings, name: str) -> None:
    """A token that is rightly signed but old, for others or by others is no token."""
    _refused(api, f"Bearer {_signed(_key(api_settings), _claims(**SPOILT[name]))}", "somebody")


def test_only_the_issuer_s_key_signs(api: Api, api_settings: Settings) -> None:
    """Another key, no algorithm, and the public key taken for a shared secret are refused."""
    right = _key(api_settings)
    public = right.as_dict(private=False)
    point = str(public["x"])
    raw = base64.urlsafe_b64decode(point + "=")
    body = _part(_claims())
    head, claims, signature = _signed(right, _claims()).split(".")
    forged = [
        _signed(OKPKey.generate_key("Ed25519", {"kid": "development"}), _claims()),
        _signed(OctKey.import_key(raw), _claims(), "HS256"),
        _signed(OctKey.import_key(point.encode()), _claims(), "HS256"),
        _signed(OctKey.import_key(json.dumps(public).encode()), _claims(), "HS256"),
        _signed(ECKey.generate_key("P-256"), _claims(), "ES256"),
        _signed(RSAKey.generate_key(2048), _claims(), "RS256"),
        *(f"{_part({'alg': none, 'kid': 'development'})}.{body}." for none in ("none", "None", "NONE", "")),
        f"{head}.{claims}.",
        f"{head}.{_part(_claims(sub='operator'))}.{signature}",
        f"{head}.{claims}.{signature[:-4]}AAAA",
        _signed(right, _claims(), kid="another"),
    ]
    for token in forged:
        _refused(api, f"Bearer {token}", token[-12:] if token[-1] != "." else body)
    own = OKPKey.generate_key("Ed25519", {"kid": "mine"})
    carried = _signed(own, _claims(), kid="mine", jwk=own.as_dict(private=False))
    _refused(api, f"Bearer {carried}", "somebody")


def test_a_token_says_who_not_what(api: Api, api_settings: Settings) -> None:
    """Roles and scopes in a token give nothing: only the subject counts."""
    claims = _claims(sub="nobody", role="operator", scope="operator admin", roles=["coaching_supervisor"])
    headers = {"Authorization": f"Bearer {_signed(_key(api_settings), claims)}"}
    answer = api.client.get("/v1/oversight/timeline", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (404, "/v1/problems/not-found")


def test_the_development_issuer_gives_way(tmp_path: Path) -> None:
    """Where another issuer is configured the development issuer refuses to exist, and its tokens are refused."""
    key = ECKey.generate_key("P-256", {"kid": "real"})
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    for other in ({"issuer": "https://issuer.example.org"}, {"jwks": jwks},
                  {"issuer": "https://issuer.example.org", "jwks": jwks}):  # fmt: skip
        with pytest.raises(IssuerError):
            DevelopmentIssuer(_settings(tmp_path, **other))
    development = _settings(tmp_path)
    real = _settings(tmp_path, issuer="https://issuer.example.org", jwks=jwks)
    token = DevelopmentIssuer(development).token("operator", now())
    assert verifier(development).verify(token, now()).subject == "operator"
    with pytest.raises(TokenRefused):
        verifier(real).verify(token, now())
    theirs = jwt.encode(
        {"alg": "ES256", "kid": "real"}, _claims(iss="https://issuer.example.org"), key, algorithms=["ES256"]
    )
    assert verifier(real).verify(theirs, now()).subject == "somebody"
    with pytest.raises(TokenRefused):
        verifier(development).verify(theirs, now())
    jwks.write_text("{}")
    with pytest.raises(IssuerError):
        verifier(real)


def test_the_same_subject_of_two_issuers_is_two_people(tmp_path: Path, api_settings: Settings) -> None:
    """A person's id follows from issuer and subject together."""
    key = ECKey.generate_key("P-256", {"kid": "real"})
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    real = _settings(tmp_path, issuer="https://issuer.example.org", jwks=jwks)
    theirs = jwt.encode(
        {"alg": "ES256", "kid": "real"}, _claims(iss="https://issuer.example.org"), key, algorithms=["ES256"]
    )
    ours = verifier(api_settings).verify(_signed(_key(api_settings), _claims()), now())
    assert verifier(real).verify(theirs, now()).person != ours.person
