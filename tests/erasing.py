"""Erasing slots by hand, by the same steps as the product, for tests that need somebody's keys gone."""

from collections.abc import Collection
from uuid import UUID, uuid4

from crypto.ports import Switch
from ops.erasure.epochs import Epochs, Observe
from ops.wiring import CellService


def erase_places(service: CellService, places: Collection[bytes], observe: Observe = lambda _: None) -> Switch:
    """Erase these places of the key tree, for good."""
    epochs = Epochs(service.vault, observe)
    with epochs.alone():
        return epochs.turn(lambda _: service.vault.keyring.plan(places, [uuid4()], 0))


def erase(service: CellService, slot_ids: Collection[UUID], observe: Observe = lambda _: None) -> Switch:
    """Erase these slots, for good."""
    slots = service.vault.tree.slots(slot_ids).values()
    return erase_places(service, [slot.page + bytes((slot.index,)) for slot in slots], observe)
