"""The fence: a process's lease on an epoch, on the real table of leases."""

from threading import Event

import pytest

from crypto.errors import TreeBehind
from ops.keys.fence import Fence
from ops.wiring import CellService
from tests.erasing import erase
from tests.support import Cell, within

SECONDS = 0.9


class Clock:
    """A clock that stands still until it is set."""

    now = 1_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_an_operation_that_outlives_the_lease_is_waited_for(service: CellService, cell: Cell) -> None:
    """Keys of the older epoch are in use for twice a lease's length; the lease on it never comes near its end."""
    fence = Fence(service.vault.leases, SECONDS)
    fence.start()
    left = []
    with fence.use() as epoch:
        later = _moved_on(cell)
        for _ in range(90):
            mine = [one.seconds for one in service.vault.leases.laggards(later) if one.process == fence.process]
            left.append(mine[0] if mine else 0.0)
            Event().wait(SECONDS / 45)
    assert epoch < later
    assert min(left) > SECONDS / 5
    fence.catch_up()
    assert fence.process not in {one.process for one in service.vault.leases.laggards(later)}
    fence.stop()


def _moved_on(cell: Cell, by: int = 1) -> int:
    """Move the tree's epoch without anybody waiting for anything; the new one."""
    with cell.connect(forge=True) as connection:
        [(epoch,)] = connection.execute("UPDATE key_state SET epoch = epoch + %s RETURNING epoch", [by]).fetchall()
    return int(epoch)


def test_keys_are_dropped_when_the_lease_ends_though_the_database_keeps_silent(
    service: CellService, cell: Cell
) -> None:
    """A renewal that isn't answered doesn't keep the keys in memory; answered again, the lease is taken anew."""
    fence, dropped = Fence(service.vault.leases, SECONDS), Event()
    fence.start()
    fence.on_drop(dropped.set)
    with cell.connect() as silent:
        silent.execute("SELECT pg_advisory_lock(tree_lock())")
        assert dropped.wait(SECONDS * 10)
    with fence.use() as epoch:
        assert epoch == service.vault.fence.epoch
    fence.stop()


def test_a_renewed_lease_drops_nothing(service: CellService) -> None:
    """Control: as long as the database answers, what was opened stays."""
    fence, dropped = Fence(service.vault.leases, SECONDS), Event()
    fence.start()
    fence.on_drop(dropped.set)
    assert not dropped.wait(SECONDS * 2)
    fence.stop()


def test_what_was_opened_under_a_lease_that_ran_out_isnt_kept(service: CellService) -> None:
    """The same key is kept while the lease is valid, and not once it has run out, although the epoch still rules."""
    clock = Clock()
    fence, kept = Fence(service.vault.leases, 3, clock), list[str]()
    fence.catch_up()
    with fence.use() as epoch:
        fence.keep_if(epoch, lambda: kept.append("in time"))
        clock.now += 3
        fence.keep_if(epoch, lambda: kept.append("too late"))
    assert kept == ["in time"]


def test_a_database_that_was_put_back_is_refused_at_once(service: CellService, cell: Cell) -> None:
    """An older epoch than before gives no keys, and an answer instead of a wait; put right, it gives them again."""
    erase(service, [])
    fence, dropped = Fence(service.vault.leases, 3, Clock()), Event()
    fence.catch_up()
    fence.on_drop(dropped.set)
    _moved_on(cell, -1)
    with pytest.raises(TreeBehind):
        within(10, fence.catch_up)
    assert dropped.is_set()
    with pytest.raises(TreeBehind):
        within(10, lambda: fence.use().__enter__())
    _moved_on(cell)
    with fence.use() as epoch:
        assert epoch == fence.epoch


def test_who_uses_keys_cant_wait_for_whoever_does(service: CellService) -> None:
    """Catching up within a use is refused instead of waiting for itself; after it, it works."""
    fence = Fence(service.vault.leases, 3)
    with fence.use(), pytest.raises(RuntimeError):
        fence.catch_up()
    fence.catch_up()
