"""Keyed checks on small rows: every field and label is bound, and short keys are refused."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import Malformed, Tampered
from crypto.heads import check_head, check_mac, head_mac, mac

KEY = bytes(range(32))
STREAM = UUID(int=1)
LEAF = b"h" * 32


def test_a_head_says_how_far_its_stream_reaches() -> None:
    """A head checks for its own key, stream, version and hash, and for no shorter or other stream."""
    stored = head_mac(KEY, STREAM, 7, LEAF)
    assert len(stored) == 32
    check_head(KEY, stored, STREAM, 7, LEAF)
    swaps = [
        (bytes(32), STREAM, 7, LEAF),
        (KEY, UUID(int=2), 7, LEAF),
        (KEY, STREAM, 6, LEAF),
        (KEY, STREAM, 7, bytes(32)),
    ]
    for key, stream, version, leaf in swaps:
        with pytest.raises(Tampered):
            check_head(key, stored, stream, version, leaf)


def test_every_flipped_bit_of_a_mac_is_noticed() -> None:
    """A stored MAC with one bit changed, cut short or emptied doesn't check."""
    stored = head_mac(KEY, STREAM, 7, LEAF)
    for bit in range(256):
        changed = bytearray(stored)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            check_head(KEY, bytes(changed), STREAM, 7, LEAF)
    for cut in (b"", stored[:31]):
        with pytest.raises(Tampered):
            check_head(KEY, cut, STREAM, 7, LEAF)
    check_head(KEY, stored, STREAM, 7, LEAF)


@given(st.text(max_size=10), st.text(max_size=10), st.lists(st.binary(max_size=5)), st.lists(st.binary(max_size=5)))
def test_label_and_fields_are_bound(label: str, other: str, fields: list[bytes], others: list[bytes]) -> None:
    """A MAC checks exactly when label and fields are the same, however they could be joined."""
    made = mac(KEY, label, *fields)
    check_mac(KEY, made, label, *fields)
    if (label, fields) != (other, others):
        with pytest.raises(Tampered):
            check_mac(KEY, made, other, *others)


def test_a_short_key_is_refused() -> None:
    """HMAC would pad a short key with zeros, so that two keys were one: only 32 bytes are a key here."""
    for size in (0, 31, 33, 64):
        with pytest.raises(Malformed):
            mac(bytes(size), "label", b"field")
