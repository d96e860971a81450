"""The service's own keys: founding a cell, and opening it at every start.

The cell's first event carries the service's custody and its own grant of the *oversight* key, which all facts are
sealed under. Both lie beside the event, sealed under slots, so they can be opened before any fact can be read. The
custody slot also derives the keys that authenticate stream heads, views and command digests.

A crash while founding leaves nothing but unused slots: the cell exists when its first event does.
"""

from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

from crypto.errors import CryptoError
from crypto.grant import make_custody, make_grant, open_custody, open_grant
from crypto.keyring import Keyring
from crypto.part import CompartmentKey, new_compartment_key
from crypto.party_keys import PartyKeys
from crypto.slots import SlotKey
from domain.events import SealedGrant
from domain.ports import NewPrincipal
from domain.principals import CELL_ID, SERVICE_ID, FoundCell
from domain.vocabulary import Compartment, Role

OVERSIGHT_LIFETIME: Final = "kept"
OVERSIGHT_AUDIENCE: Final = ("A", "S", "service")


class WrongRootError(Exception):
    """The root key doesn't open this cell: it is another deployment's, or the database is."""

    def __init__(self) -> None:
        super().__init__("the root key doesn't belong to this database")


class _Granted(Protocol):
    """A grant as the store gives it."""

    @property
    def key_id(self) -> UUID: ...
    @property
    def slot_id(self) -> UUID: ...
    @property
    def sealed(self) -> bytes: ...


@dataclass(frozen=True)
class ServiceKeys:
    """What the service itself holds."""

    party: PartyKeys = field(repr=False)
    oversight: CompartmentKey = field(repr=False)
    slot: SlotKey = field(repr=False)

    def key_for(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose of the service's own, e.g. ``heads``."""
        return self.slot.derive(purpose)


def found(keyring: Keyring) -> tuple[ServiceKeys, FoundCell]:
    """Make a new cell's service keys, and the command that records them."""
    party = PartyKeys.generate()
    oversight = new_compartment_key(Compartment.OVERSIGHT.value, OVERSIGHT_LIFETIME, 1, OVERSIGHT_AUDIENCE)
    custody_slot = keyring.scope("custody").provision(CELL_ID)
    grant_slot = keyring.scope(Role.SERVICE.value).provision(CELL_ID)
    custody = SealedGrant(SERVICE_ID, custody_slot.slot_id, make_custody(custody_slot, party, SERVICE_ID))
    granted = make_grant(grant_slot, party.public, oversight, CELL_ID, Role.SERVICE.value)
    keys = ServiceKeys(party, oversight, custody_slot)
    newcomer = NewPrincipal(party.public.kem, party.public.signing, custody)
    return keys, FoundCell(newcomer, SealedGrant(oversight.key_id, grant_slot.slot_id, granted))


def reopen(keyring: Keyring, founding: list[_Granted]) -> ServiceKeys:
    """Open a founded cell with the grants of its first event.

    Raises:
        WrongRootError: the root key is another one than it was founded with, or the grants aren't the founding ones.
    """
    try:
        custody = next(g for g in founding if g.key_id == SERVICE_ID)
        grant = next(g for g in founding if g.key_id != SERVICE_ID)
        slot = keyring.scope("custody").open(custody.slot_id)
        party = open_custody(slot, SERVICE_ID, custody.sealed)
        grant_slot = keyring.scope(Role.SERVICE.value).open(grant.slot_id)
        oversight = open_grant(grant_slot, party, CELL_ID, Role.SERVICE.value, grant.key_id, grant.sealed)
    except (CryptoError, StopIteration) as error:
        raise WrongRootError from error
    return ServiceKeys(party, oversight, slot)
