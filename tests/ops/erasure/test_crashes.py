"""Crash points: a real process is killed right after each step of an erasure, and whoever comes next finishes it.

The table is the one of ``ops.erasure.epochs``. Whatever the step, the end is the same: what was to be erased is,
nothing else is, one root is left, the copies are complete, and the chain of tombstones holds.
"""

from dataclasses import dataclass
from uuid import UUID

import pytest

from crypto.errors import KeyErased, RootMissing
from crypto.ports import RootRecord
from crypto.slots import SCOPES
from ops.erasure.epochs import Done, Epochs, Step
from ops.wiring import CellService, open_cell
from tests.erasing import erase
from tests.processes import run
from tests.stage import C, E, M, O, Stage, tell
from tests.support import Cell

PROGRAM = "tests.ops.erasure.crashing"
DISCARDED = (Step.STAGED,)
"""After these the tree hasn't changed: the erasure starts over. After the others it goes on."""


@dataclass
class Scene:
    """An engagement, the slots to erase, and what everybody can open before."""

    cell: Cell
    stage: Stage
    doomed: list[UUID]
    living: list[UUID]

    def crash(self, step: str) -> int:
        """Erase in a process of its own that kills itself after a step; its exit status."""
        return run(PROGRAM, self.cell.url, self.cell.name, str(self.cell.home), step, *map(str, self.doomed)).returncode

    def opened(self, service: CellService) -> set[UUID]:
        """Which of all slots open to their own scopes."""
        return {
            slot_id
            for name in SCOPES
            for slot_id in service.vault.keyring.scope(name).open_own([*self.doomed, *self.living])
        }


@pytest.fixture
def scene(stage: Stage, cell: Cell) -> Scene:
    """A whole engagement; the organisation's and the manager's grants are to go."""
    tell(stage)
    entries = list(stage.state().ledger.values())
    doomed = [entry.recipients[role].slot_id for entry in entries for role in (O, M) if role in entry.recipients]
    living = [entry.recipients[role].slot_id for entry in entries for role in (C, E) if role in entry.recipients]
    return Scene(cell, stage, doomed, living)


def _settled(scene: Scene, service: CellService, before: RootRecord) -> None:
    """The one end that every way leads to."""
    vault = service.vault
    after = vault.roots.record()
    assert after is not None
    assert after.epoch == before.epoch + 1
    assert vault.roots.epochs() == {after.epoch}
    assert scene.opened(service) == set(scene.living)
    slots = vault.tree.slots([*scene.doomed, *scene.living])
    assert {slot_id for slot_id, slot in slots.items() if slot.erased is not None} == set(scene.doomed)
    assert [tombstone.epoch for tombstone in vault.tree.tombstones(0)] == [after.epoch]
    assert vault.tombstone_head(after.epoch) == after.tombstone_head
    vault.check_tombstones()
    assert set(vault.copies.status().values()) == {"ok"}
    vault.keyring.verify(vault.copies.read(after.deployment, after.epoch))


@pytest.mark.parametrize("step", Step, ids=lambda step: step.value)
def test_a_crash_after_any_step_leads_to_the_same_end(scene: Scene, step: Step) -> None:
    """Killed after the step; a process that opens the cell then can read all that lives, and finishes the rest."""
    before = scene.stage.service.vault.roots.record()
    assert before is not None
    assert scene.crash(step.value) == -9
    with open_cell(scene.cell.url, scene.cell.name, scene.cell.places) as service:
        assert scene.opened(service) >= set(scene.living)
        assert (scene.opened(service) == set(scene.living)) == (step not in DISCARDED)
        seen: list[Done] = []
        epochs = Epochs(service.vault, seen.append)
        with epochs.alone():
            epochs.resume()
        if step in DISCARDED:
            assert seen == []
            assert service.vault.roots.epochs() == {before.epoch}
            erase(service, scene.doomed)
        _settled(scene, service, before)
        with epochs.alone():
            assert epochs.resume() is None  # nothing is left to finish
        _settled(scene, service, before)


def test_without_a_crash_the_end_is_the_same(scene: Scene) -> None:
    """Control: the same program, not killed, ends there too; and before it everything opened."""
    service = scene.stage.service
    before = service.vault.roots.record()
    assert before is not None
    assert scene.opened(service) == {*scene.doomed, *scene.living}
    assert scene.crash("never") == 0
    _settled(scene, service, before)


def test_steps_come_in_their_order(scene: Scene) -> None:
    """The watcher is told each step once, in the order of the table."""
    seen: list[Done] = []
    switch = erase(scene.stage.service, scene.doomed, seen.append)
    assert [done.step for done in seen] == list(Step)
    assert {done.epoch for done in seen} == {switch.state.epoch}


def test_the_old_root_is_gone_when_the_last_step_is_told(scene: Scene) -> None:
    """Before ``destroyed`` the old root still wraps, which shows that its absence afterwards is the erasure's doing."""
    roots, wrapped = scene.stage.service.vault.roots, []

    def watch(done: Done) -> None:
        if done.step is Step.FENCED:
            wrapped.append(roots.wrap(done.epoch - 1, bytes(32), b""))
        if done.step is Step.DESTROYED:
            with pytest.raises(RootMissing):
                roots.unwrap(done.epoch - 1, wrapped[0], b"")

    erase(scene.stage.service, scene.doomed, watch)
    assert len(wrapped) == 1


def test_a_slot_that_is_erased_already_is_left_out(scene: Scene) -> None:
    """Erasing again what is gone changes no page but the root's, and nothing else is lost."""
    erase(scene.stage.service, scene.doomed)
    again = erase(scene.stage.service, scene.doomed)
    assert again.tombstone.slots == ()
    assert [page.path for page in again.pages] == [b""]
    assert scene.opened(scene.stage.service) == set(scene.living)
    with pytest.raises(KeyErased):
        scene.stage.service.vault.keyring.scope(O.value).open(scene.doomed[0])
