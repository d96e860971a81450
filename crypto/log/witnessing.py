"""What a log and a witness say to each other: the request of C2SP tlog-witness, ``add-checkpoint``."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crypto.verifier.merkle import HASH_SIZE
from crypto.verifier.notes import MAX_NOTE, Note, unbase64
from crypto.verifier.refused import Refused

MAX_PROOF: Final = 63
MAX_REQUEST: Final = MAX_NOTE + 64 * 64
"""Bytes that a request may have."""

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size that the log believes the witness to be at, the proof from there, and the new checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __bytes__(self) -> bytes:
        return request(self.old, self.proof, bytes(self.note))

    @classmethod
    def parse(cls, raw: bytes) -> "AddCheckpoint":
        """Read a request.

        Raises:
            Refused: it isn't one.
        """
        if len(raw) > MAX_REQUEST:
            raise Refused("the request is too long")
        above, blank, note = raw.partition(b"\n\n")
        try:
            first, *lines = above.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Refused("the request isn't one") from None
        match = _OLD.fullmatch(first)
        if match is None or not blank or len(lines) > MAX_PROOF:
            raise Refused("the request isn't one")
        proof = tuple(unbase64(line) for line in lines)
        if any(len(one) != HASH_SIZE for one in proof):
            raise Refused("a hash isn't 32 bytes long")
        return cls(int(match[1]), proof, Note.parse(note))


def request(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """Return the body of a request to add a checkpoint (``note``, as signed), whose proof leads from size ``old``."""
    lines = "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)
    return f"old {old}\n{lines}\n".encode() + note
