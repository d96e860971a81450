"""The provider's other half: it logs browsers in, gives a code for it, and for a code an ID token.

Everybody who comes is ``ann``, or whom a test names. What it should do, it does strictly: known clients with their one
redirect address, PKCE with S256 alone, a code once and for the client that asked for it. What a test wants spoilt, it
tells below ``/control/spoil``.
"""

import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus, urlencode

from flask import Flask, jsonify, redirect, request

if TYPE_CHECKING:
    from tests.provider.app import Provider

CLIENTS: Final = {"driehoek-web": "a secret: 100% of the wéb client", "another": None}
"""Clients, each with its secret."""

REDIRECTS: Final = {
    "driehoek-web": ("http://localhost:8400/login/return", "https://coaching.example.org/login/return"),
    "another": ("http://localhost:9000/return",),
}


def authorizing(app: Flask, provider: "Provider") -> None:
    """Add the endpoints of the authorization code flow."""

    @app.post("/control/spoil")
    def spoil() -> Any:
        provider.spoilt = request.json
        return jsonify({})

    @app.get("/authorize")
    def authorize() -> Any:
        asked = request.args.to_dict()
        client, where = asked.get("client_id", ""), asked.get("redirect_uri", "")
        if where not in REDIRECTS.get(client, ()):
            return jsonify(error="invalid_request"), 400
        known = {"response_type": "code", "scope": "openid", "code_challenge_method": "S256"}
        if known.items() - asked.items() or not asked.get("code_challenge"):
            return redirect(f"{where}?{urlencode({'error': 'invalid_request', 'state': asked.get('state', '')})}")
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": provider.issuer, **provider.spoilt.get("answer", {})}
        return redirect(f"{where}?{urlencode({name: value for name, value in answer.items() if value is not None})}")

    @app.post("/token")
    def redeem() -> Any:
        form = request.form
        asked = provider.codes.pop(form.get("code", ""), None)
        if asked is None or _client() != asked["client_id"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return jsonify(error="invalid_grant"), 400
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        if urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="at", token_type="Bearer", **_id_token(provider, asked))  # noqa: S106 - a made-up one


def _client() -> str:
    """Which client asks, once it has shown its secret."""
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    name, _, secret = (
        b64decode(told).decode().partition(":") if kind == "Basic" else (request.form["client_id"], "", "")
    )
    name, secret = unquote_plus(name), unquote_plus(secret)  # RFC 6749 section 2.3.1
    return name if (CLIENTS.get(name, "") or "") == secret else ""


def _id_token(provider: "Provider", asked: dict[str, str]) -> dict[str, str]:
    from tests.provider.app import signed  # noqa: PLC0415 - that module makes the application with this one

    if "token" in provider.spoilt:
        return {name: told for name, told in {"id_token": provider.spoilt["token"]}.items() if told is not None}
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": provider.issuer, "sub": "ann", "aud": asked["client_id"], "iat": now, "exp": now + 300,
        "nonce": asked["nonce"], **provider.spoilt.get("claims", {}),
    }  # fmt: skip
    kept = {name: value for name, value in claims.items() if value is not None}
    return {"id_token": signed(provider, kept, {"typ": "JWT", **provider.spoilt.get("header", {})})}
