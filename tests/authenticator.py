"""An authenticator in software: it makes passkeys and answers challenges as WebAuthn Level 3 has browsers do it.

What it says by itself is right; a test names what is to be otherwise. Its counter goes up by one with each answer.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 1, 4, 8, 16, 64
"""Flags of authenticator data (section 6.1): present, verified, may be backed up, is backed up, credential within."""

_AAGUID: Final = bytes(16)


@dataclass
class Authenticator:
    """One passkey on an ES256 authenticator.

    Attributes:
        origin: of the page that it is asked from.
        flags: what it says of whoever is there.
        count: its counter; 0 and with ``counts`` off, it has none.
    """

    origin: str
    flags: int = UP | UV
    count: int = 0
    counts: bool = True
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False)
    user: bytes = b""

    def make(self, options: dict[str, Any], **changes: Any) -> str:
        """What ``JSON.stringify`` gives for a new credential, made from creation options."""
        self.user = _bytes(options["user"]["id"])
        assert {"type": "public-key", "alg": -7} in options["pubKeyCredParams"]
        within = _AAGUID + len(self.id).to_bytes(2, "big") + self.id + self.public_key()
        data = self._data(changes.pop("rp_id", options["rp"]["id"]), AT | changes.pop("flags", self.flags)) + within
        attestation = {"fmt": changes.pop("fmt", "none"), "attStmt": {}, "authData": data}
        client = self._client_data("webauthn.create", options["challenge"], changes)
        return self._told({"clientDataJSON": _text(client), "attestationObject": _text(cbor2.dumps(attestation))})

    def answer(self, options: dict[str, Any], **changes: Any) -> str:
        """What goes into ``Passkey-Assertion`` for request options."""
        assert _text(self.id) in [one["id"] for one in options["allowCredentials"]] or changes.pop("uninvited", False)
        self.count += self.counts
        data = self._data(changes.pop("rp_id", options["rpId"]), changes.pop("flags", self.flags))
        user = changes.pop("user", self.user)
        client = self._client_data("webauthn.get", options["challenge"], changes)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signed)}
        return _text(self._told({**response, "userHandle": _text(user) if user else None}).encode())

    def public_key(self) -> bytes:
        """The COSE key (RFC 9053 section 7.1)."""
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _data(self, rp_id: str, flags: int) -> bytes:
        return sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str, changes: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False} | changes
        return json.dumps(told, separators=(",", ":")).encode()

    def _told(self, response: dict[str, Any]) -> str:
        name = _text(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
