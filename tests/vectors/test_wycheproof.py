"""Project Wycheproof (github.com/C2SP/wycheproof, commit dac1dd4729fd, testvectors_v1) against the primitives we use.

Each case runs the way this project calls the primitive, and each test asserts how many cases ran, so that a renamed
field or an emptied file can't pass silently. What lies outside our parameters is counted, not forgotten:

- AES-GCM: only 256-bit keys with 96-bit nonces and 128-bit tags exist here: 66 of 316 cases. The other 250 have other
  keys or nonces; a 192-bit key or a 64-bit nonce never reaches the cipher, since every key and nonce here has a fixed
  size. The 66 include 27 that must be refused.
- HKDF, X25519, Ed25519, ML-KEM-768: all cases. X25519 has 254 "acceptable" ones: twist and non-canonical points are
  computed as RFC 7748 says, and the 31 whose secret would be zero are refused, as RFC 9180 (7.1.4) wants.
"""

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from crypto.errors import BadSignature
from crypto.party_keys import verify

pytestmark = pytest.mark.vectors


def cases(vectors: Path, name: str, total: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield (group, case) of one file, after checking that the file has ``total`` cases."""
    loaded = json.loads((vectors / "wycheproof" / f"{name}_test.json").read_text())
    assert loaded["numberOfTests"] == total == sum(len(group["tests"]) for group in loaded["testGroups"])
    for group in loaded["testGroups"]:
        for case in group["tests"]:
            yield group, case


def octets(case: dict[str, Any], field: str) -> bytes:
    """Return one field's bytes."""
    return bytes.fromhex(case[field])


def test_aes_256_gcm(vectors: Path) -> None:
    """Valid ciphertexts open and are made again byte for byte; invalid ones are refused."""
    ran = {"valid": 0, "invalid": 0}
    for group, case in cases(vectors, "aes_gcm", 316):
        if (group["keySize"], group["ivSize"], group["tagSize"]) != (256, 96, 128):
            continue
        cipher = AESGCM(octets(case, "key"))
        nonce, aad, sealed = octets(case, "iv"), octets(case, "aad"), octets(case, "ct") + octets(case, "tag")
        if case["result"] == "valid":
            assert cipher.decrypt(nonce, sealed, aad) == octets(case, "msg")
            assert cipher.encrypt(nonce, octets(case, "msg"), aad) == sealed
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt(nonce, sealed, aad)
        ran[case["result"]] += 1
    assert ran == {"valid": 39, "invalid": 27}


def test_hkdf_sha256(vectors: Path) -> None:
    """Derived keys are right, by one call and by extract and expand; an output too long is refused."""
    ran = {"valid": 0, "invalid": 0}
    for _, case in cases(vectors, "hkdf_sha256", 86):
        ikm, salt, info, size = octets(case, "ikm"), octets(case, "salt"), octets(case, "info"), case["size"]
        if case["result"] == "valid":
            expected = octets(case, "okm")
            assert HKDF(SHA256(), size, salt, info).derive(ikm) == expected
            extracted = hmac.digest(salt or bytes(32), ikm, "sha256")
            assert HKDFExpand(SHA256(), size, info).derive(extracted) == expected
            # The first block by a single HMAC: the way a part key is derived.
            assert hmac.digest(extracted, info + b"\x01", "sha256")[:size] == expected[:32]
        else:
            with pytest.raises(ValueError, match="derive keys larger"):
                HKDF(SHA256(), size, salt, info)
        ran[case["result"]] += 1
    assert ran == {"valid": 83, "invalid": 3}


def test_x25519(vectors: Path) -> None:
    """Shared secrets are right, also for twist and non-canonical points; an all-zero secret is refused."""
    ran = {"computed": 0, "refused": 0}
    for _, case in cases(vectors, "x25519", 518):
        private = X25519PrivateKey.from_private_bytes(octets(case, "private"))
        public = X25519PublicKey.from_public_bytes(octets(case, "public"))
        if "ZeroSharedSecret" in case["flags"]:
            with pytest.raises(ValueError, match="shared key"):
                private.exchange(public)
            ran["refused"] += 1
        else:
            assert private.exchange(public) == octets(case, "shared")
            ran["computed"] += 1
    assert ran == {"computed": 487, "refused": 31}


def test_ed25519(vectors: Path) -> None:
    """Our check accepts exactly the valid signatures."""
    ran = {"valid": 0, "invalid": 0}
    for group, case in cases(vectors, "ed25519", 151):
        public = octets(group["publicKey"], "pk")
        if case["result"] == "valid":
            verify(public, octets(case, "msg"), octets(case, "sig"))
        else:
            with pytest.raises(BadSignature):
                verify(public, octets(case, "msg"), octets(case, "sig"))
        ran[case["result"]] += 1
    assert ran == {"valid": 88, "invalid": 63}


def test_mlkem_768(vectors: Path) -> None:
    """Seeds give the right keys and secrets, implicit rejection included; wrong sizes are refused."""
    ran = {"valid": 0, "invalid": 0}
    for _, case in cases(vectors, "mlkem_768", 193):
        if case["result"] == "valid":
            private = MLKEM768PrivateKey.from_seed_bytes(octets(case, "seed"))
            assert private.public_key().public_bytes_raw() == octets(case, "ek")
            assert private.decapsulate(octets(case, "c")) == octets(case, "K")
        else:
            with pytest.raises(ValueError, match="ML-KEM-768"):
                MLKEM768PrivateKey.from_seed_bytes(octets(case, "seed")).decapsulate(octets(case, "c"))
        ran[case["result"]] += 1
    assert ran == {"valid": 153, "invalid": 40}
