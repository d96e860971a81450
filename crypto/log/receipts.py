"""Evidence for one leaf in COSE: a receipt of inclusion (RFC 9942, 5.2), with the log's own signature over the root.

    receipt   = 18([protected, {396: {-1: [CBOR [size, index, [hash, …]]]}}, null, signature])
    protected = CBOR {1: -8 (EdDSA), 4: key id (4 bytes), 395: 1 (RFC9162_SHA256)}
    signature = Ed25519(CBOR ["Signature1", protected, h'', root])                          (RFC 9052, 4.4)

The payload is the root, and detached: the proof leads to it. A receipt says what the log says, not what witnesses saw;
the key is the one that signs the log's checkpoints with type 01, and the key id is that of its name there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crypto.encoding import encode
from crypto.log.signing import NoteSigner
from crypto.log.subtrees import root_of_path
from crypto.verifier.cbor import loads
from crypto.verifier.merkle import leaf_hash
from crypto.verifier.notes import ED25519, VerifierKey
from crypto.verifier.refused import Refused

MEDIA_TYPE: Final = "application/cose"
MAX_RECEIPT: Final = 1 << 13
ALG, KID, VDS, VDP = 1, 4, 395, 396
EDDSA, RFC9162_SHA256, INCLUSION = -8, 1, -1

_SIGN1: Final = b"\xd2"
"""CBOR tag 18; the reader below knows no tags."""


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt proves: the leaf is in the log's tree with this root.

    ``index`` and ``size`` say where. The signature covers the root alone (RFC 9942, 5.2), and trees of some other sizes
    have the same way from the same leaf to the same root: take both as said, until a checkpoint has this root and size.
    """

    index: int
    size: int
    root: bytes


def make_receipt(signer: NoteSigner, index: int, size: int, steps: Sequence[bytes], root: bytes) -> bytes:
    """Return a receipt of inclusion. Only ever for a root of which the log has signed a checkpoint.

    Args:
        signer: the log's Ed25519 key.
        index: of the leaf, from 0.
        size: leaves of the tree.
        steps: the proof of inclusion, from the leaf's sibling on.
        root: the tree's root.

    Raises:
        crypto.errors.Malformed: the key is of another type.
    """
    protected = encode({ALG: EDDSA, KID: signer.key.id, VDS: RFC9162_SHA256})
    proof = encode([size, index, list(steps)])
    signature = signer.sign_structure(_structure(protected, root))
    return _SIGN1 + encode([protected, {VDP: {INCLUSION: [proof]}}, None, signature])


def check_receipt(receipt: bytes, leaf: bytes, key: VerifierKey) -> Received:
    """Check a receipt for a leaf against the log's key.

    Raises:
        Refused: it isn't one in its one spelling, it is another leaf's, or another key signed it.
    """
    if key.kind != ED25519 or len(receipt) > MAX_RECEIPT or receipt[:1] != _SIGN1:
        raise Refused("this isn't a receipt, or the key isn't of a kind that signs one")
    match loads(receipt[1:]):
        case [bytes(protected), {396: {-1: [bytes(proof)], **more}, **others}, None, bytes(signature)] if (
            not more and not others and loads(protected) == {ALG: EDDSA, KID: key.id, VDS: RFC9162_SHA256}
        ):
            pass
        case _:
            raise Refused("this isn't a receipt of inclusion by this key")
    match loads(proof):
        case [int(size), int(index), [*steps]] if all(isinstance(step, bytes) for step in steps):
            root = root_of_path(index, size, leaf_hash(leaf), steps)
        case _:
            raise Refused("this isn't a proof of inclusion")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, _structure(protected, root))
    except (InvalidSignature, ValueError):
        raise Refused("the receipt isn't of this leaf, or not signed by this key") from None
    return Received(index, size, root)


def _structure(protected: bytes, root: bytes) -> bytes:
    """Sig_structure of RFC 9052, 4.4, without external data."""
    return encode(["Signature1", protected, b"", root])
