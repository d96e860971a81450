"""A passkey for the examples: what an authenticator without attestation says (WebAuthn Level 3, section 6.5).

It signs nothing and could answer no challenge: its public key is the curve's own generator, whose secret is 1.
"""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any, Final

import cbor2

_VERIFIED: Final = 0x45
"""Somebody was there and verified, and a credential follows (section 6.1)."""

_X: Final = bytes.fromhex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")
_Y: Final = bytes.fromhex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
_ID: Final = bytes(range(16))


def registration(options: dict[str, Any], origin: str) -> str:
    """What a browser would give for creation options, as JSON."""
    key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: _X, -3: _Y})
    head = sha256(options["rp"]["id"].encode()).digest() + bytes([_VERIFIED]) + bytes(4)
    data = head + bytes(16) + len(_ID).to_bytes(2, "big") + _ID + key
    attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
    client = {"type": "webauthn.create", "challenge": options["challenge"], "origin": origin, "crossOrigin": False}
    response = {"clientDataJSON": _text(json.dumps(client).encode()), "attestationObject": _text(attestation)}
    return json.dumps({"id": _text(_ID), "rawId": _text(_ID), "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
