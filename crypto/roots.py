"""What root stores keep: halves of root keys, the record of which root is live, and wrapped keys (FORMAT.md 6.3).

A root store in two folders never stores a root key. Two *halves* of 32 random bytes lie in two places, and only both
together make it:

    R_e = HKDF-SHA256(ikm = half A xor half B, salt = none, info = lp("driehoek/root/v1", deployment, u64be epoch))

Without the other half every root is equally likely, so to forget one half is to forget the root. Nothing here is
derived from an earlier root or from a passphrase; both halves are fresh in each epoch. ``pair`` is drawn with them and
is the same in both, so that halves of two drawings aren't taken for a root. The checksum finds damage, not malice: who
can write a half can destroy it anyway.
"""

import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.encoding import lp
from crypto.errors import Malformed, RootDamaged, Tampered
from crypto.ports import RootRecord

KEY_SIZE: Final = 32
# Version with care: a root that can't be read any more is a cell that can't be read any more.
WRAP_VERSION: Final = b"\x01"
_HALF_MAGIC: Final = b"driehoek-half/1\n"
_RECORD_MAGIC: Final = b"driehoek-root/1\n"
_NONCE: Final = 12
_TAG: Final = 16
_PAIR: Final = 16
_EPOCH: Final = 8
WRAPPED_SIZE: Final = 1 + _NONCE + KEY_SIZE + _TAG


@dataclass(frozen=True, slots=True)
class Half:
    """One of the two halves of a root key: ``secret`` and ``pair`` are 32 and 16 random bytes."""

    deployment: UUID
    epoch: int
    pair: bytes
    secret: bytes = field(repr=False)


class RootKey:
    """A root key, joined from its halves. Lives for one call; nothing returns its bytes."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def __repr__(self) -> str:
        return "RootKey(***)"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Seal a 32-byte key, bound to a context: 61 bytes.

        The nonce is random: a root wraps a handful of keys in its life, and NIST SP 800-38D (8.3) allows 2^32.

        Raises:
            Malformed: the key isn't 32 bytes long.
        """
        check_key(key)
        nonce = os.urandom(_NONCE)
        return join_wrapped(nonce, self._cipher.encrypt(nonce, key, context))

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Undo ``wrap``.

        Raises:
            Tampered: another root's, another context's, or changed.
        """
        nonce, sealed = parse_wrapped(wrapped)
        try:
            return self._cipher.decrypt(nonce, sealed, context)
        except InvalidTag as error:
            raise Tampered from error


def check_key(key: bytes) -> None:
    """Refuse to wrap anything but a 32-byte key, in any root store.

    Raises:
        Malformed: it has another length.
    """
    if len(key) != KEY_SIZE:
        raise Malformed


def join_wrapped(nonce: bytes, sealed: bytes) -> bytes:
    """Return a wrapped key's one form, whichever root store sealed it: version, nonce (12), ciphertext and tag (48)."""
    return WRAP_VERSION + nonce + sealed


def parse_wrapped(wrapped: bytes) -> tuple[bytes, bytes]:
    """Undo ``join_wrapped``: the nonce, and the ciphertext with its tag.

    Raises:
        Tampered: no root ever wrapped a key like this.
    """
    if len(wrapped) != WRAPPED_SIZE or wrapped[:1] != WRAP_VERSION:
        raise Tampered
    return wrapped[1 : 1 + _NONCE], wrapped[1 + _NONCE :]


def draw(deployment: UUID, epoch: int) -> tuple[Half, Half]:
    """Draw the two halves of a fresh root key."""
    pair = os.urandom(_PAIR)
    return Half(deployment, epoch, pair, os.urandom(KEY_SIZE)), Half(deployment, epoch, pair, os.urandom(KEY_SIZE))


def belong_together(one: Half, other: Half) -> bool:
    """Whether two halves were drawn together, and aren't one half twice (which would make a root of zeros)."""
    same = (one.deployment, one.epoch, one.pair) == (other.deployment, other.epoch, other.pair)
    return same and one.secret != other.secret


def join(one: Half, other: Half) -> RootKey:
    """Join two halves to their root key, in either order.

    Raises:
        RootDamaged: they don't belong together.
    """
    if not belong_together(one, other):
        raise RootDamaged
    mixed = bytes(a ^ b for a, b in zip(one.secret, other.secret, strict=True))
    info = lp(b"driehoek/root/v1", one.deployment.bytes, _u64(one.epoch))
    return RootKey(HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(mixed))


def encode_half(half: Half) -> bytes:
    """Return a half's file: 120 bytes."""
    return _checked(_HALF_MAGIC + half.deployment.bytes + _u64(half.epoch) + half.pair + half.secret)


def decode_half(data: bytes) -> Half:
    """Undo ``encode_half``.

    Raises:
        RootDamaged: cut, changed, or never a half.
    """
    deployment, epoch, rest = _fields(data, _HALF_MAGIC, _PAIR + KEY_SIZE)
    return Half(deployment, epoch, rest[:_PAIR], rest[_PAIR:])


def encode_record(record: RootRecord) -> bytes:
    """Return a record's stored form, the same in every root store: 136 bytes.

    Raises:
        Malformed: a head isn't 32 bytes long.
    """
    if len(record.page_head) != KEY_SIZE or len(record.tombstone_head) != KEY_SIZE:
        raise Malformed
    heads = record.page_head + record.tombstone_head
    return _checked(_RECORD_MAGIC + record.deployment.bytes + _u64(record.epoch) + heads)


def decode_record(data: bytes) -> RootRecord:
    """Undo ``encode_record``.

    Raises:
        RootDamaged: cut, changed, or never a record.
    """
    deployment, epoch, heads = _fields(data, _RECORD_MAGIC, 2 * KEY_SIZE)
    return RootRecord(deployment, epoch, heads[:KEY_SIZE], heads[KEY_SIZE:])


def _u64(number: int) -> bytes:
    return number.to_bytes(_EPOCH, "big")


def _checked(body: bytes) -> bytes:
    return body + sha256(body).digest()


def _fields(data: bytes, magic: bytes, size: int) -> tuple[UUID, int, bytes]:
    head = len(magic) + 16 + _EPOCH
    body = data[:-KEY_SIZE]
    if len(body) != head + size or not body.startswith(magic) or _checked(body) != data:
        raise RootDamaged
    return UUID(bytes=body[len(magic) : head - _EPOCH]), int.from_bytes(body[head - _EPOCH : head], "big"), body[head:]
