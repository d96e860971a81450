"""Evidence for one leaf in COSE (RFC 9942): made, checked by our reader and by another CBOR library, and refused."""

from contextlib import suppress

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import encode
from crypto.errors import Malformed
from crypto.log.receipts import MAX_RECEIPT, check_receipt, make_receipt
from crypto.log.signing import NoteSigner
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44
from crypto.verifier.refused import Refused
from tests.crypto.log.reference import entries_of, mth, path

ENTRIES = entries_of(11)
ROOT = mth(ENTRIES)
LOG = NoteSigner("example.com/log", ED25519, bytes(32))


def receipt(index: int) -> bytes:
    """A receipt for one of the entries."""
    return make_receipt(LOG, index, 11, path(index, ENTRIES), ROOT)


@given(st.integers(0, 10))
def test_a_receipt_proves_its_leaf(index: int) -> None:
    """It proves that leaf at that index of that tree, and no other."""
    found = check_receipt(receipt(index), ENTRIES[index], LOG.key)
    assert (found.index, found.size, found.root) == (index, 11, ROOT)
    with pytest.raises(Refused):
        check_receipt(receipt(index), ENTRIES[(index + 1) % 11], LOG.key)


def test_the_form_is_that_of_the_rfc() -> None:
    """COSE_Sign1 with the structure's type protected, the proof unprotected, and the root as a detached payload."""
    tag = cbor2.loads(receipt(3))
    protected, unprotected, payload, signature = tag.value
    assert (tag.tag, payload) == (18, None)
    assert cbor2.loads(protected) == {1: -8, 4: LOG.key.id, 395: 1}
    assert cbor2.loads(unprotected[396][-1][0]) == [11, 3, path(3, ENTRIES)]
    signed = cbor2.dumps(["Signature1", protected, b"", ROOT])
    Ed25519PublicKey.from_public_bytes(LOG.key.public).verify(signature, signed)


def test_a_tree_of_one_leaf_has_an_empty_path() -> None:
    """The only leaf's hash is the root."""
    one = make_receipt(LOG, 0, 1, [], mth(ENTRIES[:1]))
    assert check_receipt(one, ENTRIES[0], LOG.key).size == 1


@pytest.mark.parametrize(("index", "sizes"), [(0, {9, 10, 15}), (5, {9, 10, 15}), (10, set())])
def test_a_flipped_bit_proves_nothing_else(index: int, sizes: set[int]) -> None:
    """Wherever a bit is flipped, the receipt proves nothing any more, but for sizes whose tree has the same way up.

    The root is the same then and the leaf is in its tree; that the size isn't is seen by a checkpoint with this root.
    """
    raw, found = receipt(index), set[int]()
    for at in range(len(raw)):
        for bit in range(8):
            with suppress(Refused):
                shown = check_receipt(raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :], ENTRIES[index], LOG.key)
                assert (shown.index, shown.root) == (index, ROOT)
                found.add(shown.size)
    assert found == sizes


def test_another_logs_key_proves_nothing() -> None:
    """Another key, the same key under another name, and keys of other types are refused."""
    for other in (
        NoteSigner("example.com/log", ED25519, bytes([1]) * 32),
        NoteSigner("example.com/other", ED25519, bytes(32)),
        NoteSigner("example.com/log", COSIGNATURE, bytes(32)),
    ):
        with pytest.raises(Refused):
            check_receipt(receipt(5), ENTRIES[5], other.key)
    assert check_receipt(receipt(5), ENTRIES[5], LOG.key).index == 5


def test_only_a_logs_ed25519_key_signs_receipts() -> None:
    """Witnesses' keys and ML-DSA keys refuse, and no key signs a text as a structure."""
    for kind in (COSIGNATURE, ML_DSA_44):
        with pytest.raises(Malformed):
            make_receipt(NoteSigner("a", kind, bytes(32)), 0, 1, [], ROOT)
    with pytest.raises(Malformed):
        LOG.sign_structure(b"example.com/log\n11\n")


def test_other_structures_are_refused() -> None:
    """Other headers, a payload, more proofs, another algorithm or tree, trailing bytes, nesting without end."""
    protected, unprotected, _, signature = cbor2.loads(receipt(5)).value
    proof = unprotected[396][-1][0]
    others = [
        [protected, {396: {-1: [proof]}}, ROOT, signature],
        [protected, {396: {-1: [proof, proof]}}, None, signature],
        [protected, {396: {-2: [proof]}}, None, signature],
        [protected, {396: {-1: [proof]}, 33: b"x"}, None, signature],
        [encode({1: -7, 4: LOG.key.id, 395: 1}), {396: {-1: [proof]}}, None, signature],
        [encode({1: -8, 4: LOG.key.id, 395: 2}), {396: {-1: [proof]}}, None, signature],
        [protected, {396: {-1: [encode([11, 5, [1]])]}}, None, signature],
        [protected, {396: {-1: [encode([5, 11, path(5, ENTRIES)])]}}, None, signature],
        [protected, {396: {-1: [proof]}}, None, signature, None],
    ]
    for other in others:
        with pytest.raises(Refused):
            check_receipt(b"\xd2" + encode(other), ENTRIES[5], LOG.key)
    for raw in (b"", b"\xd2", receipt(5)[1:], receipt(5) + b"\0", b"\xd2" + b"\x81" * 100, b"\xd2" * MAX_RECEIPT):
        with pytest.raises(Refused):
            check_receipt(raw, ENTRIES[5], LOG.key)
    same = [protected, {396: {-1: [proof]}}, None, signature]
    assert check_receipt(b"\xd2" + encode(same), ENTRIES[5], LOG.key).index == 5
