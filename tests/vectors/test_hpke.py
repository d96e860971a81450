"""Published HPKE vectors against the library's HPKE, and our whole suite against an independent key schedule.

``data/hpke.json`` says where its few vectors come from. The library's public interface seals one message with empty
AAD, while the published ciphertexts carry AAD. So a vector's own published key and nonce seal its plaintext here
without AAD, and the library must open that from the private key and the encapsulation alone: KEM, key schedule and
info are then right to the last bit. The AEADs by themselves are Wycheproof's business, and the published ciphertext is
checked against the published key first.

No published vector has our exact suite (MLKEM768_X25519, HKDF-SHA256, AES-256-GCM): the KEM and the KDF come with
ChaCha20Poly1305. ``key_schedule`` below, RFC 9180's 5.1 in a few lines, first reproduces the published keys from the
published shared secrets; then it says what our suite's key is for the same secret, and a party's keys must open it.
"""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

from crypto.errors import Tampered
from crypto.party_keys import PartyKeys

pytestmark = pytest.mark.vectors

PUBLISHED: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "hpke.json").read_text())
KEMS = {0x0020: KEM.X25519, 0x647A: KEM.MLKEM768_X25519}
AEADS = {1: (AEAD.AES_128_GCM, 16), 2: (AEAD.AES_256_GCM, 32), 3: (AEAD.CHACHA20_POLY1305, 32)}
VECTORS = [*PUBLISHED["rfc9180"], *PUBLISHED["hpke_pq"]]
NAMES = ["RFC 9180 A.1", "X25519 with AES-256-GCM", "MLKEM768_X25519"]
INFO = b"an engagement's context"


def octets(vector: dict[str, Any], field: str) -> bytes:
    """Return one field's bytes."""
    return bytes.fromhex(vector[field])


def cipher(aead_id: int, key: bytes) -> AESGCM | ChaCha20Poly1305:
    """Return the AEAD by its HPKE code point."""
    return ChaCha20Poly1305(key) if aead_id == 3 else AESGCM(key)


def key_schedule(ids: tuple[int, int, int], secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return (key, base nonce) by RFC 9180, 5.1, base mode with HKDF-SHA256, on HMAC alone."""
    suite = b"HPKE" + b"".join(number.to_bytes(2, "big") for number in ids)

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, context: bytes, size: int) -> bytes:
        return hmac.digest(prk, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context + b"\x01", "sha256")[
            :size
        ]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    prk = extract(secret, b"secret", b"")
    return expand(prk, b"key", context, AEADS[ids[2]][1]), expand(prk, b"base_nonce", context, 12)


def halves(vector: dict[str, Any]) -> tuple[bytes, bytes]:
    """Expand an X-Wing private key of 32 bytes to ML-KEM seed and X25519 key (draft-connolly-cfrg-xwing-kem, 5.2)."""
    expanded = hashlib.shake_256(octets(vector, "skRm")).digest(96)
    return expanded[:64], expanded[64:]


def private_key(vector: dict[str, Any]) -> X25519PrivateKey | MLKEM768X25519PrivateKey:
    """Return a vector's private key for the library."""
    if vector["kem_id"] == 0x0020:
        return X25519PrivateKey.from_private_bytes(octets(vector, "skRm"))
    seed, x25519 = halves(vector)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(seed), X25519PrivateKey.from_private_bytes(x25519)
    )


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_the_library_opens_what_a_published_key_sealed(vector: dict[str, Any]) -> None:
    """From private key and encapsulation the library reaches the published key and nonce."""
    published = vector["encryptions"][0]
    key, nonce = octets(vector, "key"), octets(vector, "base_nonce")
    aead, plaintext = cipher(vector["aead_id"], key), octets(published, "pt")
    assert aead.decrypt(nonce, octets(published, "ct"), octets(published, "aad")) == plaintext

    suite = Suite(KEMS[vector["kem_id"]], KDF.HKDF_SHA256, AEADS[vector["aead_id"]][0])
    sealed = octets(vector, "enc") + aead.encrypt(nonce, plaintext, b"")
    assert suite.decrypt(sealed, private_key(vector), info=octets(vector, "info")) == plaintext


@pytest.mark.parametrize("vector", VECTORS, ids=NAMES)
def test_our_key_schedule_is_the_published_one(vector: dict[str, Any]) -> None:
    """The few lines of key schedule in this test give every vector's published key and nonce."""
    ids = (vector["kem_id"], vector["kdf_id"], vector["aead_id"])
    derived = key_schedule(ids, octets(vector, "shared_secret"), octets(vector, "info"))
    assert derived == (octets(vector, "key"), octets(vector, "base_nonce"))


def test_a_party_opens_what_the_independent_schedule_sealed() -> None:
    """With a published key pair, encapsulation and shared secret, our exact suite agrees with RFC 9180."""
    (vector,) = PUBLISHED["hpke_pq"]
    seed, x25519 = halves(vector)
    party = PartyKeys.from_private_bytes(b"\x01" + seed + x25519 + bytes(32))
    assert party.public.kem == octets(vector, "pkRm")

    key, nonce = key_schedule((0x647A, 1, 2), octets(vector, "shared_secret"), INFO)
    sealed = octets(vector, "enc") + AESGCM(key).encrypt(nonce, b"for this party", b"")
    assert party.open(sealed, INFO) == b"for this party"
    with pytest.raises(Tampered):
        party.open(sealed, b"another context")
