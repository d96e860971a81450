"""Length prefixes, padding and CBOR: injective, invertible, and strict about anything they didn't write."""

import math
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import UUID

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.encoding import PAD_FLOOR, dumps, loads, lp, pad, padme, unpad
from crypto.errors import Malformed

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=64),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(0, 99), inner, max_size=4),
    max_leaves=12,
)


def test_fields_stand_behind_their_lengths() -> None:
    """Lp writes a four-byte big-endian length before each field."""
    assert lp(b"", b"ab") == b"\x00\x00\x00\x00" + b"\x00\x00\x00\x02ab"


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_different_fields_are_different_bytes(one: list[bytes], other: list[bytes]) -> None:
    """No two field lists share their bytes, though their plain concatenations may."""
    assert (lp(*one) == lp(*other)) == (one == other)


@given(st.integers(2, 2**40))
def test_padme_is_the_papers_formula(length: int) -> None:
    """The integer arithmetic agrees with the paper's definition by logarithms, and costs at most an eighth."""
    exponent = math.floor(math.log2(length))
    step = 2 ** (exponent - (math.floor(math.log2(exponent)) + 1)) if exponent else 1
    assert padme(length) == -(-length // step) * step
    assert length <= padme(length) <= length * 1.125


def test_eleven_thousand_lengths_become_87() -> None:
    """Every content of up to 11,260 bytes has one of 87 padded lengths, each at most 1/16 above the floor or need."""
    totals = [len(pad(bytes(length))) for length in range(11_261)]
    assert len(set(totals)) == 87
    assert all(earlier <= later for earlier, later in pairwise(totals))
    assert all(total <= max(PAD_FLOOR, (length + 4) * 17 / 16) for length, total in enumerate(totals))
    assert set(totals[:253]) == {PAD_FLOOR}
    assert totals[253] > PAD_FLOOR


@given(st.binary(max_size=2000))
def test_padding_is_undone(data: bytes) -> None:
    """What was padded comes back, whatever its bytes."""
    assert unpad(pad(data)) == data


@pytest.mark.parametrize(
    "padded",
    [
        b"",
        b"\x00\x00",
        bytes(255),
        bytes(257),
        b"\x00\x00\x00\xfd" + bytes(252),
        b"\xff\xff\xff\xff" + bytes(252),
        pad(b"x") + bytes(16),
        pad(b"x")[:-1] + b"\x01",
    ],
    ids=["empty", "short", "below floor", "not a Padmé length", "length too long", "length huge", "longer", "filling"],
)
def test_only_our_own_padding_is_accepted(padded: bytes) -> None:
    """A wrong length, another total or a filling that isn't zero is refused."""
    assert unpad(pad(b"x")) == b"x"
    with pytest.raises(Malformed):
        unpad(padded)


@given(PLAIN)
def test_plain_values_come_back_and_have_one_encoding(value: Any) -> None:
    """Plain values survive, and encoding what was read gives the same bytes again."""
    encoded = dumps(value)
    assert loads(encoded) == value
    assert dumps(loads(encoded)) == encoded


def test_the_order_of_keys_does_not_matter() -> None:
    """Two maps with the same entries have the same bytes: shorter keys first."""
    assert dumps({"b": 1, "aa": 2}) == dumps({"aa": 2, "b": 1}) == bytes.fromhex("a2616201626161 02")


@pytest.mark.parametrize(
    "value",
    [datetime(2026, 1, 1, tzinfo=UTC), UUID(int=1), Decimal(1), {1, 2}, 2**64, object(), [{"a": UUID(int=1)}]],
    ids=["date", "uuid", "decimal", "set", "large", "object", "nested"],
)
def test_what_cannot_be_read_back_is_not_written(value: object) -> None:
    """A value outside the plain ones is refused when written, not years later when read."""
    with pytest.raises(Malformed):
        dumps(value)


def test_every_tag_is_refused() -> None:
    """No CBOR tag at all is decoded, neither those that the library knows nor unknown ones."""
    assert loads(b"\x80") == []
    for tag in range(0x10000):
        with pytest.raises(Malformed):
            loads(cbor2.dumps(cbor2.CBORTag(tag, [1])))


@pytest.mark.parametrize(
    "encoded",
    ["", "0000", "18", "a10102ff", "9f01ff", "5f4101ff", "a201020103", "ff", "6180", "81" * 40 + "00"],
    ids=["empty", "two values", "cut", "break", "array", "bytes", "key twice", "bare break", "not UTF-8", "deep"],
)
def test_other_cbor_is_refused(encoded: str) -> None:
    """Left-over bytes, truncation, indefinite lengths, repeated keys, invalid text and deep nesting are refused."""
    with pytest.raises(Malformed):
        loads(bytes.fromhex(encoded))
