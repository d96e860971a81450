"""The bundle of evidence about a story, in pieces that tests take away from, add to and exchange."""

import copy
import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from crypto.leaf import leaf_hash
from crypto.log.signing import NoteSigner, signed
from crypto.log.tiles import TiledTree, extend
from crypto.receipt import canonical
from crypto.verifier.notes import Checkpoint
from tests.crypto.log.reference import reader
from tests.crypto.verifier.story import AUDIT, ENGAGEMENT, LOG, ORIGIN, SECOND, START, WITNESS, Story


@dataclass
class Pieces:
    """A bundle in pieces, which tests take away from, add to and exchange; ``build`` puts it together."""

    claims: dict[str, Any]
    checkpoint: bytes
    leaves: list[tuple[int, bytes]]
    around: list[bytes]
    facts: list[tuple[int, bytes, bytes]]
    grants: list[tuple[int, bytes, bytes, bytes]]
    parts: list[tuple[int, int, bytes, bytes]]
    receipts: list[bytes]
    more: dict[str, bytes] = field(default_factory=dict)

    def members(self) -> dict[str, bytes]:
        """The bundle's members by name."""
        found = {
            "bundle.json": canonical(self.claims),
            "checkpoint": self.checkpoint,
            "leaves": b"".join(struct.pack(">QH", n, len(raw)) + raw for n, raw in self.leaves),
            "around": b"".join(self.around),
            "facts": b"".join(struct.pack(">Q32sI", n, key, len(raw)) + raw for n, key, raw in self.facts),
            "grants": b"".join(
                struct.pack(">Q16s16sI", n, key, slot, len(raw)) + raw for n, key, slot, raw in self.grants
            ),
        }
        if self.parts:
            found["parts"] = b"".join(
                struct.pack(">QH32sI", n, at, key, len(raw)) + raw for n, at, key, raw in self.parts
            )
        found["receipts.json"] = b"[" + b",".join(self.receipts) + b"]"
        return found | self.more

    def build(self) -> bytes:
        """The file."""
        return zipped(self.members())

    def copy(self) -> "Pieces":
        """The same pieces, to be changed."""
        return copy.deepcopy(self)


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP as the exporter writes it (FORMAT.md 16)."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o100600 << 16
            archive.writestr(entry, content)
    return file.getvalue()


@dataclass
class Log:
    """A log over a story's leaves."""

    leaves: list[bytes]

    def tree(self, size: int) -> TiledTree:
        """The tree of its first leaves."""
        hashes = [leaf_hash(leaf) for leaf in self.leaves[:size]]
        tiles = {(tile.level, tile.index): raw for tile, raw in extend(0, hashes, reader({}))}
        return TiledTree(size, reader(tiles))

    def note(self, size: int, *signers: NoteSigner) -> bytes:
        """A signed checkpoint."""
        checkpoint = Checkpoint(ORIGIN, size, self.tree(size).root())
        return signed(checkpoint, [*signers] or [LOG, WITNESS], START // SECOND)


def log_of(story: Story) -> Log:
    """The log of a story."""
    return Log([event.leaf for event in story.events])


def bundle(story: Story, stated_at: int, shown: Sequence[tuple[int, int]] = (), left_out: Sequence[int] = ()) -> Pieces:
    """The bundle that holds all of a story but a few leaves, opening the parts at (index, part index from 1)."""
    log, size = log_of(story), len(story.events)
    indices = [index for index in range(size) if index not in left_out]
    events = {index: story.events[index] for index in indices}
    stated = [
        {"stream": stream.hex, "version": version}
        for stream, (version, _) in sorted(story.heads.items())
        if stream != AUDIT
    ]
    return Pieces(
        claims={
            "format": "driehoek-bundle/1", "origin": ORIGIN, "size": size, "streams": stated, "stated_at": stated_at,
            "scope": {"kind": "engagement", "about": ENGAGEMENT.hex},
        },
        checkpoint=log.note(size),
        leaves=[(index, event.leaf) for index, event in events.items()],
        around=log.tree(size).around(indices),
        facts=[(index, *event.facts) for index, event in events.items()],
        grants=[(n, key.bytes, slot.bytes, raw) for n, event in events.items() for key, slot, raw in event.grants],
        parts=[(index, at, *story.events[index].parts[at - 1]) for index, at in shown],
        receipts=list(story.receipts),
    )  # fmt: skip
