"""The request of a log to its witness (C2SP tlog-witness, add-checkpoint)."""

import base64

import pytest

from crypto.log.signing import NoteSigner, signed
from crypto.log.witnessing import MAX_REQUEST, AddCheckpoint, request
from crypto.verifier.merkle import leaf_hash
from crypto.verifier.notes import ED25519, Checkpoint, Note
from crypto.verifier.refused import Refused

NOTE = signed(Checkpoint("example.com/log", 7, leaf_hash(b"")), [NoteSigner("example.com/log", ED25519, bytes(32))], 5)
STEP = leaf_hash(b"step")
LINE = base64.b64encode(STEP) + b"\n"


@pytest.mark.parametrize("steps", [0, 1, 63])
def test_a_request_is_read_as_it_was_written(steps: int) -> None:
    """Old size, proof and note come back, and the same bytes."""
    raw = request(3, [STEP] * steps, NOTE)
    found = AddCheckpoint.parse(raw)
    assert (found.old, found.proof, found.note) == (3, (STEP,) * steps, Note.parse(NOTE))
    assert bytes(found) == raw


BAD = {
    "nothing": b"",
    "no note": b"old 3\n",
    "no blank line": b"old 3\n" + NOTE.split(b"\n\n")[0],
    "no size": b"old \n\n" + NOTE,
    "a leading zero": b"old 03\n\n" + NOTE,
    "a negative size": b"old -3\n\n" + NOTE,
    "a huge size": b"old 99999999999999999999\n\n" + NOTE,
    "another word": b"new 3\n\n" + NOTE,
    "a short hash": b"old 3\n" + base64.b64encode(STEP[:-1]) + b"\n\n" + NOTE,
    "not base64": b"old 3\n" + LINE[:-3] + b"*\n\n" + NOTE,
    "64 hashes": b"old 3\n" + LINE * 64 + b"\n" + NOTE,
    "not ASCII": b"old \xd9\xa3\n\n" + NOTE,
    "too long": b"old 3\n\n" + b"x" * MAX_REQUEST,
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_what_is_no_request_is_refused(raw: bytes) -> None:
    """A witness reads requests from anybody; whatever isn't one is refused as a whole."""
    with pytest.raises(Refused):
        AddCheckpoint.parse(raw)


def test_an_empty_line_ends_the_proof() -> None:
    """What comes after the first empty line is the note, and with a hash in it no checkpoint."""
    found = AddCheckpoint.parse(b"old 3\n" + LINE + b"\n" + LINE + b"\n" + NOTE)
    assert found.proof == (STEP,)
    with pytest.raises(Refused):
        Checkpoint.parse(found.note.text)
