"""Signatures that logs and witnesses make; how they are checked is tested with the verifier."""

import pytest

from crypto.errors import Malformed
from crypto.log.signing import NoteSigner, signed
from crypto.verifier.merkle import leaf_hash
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note
from crypto.verifier.refused import Refused

CHECKPOINT = Checkpoint("example.com/log", 7, leaf_hash(b""))


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE, ML_DSA_44])
def test_what_is_signed_is_signed(kind: int) -> None:
    """Each type of key signs a checkpoint, and the note says so to whoever knows the key."""
    signer = NoteSigner("example.com/log", kind, bytes(32))
    (found,) = Note.parse(signed(CHECKPOINT, [signer], 5)).signed_by([signer.key])
    assert (found.key, found.time) == (signer.key, 0 if kind == ED25519 else 5)


@pytest.mark.parametrize("kind", [COSIGNATURE, ML_DSA_44])
def test_witnesses_sign_checkpoints_only(kind: int) -> None:
    """A text that isn't a checkpoint gets no dated signature."""
    with pytest.raises(Refused):
        NoteSigner("w.example", kind, bytes(32)).line("anything\n", 5)
    assert NoteSigner("w.example", ED25519, bytes(32)).line("anything\n", 5).startswith("— w.example ")


@pytest.mark.parametrize(
    ("name", "kind", "seed"),
    [("", 1, bytes(32)), ("a b", 1, bytes(32)), ("a+b", 1, bytes(32)), ("a", 2, bytes(32)), ("a", 1, bytes(31))],
)
def test_what_cant_sign_is_refused(name: str, kind: int, seed: bytes) -> None:
    """Names that a note can't hold, unknown types and short seeds make no signer."""
    with pytest.raises(Malformed):
        NoteSigner(name, kind, seed)


def test_a_signer_shows_nothing_of_its_seed() -> None:
    """Its repr is masked."""
    assert repr(NoteSigner("example.com/log", ED25519, bytes(32))) == "NoteSigner(…)"
