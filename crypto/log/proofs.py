"""Evidence for one leaf in a text file: C2SP tlog-proof, ``c2sp.org/tlog-proof@v1``.

    c2sp.org/tlog-proof@v1
    [extra <base64>]
    index <n>
    <base64 of a hash> …                 the proof of inclusion, from the leaf's sibling on

    <checkpoint, as signed>

Whoever checks it knows the leaf and brings a policy along; nothing in the file says whose signatures count.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crypto.log.subtrees import check_inclusion
from crypto.verifier.merkle import HASH_SIZE, leaf_hash
from crypto.verifier.notes import MAX_NOTE, Note, unbase64
from crypto.verifier.policy import Policy, Witnessed
from crypto.verifier.refused import Refused

HEADER: Final = "c2sp.org/tlog-proof@v1"
MEDIA_TYPE: Final = "text/plain; charset=utf-8"
MAX_STEPS: Final = 63
MAX_EXTRA: Final = 1 << 16

_LINES: Final = re.compile(r"(?:extra (?P<extra>[^\n]+)\n)?index (?P<index>0|[1-9][0-9]{0,18})(?P<steps>(?:\n[^\n]+)*)")


@dataclass(frozen=True, slots=True)
class LogProof:
    """A proof as it was read, not believed yet. ``extra`` is opaque and nobody vouches for it."""

    index: int
    steps: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.steps)
        return f"{HEADER}\n{extra}index {self.index}\n{steps}\n".encode() + self.note

    @classmethod
    def parse(cls, raw: bytes) -> "LogProof":
        """Read a proof.

        Raises:
            Refused: it isn't one.
        """
        if len(raw) > MAX_NOTE + 2 * MAX_EXTRA:
            raise Refused("the proof is too long")
        above, _, note = raw.partition(b"\n\n")
        first, _, lines = above.decode("latin-1").partition("\n")
        match = _LINES.fullmatch(lines)
        if match is None or first != HEADER:
            raise Refused("this isn't a proof from a log")
        steps = tuple(unbase64(line) for line in match["steps"].split("\n")[1:])
        if len(steps) > MAX_STEPS or any(len(step) != HASH_SIZE for step in steps):
            raise Refused("the proof is too long, or a hash isn't 32 bytes long")
        Note.parse(note)
        return cls(int(match["index"]), steps, note, unbase64(match["extra"]) if match["extra"] else b"")

    def verify(self, leaf: bytes, policy: Policy) -> Witnessed:
        """Check that a leaf is in a log that the policy believes, at this index; return the checkpoint that says so.

        Raises:
            Refused: it isn't, or the policy doesn't believe the checkpoint.
        """
        return self.verify_hash(leaf_hash(leaf), policy)

    def verify_hash(self, leaf: bytes, policy: Policy) -> Witnessed:
        """The same for whoever knows a leaf's hash (32 bytes) alone, such as from a receipt of what they wrote.

        Raises:
            Refused: as ``verify``.
        """
        witnessed = policy.judge(Note.parse(self.note))
        tree = witnessed.checkpoint
        check_inclusion(self.index, tree.size, leaf, self.steps, tree.root)
        return witnessed


def make_proof(index: int, steps: Sequence[bytes], note: bytes, extra: bytes = b"") -> bytes:
    """Return the file for leaf ``index``, its proof of inclusion in the checkpoint ``note``, and something opaque."""
    return bytes(LogProof(index, tuple(steps), note, extra))
