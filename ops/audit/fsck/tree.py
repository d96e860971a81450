"""The Merkle tree worked out anew from the leaves, beside the stored tiles and the signed checkpoints."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from crypto.log.tiles import TILE_WIDTH, Tile, TiledTree, extend, width_of
from crypto.verifier.merkle import HASH_SIZE
from crypto.verifier.notes import Checkpoint, Note, VerifierKey
from crypto.verifier.refused import Refused
from ops.audit.fsck.finding import Finding, Report

_TILE = "SELECT hashes FROM tiles WHERE level = %s AND idx = %s"
_WIDER = """
SELECT level, idx FROM tiles WHERE idx * 256 + length(hashes) / 32 > (%s::bigint >> (8 * level))
 ORDER BY 1, 2 LIMIT 1000
"""
_NOTES = "SELECT line, size, note FROM checkpoints ORDER BY line, size"

Connection = psycopg.Connection[Any]


class Tree:
    """The tree as it grows again, leaf by leaf; of each level only the last tile is kept.

    Args:
        connection: the snapshot.
        report: takes what is found.
        signed: notes of checkpoints that stand elsewhere, such as the signer's last.
        keys: the log's, of whatever age; with none, nobody's signature is asked for.
    """

    def __init__(
        self, connection: Connection, report: Report, signed: Iterable[bytes], keys: Sequence[VerifierKey]
    ) -> None:
        self._connection, self._report, self._keys = connection, report, keys
        self.size = 0
        self._edge: dict[tuple[int, int], bytes] = {}
        self._due: dict[int, list[tuple[str, bytes]]] = {}
        rows = connection.execute(_NOTES, binary=True).fetchall()
        self._published = max((size for _, size, _ in rows), default=0)
        for place, raw in [(f"checkpoint {line}/{size}", note) for line, size, note in rows] + [
            ("the signer's checkpoint", note) for note in signed
        ]:
            checkpoint = self._believed(place, raw)
            if checkpoint is not None:
                self._due.setdefault(checkpoint.size, []).append((place, checkpoint.root))

    def grow(self, hashes: Sequence[bytes]) -> None:
        """Take in the next leaves' hashes."""
        while hashes:
            # To the end of a tile or to the next checkpoint, whichever comes first.
            room = TILE_WIDTH - self.size % TILE_WIDTH
            ahead = min((size - self.size for size in self._due if size > self.size), default=room)
            piece, hashes = hashes[: min(room, ahead)], hashes[min(room, ahead) :]
            for tile, content in extend(self.size, piece, self._kept):
                self._edge[tile.level, tile.index] = content
                if tile.width == TILE_WIDTH:
                    self._compare(tile.level, tile.index)
            self.size += len(piece)
            self._edge = {place: content for place, content in self._edge.items() if self._is_edge(*place)}
            self._settle()

    def finish(self) -> None:
        """Look at what is left once no leaf comes any more: last tiles, and checkpoints of more leaves than came."""
        for level, index in self._edge:
            self._compare(level, index)
        for level, index in self._connection.execute(_WIDER, [self.size]).fetchall():
            self._find(Finding(f"tile {level}/{index}", "it has hashes of leaves that aren't there"))
        self._settle()
        for waiting in self._due.values():
            for place, _ in waiting:
                self._find(Finding(place, "it is of a larger log: events that were signed are gone"))
        self._report.count("leaves", self.size)

    def _believed(self, place: str, raw: bytes) -> Checkpoint | None:
        self._report.count("checkpoints")
        try:
            note = Note.parse(raw)
            checkpoint = Checkpoint.parse(note.text)
            signed = note.signed_by(self._keys)
        except Refused as refused:
            self._find(Finding(place, refused.reason))
            return None
        if self._keys and not any(one.key.name == checkpoint.origin for one in signed):
            self._find(Finding(place, "no key of the log has signed it"))
        if place.startswith("checkpoint ") and not place.endswith(f"/{checkpoint.size}"):
            self._find(Finding(place, "it is of another size"))
        return checkpoint

    def _settle(self) -> None:
        """Compare the root with the checkpoints of this size."""
        for place, root in self._due.pop(self.size, []):
            if TiledTree(self.size, self._kept).root() != root:
                self._find(Finding(place, "the events lead to another root: the record was changed"))

    def _kept(self, tile: Tile) -> bytes:
        return self._edge[tile.level, tile.index]

    def _is_edge(self, level: int, index: int) -> bool:
        return width_of(level, index, self.size) < TILE_WIDTH

    def _compare(self, level: int, index: int) -> None:
        """A stored tile has at least what was published, at most what is there, and nothing else."""
        found = self._connection.execute(_TILE, [level, index], binary=True).fetchone()
        stored, ours = b"" if found is None else found[0], self._edge[level, index]
        self._report.count("tiles")
        if len(stored) < width_of(level, index, min(self._published, self.size)) * HASH_SIZE:
            self._find(Finding(f"tile {level}/{index}", "hashes that were published are missing"))
        for at in range(0, min(len(stored), len(ours)), HASH_SIZE):
            if stored[at : at + HASH_SIZE] != ours[at : at + HASH_SIZE]:
                self._find(Finding(f"tile {level}/{index}", f"hash {at // HASH_SIZE} isn't what the events lead to"))
                return

    def _find(self, finding: Finding) -> None:
        self._report.findings.append(finding)
