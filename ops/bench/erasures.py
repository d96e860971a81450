"""Erasing: what one slot costs, whatever the number of events, and hardly more with a thousand times the engagements.

A round erases one slot in each of two cells by turns: a small one and a large one. Everything counts, from staging the
new root to destroying the old one: commit, two copies read back and opened, the fence, each step on record.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from statistics import median
from typing import Final
from uuid import uuid4

from ops.bench import forests, ours
from ops.bench.rounds import ROUNDS, Goal, Row, by_turns, row, seconds
from ops.clock import now
from ops.erasure.epochs import Epochs
from ops.erasure.journal import StepJournal
from ops.wiring import CellService

_SMALL, _LARGE = 1_000, 1_000_000
_BATCH: Final = 999
_ITSELF: Final = "the same in a small cell"


def rows(url: str, _: str) -> Iterator[Row]:
    """Rows 11 to 14."""
    with ExitStack() as stack:
        cells = {size: stack.enter_context(ours.opened(url, f"events_{size}")) for size in (_SMALL, 100_000, _LARGE)}
        for size, service in cells.items():
            ours.Cast(service).engagement()
            forests.weigh_down(service, size)
            forests.settle(service)
        for size in (100_000, _LARGE):
            name = f"erase a slot, {size:,} events beside {_SMALL:,}"
            yield _cost(name, cells[_SMALL], cells[size], _at_most(1.2))
        yield _batch(cells[_SMALL])
    with ExitStack() as stack:
        few, many = (stack.enter_context(ours.opened(url, f"engagements_{size}")) for size in (100, 100_000))
        for size, service in ((100, few), (100_000, many)):
            forests.grow(service, size)
            forests.settle(service)
        yield _cost("erase a slot, 100,000 engagements beside 100", few, many, _at_most(2))


def _at_most(ratio: float) -> Goal:
    return Goal(f"≤ {ratio:g}×", lambda reached: reached <= ratio)


def _cost(name: str, small: CellService, large: CellService, goal: Goal) -> Row:
    pairs = by_turns(_erasing(small), _erasing(large))
    theirs, ours_ = (median(pair[side] for pair in pairs) for side in (0, 1))
    return row(
        name,
        [large_took / small_took for small_took, large_took in pairs],
        goal=goal,
        against=_ITSELF,
        theirs=f"{theirs * 1e3:,.1f} ms",
        ours=f"{ours_ * 1e3:,.1f} ms",
    )


def _batch(service: CellService) -> Row:
    took = []
    for _ in range(ROUNDS):
        scope, group = service.vault.keyring.scope("E"), uuid4()
        ids = [slot.slot_id for slot in scope.provision_many(group, _BATCH)]
        slots = service.vault.tree.slots(ids).values()
        took.append(_erase(service, [slot.page + bytes((slot.index,)) for slot in slots]))
    return row(f"erase {_BATCH} slots together", took, unit=" s", ours=f"{median(took) * 1e3:,.0f} ms")


def _erasing(service: CellService) -> Callable[[], float]:
    waiting = forests.places(service, ROUNDS + 1)
    return lambda: _erase(service, next(waiting))


def _erase(service: CellService, doomed: list[bytes]) -> float:
    epochs = Epochs(service.vault, StepJournal(service.write_side, now(), lambda _: None).note)
    with epochs.alone():
        return seconds(lambda: epochs.turn(lambda _: service.vault.keyring.plan(doomed, [uuid4()], 0)))
