"""Many processes at one tree: no place is given twice, no page is of a wrong epoch, and a switch is won by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, count
from threading import Barrier, Event
from typing import TypeVar
from uuid import uuid4

import psycopg
import pytest

from crypto.errors import KeyErased
from crypto.ports import StoredSlot
from ops.store.tree import PostgresTreeStore
from tests.ops.store.trees import (
    begin_switch,
    new_slot,
    page,
    slots_on,
    state_of,
    switch_from,
    tree_store,
    wait_until_blocked,
)
from tests.support import Cell

R = TypeVar("R")
ADD_PAGE = "SELECT add_pages(1, %s::bytea[], %s::bytea[], %s::uuid[])"


@pytest.fixture
def tree(cell: Cell) -> Iterator[PostgresTreeStore]:
    """A founded tree."""
    with tree_store(cell) as store:
        yield store


def together(threads: int, work: Callable[[int], R]) -> list[R]:
    """What each of these threads answers, all started at one moment."""
    start = Barrier(threads)

    def run(number: int) -> R:
        start.wait(10)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return [one.result(timeout=60) for one in [pool.submit(run, number) for number in range(threads)]]


@contextmanager
def ending(over: Event) -> Iterator[None]:
    """Whatever happens, tell the other threads that it is over."""
    try:
        yield
    finally:
        over.set()


def meanwhile(cell: Cell, first: Callable[[psycopg.Connection], object], then: Callable[[], R]) -> R:
    """What the second answers, which began while the first wasn't committed and had to wait for it."""
    with ThreadPoolExecutor(1) as pool, cell.connect() as connection:
        with connection.transaction():
            first(connection)
            waiting: Future[R] = pool.submit(then)
            wait_until_blocked(cell)
            assert not waiting.done()
        return waiting.result(timeout=60)


def test_eight_provisioners_never_share_a_place(tree: PostgresTreeStore) -> None:
    """Eight threads take places of one group, adding a page when there is no room: each place is taken by one."""
    group = uuid4()

    def provision(number: int) -> list[tuple[bytes, int]]:
        taken: list[tuple[bytes, int]] = []
        while len(taken) < 150:
            size = 1 + (number + len(taken)) % 7
            place = tree.reserve(group, size)
            if place is None:
                assert tree.add_pages(1, [page(bytes([tree.next_ordinal()]))], group)
                continue
            path, first = place
            slots = [new_slot(path, index) for index in range(first, first + size)]
            tree.add_slots(slots)
            taken += [(slot.page, slot.index) for slot in slots]
        return taken

    taken = list(chain.from_iterable(together(8, provision)))
    assert len(taken) == len(set(taken)) >= 1_200
    assert {(slot.page, slot.index) for slot in tree.slots_within([b""])} == set(taken)
    assert {path for path, _ in taken} <= set(tree.group_pages(group))


def test_eight_at_once_get_eight_numbers(tree: PostgresTreeStore) -> None:
    """No number of a page is given twice, and none is left out."""
    numbers = together(8, lambda _: [tree.next_ordinal() for _ in range(25)])
    assert sorted(chain.from_iterable(numbers)) == list(range(1, 201))


def test_of_eight_founders_one_founds(cell: Cell) -> None:
    """The tree is one founder's, state and pages."""
    with tree_store(cell, founded=False) as store:
        trees = [[page(b""), page(b"\0")] for _ in range(8)]
        states = [state_of(pages) for pages in trees]
        answers = together(8, lambda number: store.found(states[number], trees[number]))
        assert sorted(answers) == [False] * 7 + [True]
        founder = answers.index(True)
        assert store.pages([b"", b"\0"]) == (states[founder], {one.path: one for one in trees[founder]})


def test_of_eight_switches_from_one_epoch_one_wins(tree: PostgresTreeStore) -> None:
    """Ten times: exactly one is committed, and what is there afterwards is all its own."""
    for before in range(1, 11):
        switches = [switch_from(before) for _ in range(8)]
        answers = together(8, lambda number, all_of=switches: tree.commit(all_of[number]))  # type: ignore[misc]
        assert sorted(answers) == [False] * 7 + [True]
        winner = switches[answers.index(True)]
        assert tree.pages([b""]) == (winner.state, {b"": winner.pages[0]})
        assert tree.tombstones(before) == [winner.tombstone]


def test_a_page_waits_for_a_switch_and_is_refused(cell: Cell, tree: PostgresTreeStore) -> None:
    """A page that is added while a switch is under way waits, and isn't stored: its epoch is over."""
    added = meanwhile(
        cell,
        lambda connection: begin_switch(connection, switch_from(1)),
        lambda: tree.add_pages(1, [page(b"\1")], uuid4()),
    )
    assert not added
    assert tree.all_paths() == [b"", b"\0"]
    assert tree.add_pages(2, [page(b"\1", 2)], uuid4())


def test_a_switch_waits_for_a_page(cell: Cell, tree: PostgresTreeStore) -> None:
    """A switch that comes while a page is being stored waits for it, and may then replace it."""
    added = page(b"\1")
    switch = switch_from(1, b"\1")
    committed = meanwhile(
        cell,
        lambda connection: connection.execute(ADD_PAGE, [[added.path], [added.sealed], [uuid4()]]),
        lambda: tree.commit(switch),
    )
    assert committed
    assert tree.pages([b"\1"])[1] == {b"\1": switch.pages[1]}


def test_a_slot_waits_for_a_switch_and_is_refused(cell: Cell, tree: PostgresTreeStore) -> None:
    """A slot that is stored while its page is being erased waits, and isn't stored; elsewhere it is."""
    group, other = uuid4(), uuid4()
    for path, owner in ((b"\1", group), (b"\2", other)):
        assert tree.add_pages(1, [page(path)], owner)
        assert tree.reserve(owner, 1) == (path, 0)

    def store() -> bool:
        try:
            tree.add_slots([new_slot(b"\1", 0)])
        except KeyErased:
            return False
        return True

    assert not meanwhile(cell, lambda connection: begin_switch(connection, switch_from(1, locations=[b"\1"])), store)
    elsewhere = new_slot(b"\2", 0)
    meanwhile(cell, lambda connection: begin_switch(connection, switch_from(2)), lambda: tree.add_slots([elsewhere]))
    assert tree.slots_within([b""]) == [elsewhere]


def test_a_switch_waits_for_a_slot_and_erases_it(cell: Cell, tree: PostgresTreeStore) -> None:
    """A switch that erases a page while a slot is being stored there waits, and erases the slot too."""
    group = uuid4()
    assert tree.add_pages(1, [page(b"\1")], group)
    assert tree.reserve(group, 1) == (b"\1", 0)
    slot = new_slot(b"\1", 0)
    call = "SELECT add_slots(%s::uuid[], %s::bytea[], %s::smallint[], %s::bytea[])"
    assert meanwhile(
        cell,
        lambda connection: connection.execute(call, [[slot.slot_id], [slot.page], [slot.index], [slot.mark]]),
        lambda: tree.commit(switch_from(1, locations=[b"\1"])),
    )
    assert [found.erased for found in tree.slots_within([b"\1"])] == [2]


def _epochs(cell: Cell) -> list[tuple[bytes, int]]:
    """The epoch in which each page was sealed."""
    with cell.connect() as connection:
        return connection.execute("SELECT path, epoch FROM pages").fetchall()


def test_no_page_is_ever_of_a_wrong_epoch(tree: PostgresTreeStore, cell: Cell) -> None:
    """Six threads add pages while another switches: once an epoch is over, no page of it appears any more."""
    over, numbers = Event(), count(1)
    ended: dict[int, set[bytes]] = {}

    def add(_: int) -> int:
        added = 0
        while not over.is_set():
            state = tree.state()
            assert state is not None
            number = next(numbers)
            path = bytes([0x80 + number // 256, number % 256])
            added += tree.add_pages(state.epoch, [page(path, state.epoch)], uuid4())
        return added

    with ThreadPoolExecutor(6) as pool, ending(over):
        adders = [pool.submit(add, number) for number in range(6)]
        for before in range(1, 41):
            assert tree.commit(switch_from(before))
            ended[before] = {path for path, epoch in _epochs(cell) if epoch == before}
        over.set()
        added = sum(one.result(timeout=60) for one in adders)
    rows = [(path, epoch) for path, epoch in _epochs(cell) if path not in (b"", b"\0")]
    assert len(rows) == added > 40  # control: pages were added in many of these epochs
    assert len(set(ended) & {epoch for _, epoch in rows}) > 10
    for epoch, paths in ended.items():
        assert {path for path, of in rows if of == epoch} == paths - {b"\0"}


def test_no_slot_is_active_at_an_erased_place(tree: PostgresTreeStore) -> None:
    """Six threads store slots on a page while it is erased: every slot that was stored is erased with it."""
    for round_number in range(1, 11):
        group, path = uuid4(), bytes([round_number])
        assert tree.add_pages(round_number, [page(path, round_number)], group)
        begun = Barrier(7)

        def store(_: int, group: object = group, begun: Barrier = begun) -> list[StoredSlot]:
            stored: list[StoredSlot] = []
            begun.wait(10)
            while place := tree.reserve(group, 1):  # type: ignore[arg-type]
                try:
                    tree.add_slots([slot := new_slot(*place)])
                except KeyErased:
                    break
                stored.append(slot)
            return stored

        with ThreadPoolExecutor(6) as pool:
            storing = [pool.submit(store, number) for number in range(6)]
            begun.wait(10)
            assert tree.commit(switch_from(round_number, locations=[path]))
            stored_ids = {slot.slot_id for one in storing for slot in one.result(timeout=60)}
        found = tree.slots_within([path])
        assert {slot.slot_id for slot in found} == stored_ids
        assert all(slot.erased == round_number + 1 for slot in found)


def test_a_switch_is_not_overtaken(cell: Cell, tree: PostgresTreeStore) -> None:
    """A page that is added while a switch already waits comes after it: those who store can't keep a switch waiting."""
    with ThreadPoolExecutor(2) as pool, cell.connect() as connection:
        with connection.transaction():
            connection.execute(ADD_PAGE, [[b"\1"], [b"sealed"], [uuid4()]])
            switching = pool.submit(tree.commit, switch_from(1))
            wait_until_blocked(cell)
            adding = pool.submit(tree.add_pages, 1, [page(b"\2")], uuid4())
            wait_until_blocked(cell, 2)
        assert switching.result(timeout=60)
        assert not adding.result(timeout=60)
    assert tree.all_paths() == [b"", b"\0", b"\1"]


def test_a_reader_sees_one_moment(tree: PostgresTreeStore) -> None:
    """While switches go on, the pages that come with a state are always that state's."""
    slots_on(tree, b"\1", uuid4(), 1)
    over = Event()

    def read(_: int) -> set[int]:
        epochs = set()
        while not over.is_set():
            state, pages = tree.pages([b"", b"\1"])
            assert state.page_head == sha256(pages[b""].sealed).digest()
            assert pages[b"\1"].epoch == pages[b""].epoch == state.epoch
            epochs.add(state.epoch)
        return epochs

    with ThreadPoolExecutor(4) as pool, ending(over):
        reading = [pool.submit(read, number) for number in range(4)]
        for before in range(1, 101):
            assert tree.commit(switch_from(before, b"\1"))
        over.set()
        assert len(set().union(*(one.result(timeout=60) for one in reading))) > 20
