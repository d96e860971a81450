"""A small OpenID provider in a process of its own, on Flask; what it answers can be told from outside.

``python -m tests.provider.app`` listens on a port of the system's choice and prints it. Below ``/control`` a test says
how the provider is to behave, and gets tokens signed with its keys, claims and header as the test likes.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey
from werkzeug.serving import make_server

from tests.provider.login import authorizing

_AS_IT_SHOULD: Final = "well"
_HANG_SECONDS: Final = 30


@dataclass
class Provider:
    """What the provider is at this moment.

    Attributes:
        issuer: its issuer.
        keys: its keys by id; tokens are signed with the last.
        withdrawn: keys that it doesn't publish any more.
        mode: how it answers.
        asked: how often each path was asked for.
        codes: what was asked for each code that nobody has redeemed.
        spoilt: what a test wants otherwise than it should be: ``answer`` to a browser, ``claims``, ``header`` or
            ``token`` of the ID token.
    """

    issuer: str = ""
    keys: dict[str, Key] = field(default_factory=dict)
    withdrawn: dict[str, Key] = field(default_factory=dict)
    mode: str = _AS_IT_SHOULD
    asked: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    spoilt: dict[str, Any] = field(default_factory=dict)
    changed: Event = field(default_factory=Event)

    def rotate(self, kid: str) -> None:
        """A new key; the old ones are withdrawn."""
        self.withdrawn |= self.keys
        self.keys = {kid: ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})}


def discovery(provider: Provider) -> Flask:
    """Its configuration and keys, and how it is told to behave."""
    app = Flask(__name__)

    @app.before_request
    def behave() -> Any:
        provider.asked[request.path] = provider.asked.get(request.path, 0) + 1
        if request.path.startswith("/control") or provider.mode == _AS_IT_SHOULD:
            return None
        return _misbehave(provider)

    @app.get("/.well-known/openid-configuration")
    def configuration() -> Any:
        at = provider.issuer
        named = {"another-issuer": f"{at}/another"}.get(provider.mode, at)
        keys = {"elsewhere": "http://keys.example.org/jwks"}.get(provider.mode, f"{at}/jwks")
        return jsonify(
            issuer=named, jwks_uri=keys, authorization_endpoint=f"{at}/authorize", token_endpoint=f"{at}/token",
            response_types_supported=["code"], subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256", "ES256"], code_challenge_methods_supported=["S256"],
            authorization_response_iss_parameter_supported=True, end_session_endpoint=f"{at}/end-session",
        )  # fmt: skip

    @app.get("/jwks")
    def jwks() -> Any:
        if provider.mode == "keyless":
            return jsonify(keys=[])
        answer = jsonify(keys=[key.as_dict(private=False) for key in provider.keys.values()])
        if provider.mode == "short-lived":
            answer.headers["Cache-Control"] = "public, max-age=60"
        return answer

    return app


def controlled(app: Flask, provider: Provider) -> None:
    """What a test may tell it, and ask it for."""

    @app.post("/control/behave")
    def told() -> Any:
        provider.mode = request.json["mode"]
        provider.changed.set()
        provider.changed = Event()
        return jsonify({})

    @app.post("/control/rotate")
    def rotate() -> Any:
        provider.rotate(request.json["kid"])
        return jsonify({})

    @app.get("/control/asked")
    def asked() -> Any:
        return jsonify(provider.asked)

    @app.post("/control/token")
    def token() -> Any:
        """A token: ``claims``, ``header`` (over what is usual), ``kid`` of the key that signs it (the last one)."""
        body = request.json
        return signed(provider, body["claims"], body.get("header", {}), body.get("kid"))


def signed(provider: Provider, claims: object, header: dict[str, Any], kid: str | None = None) -> str:
    """A token by hand: the library would refuse to write most of what tests want to be refused."""
    known = {**provider.withdrawn, **provider.keys}
    kid = kid or next(reversed(provider.keys))
    algorithm = "RS256" if isinstance(known[kid], RSAKey) else "ES256"
    text = f"{_part({'alg': algorithm, 'kid': kid, **header})}.{_part(claims)}"
    signature = jws.JWSRegistry.algorithms[algorithm].sign(text.encode(), known[kid])
    return f"{text}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def _part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _misbehave(provider: Provider) -> Any:
    """Another answer than there should be; None where the route itself gives it."""
    match provider.mode:
        case "failing" | "hanging" as how:
            if how == "hanging":
                provider.changed.wait(_HANG_SECONDS)
            return Response("{}", status=500, mimetype="application/json")
        case "redirecting":
            return redirect(f"{provider.issuer}/control/asked")
        case "garbled":
            return Response("[" * 100_000, mimetype="application/json")
        case "trickling" | "endless" as how:
            body = _drops(provider) if how == "trickling" else (b" " * 65_536 for _ in range(1_000))
            return Response(body, mimetype="application/json")
    return None


def _drops(provider: Provider) -> Iterator[bytes]:
    for _ in range(_HANG_SECONDS * 20):
        yield b" "
        if provider.changed.wait(0.05):
            return


def main() -> None:
    """Serve until the parent goes."""
    provider = Provider()
    rsa = RSAKey.generate_key(2_048, {"kid": "first", "use": "sig", "alg": "RS256"})
    provider.keys = {"first": rsa}
    app = discovery(provider)
    controlled(app, provider)
    authorizing(app, provider)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.port}"
    print(server.port, flush=True)  # noqa: T201 - what the parent waits for
    server.serve_forever()


if __name__ == "__main__":
    main()
