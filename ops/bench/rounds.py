"""What a measurement is: rounds of theirs and ours by turns, the median of their ratios, and the table.

Every round gives one ratio; the row shows their median, lowest and highest. A ratio is a *speed*: how many times as
fast as the peer we are. Two kinds of rows differ, and say so in their unit: seconds, and bytes beside the peer's bytes.
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from rich.console import Console
from rich.table import Table

PEER: Final = "eventsourcing 9.5.6, PostgreSQL recorder, JSON, no cipher"
NOBODY: Final = ""

ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "7"))
"""Rounds of each row; fewer only for a smoke test."""


@dataclass(frozen=True)
class Goal:
    """What a row should reach. ``holds`` compares the row's median with it."""

    text: str
    holds: Callable[[float], bool]


def at_least(ratio: float) -> Goal:
    """So many times as fast as the peer, or more."""
    return Goal(f"≥ {ratio:g}×", lambda reached: reached >= ratio)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: what was measured.
        ratio, min, max: median, lowest and highest of the rounds.
        rounds: how many.
        against: the peer; empty when there is none.
        unit: of the three figures; ``×`` is a ratio.
        theirs, ours: what each side did in the median round, in words.
        goal: what it should reach, and whether it does; None where nothing was promised.
    """

    name: str
    ratio: float
    min: float
    max: float
    rounds: int
    against: str
    unit: str
    theirs: str
    ours: str
    goal: str
    reached: bool | None


def row(
    name: str,
    figures: Sequence[float],
    *,
    goal: Goal | None = None,
    against: str = PEER,
    unit: str = "×",
    theirs: str = "",
    ours: str = "",
) -> Row:
    """Sum up the figures of all rounds."""
    middle = median(figures)
    return Row(
        name,
        middle,
        min(figures),
        max(figures),
        len(figures),
        against,
        unit,
        theirs,
        ours,
        goal.text if goal else "",
        goal.holds(middle) if goal else None,
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def by_turns(theirs: Callable[[], float], ours: Callable[[], float]) -> list[tuple[float, float]]:
    """Figures of both sides, a round of each at a time, after one round of each that doesn't count."""
    theirs(), ours()
    return [(theirs(), ours()) for _ in range(ROUNDS)]


def faster(name: str, pairs: Sequence[tuple[float, float]], count: int, what: str, goal: Goal | None) -> Row:
    """The row of a race: `pairs` are seconds (theirs, ours) for `count` things of the kind `what`."""
    theirs, ours = (median(pair[side] for pair in pairs) for side in (0, 1))
    return row(
        name,
        [their / our for their, our in pairs],
        goal=goal,
        theirs=_rate(count, theirs, what),
        ours=_rate(count, ours, what),
    )


def _rate(count: int, took: float, what: str) -> str:
    return f"{took * 1e3:,.1f} ms" if count == 1 else f"{count / took:,.0f} {what}/s"


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    table = Table(title=f"ours beside {PEER}", title_justify="left")
    table.add_column("")
    for heading in ("theirs", "ours", "median", "lowest", "highest", "goal"):
        table.add_column(heading, justify="right")
    for one in rows:
        mark = "" if one.reached is None else " ✓" if one.reached else " ✗"
        figures = [f"{figure:,.2f}{one.unit}" for figure in (one.ratio, one.min, one.max)]
        table.add_row(one.name, one.theirs, one.ours, *figures, one.goal + mark)
    Console(width=140).print(table)


def save(rows: Sequence[Row], path: Path) -> None:
    """Write the rows as JSON, for whoever keeps figures over time."""
    path.write_text(json.dumps({"rows": [asdict(one) for one in rows]}, indent=1, ensure_ascii=False) + "\n")
