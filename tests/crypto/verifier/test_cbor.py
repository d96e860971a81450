"""The verifier's own CBOR reader against the library that writes the record."""

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.encoding import encode
from crypto.encoding import loads as loads_of_the_library
from crypto.errors import Malformed
from crypto.verifier.cbor import loads
from crypto.verifier.refused import Refused

INTEGERS = st.integers(-(1 << 64), (1 << 64) - 1)
PLAIN = st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False) | st.text(max_size=9) | st.binary(max_size=40)
ANY = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4) | st.integers(), inner, max_size=4),
    max_leaves=12,
)


def encodable(value: Any) -> bool:
    """Whether it is among what the record is written in: no numbers of more than 64 bits."""
    with suppress(Malformed):
        loads_of_the_library(encode(value))
        return True
    return False


VALUES = ANY.filter(encodable)


@given(VALUES)
def test_what_is_written_is_read(value: Any) -> None:
    """Every value that the record can hold comes back the same."""
    assert loads(encode(value)) == value


@given(st.binary(max_size=40))
@settings(max_examples=200)
def test_what_is_read_would_be_written_so(raw: bytes) -> None:
    """Whatever bytes are accepted are those that the writer makes of their value (but for the width of floats)."""
    with suppress(Refused):
        value = loads(raw)
        assert loads(encode(value)) == value or has_nan(value)
        if not has_floats(value):
            assert encode(value) == raw


def has_floats(value: Any) -> bool:
    """Whether there is a float in it."""
    members = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return isinstance(value, float) or any(has_floats(member) for member in members)


def has_nan(value: Any) -> bool:
    """Whether there is something in it that isn't equal to itself."""
    members = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
    return (isinstance(value, float) and math.isnan(value)) or any(has_nan(member) for member in members)


REFUSED = {
    "nothing": "",
    "two values": "0101",
    "a longer spelling of a number": "1801",
    "in two bytes": "1900ff",
    "in four bytes": "1a0000ffff",
    "in eight bytes": "1b00000000ffffffff",
    "a longer spelling of a length": "580161",
    "an array of indefinite length": "9f01ff",
    "text of indefinite length": "7f6161ff",
    "a break": "ff",
    "a tag": "c100",
    "undefined": "f7",
    "a simple value": "e0",
    "a simple value in two bytes": "f818",
    "bytes that were cut short": "4361",
    "a number that was cut short": "1901",
    "a float that was cut short": "fb3ff0",
    "an array that was cut short": "8201",
    "a length beyond everything": "5bffffffffffffffff",
    "an array beyond everything": "9bffffffffffffffff",
    "text that isn't UTF-8": "61ff",
    "keys in another order": "a2026161016162",
    "a key twice": "a2016161016162",
    "an array as a key": "a18001",
    "too deep": "81" * 32 + "80",
    "very deep": "81" * 100_000,
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_other_cbor_is_refused(text: str) -> None:
    """What the record isn't written in is refused, however deep or long it claims to be."""
    assert loads(bytes.fromhex("81" * 31 + "80")) is not None
    with pytest.raises(Refused):
        loads(bytes.fromhex(text))
