"""A server that browsers know by a name, so that passkeys can be bound to it."""

from collections.abc import Callable

import pytest

from ops.settings import Settings
from tests.api.acts import perform, play
from tests.api.passkeys.holders import ORIGIN
from tests.api.people import C, Cast, E
from tests.live import fresh_settings


@pytest.fixture(scope="module")
def api_settings() -> Settings:
    """Settings with a home and an address of their own."""
    return fresh_settings().model_copy(update={"public_url": ORIGIN})


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract, a note and a journal entry."""
    made = play(new_cast(), "active")
    perform(made, C, "note", word="a note of the coach")
    perform(made, E, "journal", word="an entry of the coachee")
    return made
