"""The committed vectors are what the code computes, and stored bytes of this version stay readable."""

import json
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from crypto import leaf, make_vectors, tree_vectors
from crypto.grant import open_custody, open_disclosure_grant, open_grant
from crypto.make_vectors import DISCLOSING, INDEX, KEY, ORIGINATOR, PARTY, PLAINTEXT, PRINCIPAL, ROLE, SLOT, VERSION
from crypto.part import disclose_part, open_part
from crypto.party_keys import PartyKeys, verify
from crypto.ports import RootRecord
from crypto.roots import decode_half, decode_record, join
from crypto.slots import SCOPES, SlotKey, derive_scope, mark, slot_secret
from crypto.tombstones import decode, head_of
from crypto.tree import child, open_pages, page_head


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    """The committed file."""
    loaded: dict[str, Any] = json.loads(make_vectors.VECTORS.read_text())
    return loaded


def test_computing_again_gives_the_committed_file(vectors: dict[str, Any]) -> None:
    """Every vector is recomputed to the committed value; a difference means stored records became unreadable."""
    assert make_vectors.compute(vectors) == vectors


def test_random_examples_are_made_anew_only_when_they_do_not_open(vectors: dict[str, Any]) -> None:
    """A broken example is replaced by one that opens: so the comparison above really tried the committed ones."""
    broken = {"sealed": {**vectors["sealed"], "grant": vectors["sealed"]["grant"][:-2] + "00"}}
    made = make_vectors.compute(broken)["sealed"]
    assert made["grant"] not in (vectors["sealed"]["grant"], broken["sealed"]["grant"])
    assert made["custody"] == vectors["sealed"]["custody"]
    wrapped = vectors["tree"]["root"]["wrapped"]
    changed = {"root": {"wrapped": wrapped[:-2] + ("00" if wrapped[-2:] != "00" else "01")}}
    assert tree_vectors.compute(changed)["root"]["wrapped"] not in (wrapped, changed["root"]["wrapped"])


def test_the_committed_part_opens(vectors: dict[str, Any]) -> None:
    """The part in the file opens with its key, and its disclosed key is the file's part key."""
    sealed = bytes.fromhex(vectors["part"]["sealed"])
    assert open_part(KEY, ORIGINATOR, VERSION, INDEX, sealed) == PLAINTEXT
    assert disclose_part(KEY, ORIGINATOR, VERSION, INDEX, sealed).hex() == vectors["part"]["part_key"]


def test_the_committed_grant_disclosure_and_custody_open(vectors: dict[str, Any]) -> None:
    """The file's grants and custody blob, sealed once with real randomness, open one through the other."""
    sealed = {name: bytes.fromhex(vectors["sealed"][name]) for name in ("grant", "disclosure", "custody")}
    slot = SlotKey(SLOT.slot_id, bytes.fromhex(vectors["sealed"]["slot"]))
    keys = open_custody(slot, PRINCIPAL, sealed["custody"])
    assert keys.to_private_bytes() == PARTY.to_private_bytes()
    assert open_grant(slot, keys, ORIGINATOR, ROLE, KEY.key_id, sealed["grant"]) == KEY
    disclosed = open_disclosure_grant(slot, keys, DISCLOSING, sealed["disclosure"])
    assert disclosed.open(ORIGINATOR, VERSION, INDEX, bytes.fromhex(vectors["part"]["sealed"])) == PLAINTEXT


def test_the_committed_tree_opens_from_its_halves_to_its_slot(vectors: dict[str, Any]) -> None:
    """From the file's two halves to the root page's key, through the pages to the entry, and so to the slot's key."""
    tree = vectors["tree"]
    deployment, epoch = UUID(tree["deployment"]), tree["epoch"]
    head = bytes.fromhex(tree["tombstone"]["head"])
    root = join(*(decode_half(bytes.fromhex(half)) for half in tree["root"]["halves"]))
    key = root.unwrap(bytes.fromhex(tree["root"]["wrapped"]), bytes.fromhex(tree["root"]["context"]))
    pages = {path: tree_vectors.sealed(path) for path in tree_vectors.PATHS}
    assert [sha256(page.sealed).hexdigest() for page in pages.values()] == [p["sealed_sha256"] for p in tree["pages"]]
    record = decode_record(bytes.fromhex(tree["root"]["record"]))
    assert record == RootRecord(deployment, epoch, page_head(pages[b""].sealed), head)
    opened = open_pages(deployment, pages, pages, {b"": key}, head)
    scope = derive_scope(tree["scope"]["name"], child(opened[b"\x00"], SCOPES.index(tree["scope"]["name"])))
    slot_id, page, index = UUID(tree["slot"]["id"]), bytes.fromhex(tree["slot"]["page"]), tree["slot"]["index"]
    assert slot_secret(scope, slot_id, child(opened[page], index)).hex() == tree["slot"]["secret"]
    assert mark(scope.mark_key, slot_id, page, index).hex() == tree["slot"]["mark"]
    body = bytes.fromhex(tree["tombstone"]["body"])
    assert head_of(deployment, [decode(body)]) == head


def test_the_committed_leaf_verifies(vectors: dict[str, Any]) -> None:
    """The leaf in the file parses, verifies under the file's public key and hashes to the file's hash."""
    signing = bytes.fromhex(vectors["party"]["public"])[-32:]
    encoded = bytes.fromhex(vectors["leaf"]["leaf"])
    leaf.verify_leaf(encoded, stream=ORIGINATOR, version=VERSION, prev=leaf.GENESIS, author=signing)
    assert leaf.leaf_hash(encoded).hex() == vectors["leaf"]["hash"]
    keys = PartyKeys.from_private_bytes(bytes.fromhex(vectors["party"]["private"]))
    assert keys.public.signing == signing
    verify(signing, bytes.fromhex(vectors["party"]["message"]), bytes.fromhex(vectors["party"]["signature"]))
