"""What an API key looks like: one spelling, which a scanner finds, and nothing else passes for one."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.identity.key_text import SECRET_BYTES, KeyMalformed, KeyText, read

KEY = KeyText(UUID(int=1), UUID(int=2), bytes(range(SECRET_BYTES)))
texts = st.builds(KeyText, st.uuids(), st.uuids(), st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES))


@given(texts)
def test_a_key_is_read_as_it_was_written(key: KeyText) -> None:
    """Person, key and secret come back, and the text has the form that scanners look for."""
    text = key.written()
    assert read(text) == key
    assert re.fullmatch(r"drh_[a-z2-7]{52}_[a-z2-7]{58}", text)


def test_the_form_is_fixed() -> None:
    """A key of known bytes has a known text: what is out there stays readable."""
    assert KEY.written() == (
        "drh_aaaaaaaaaaaaaaaaaaaaaaaaaeaaaaaaaaaaaaaaaaaaaaaaaaba_"
        "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dypr6hcg4q"
    )


@given(texts, st.data())
def test_one_letter_more_or_other_is_no_key(key: KeyText, data: st.DataObject) -> None:
    """A changed, a missing and an additional letter are noticed without looking anything up."""
    text = key.written()
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567_A0=").filter(lambda one: one != text[at]))
    for wrong in (text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]):
        with pytest.raises(KeyMalformed):
            read(wrong)


@pytest.mark.parametrize("text", ["", "drh_", KEY.written().upper(), KEY.written() + "\n", "drh_" + "a" * 111])
def test_what_only_resembles_one_is_none(text: str) -> None:
    """Nothing is forgiven: no capitals, no line's end, no other checksum."""
    with pytest.raises(KeyMalformed):
        read(text)


def test_a_repr_keeps_the_secret() -> None:
    """The secret stands in no repr, and so in no traceback."""
    assert "bytes" not in repr(KEY)
    assert "\\x01" not in repr(KEY)
