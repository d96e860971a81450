"""What the crypto room's tests share: a slot store in a dictionary, a keyring over it, one party and one key."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import pytest

from crypto.keyring import Keyring
from crypto.part import CompartmentKey, new_compartment_key
from crypto.party_keys import PartyKeys


class DictionarySlots:
    """The slot store's contract in its smallest form. Tests may write to ``rows``, as a thief of the tables would."""

    def __init__(self) -> None:
        self.rows: dict[UUID, bytes | None] = {}
        self.reads = 0

    def insert(self, rows: Sequence[tuple[UUID, bytes]]) -> None:
        """Store new rows; an id that ever existed is refused."""
        assert not {slot_id for slot_id, _ in rows} & self.rows.keys()
        self.rows.update(rows)

    def load(self, ids: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """Return what is known of these ids."""
        self.reads += 1
        return {slot_id: self.rows[slot_id] for slot_id in ids if slot_id in self.rows}

    def erase(self, ids: Collection[UUID]) -> None:
        """Turn rows into tombstones."""
        self.rows.update(dict.fromkeys(self.rows.keys() & ids))


@pytest.fixture
def store() -> DictionarySlots:
    """An empty slot store."""
    return DictionarySlots()


@pytest.fixture
def keyring(store: DictionarySlots) -> Keyring:
    """A keyring over ``store`` with a fixed root."""
    return Keyring(bytes(range(32)), store)


@pytest.fixture(scope="session")
def party() -> PartyKeys:
    """One party's keys."""
    return PartyKeys.generate()


@pytest.fixture(scope="session")
def key() -> CompartmentKey:
    """One compartment key."""
    return new_compartment_key("alliance", "until-closure", 1, ("C", "E"))
