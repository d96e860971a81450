r"""Signed notes and what a log signs: C2SP signed-note, tlog-checkpoint and tlog-cosignature.

    note       = text ‖ "\n" ‖ one line for each signature:  — name base64(key id[4] ‖ signature)
    checkpoint = origin "\n" size "\n" base64(root) "\n" [extension "\n" …]
    key id     = SHA-256(name ‖ 0A ‖ type ‖ public key)[:4]
    vkey       = name "+" hex(key id) "+" base64(type ‖ public key)

Three types of key count here: 01, Ed25519 over the text; 04, Ed25519 over ``cosignature/v1``, a time and the text; 06,
ML-DSA-44 over a structure of cosigner, time, origin and tree. The last two sign checkpoints only and carry the time.

The text means nothing until a key that the reader brought along has signed it (``Note.signed_by``).
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from crypto.verifier.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from crypto.verifier.refused import Refused

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
ML_DSA_44: Final = 0x06

KEY_SIZES: Final[Mapping[int, int]] = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
MAX_NOTE: Final = 1 << 18
"""Bytes of a note; 64 signatures of the largest kind fit."""
MAX_SIGNATURES: Final = 64

_SIGNATURE_SIZES: Final = {ED25519: 64, COSIGNATURE: 8 + 64, ML_DSA_44: 8 + 2420}
_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")


def unbase64(text: str) -> bytes:
    """Decode standard base64 (RFC 4648, 4) in its one spelling.

    Raises:
        Refused: it isn't that.
    """
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("this isn't base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise Refused("this isn't base64 in its one spelling")
    return decoded


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Return the 4 bytes by which a signature names its key (signed-note, signatures)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree of a log at one size: ``origin`` names the log, ``root`` is 32 bytes."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed of it (tlog-checkpoint)."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text as a checkpoint.

        Raises:
            Refused: it is none, or one of no tree that there can be.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines.pop() or not all(lines) or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004 - a closing newline
            raise Refused("the note isn't a checkpoint")
        origin, size, root = lines[0], int(lines[1]), unbase64(lines[2])
        if len(root) != HASH_SIZE or size > MAX_SIZE or (size == 0 and root != EMPTY_ROOT):
            raise Refused("the checkpoint is of no possible tree")
        return cls(origin, size, root, tuple(lines[3:]))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that signs notes, with its name; ``kind`` is the signature type's byte."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Read a key as it is written down (signed-note, verifier keys).

        Raises:
            Refused: it isn't one, is of a type that doesn't count here, or its key id isn't that of name and key.
        """
        name, _, rest = vkey.partition("+")
        hint, _, encoded = rest.partition("+")
        material = unbase64(encoded)
        if not name or re.search(r"\s", name) or not _KEY_ID.fullmatch(hint) or not material:
            raise Refused("this isn't a verifier key")
        key = cls(name, material[0], material[1:])
        if KEY_SIZES.get(key.kind) != len(key.public):
            raise Refused("a verifier key of a type that isn't known here")
        if key.id.hex() != hint:
            raise Refused("a verifier key's id doesn't belong to its name and key")
        return key

    @property
    def id(self) -> bytes:
        """The 4 bytes by which its signatures name it."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{encoded}"

    def check(self, text: str, signature: bytes) -> int:
        """Check a signature (without key id) over a note's text; return its time (s since 1970), or 0 of type 01.

        Raises:
            Refused: it isn't this key's, or of this text.
        """
        if len(signature) != _SIGNATURE_SIZES[self.kind]:
            raise Refused("a signature of the wrong length")
        time, raw = (0, signature) if self.kind == ED25519 else (int.from_bytes(signature[:8], "big"), signature[8:])
        message = signed_message(self.kind, self.name, text, time)
        try:
            if self.kind == ML_DSA_44:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(raw, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except (InvalidSignature, ValueError):
            raise Refused("a signature doesn't fit its key") from None
        return time


def signed_message(kind: int, name: str, text: str, time: int) -> bytes:
    """Return the bytes that a key of a type signs for a note's text, at a time in seconds since 1970.

    Raises:
        Refused: types 04 and 06 sign checkpoints only.
    """
    if kind == ED25519:
        return text.encode()
    tree = Checkpoint.parse(text)
    if time > MAX_SIZE:
        raise Refused("a signature of no possible time")
    if kind == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    return b"".join(
        (b"subtree/v1\n\0", _short(name), time.to_bytes(8, "big"), _short(tree.origin), bytes(8),
         tree.size.to_bytes(8, "big"), tree.root)
    )  # fmt: skip


def _short(text: str) -> bytes:
    """A vector of 1 to 255 bytes behind its length (RFC 8446, 3.4)."""
    encoded = text.encode()
    if not 1 <= len(encoded) <= 255:  # noqa: PLR2004 - one byte of length
        raise Refused("a name that is too long to be signed")
    return bytes([len(encoded)]) + encoded


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was checked: whose, and when by the signer's clock (s since 1970; 0: not told)."""

    key: VerifierKey
    time: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it was read, not believed yet. ``signatures`` are (name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, raw: bytes) -> "Note":
        """Read a note (signed-note, format).

        Raises:
            Refused: it isn't one: not UTF-8, control characters, no blank line, no signature, a malformed line.
        """
        if len(raw) > MAX_NOTE:
            raise Refused("the note is too long")
        try:
            whole = raw.decode()
        except UnicodeDecodeError:
            raise Refused("the note isn't UTF-8") from None
        if any(sign < " " and sign != "\n" for sign in whole):
            raise Refused("the note has control characters")
        text, blank, below = whole.rpartition("\n\n")
        if not blank or not text or not below.endswith("\n"):
            raise Refused("the note has no signatures")
        signatures = tuple(_signature(line) for line in below[:-1].split("\n"))
        if len(signatures) > MAX_SIGNATURES:
            raise Refused("the note has too many signatures")
        return cls(text + "\n", signatures)

    def signed_by(self, keys: Iterable[VerifierKey]) -> list[Signed]:
        """Which of these keys signed the note, each once. Signatures of other keys are ignored.

        Raises:
            Refused: one that names a key by name and id isn't that key's: the whole note is bad.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, int] = {}
        for name, hint, signature in self.signatures:
            key = known.get((name, hint))
            if key is not None:
                found[key] = max(found.get(key, 0), key.check(self.text, signature))
        return [Signed(key, time) for key, time in found.items()]

    @property
    def lines(self) -> list[str]:
        """The signature lines, as they stand in the note, without newlines."""
        return [f"— {name} {base64.b64encode(hint + raw).decode()}" for name, hint, raw in self.signatures]

    def __bytes__(self) -> bytes:
        return "".join((self.text, "\n", *(f"{line}\n" for line in self.lines))).encode()


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise Refused("the note has a malformed signature line")
    raw = unbase64(match[2])
    if len(raw) < 5:  # noqa: PLR2004 - a key id and at least one byte
        raise Refused("the note has a malformed signature line")
    return match[1], raw[:4], raw[4:]
