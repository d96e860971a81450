"""The committed vectors are what the code computes, and stored bytes of this version stay readable."""

import json
from typing import Any

import pytest

from crypto import leaf, make_vectors
from crypto.grant import open_custody, open_grant
from crypto.keyring import SlotKey
from crypto.make_vectors import INDEX, KEY, ORIGINATOR, PARTY, PLAINTEXT, PRINCIPAL, ROLE, SLOT, VERSION
from crypto.part import disclose_part, open_part
from crypto.party_keys import PartyKeys, verify


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
    assert made["wrapped"] == vectors["sealed"]["wrapped"]


def test_the_committed_part_opens(vectors: dict[str, Any]) -> None:
    """The part in the file opens with its key, and its disclosed key is the file's part key."""
    sealed = bytes.fromhex(vectors["part"]["sealed"])
    assert open_part(KEY, ORIGINATOR, VERSION, INDEX, sealed) == PLAINTEXT
    assert disclose_part(KEY, ORIGINATOR, VERSION, INDEX, sealed).hex() == vectors["part"]["part_key"]


def test_the_committed_slot_grant_and_custody_open(vectors: dict[str, Any]) -> None:
    """The file's wrapped slot, grant and custody blob, sealed once with real randomness, open one through the other."""
    sealed = {name: bytes.fromhex(vectors["sealed"][name]) for name in ("wrapped", "grant", "custody")}
    slot = make_vectors.scope(sealed["wrapped"]).open(SLOT.slot_id)
    assert slot == SlotKey(SLOT.slot_id, bytes.fromhex(vectors["sealed"]["slot"]))
    keys = open_custody(slot, PRINCIPAL, sealed["custody"])
    assert keys.to_private_bytes() == PARTY.to_private_bytes()
    assert open_grant(slot, keys, ORIGINATOR, ROLE, KEY.key_id, sealed["grant"]) == KEY


def test_the_committed_leaf_verifies(vectors: dict[str, Any]) -> None:
    """The leaf in the file parses, verifies under the file's public key and hashes to the file's hash."""
    signing = bytes.fromhex(vectors["party"]["public"])[-32:]
    encoded = bytes.fromhex(vectors["leaf"]["leaf"])
    leaf.verify_leaf(encoded, stream=ORIGINATOR, version=VERSION, prev=leaf.GENESIS, author=signing)
    assert leaf.leaf_hash(encoded).hex() == vectors["leaf"]["hash"]
    keys = PartyKeys.from_private_bytes(bytes.fromhex(vectors["party"]["private"]))
    assert keys.public.signing == signing
    verify(signing, bytes.fromhex(vectors["party"]["message"]), bytes.fromhex(vectors["party"]["signature"]))
