"""Evidence for one leaf as text (C2SP tlog-proof): made, read, believed by a policy, refused when anything differs."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.log.proofs import HEADER, LogProof, make_proof
from crypto.log.signing import NoteSigner, signed
from crypto.verifier.notes import COSIGNATURE, ED25519, Checkpoint
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from tests.crypto.log.reference import entries_of, mth, path

ENTRIES = entries_of(11)
LOG = NoteSigner("example.com/log", ED25519, bytes(32))
WITNESS = NoteSigner("w.example", COSIGNATURE, bytes([1]) * 32)
NOTE = signed(Checkpoint("example.com/log", 11, mth(ENTRIES)), [LOG, WITNESS], 7)
POLICY = Policy.parse(f"log {LOG.key}\nwitness w {WITNESS.key}\nquorum w\n".encode())


@given(st.integers(0, 10), st.binary(max_size=40))
def test_a_proof_proves_its_leaf(index: int, extra: bytes) -> None:
    """A file made for a leaf is read back byte by byte, and proves that leaf and no other."""
    raw = make_proof(index, path(index, ENTRIES), NOTE, extra)
    proof = LogProof.parse(raw)
    assert bytes(proof) == raw
    assert (proof.index, proof.extra) == (index, extra)
    assert proof.verify(ENTRIES[index], POLICY).checkpoint.size == 11
    with pytest.raises(Refused):
        proof.verify(ENTRIES[(index + 1) % 11], POLICY)


def test_the_form_is_that_of_the_specification() -> None:
    """Header, extra, index, hashes, an empty line, and the checkpoint as it was signed."""
    lines = make_proof(2, path(2, ENTRIES), NOTE, b"x").decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra eA==", "index 2"]
    assert [base64.b64decode(line) for line in lines[3:7]] == path(2, ENTRIES)
    assert lines[7:10] == ["", "example.com/log", "11"]


def test_a_tree_of_one_leaf_needs_no_hash() -> None:
    """Behind the index the empty line follows at once."""
    note = signed(Checkpoint("example.com/log", 1, mth(ENTRIES[:1])), [LOG, WITNESS], 7)
    raw = make_proof(0, [], note)
    assert raw.startswith(f"{HEADER}\nindex 0\n\nexample.com/log\n1\n".encode())
    LogProof.parse(raw).verify(ENTRIES[0], POLICY)


@given(st.data())
def test_a_flipped_bit_proves_nothing(data: st.DataObject) -> None:
    """Wherever a bit is flipped, but in what a stranger could have added, the leaf isn't proved any more."""
    raw = make_proof(5, path(5, ENTRIES), NOTE)
    at, bit = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 7))
    with suppress(Refused):
        LogProof.parse(raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]).verify(ENTRIES[5], POLICY)
        pytest.fail("proved")


HASH = base64.b64encode(bytes(32)).decode()
BAD = {
    "nothing": "",
    "another version": "c2sp.org/tlog-proof@v2\nindex 1\n\n",
    "no index": f"{HEADER}\n\n",
    "a leading zero": f"{HEADER}\nindex 01\n\n",
    "a sign": f"{HEADER}\nindex -1\n\n",
    "the extra behind the index": f"{HEADER}\nindex 1\nextra eA==\n\n",
    "two extras": f"{HEADER}\nextra eA==\nextra eA==\nindex 1\n\n",
    "an empty extra": f"{HEADER}\nextra \nindex 1\n\n",
    "a short hash": f"{HEADER}\nindex 1\neA==\n\n",
    "64 hashes": f"{HEADER}\nindex 1\n" + f"{HASH}\n" * 64 + "\n",
    "white space behind a hash": f"{HEADER}\nindex 1\n{HASH} \n\n",
    "a carriage return": f"{HEADER}\r\nindex 1\r\n\r\n",
}


@pytest.mark.parametrize("above", BAD.values(), ids=BAD)
def test_what_is_no_proof_is_refused(above: str) -> None:
    """Every other spelling is refused; the note alone doesn't help."""
    assert LogProof.parse(f"{HEADER}\nindex 1\n{HASH}\n\n".encode() + NOTE).index == 1
    with pytest.raises(Refused):
        LogProof.parse(above.encode() + NOTE)


def test_a_proof_without_a_note_or_endless_is_refused() -> None:
    """What has no checkpoint, and what is larger than any proof, is refused before it is looked at."""
    for raw in (f"{HEADER}\nindex 1\n\n".encode(), f"{HEADER}\nindex 1\n\n".encode() + b"x" * (1 << 20)):
        with pytest.raises(Refused):
            LogProof.parse(raw)


def test_the_policy_decides() -> None:
    """A checkpoint that the policy doesn't believe proves nothing: its witness is missing, or it is another log's."""
    proof = LogProof.parse(
        make_proof(5, path(5, ENTRIES), signed(Checkpoint(LOG.key.name, 11, mth(ENTRIES)), [LOG], 7))
    )
    with pytest.raises(Refused, match="too few"):
        proof.verify(ENTRIES[5], POLICY)
    alone = Policy.parse(f"log {LOG.key}\nquorum none\n".encode())
    assert proof.verify(ENTRIES[5], alone).witnesses == {}
