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
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from crypto.verifier.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from crypto.verifier.refused import Refused

ED25519, COSIGNATURE, ML_DSA_44 = 0x01, 0x04, 0x06
KEY_SIZES: Final[Mapping[int, int]] = {ED25519: 32, COSIGNATURE: 32, ML_DSA_44: 1312}
SIGNATURE_SIZES: Final[Mapping[int, int]] = {ED25519: 64, COSIGNATURE: 8 + 64, ML_DSA_44: 8 + 2420}
MAX_NOTE: Final = 1 << 18
"""Bytes of a note; 64 signatures of the largest kind fit."""
MAX_SIGNATURES: Final = 64

_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_TEXT: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([^\n]+)\n((?:[^\n]+\n)*)")
_VKEY: Final = re.compile(r"([^\s+\ud800-\udfff]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


def unbase64(text: str) -> bytes:
    """Decode standard base64 (RFC 4648, 4) in its one spelling."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
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
        """Read a note's text as a checkpoint."""
        if (match := _TEXT.fullmatch(text)) is None:
            raise Refused("the note isn't a checkpoint")
        size, root = int(match[2]), unbase64(match[3])
        if len(root) != HASH_SIZE or size > MAX_SIZE or (size == 0 and root != EMPTY_ROOT):
            raise Refused("the checkpoint is of no possible tree")
        return cls(match[1], size, root, tuple(match[4].split("\n")[:-1]))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that signs notes, with its name; ``kind`` is the signature type's byte."""

    name: str
    kind: int
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "VerifierKey":
        """Read a key as it is written down (signed-note, verifier keys)."""
        if (match := _VKEY.fullmatch(vkey)) is None:
            raise Refused("this isn't a verifier key")
        material = unbase64(match[3])
        key = cls(match[1], material[0], material[1:])
        if KEY_SIZES.get(key.kind) != len(key.public) or key.id.hex() != match[2]:
            raise Refused("a verifier key of an unknown type, or whose id isn't that of its name and key")
        return key

    @property
    def id(self) -> bytes:
        """The 4 bytes by which its signatures name it."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def check(self, text: str, signature: bytes) -> int:
        """Check a signature (without key id) over a note's text; return its time (s since 1970), or 0 of type 01."""
        if len(signature) != SIGNATURE_SIZES[self.kind]:
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
    """Return the bytes that a key of a type signs for a text, at a time (s since 1970); 04 and 06 for checkpoints."""
    if kind == ED25519:
        return text.encode()
    tree, signer = Checkpoint.parse(text), name.encode()
    origin = tree.origin.encode()
    if time > MAX_SIZE or len(signer) > 255 or len(origin) > 255:  # noqa: PLR2004 - a length of one byte
        raise Refused("a signature of no possible time, or under a name that is too long")
    if kind == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{text}".encode()
    names = bytes([len(signer)]) + signer + time.to_bytes(8, "big") + bytes([len(origin)]) + origin
    return b"subtree/v1\n\0" + names + bytes(8) + tree.size.to_bytes(8, "big") + tree.root


class Signed(NamedTuple):
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
        """Read a note (signed-note, format)."""
        try:
            whole = raw[: MAX_NOTE + 1].decode()
        except UnicodeDecodeError:
            raise Refused("the note isn't UTF-8") from None
        text, blank, below = whole.rpartition("\n\n")
        lines = below[:-1].split("\n")
        if len(raw) > MAX_NOTE or len(lines) > MAX_SIGNATURES or any(sign < " " and sign != "\n" for sign in whole):
            raise Refused("the note is too long, or has control characters")
        if not blank or not text or not below.endswith("\n"):
            raise Refused("the note has no signatures")
        return cls(text + "\n", tuple(_signature(line) for line in lines))

    def signed_by(self, keys: Iterable[VerifierKey]) -> list[Signed]:
        """Which of these keys signed the note. Others are ignored; one that names a key and isn't that key's is bad."""
        known, found = {(key.name, key.id): key for key in keys}, dict[VerifierKey, int]()
        for name, hint, signature in self.signatures:
            if (key := known.get((name, hint))) is not None:
                found[key] = max(found.get(key, 0), key.check(self.text, signature))
        return [Signed(key, time) for key, time in found.items()]

    def __bytes__(self) -> bytes:
        lines = (f"— {name} {base64.b64encode(hint + raw).decode()}\n" for name, hint, raw in self.signatures)
        return f"{self.text}\n{''.join(lines)}".encode()


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _LINE.fullmatch(line)
    raw = unbase64(match[2]) if match else b""
    if match is None or len(raw) < 5:  # noqa: PLR2004 - a key id and at least one byte
        raise Refused("the note has a malformed signature line")
    return match[1], raw[:4], raw[4:]
