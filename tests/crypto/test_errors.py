"""Errors are distinct inside and say nothing of the data."""

import pytest

from crypto import errors
from crypto.errors import CryptoError, RootStoreError

DEFINED = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, CryptoError)}
KINDS = {CryptoError, RootStoreError}
"""Errors that others are kinds of."""

ALL = sorted(DEFINED - {CryptoError}, key=lambda error: error.__name__)


@pytest.mark.parametrize("error", ALL)
def test_messages_are_fixed(error: type[CryptoError]) -> None:
    """An error takes no argument, so no data can enter its message."""
    assert str(error()) == error.message
    assert error().args == (error.message,)
    with pytest.raises(TypeError):
        error("data")  # type: ignore[call-arg]


def test_errors_are_distinct() -> None:
    """Each error has its own message, and is a kind of nothing but this room's error or the root store's."""
    assert len({error.message for error in ALL}) == len(ALL) > 15
    assert {error.__mro__[1] for error in ALL} == KINDS
