"""Root store and key copies that aren't as they should be: an epoch begins, ends or is refused, and says which."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from crypto.errors import KeyErased, RootDamaged
from crypto.ports import RootRecord
from domain.vocabulary import Role
from ops.erasure.copies import CopyDiffers
from ops.erasure.epochs import Done, Epochs, Step
from ops.wiring import CellService
from tests.erasing import erase
from tests.stage import E, Stage
from tests.support import Cell


@pytest.fixture
def stage(service: CellService) -> Stage:
    """An engagement that was asked for."""
    made = Stage(service)
    made.introduce()
    made.request_engagement()
    return made


def _slots(stage: Stage, role: Role) -> list[UUID]:
    return [entry.recipients[role].slot_id for entry in stage.state().ledger.values() if role in entry.recipients]


def _live(stage: Stage) -> RootRecord:
    record = stage.service.vault.roots.record()
    assert record is not None
    return record


def _halves(cell: Cell, epoch: int) -> list[Path]:
    return [path for path in (cell.home / "keys").rglob("*") if f"{epoch:020d}" in path.name]


def _at(step: Step, do: Callable[[], None]) -> Callable[[Done], None]:
    def watch(done: Done) -> None:
        if done.step is step:
            do()

    return watch


def test_a_retired_root_goes_though_it_was_opened_to_others(stage: Stage, cell: Cell) -> None:
    """Rights on both halves change while processes are waited for: nothing of them is left when the step is told."""
    epoch = _live(stage).epoch

    def open_to_others() -> None:
        for half in _halves(cell, epoch):
            half.chmod(0o644)

    assert len(_halves(cell, epoch)) == 2
    erase(stage.service, [], _at(Step.FENCED, open_to_others))
    assert _halves(cell, epoch) == []
    assert stage.service.vault.roots.epochs() == {epoch + 1}


def test_a_leftover_that_isnt_whole_is_in_nobodys_way(stage: Stage, cell: Cell) -> None:
    """A staged root that can't be used any more is wiped and drawn anew; by itself the store refuses that epoch."""
    vault, live = stage.service.vault, _live(stage)
    vault.roots.stage(live.deployment, live.epoch + 1)
    _halves(cell, live.epoch + 1)[0].chmod(0o644)
    with pytest.raises(RootDamaged):
        vault.roots.stage(live.deployment, live.epoch + 1)
    assert erase(stage.service, []).state.epoch == live.epoch + 1
    vault.keyring.check()


def test_copies_of_another_history_are_found_out_before_the_tree_moves(stage: Stage, cell: Cell) -> None:
    """The next epoch's file is there already: refused, nothing staged, all readable; taken away, the epoch is made."""
    vault, live = stage.service.vault, _live(stage)
    vault.roots.stage(live.deployment, live.epoch + 1)
    vault.copies.write(live.deployment, vault.keyring.plan([], [], 0))
    vault.roots.destroy(live.epoch + 1)
    with pytest.raises(CopyDiffers):
        erase(stage.service, [])
    assert vault.keyring.epoch == live.epoch
    assert vault.roots.epochs() == {live.epoch}
    vault.keyring.check()
    for copied in (cell.home / "copies").rglob(f"*{live.epoch + 1:010}.cbor"):
        copied.unlink()
    assert erase(stage.service, []).state.epoch == live.epoch + 1


class _Stopped(Exception):  # noqa: N818 - an end of a test's own
    """An erasure that goes no further."""


def test_copies_that_rot_before_the_epoch_is_finished_are_written_again(stage: Stage, cell: Cell) -> None:
    """Stopped after the copying, and both copies damaged: what the database holds is copied again, and it ends well."""
    vault, live, doomed = stage.service.vault, _live(stage), _slots(stage, E)

    def stop() -> None:
        raise _Stopped

    with pytest.raises(_Stopped):
        erase(stage.service, doomed, _at(Step.COPIED, stop))
    for copied in (cell.home / "copies").rglob(f"*{live.epoch + 1:010}.cbor"):
        copied.write_bytes(copied.read_bytes()[:-1])
    assert set(vault.copies.status().values()) == {"damaged"}
    epochs = Epochs(vault)
    with epochs.alone():
        epochs.resume()
    assert set(vault.copies.status().values()) == {"ok"}
    assert vault.roots.epochs() == {live.epoch + 1}
    with pytest.raises(KeyErased):
        vault.keyring.scope(E.value).open_many(doomed)
