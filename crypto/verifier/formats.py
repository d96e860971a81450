"""The record's pieces: leaves (FORMAT.md 9), and sealed parts that open with keys of their own (FORMAT.md 4).

A leaf has one spelling and a fixed form, so one expression matches exactly the leaves that there can be; this is what
lets a laptop read a hundred thousand of them in a second.
"""

import hmac
import re
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.verifier.refused import Refused

GENESIS: Final = bytes(32)
"""What stands for the previous leaf's hash in a stream's first leaf."""
MAX_LEAF: Final = 0xFFFF

_NUMBER: Final = rb"([\x00-\x17]|\x18[\x18-\xff]|\x19(?!\x00)..|\x1a(?!\x00\x00)....|\x1b(?!\x00{4})[\x00-\x7f].{7})"
_COUNT: Final = rb"([\x80-\x97]|\x98[\x18-\xff]|\x99(?!\x00)..)"
_LEAF: Final = re.compile(
    rb"\x8b\x01\x50.{16}\x50(.{16})" + _NUMBER + _NUMBER + rb"\x50.{16}\x01" + _COUNT
    + rb"((?:\x82\x50.{16}\x58\x20.{32})+)" + _COUNT + rb"((?:\x58\x20.{32})*)\x58\x40(.{64})\x58\x20(.{32})",
    re.DOTALL,
)  # fmt: skip
_PART, _GRANT = 2 + 16 + 2 + 32, 2 + 32
_KEY: Final = 32


class Leaf(NamedTuple):
    """A leaf that was read: ids are 16 bytes, times µs since 1970, ``parts`` and ``grants`` still encoded."""

    stream: bytes
    version: int
    time_us: int
    parts: bytes
    grants: bytes
    signature: bytes
    prev: bytes

    def keys(self) -> list[bytes]:
        """The key id of every part, the facts first."""
        return [self.parts[at + 2 : at + 18] for at in range(0, len(self.parts), _PART)]

    def granted(self) -> list[bytes]:
        """The digest of every grant."""
        return [self.grants[at + 2 : at + _GRANT] for at in range(0, len(self.grants), _GRANT)]

    def grant(self, key_id: bytes, slot_id: bytes, sealed: bytes) -> bytes:
        """The digest of a sealed grant in this leaf's stream (FORMAT.md 9)."""
        return sha256(lp(b"driehoek/grant-digest/v1", self.stream, key_id, slot_id, sealed)).digest()

    def check_part(self, index: int, sealed: bytes) -> None:
        """Check that sealed bytes are what the leaf recorded as a part; 0 is the facts."""
        recorded = self.parts[index * _PART : (index + 1) * _PART][20:]
        found = sha256(lp(b"driehoek/digest/v1", _place(self, index), sealed)).digest()
        if not hmac.compare_digest(recorded, found):
            raise Refused("sealed bytes that aren't their leaf's")


def parse_leaf(raw: bytes) -> Leaf:
    """Read a leaf, in its one spelling."""
    match = _LEAF.fullmatch(raw) if len(raw) <= MAX_LEAF else None
    if match is not None:
        stream, version, time, n_parts, parts, n_grants, grants, signature, prev = match.groups()
        leaf = Leaf(stream, _number(version), _number(time), parts, grants, signature, prev)
        if (
            0 < leaf.version < 1 << 32
            and _number(n_parts) * _PART == len(parts)
            and _number(n_grants) * _GRANT == len(grants)
        ):
            return leaf
    raise Refused("a record that isn't a leaf")


def signed_message(raw: bytes) -> bytes:
    """Return what the author of a leaf signed: a label, and the first nine items as an array of their own."""
    return lp(b"driehoek/author/v1", b"\x89" + raw[1 : -(2 + 64 + 2 + 32)])


def lp(*fields: bytes) -> bytes:
    """Join fields, each behind its length in four bytes (FORMAT.md 1)."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def label(compartment: str, lifetimes: str, generation: int, audience: list[str]) -> bytes:
    """Return what of a compartment's key is bound into each of its parts; ``audience`` is sorted."""
    parties = sha256(lp(*(party.encode() for party in audience))).digest()
    return lp(compartment.encode(), lifetimes.encode(), generation.to_bytes(4, "big"), parties)


OVERSIGHT: Final = label("oversight", "kept", 1, ["A", "S", "service"])
"""The label of the key that all facts lie under."""


def open_part(leaf: Leaf, index: int, part_key: bytes, bound: bytes, sealed: bytes) -> bytes:
    """Open a part that is its leaf's with its own key; ``bound`` is its compartment's label.

    A key is 32 bytes and nothing shorter: HMAC fills a key up with zeros (RFC 2104 section 2), so a key
    that ends in one would open without it too.
    """
    leaf.check_part(index, sealed)
    context, salt = _place(leaf, index) + bound, sealed[1:25]
    derived = HKDFExpand(SHA256(), 64, lp(b"driehoek/part-commit/v1", context, salt)).derive(part_key)
    try:
        padded = AESGCM(derived[:32]).decrypt(bytes(12), sealed[57:], context)
    except (InvalidTag, ValueError):
        padded = b""
    end = 4 + int.from_bytes(padded[:4], "big")
    committed = sealed[:1] == b"\1" and hmac.compare_digest(derived[32:], sealed[25:57])
    if len(part_key) != _KEY or not committed or padded.count(0, end) != len(padded) - end:
        raise Refused("a part that doesn't open with its key, at its place")
    return padded[4:end]


def _place(leaf: Leaf, index: int) -> bytes:
    return lp(b"\1", leaf.stream, leaf.version.to_bytes(4, "big"), index.to_bytes(2, "big"))


def _number(encoded: bytes) -> int:
    return encoded[0] & 31 if len(encoded) == 1 else int.from_bytes(encoded[1:], "big")
