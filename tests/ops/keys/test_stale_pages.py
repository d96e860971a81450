"""A process that slept through a restore: its opened pages are of a tree that is gone, and it makes no key of them."""

from crypto.ports import Switch
from domain.parties import ReplaceCoach
from ops.erasure.epochs import Epochs
from ops.wiring import CellService, open_cell
from tests.stage import C, E, Stage
from tests.support import Cell


def _refresh(service: CellService) -> Switch:
    """What a restore does to the tree: every page gets a fresh key, and every place that isn't in use a fresh child."""
    tree = service.vault.tree
    slots = [slot for slot in tree.slots_within([b""]) if slot.erased is None]
    taken = {slot.page + bytes((slot.index,)) for slot in slots}
    epochs = Epochs(service.vault)
    with epochs.alone():
        return epochs.turn(lambda state: service.vault.keyring.refresh(state, {}, taken, 0))


def test_keys_are_made_under_a_lease(stage: Stage, cell: Cell) -> None:
    """Its lease has run out and it opened pages before; what it seals now opens for everybody."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    service = stage.service
    living = [entry.recipients[E].slot_id for entry in stage.state().ledger.values() if E in entry.recipients]
    newcomer = stage.register("another coach")
    service.vault.fence.stop()
    assert service.roles[E].keyring.open_own(living).keys() == set(living)
    with open_cell(cell.url, cell.name, cell.places) as other:
        _refresh(other)
    stage.act(E, ReplaceCoach(newcomer, {"name": "another coach"}))
    made = {entry.key_id for entry in stage.state().ledger.values() if entry.generation > 1}
    assert made
    with open_cell(cell.url, cell.name, cell.places) as other:
        assert other.roles[C].open(made, newcomer).keys() == made
        assert other.roles[E].open(made, stage.people[E]).keys() == made
