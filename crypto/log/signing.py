"""Signatures on notes: what a log and a witness put below a checkpoint (C2SP signed-note, tlog-cosignature)."""

import base64
from collections.abc import Collection
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from crypto.errors import Malformed
from crypto.verifier.notes import ED25519, KEY_SIZES, ML_DSA_44, Checkpoint, Note, VerifierKey, signed_message

SEED_SIZE: Final = 32


class NoteSigner:
    """A private key that signs notes under a name.

    Args:
        name: without white space and ``+``; a log's is its origin.
        kind: ``ED25519`` (a log's), ``COSIGNATURE`` (a witness's) or ``ML_DSA_44`` (either's).
        seed: 32 random bytes, of Ed25519 (RFC 8032, 5.1.5) or ML-DSA (FIPS 204, 6.1); one seed serves one signer.

    Raises:
        Malformed: the name, kind or seed can't be one.
    """

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        if not name or any(sign.isspace() or sign == "+" for sign in name):
            raise Malformed
        if kind not in KEY_SIZES or len(seed) != SEED_SIZE:
            raise Malformed
        self._key = (
            MLDSA44PrivateKey.from_seed_bytes(seed) if kind == ML_DSA_44 else Ed25519PrivateKey.from_private_bytes(seed)
        )
        self.key = VerifierKey(name, kind, self._key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return "NoteSigner(…)"

    def line(self, text: str, time: int) -> str:
        """Return the signature line (without newline) for a note's text; ``time`` is seconds since 1970.

        Raises:
            crypto.verifier.refused.Refused: a witness's key or one of ML-DSA signs checkpoints only.
        """
        signature = self._key.sign(signed_message(self.key.kind, self.key.name, text, time))
        stamp = b"" if self.key.kind == ED25519 else time.to_bytes(8, "big")
        return f"— {self.key.name} {base64.b64encode(self.key.id + stamp + signature).decode()}"

    def sign_structure(self, structure: bytes) -> bytes:
        """Return a signature (64 bytes) over a COSE Sig_structure (RFC 9052, 4.4), by a log's Ed25519 key.

        A structure begins with 84, which no UTF-8 text does: it can't pass for a note's text, nor the other way round.

        Raises:
            Malformed: the key is of another type, or the structure none.
        """
        if self.key.kind != ED25519 or structure[:1] != b"\x84":
            raise Malformed
        return self._key.sign(structure)


def signed(checkpoint: Checkpoint, signers: list[NoteSigner], time: int) -> bytes:
    """Return a checkpoint's note with these signatures; ``time`` is seconds since 1970."""
    lines = "".join(f"{signer.line(checkpoint.text, time)}\n" for signer in signers)
    return f"{checkpoint.text}\n{lines}".encode()


def lines_of(note: Note, keys: Collection[VerifierKey]) -> list[str]:
    """Return the signature lines (without newlines) of these keys in a note, as they stand there, each key's first."""
    wanted = {(key.name, key.id) for key in keys}
    found: dict[tuple[str, bytes], str] = {}
    for name, hint, raw in note.signatures:
        if (name, hint) in wanted:
            found.setdefault((name, hint), f"— {name} {base64.b64encode(hint + raw).decode()}")
    return list(found.values())
