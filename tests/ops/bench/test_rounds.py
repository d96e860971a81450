"""What the benchmark's table says: medians of ratios, spreads, and goals that are missed in plain sight."""

import json
from pathlib import Path

import pytest

from ops.bench.rounds import ROUNDS, at_least, by_turns, faster, row, save, show


def test_a_row_is_the_median_of_the_rounds_ratios_with_its_spread() -> None:
    """Each round is one ratio; the medians of the two sides' times don't enter it."""
    made = faster("race", [(4.0, 2.0), (9.0, 3.0), (8.0, 1.0)], 1, "", at_least(2.5))
    assert (made.ratio, made.min, made.max, made.rounds) == (3.0, 2.0, 8.0, 3)
    assert made.reached


def test_a_missed_goal_is_shown_with_its_figure(capsys: pytest.CaptureFixture[str]) -> None:
    """A miss stands in the table beside its goal; a goal that is reached (the control) is marked otherwise."""
    missed, reached = row("slow", [1.5], goal=at_least(2)), row("quick", [2.5], goal=at_least(2))
    show([missed, reached])
    slow, quick = (line for line in capsys.readouterr().out.splitlines() if "slow" in line or "quick" in line)
    assert "1.50×" in slow
    assert "≥ 2× ✗" in slow
    assert "≥ 2× ✓" in quick


def test_both_sides_take_turns_and_the_first_turn_does_not_count() -> None:
    """Theirs, ours, theirs, ours: what slows the machine down slows both."""
    turns: list[str] = []

    def took(side: str) -> float:
        turns.append(side)
        return float(len(turns))

    pairs = by_turns(lambda: took("theirs"), lambda: took("ours"))
    assert turns == ["theirs", "ours"] * (ROUNDS + 1)
    assert pairs[0] == (3.0, 4.0)


def test_the_rows_are_written_as_json(tmp_path: Path) -> None:
    """Whoever keeps figures over time finds name, ratio, spread, rounds and peer."""
    save([row("one", [1.0, 2.0, 3.0])], tmp_path / "rows.json")
    (found,) = json.loads((tmp_path / "rows.json").read_text())["rows"]
    assert {"name": "one", "ratio": 2.0, "min": 1.0, "max": 3.0, "rounds": 3}.items() <= found.items()
    assert found["against"].startswith("eventsourcing 9.5.6")
