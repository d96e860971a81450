"""What the crypto room's tests share: a key tree, one party and one key."""

import pytest

from crypto.part import CompartmentKey, new_compartment_key
from crypto.party_keys import PartyKeys
from tests.crypto.forest import Forest


@pytest.fixture
def forest() -> Forest:
    """A founded key tree of its own."""
    return Forest()


@pytest.fixture(scope="session")
def party() -> PartyKeys:
    """One party's keys."""
    return PartyKeys.generate()


@pytest.fixture(scope="session")
def key() -> CompartmentKey:
    """One compartment key."""
    return new_compartment_key("alliance", "until-closure", 1, ("C", "E"))
