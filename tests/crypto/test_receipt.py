"""Receipts: one spelling, one signature, checked by whoever holds nothing but the document."""

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import lp
from crypto.errors import BadSignature, Malformed
from crypto.party_keys import PartyKeys, verify
from crypto.receipt import canonical, check_receipt, sign_receipt

KEYS: Final = PartyKeys.generate()
NAMES: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
STATEMENTS: Final = st.dictionaries(NAMES, JSON, max_size=5)


@given(STATEMENTS)
def test_a_receipt_is_read_back(statement: dict[str, Any]) -> None:
    """Whatever was stated comes back with the key that signed it; signed again, it is the same bytes."""
    receipt = sign_receipt(statement, KEYS)
    assert check_receipt(receipt) == (statement, KEYS.public.signing)
    assert sign_receipt(statement, KEYS) == receipt


@given(STATEMENTS, STATEMENTS)
def test_a_signature_is_for_one_statement(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Put under another statement it doesn't fit; under the same one it does."""
    receipt = json.loads(sign_receipt(one, KEYS))
    receipt["statement"] = other
    if canonical(one) == canonical(other):
        check_receipt(canonical(receipt))
        return
    with pytest.raises(BadSignature):
        check_receipt(canonical(receipt))


def test_the_signature_is_over_labelled_canonical_bytes() -> None:
    """As the format says, so anybody can check it: label and statement, each behind its length (FORMAT.md 14)."""
    receipt = json.loads(sign_receipt({"b": 1, "a": "é"}, KEYS))
    message = lp(b"driehoek/receipt/v1", '{"a":"é","b":1}'.encode())
    verify(bytes.fromhex(receipt["public_key"]), message, bytes.fromhex(receipt["signature"]))
    with pytest.raises(BadSignature):
        verify(bytes.fromhex(receipt["public_key"]), message[:-1], bytes.fromhex(receipt["signature"]))


def test_another_s_key_makes_another_receipt() -> None:
    """Whoever signs with a key of their own makes a receipt of that key; a reader compares it with the service's."""
    forger = PartyKeys.generate()
    assert check_receipt(sign_receipt({"epoch": 2}, forger))[1] == forger.public.signing != KEYS.public.signing
    receipt = json.loads(sign_receipt({"epoch": 2}, forger))
    receipt["public_key"] = KEYS.public.signing.hex()
    with pytest.raises(BadSignature):
        check_receipt(canonical(receipt))


@pytest.mark.parametrize(
    "change",
    [
        lambda r: {**r, "more": 1},
        lambda r: {name: value for name, value in r.items() if name != "signature"},
        lambda r: {**r, "format": "driehoek-receipt/2"},
        lambda r: {**r, "signature": "zz"},
        lambda r: {**r, "public_key": 7},
        lambda r: [r],
    ],
)
def test_what_is_no_receipt_is_malformed(change: Any) -> None:
    """Members more or less, another version, other types: refused before any signature is looked at."""
    receipt = json.loads(sign_receipt({"epoch": 2}, KEYS))
    with pytest.raises(Malformed):
        check_receipt(json.dumps(change(receipt), sort_keys=True, separators=(",", ":")).encode())
    check_receipt(canonical(receipt))


@pytest.mark.parametrize("receipt", [b"", b"{", b"null", b"\xff", b"[" * 100_000, b'{"format":1}'])
def test_bytes_that_are_no_json_are_malformed(receipt: bytes) -> None:
    """Nothing that somebody may hand in does anything but fail as malformed."""
    with pytest.raises(Malformed):
        check_receipt(receipt)


def test_numbers_that_have_two_spellings_are_not_signed() -> None:
    """A statement has no number that isn't one everywhere."""
    with pytest.raises(Malformed):
        sign_receipt({"epoch": float("nan")}, KEYS)
    with pytest.raises(Malformed):
        sign_receipt({"epoch": 1.5}, KEYS)
    with pytest.raises(Malformed):
        sign_receipt({"epochs": [{1: 2}]}, KEYS)
