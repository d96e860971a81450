"""One sealed part of an event: what a compartment's audience may read, bound to its place in the record.

A compartment key (CPK) is 32 random bytes for one compartment, lifetime and generation of one engagement. Each part is
sealed under a *part key* of its own, derived from the CPK, the part's context and a fresh salt (FORMAT.md 4):

    part key        = HKDF-Expand(CPK, lp(label, context, salt24), 32)
    K ‖ commitment  = HKDF-Expand(part key, lp(label, context, salt24), 64)
    sealed          = version ‖ salt24 ‖ commitment32 ‖ AES-256-GCM(K, nonce 0^96, pad(plaintext), AAD = context)

Why the zero nonce is safe: GCM breaks only when one key meets one nonce twice. K depends on a salt of 192 random bits
drawn inside ``seal_part``, so a K serves one message, also when an optimistic-concurrency retry seals for the same
stream and version again. Two of 2^48 seals under one CPK share a salt with probability below 2^-96.

Why the commitment: AES-GCM alone isn't committing; one ciphertext can be built that opens under two keys. K and the
commitment come from the same HMAC chain over exactly 32-byte keys, so a second key with the same commitment is a
SHA-256 collision. It stands one step below the CPK so that a *disclosed* part key can be checked by someone who
never sees the CPK: a writer can't prepare a second reading for the court.
"""

import hmac
import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.encoding import PAD_FLOOR, lp, pad, unpad
from crypto.errors import Malformed, Tampered

# Version with care: parts are kept for years, and a reader must know every version ever written.
PART_VERSION: Final = b"\x01"
SUITE: Final = 1  # AES-256-GCM, HKDF-SHA256, HPKE(MLKEM768_X25519, HKDF-SHA256, AES-256-GCM), Ed25519
KEY_SIZE: Final = 32

_GENERATIONS: Final = 1 << 32
_SALT: Final = 24
_BODY: Final = 1 + _SALT + 32
_SMALLEST: Final = _BODY + PAD_FLOOR + 16
_ZERO_NONCE: Final = bytes(12)
_KEY_LABEL: Final = lp(b"driehoek/part-key/v1")
_COMMIT_LABEL: Final = lp(b"driehoek/part-commit/v1")
_SALT_PREFIX: Final = _SALT.to_bytes(4, "big")
# lp(suite, originator id, version, index) in one go: the same bytes as `lp`, a microsecond sooner.
_PLACE: Final = struct.Struct(">IBI16sIIIH")
_HASH: Final = SHA256()


@dataclass(frozen=True, slots=True)
class CompartmentKey:
    """A compartment's key with the label it is bound to.

    ``secret`` is 32 bytes; ``generation`` fits 32 bits; ``audience`` is kept sorted and
    without repeats, so that the same audience is the same bytes however it was written down.
    """

    key_id: UUID
    secret: bytes = field(repr=False)
    compartment: str
    lifetime: str
    generation: int
    audience: tuple[str, ...]
    label: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a short secret (HMAC would silently zero-pad it) and prepare the key's share of every context."""
        if len(self.secret) != KEY_SIZE or not 0 <= self.generation < _GENERATIONS:
            raise Malformed
        audience = tuple(sorted(set(self.audience)))
        object.__setattr__(self, "audience", audience)
        label = lp(
            self.compartment.encode(),
            self.lifetime.encode(),
            self.generation.to_bytes(4, "big"),
            sha256(lp(*[party.encode() for party in audience])).digest(),
        )
        object.__setattr__(self, "label", label)


def new_compartment_key(compartment: str, lifetime: str, generation: int, audience: tuple[str, ...]) -> CompartmentKey:
    """Make a fresh compartment key: random id, random secret."""
    return CompartmentKey(uuid4(), os.urandom(KEY_SIZE), compartment, lifetime, generation, audience)


def place(originator_id: UUID, originator_version: int, index: int) -> bytes:
    """Return the key-independent half of a part's context (FORMAT.md 4): suite, stream, version, part index."""
    return _PLACE.pack(1, SUITE, 16, originator_id.bytes, 4, originator_version, 2, index)


def context(key: CompartmentKey, originator_id: UUID, originator_version: int, index: int) -> bytes:
    """Return the whole context of a part, as bound into its key and its AAD (FORMAT.md 4)."""
    return place(originator_id, originator_version, index) + key.label


def seal_part(key: CompartmentKey, originator_id: UUID, originator_version: int, index: int, plaintext: bytes) -> bytes:
    """Seal ``plaintext`` as part ``index`` (0 = the facts) of the stream's event ``originator_version``.

    Returns 73 bytes more than the padded plaintext: 57 of header and 16 of tag; 329 bytes at least.
    """
    bound = context(key, originator_id, originator_version, index)
    return _seal(key.secret, bound, os.urandom(_SALT), plaintext)


def open_part(key: CompartmentKey, originator_id: UUID, originator_version: int, index: int, sealed: bytes) -> bytes:
    """Open a sealed part.

    Raises:
        Malformed: shorter than any part, or another version marker.
        Tampered: not sealed under this key at this place, or changed since.
    """
    bound = context(key, originator_id, originator_version, index)
    salt = _salt(sealed)
    return _open(_part_key(key.secret, bound, salt), bound, salt, sealed)


def disclose_part(
    key: CompartmentKey, originator_id: UUID, originator_version: int, index: int, sealed: bytes
) -> bytes:
    """Return the part key (32 bytes) that opens this one part and nothing else.

    The part is opened first, so that a disclosure never hands out a key for something that isn't there.

    Raises:
        Malformed, Tampered: as ``open_part``.
    """
    bound = context(key, originator_id, originator_version, index)
    salt = _salt(sealed)
    part_key = _part_key(key.secret, bound, salt)
    _open(part_key, bound, salt, sealed)
    return part_key


def open_with_disclosed(
    part_key: bytes,
    originator_id: UUID,
    originator_version: int,
    index: int,
    sealed: bytes,
    *,
    compartment: str,
    lifetime: str,
    generation: int,
    audience: tuple[str, ...],
) -> bytes:
    """Open one part with its disclosed key, without the compartment key.

    The verifier states the whole context, and gets the writer's plaintext or an error: the commitment fixes the part
    key and the context.

    Raises:
        Malformed, Tampered: as ``open_part``.
    """
    if len(part_key) != KEY_SIZE:
        raise Malformed
    # Only the label is wanted: the id and the secret don't enter it.
    label = CompartmentKey(originator_id, bytes(KEY_SIZE), compartment, lifetime, generation, audience).label
    return _open(part_key, place(originator_id, originator_version, index) + label, _salt(sealed), sealed)


def _salt(sealed: bytes) -> bytes:
    if len(sealed) < _SMALLEST or sealed[:1] != PART_VERSION:
        raise Malformed
    return sealed[1 : 1 + _SALT]


def _part_key(secret: bytes, bound: bytes, salt: bytes) -> bytes:
    # HKDF-Expand to one block is a single HMAC over info ‖ 01 (RFC 5869, 2.3); hmac.digest is the quick way to it.
    info = b"".join((_KEY_LABEL, len(bound).to_bytes(4, "big"), bound, _SALT_PREFIX, salt, b"\x01"))
    return hmac.digest(secret, info, "sha256")


def _cipher_key(part_key: bytes, bound: bytes, salt: bytes) -> tuple[bytes, bytes]:
    # The salt enters again, so that in a disclosure, too, every byte of the sealed part is bound.
    info = b"".join((_COMMIT_LABEL, len(bound).to_bytes(4, "big"), bound, _SALT_PREFIX, salt))
    derived = HKDFExpand(_HASH, 64, info).derive(part_key)
    return derived[:KEY_SIZE], derived[KEY_SIZE:]


def _seal(secret: bytes, bound: bytes, salt: bytes, plaintext: bytes) -> bytes:
    # Apart from `seal_part` only so that the vectors can be made with a fixed salt. Never seal twice with one salt.
    cipher_key, commitment = _cipher_key(_part_key(secret, bound, salt), bound, salt)
    sealed = AESGCM(cipher_key).encrypt(_ZERO_NONCE, pad(plaintext), bound)
    return b"".join((PART_VERSION, salt, commitment, sealed))


def _open(part_key: bytes, bound: bytes, salt: bytes, sealed: bytes) -> bytes:
    cipher_key, commitment = _cipher_key(part_key, bound, salt)
    if not hmac.compare_digest(commitment, sealed[1 + _SALT : _BODY]):
        raise Tampered
    try:
        padded = AESGCM(cipher_key).decrypt(_ZERO_NONCE, sealed[_BODY:], bound)
    except InvalidTag as error:
        raise Tampered from error
    return unpad(padded)
