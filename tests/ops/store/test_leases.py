"""A lease says which epoch's keys a process may hold, and no lease escapes a switch."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from ops.store.connections import Connections
from ops.store.leases import PostgresLeases
from tests.ops.store.trees import begin_switch, switch_from, tree_store, wait_until_blocked
from tests.support import Cell


@pytest.fixture
def leases(cell: Cell) -> Iterator[PostgresLeases]:
    """The leases of a cell."""
    connections = Connections(cell.url, cell.name)
    yield PostgresLeases(connections, "worker")
    connections.close()


def run_out(cell: Cell, process: UUID, ago: str = "1 second") -> None:
    """Let a lease have ended so long ago."""
    with cell.connect() as connection:
        change = "UPDATE leases SET until = clock_timestamp() - %s::interval WHERE process = %s"
        assert connection.execute(change, [ago, process]).rowcount == 1


def test_a_renewal_tells_the_present_epoch(cell: Cell, leases: PostgresLeases) -> None:
    """0 before there is a tree, then the tree's epoch, whatever epoch the lease is on."""
    process = uuid4()
    assert leases.renew(process, 0, 60) == 0
    with tree_store(cell) as tree:
        assert leases.renew(process, 0, 60) == 1
        assert leases.renew(process, 1, 60) == 1
        assert tree.commit(switch_from(1))
        assert leases.renew(process, 1, 60) == 2


def test_laggards_hold_an_older_epoch(cell: Cell, leases: PostgresLeases) -> None:
    """Processes on earlier epochs, with what they are and how long they have; who moved on isn't among them."""
    first, second, third = uuid4(), uuid4(), uuid4()
    with tree_store(cell):
        leases.renew(first, 1, 60)
        leases.renew(second, 1, 30)
        leases.renew(third, 2, 60)
        assert [lease[:3] for lease in leases.laggards(2)] == [(second, "worker", 1), (first, "worker", 1)]
        assert [lease.process for lease in leases.laggards(3)] == [second, first, third]
        assert leases.laggards(1) == []
        soonest = leases.laggards(2)[0]
        assert 20 < soonest.seconds <= 30
        leases.renew(second, 2, 60)
        assert [lease.process for lease in leases.laggards(2)] == [first]


def test_a_lease_that_ran_out_holds_nobody_up(cell: Cell, leases: PostgresLeases) -> None:
    """By the server's clock; until its process renews it, which it may at any time."""
    process = uuid4()
    with tree_store(cell):
        leases.renew(process, 1, 60)
        assert len(leases.laggards(2)) == 1
        run_out(cell, process)
        assert leases.laggards(2) == []
        leases.renew(process, 1, 60)
        assert len(leases.laggards(2)) == 1


def test_a_lease_can_be_given_up(cell: Cell, leases: PostgresLeases) -> None:
    """The process's own, and nobody else's; giving up what isn't there is fine."""
    gone, stays = uuid4(), uuid4()
    with tree_store(cell):
        for process in (gone, stays):
            leases.renew(process, 1, 60)
        leases.forget(gone)
        leases.forget(gone)
        assert [lease.process for lease in leases.laggards(2)] == [stays]


def test_leases_of_the_dead_are_cleared_away(cell: Cell, leases: PostgresLeases) -> None:
    """A lease that ran out an hour ago is removed by the next renewal; a younger one stays."""
    old, young, living = uuid4(), uuid4(), uuid4()
    for process in (old, young):
        leases.renew(process, 1, 60)
    run_out(cell, old, "61 minutes")
    run_out(cell, young, "59 minutes")
    leases.renew(living, 1, 60)
    with cell.connect() as connection:
        assert {row[0] for row in connection.execute("SELECT process FROM leases")} == {young, living}


def test_a_renewal_waits_for_a_switch_and_is_told(cell: Cell, leases: PostgresLeases) -> None:
    """Renewed while a switch is under way: the process learns the new epoch, and is waited for in the old one."""
    process = uuid4()
    with tree_store(cell), ThreadPoolExecutor(1) as pool, cell.connect() as connection:
        with connection.transaction():
            begin_switch(connection, switch_from(1))
            renewing = pool.submit(leases.renew, process, 1, 60)
            wait_until_blocked(cell)
            assert not renewing.done()
        assert renewing.result(timeout=60) == 2
        assert [lease.process for lease in leases.laggards(2)] == [process]


def test_a_switch_waits_for_a_renewal_and_sees_it(cell: Cell, leases: PostgresLeases) -> None:
    """A process that was told "you are up to date" is among the laggards of every switch that comes after."""
    process = uuid4()
    with tree_store(cell) as tree, ThreadPoolExecutor(1) as pool, cell.connect() as connection:
        with connection.transaction():
            row = connection.execute("SELECT renew_lease(%s, 'api', 1, 60)", [process]).fetchone()
            assert row == (1,)
            switching = pool.submit(tree.commit, switch_from(1))
            wait_until_blocked(cell)
            assert leases.laggards(2) == []
        assert switching.result(timeout=60)
        assert [lease[:3] for lease in leases.laggards(2)] == [(process, "api", 1)]
