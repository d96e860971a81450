"""transparency-dev/merkle (commit 417fb0c31475, testdata): 518 probes of proofs about Merkle trees.

98 of inclusion, 98 of consistency, 204 of inclusion in subtrees and 118 of their consistency. One case differs on
purpose, and stands in two files: ``sizes-are-equal-one-and-proof-is-empty`` expects success for two equal "roots" of 12
bytes. A hash has 32 bytes here, so both are refused.
"""

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto.log.subtrees import check_inclusion, check_subtree_consistency, check_subtree_inclusion
from crypto.verifier.merkle import check_consistency
from crypto.verifier.refused import Refused

pytestmark = pytest.mark.vectors

DUMMY_ROOTS = "sizes-are-equal-one-and-proof-is-empty.json"

Check = Callable[[dict[str, Any], list[bytes]], None]


def inclusion(case: dict[str, Any], proof: list[bytes]) -> None:
    """A leaf in a tree."""
    check_inclusion(case["leafIdx"], case["treeSize"], decoded(case["leafHash"]), proof, decoded(case["root"]))


def consistency(case: dict[str, Any], proof: list[bytes]) -> None:
    """A tree and a smaller one."""
    roots = decoded(case["root1"]), decoded(case["root2"])
    check_consistency(case["size1"], case["size2"], *roots, proof)


def subtree_inclusion(case: dict[str, Any], proof: list[bytes]) -> None:
    """A leaf in a subtree."""
    place = case["leafIdx"], case["start"], case["end"]
    check_subtree_inclusion(*place, decoded(case["leafHash"]), proof, decoded(case["root"]))


def subtree_consistency(case: dict[str, Any], proof: list[bytes]) -> None:
    """A tree and a subtree of it."""
    roots = decoded(case["root1"]), decoded(case["root2"])
    check_subtree_consistency(case["start"], case["end"], case["size"], *roots, proof)


def decoded(text: str | None) -> bytes:
    """A hash; ``null`` is none."""
    return b64decode(text) if text else b""


@pytest.mark.parametrize(
    ("kind", "check", "total", "valid"),
    [
        ("inclusion", inclusion, 98, 6),
        ("consistency", consistency, 98, 6),
        ("subtreeinclusion", subtree_inclusion, 204, 12),
        ("subtreeconsistency", subtree_consistency, 118, 12),
    ],
)
def test_every_probe_is_judged_as_published(vectors: Path, kind: str, check: Check, total: int, valid: int) -> None:
    """What the published cases accept is accepted and what they refuse is refused, but for the dummy roots."""
    files = sorted((vectors / "merkle" / "testdata" / kind).rglob("*.json"))
    accepted, wrong = 0, []
    for file in files:
        case = json.loads(file.read_text())
        try:
            check(case, [decoded(one) for one in case["proof"] or ()])
            refused = False
        except Refused:
            refused = True
        accepted += not case["wantErr"]
        if refused is not case["wantErr"]:
            wrong.append(file.name)
    assert (len(files), accepted) == (total, valid)
    assert wrong == ([DUMMY_ROOTS] if "consistency" in kind else [])
