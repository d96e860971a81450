"""While a tree is brought forward nobody else uses it: what was stored on it meanwhile would be lost."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from datetime import UTC, datetime

import pytest

from ops.erasure.epochs import Done, Epochs, NotAloneError, Step
from ops.erasure.restore import StillInUse, bring_forward
from ops.keys.fence import Fence
from ops.wiring import found_cell, open_cell, open_vault
from tests.support import Cell

AT = datetime(2026, 2, 1, tzinfo=UTC)
PATIENCE = 0.5


def test_a_process_that_holds_a_lease_stops_a_restore(cell: Cell) -> None:
    """With a process at work nothing is begun; when it has gone the tree moves on."""
    found_cell(cell.url, cell.name, cell.places)
    with open_vault(cell.url, cell.name, cell.places) as (_, vault):
        epochs = Epochs(vault)
        with open_cell(cell.url, cell.name, cell.places), epochs.alone(), pytest.raises(StillInUse):
            bring_forward(vault, epochs, AT)
        state, _ = vault.tree.pages([])
        assert vault.roots.epochs() == {state.epoch}
        with epochs.alone():
            assert bring_forward(vault, epochs, AT).to_epoch == state.epoch + 1
        vault.keyring.check()


def test_a_process_that_starts_meanwhile_waits_for_the_new_epoch(cell: Cell) -> None:
    """Asked for while the tree is brought forward, a lease is given when that is done, and on the new epoch."""
    found_cell(cell.url, cell.name, cell.places)
    asked: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool, open_vault(cell.url, cell.name, cell.places) as (_, vault):
        fence = Fence(vault.leases)

        def start(done: Done) -> None:
            if done.step is Step.STAGED:
                asked.append(pool.submit(fence.catch_up))
                with pytest.raises(TooLong):
                    asked[0].result(PATIENCE)

        epochs = Epochs(vault, start)
        with epochs.alone():
            restored = bring_forward(vault, epochs, AT)
        asked[0].result(10)
        assert fence.epoch == restored.to_epoch
        Fence(vault.leases).catch_up()  # control: nobody is kept waiting any more


def test_only_who_is_alone_holds_others_up(cell: Cell) -> None:
    """Without the eraser's lock nobody is held up."""
    found_cell(cell.url, cell.name, cell.places)
    with open_vault(cell.url, cell.name, cell.places) as (_, vault), pytest.raises(NotAloneError):
        Epochs(vault).hold_still()
