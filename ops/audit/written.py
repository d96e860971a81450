"""Checking a receipt of a write (``api.waiting``), offline: whoever holds one brings a policy, and nothing else."""

import json
from dataclasses import dataclass
from typing import Final

from crypto.log.proofs import MAX_EXTRA, LogProof
from crypto.verifier.notes import MAX_NOTE
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused

MAX_RECEIPT: Final = MAX_NOTE + 4 * MAX_EXTRA
"""Bytes that a receipt may have, with the answer around it."""


@dataclass(frozen=True)
class Proved:
    """What a receipt proves: a leaf with this hash (hexadecimal) is at ``index`` of ``origin``'s tree of ``size``."""

    origin: str
    size: int
    index: int
    leaf_hash: str


def check_receipt(raw: bytes, policy: Policy) -> Proved:
    """Check a receipt as it was answered: the ``receipt`` of a write, or the whole answer.

    Raises:
        Refused: it isn't one, or doesn't hold.
    """
    if len(raw) > MAX_RECEIPT:
        raise Refused("the receipt is too long")
    try:
        told = json.loads(raw)
        receipt = told.get("receipt", told)
        leaf, proof = bytes.fromhex(receipt["leaf_hash"]), receipt["proof"].encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused("this isn't a receipt of a write") from None
    parsed = LogProof.parse(proof)
    checkpoint = parsed.verify_hash(leaf, policy).checkpoint
    return Proved(checkpoint.origin, checkpoint.size, parsed.index, leaf.hex())
