"""Tessera's sample log (transparency-dev/tessera, commit 1811ae1a7c40, testdata/log): 15 entries, checkpoints 0 to 15.

Somebody else's log, made by other code: its signatures, tiles and entries must be what this project reads and computes.
"""

from pathlib import Path

import pytest

from crypto.log.subtrees import check_inclusion
from crypto.log.tiles import Tile, TiledTree, extend
from crypto.verifier.merkle import EMPTY_ROOT, check_consistency, leaf_hash, root_of
from crypto.verifier.notes import Checkpoint, Note, VerifierKey
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused

pytestmark = pytest.mark.vectors

VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SIZE = 15


@pytest.fixture(scope="module")
def log(vectors: Path) -> Path:
    """The log's folder."""
    return vectors / "tessera" / "testdata" / "log"


@pytest.fixture(scope="module")
def checkpoints(log: Path) -> list[Checkpoint]:
    """Every checkpoint from size 0 to 15, believed by a policy that names the log's key."""
    policy = Policy.parse(f"log {VKEY}\nquorum none\n".encode())
    notes = [Note.parse((log / f"checkpoint.{size}").read_bytes()) for size in range(SIZE + 1)]
    return [policy.judge(note).checkpoint for note in notes]


def entries(log: Path, width: int) -> list[bytes]:
    """The entries of a bundle: each behind its length in two bytes."""
    raw = (log / Tile(-1, 0, width).path).read_bytes()
    found = []
    while raw:
        length = int.from_bytes(raw[:2], "big")
        found.append(raw[2 : 2 + length])
        raw = raw[2 + length :]
    return found


def test_every_checkpoint_is_signed_and_of_its_size(checkpoints: list[Checkpoint]) -> None:
    """All sixteen are the log's, and the text is what was signed."""
    assert [one.size for one in checkpoints] == list(range(SIZE + 1))
    assert {one.origin for one in checkpoints} == {"example.com/log/testdata"}
    assert checkpoints[0].root == EMPTY_ROOT


def test_a_changed_checkpoint_is_refused(log: Path) -> None:
    """With any one byte changed none of them is believed any more."""
    policy = Policy.parse(f"log {VKEY}\nquorum none\n".encode())
    raw = (log / "checkpoint.15").read_bytes()
    for at in range(len(raw)):
        with pytest.raises(Refused):
            policy.judge(Note.parse(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]))


def test_entries_tiles_and_roots_are_one_tree(log: Path, checkpoints: list[Checkpoint]) -> None:
    """Of every size the entries hash to the tile and the tile to the signed root, however the tree grew."""
    hashes = [leaf_hash(entry) for entry in entries(log, SIZE)]
    grown: dict[tuple[int, int], bytes] = {}
    for size in range(1, SIZE + 1):
        assert [leaf_hash(entry) for entry in entries(log, size)] == hashes[:size]
        tile = (log / Tile(0, 0, size).path).read_bytes()
        (changed,) = extend(size - 1, hashes[size - 1 : size], lambda tile: grown[tile.level, tile.index])
        grown[0, 0] = changed[1]
        assert tile == b"".join(hashes[:size]) == grown[0, 0]
        assert root_of(hashes[:size]) == checkpoints[size].root


def test_every_proof_between_its_checkpoints_holds(log: Path, checkpoints: list[Checkpoint]) -> None:
    """Each leaf is in each later tree and each tree a prefix of each later one; to other roots nothing leads."""
    hashes = [leaf_hash(entry) for entry in entries(log, SIZE)]
    for size in range(1, SIZE + 1):
        tree, root = TiledTree(size, lambda tile: (log / tile.path).read_bytes()), checkpoints[size].root
        assert tree.root() == root
        for index in range(size):
            check_inclusion(index, size, hashes[index], tree.inclusion(index), root)
            with pytest.raises(Refused):
                check_inclusion(index, size, hashes[index], tree.inclusion(index), checkpoints[size - 1].root)
        for old in range(1, size + 1):
            check_consistency(old, size, checkpoints[old].root, root, tree.consistency(old))
            with pytest.raises(Refused):
                check_consistency(old, size, checkpoints[old - 1].root, root, tree.consistency(old))


def test_its_key_is_read_and_written(log: Path) -> None:
    """The key in its written form, and the note's bytes, are the same after reading and writing."""
    assert str(VerifierKey.parse(VKEY)) == VKEY
    raw = (log / "checkpoint").read_bytes()
    assert bytes(Note.parse(raw)) == raw == (log / "checkpoint.15").read_bytes()
    assert Checkpoint.parse(Note.parse(raw).text).text == Note.parse(raw).text
