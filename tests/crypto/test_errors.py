"""Errors are distinct inside and say nothing of the data."""

import pytest

from crypto import errors
from crypto.errors import (
    BadSignature,
    CryptoError,
    KeyErased,
    KeyNeverProvisioned,
    Malformed,
    NotInScope,
    Tampered,
)

ALL = [Tampered, Malformed, BadSignature, KeyNeverProvisioned, KeyErased, NotInScope]


@pytest.mark.parametrize("error", ALL)
def test_messages_are_fixed(error: type[CryptoError]) -> None:
    """An error takes no argument, so no data can enter its message."""
    assert str(error()) == error.message
    assert error().args == (error.message,)
    with pytest.raises(TypeError):
        error("data")  # type: ignore[call-arg]


def test_errors_are_distinct() -> None:
    """No error is a kind of another, each has its own message, and the list here is complete."""
    assert len({error.message for error in ALL}) == len(ALL)
    assert all(error.__mro__[1] is CryptoError for error in ALL)
    defined = {value for value in vars(errors).values() if isinstance(value, type)}
    assert defined == {*ALL, CryptoError}
