"""What a party holds: a hybrid key to be sealed to, and a signing key to author with.

Sealing uses HPKE (RFC 9180, base mode) with the KEM MLKEM768_X25519 (X-Wing: draft-connolly-cfrg-xwing-kem, HPKE code
point 0x647a), so that a recording made now stays closed to a quantum computer later *and* to a flaw in ML-KEM.
Signing is Ed25519 (RFC 8032). Base mode is anonymous: who sealed something is said by the author's signature on the
log's record, never by the seal (FORMAT.md 5).
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from crypto.errors import BadSignature, Malformed, Tampered

# Version with care: private keys lie sealed in custody, public ones in contracts.
KEYS_VERSION: Final = b"\x01"
KEM_PUBLIC: Final = 1184 + 32
SIGNING_PUBLIC: Final = 32
_PUBLIC: Final = 1 + KEM_PUBLIC + SIGNING_PUBLIC
_SEED: Final = 64
_PRIVATE: Final = 1 + _SEED + 32 + 32

_HPKE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class PartyPublicKeys:
    """A party's public half: ``kem`` = ML-KEM-768 key (1184 bytes) ‖ X25519 key (32), ``signing`` = Ed25519 (32)."""

    kem: bytes
    signing: bytes

    def __post_init__(self) -> None:
        """Refuse other sizes, so that a later failure never means a swapped field."""
        if len(self.kem) != KEM_PUBLIC or len(self.signing) != SIGNING_PUBLIC:
            raise Malformed

    def to_bytes(self) -> bytes:
        """Return version ‖ kem ‖ signing: 1249 bytes (FORMAT.md 5)."""
        return KEYS_VERSION + self.kem + self.signing

    @classmethod
    def from_bytes(cls, encoded: bytes) -> Self:
        """Undo ``to_bytes``, checking that the KEM key is one.

        Raises:
            Malformed: wrong size, wrong version, or coefficients of the ML-KEM key out of range (FIPS 203, 7.2).
        """
        if len(encoded) != _PUBLIC or encoded[:1] != KEYS_VERSION:
            raise Malformed
        keys = cls(encoded[1 : 1 + KEM_PUBLIC], encoded[1 + KEM_PUBLIC :])
        _recipient(keys.kem)
        return keys

    def seal(self, plaintext: bytes, info: bytes) -> bytes:
        """Seal to this party: encapsulation (1120 bytes) ‖ ciphertext ‖ tag (16). Context goes into ``info``.

        Raises:
            Malformed: the KEM key isn't one, or would give the all-zero X25519 secret.
        """
        try:
            return _HPKE.encrypt(plaintext, _recipient(self.kem), info=info)
        except ValueError as error:
            raise Malformed from error


class PartyKeys:
    """A party's private half. Its ``repr`` shows nothing of it."""

    __slots__ = ("_kem", "_mlkem", "_signing", "_x25519")

    def __init__(self, mlkem: MLKEM768PrivateKey, x25519: X25519PrivateKey, signing: Ed25519PrivateKey) -> None:
        self._mlkem = mlkem
        self._x25519 = x25519
        self._signing = signing
        self._kem = MLKEM768X25519PrivateKey(mlkem, x25519)

    def __repr__(self) -> str:
        return "PartyKeys(***)"

    @classmethod
    def generate(cls) -> Self:
        """Make fresh keys from the operating system's randomness."""
        return cls(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate(), Ed25519PrivateKey.generate())

    @property
    def public(self) -> PartyPublicKeys:
        """The public half."""
        return PartyPublicKeys(
            self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw(),
            self._signing.public_key().public_bytes_raw(),
        )

    def to_private_bytes(self) -> bytes:
        """Return version ‖ ML-KEM seed (64) ‖ X25519 (32) ‖ Ed25519 (32): 129 secret bytes (FORMAT.md 5)."""
        return b"".join(
            (
                KEYS_VERSION,
                self._mlkem.private_bytes_raw(),
                self._x25519.private_bytes_raw(),
                self._signing.private_bytes_raw(),
            )
        )

    @classmethod
    def from_private_bytes(cls, encoded: bytes) -> Self:
        """Undo ``to_private_bytes``.

        Raises:
            Malformed: wrong size or wrong version.
        """
        if len(encoded) != _PRIVATE or encoded[:1] != KEYS_VERSION:
            raise Malformed
        seed, x25519, signing = encoded[1 : 1 + _SEED], encoded[1 + _SEED : -32], encoded[-32:]
        return cls(
            MLKEM768PrivateKey.from_seed_bytes(seed),
            X25519PrivateKey.from_private_bytes(x25519),
            Ed25519PrivateKey.from_private_bytes(signing),
        )

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Open what was sealed to this party with the same ``info``.

        Raises:
            Tampered: sealed to another key, in another context, or changed. ML-KEM rejects implicitly, so a wrong
                encapsulation and a wrong ciphertext can't be told apart, by design.
        """
        try:
            return _HPKE.decrypt(sealed, self._kem, info=info)
        except (InvalidTag, ValueError) as error:
            raise Tampered from error

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519: 64 bytes, deterministic."""
        return self._signing.sign(message)


def verify(public_signing: bytes, message: bytes, signature: bytes) -> None:
    """Check an Ed25519 signature by the 32-byte public key; silence is success.

    Raises:
        BadSignature: it isn't that key's signature over that message, or the key isn't a key.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_signing).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature from error


@lru_cache(maxsize=4096)
def _recipient(kem: bytes) -> MLKEM768X25519PublicKey:
    # Public, so a cache may hold it: expanding the ML-KEM matrix costs as much as half a grant.
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(kem[:-32]), X25519PublicKey.from_public_bytes(kem[-32:])
        )
    except ValueError as error:
        raise Malformed from error
