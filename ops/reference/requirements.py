"""The table of requirements: what each id asks, which events record it, what keeps it, and which tests show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ops.reference.asked import ASKED
from ops.reference.citations import Citation, Place, cited

KEEPING: Final = ("domain", "projections", "api", "ops")
"""The rooms whose code can keep what is asked."""

_OWN: Final = "ops/reference/"
"""This package's examples keep nothing."""

_HEAD: Final = """\
# Requirements: what keeps each, and what shows it

Made by `make reference` from the code; don't edit. **R** is what the method asks, in the seed's own words, **X** what
the profession's codes and the law add, **P** a rule of the process. An id is *kept* where a docstring or comment of the
code names it, and *shown* where a test's docstring does; *named* lists the facts and words that it brought.

| Id | Asks | Named | Kept by | Shown by |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One requirement: the places that name, keep and show it."""

    id: str
    asks: str
    named: tuple[Citation, ...]
    kept: tuple[Citation, ...]
    shown: tuple[Citation, ...]


def rows(root: Path) -> list[Row]:
    """All rows, in the order of what is asked."""
    found = [one for one in cited(root, KEEPING) if not one.file.startswith(_OWN)]
    tests = [one for one in cited(root, ["tests"]) if one.place is Place.TEST]
    return [
        Row(
            wanted,
            phrase,
            _of(found, wanted, Place.FACT, Place.WORD),
            _of(found, wanted, Place.CODE),
            _of(tests, wanted, Place.TEST),
        )
        for wanted, phrase in ASKED.items()
    ]


def unknown(root: Path) -> set[Citation]:
    """Citations of ids that nothing asks for."""
    return {one for one in cited(root, [*KEEPING, "tests"]) if one.id not in ASKED}


def page(root: Path) -> str:
    """The whole page, in Markdown."""
    lines = [
        f"| {row.id} | {row.asks} | {_names(row.named)} | {_places(row.kept)} | {_places(row.shown)} |"
        for row in rows(root)
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _of(found: Iterable[Citation], wanted: str, *places: Place) -> tuple[Citation, ...]:
    fitting = (one for one in found if one.id == wanted and one.place in places)
    return tuple(sorted(fitting, key=lambda one: (one.file, one.name)))


def _names(citations: Iterable[Citation]) -> str:
    return ", ".join(dict.fromkeys(f"`{one.name}`" for one in citations)) or "–"


def _places(citations: Iterable[Citation]) -> str:
    by_file: dict[str, list[str]] = {}
    for one in citations:
        by_file.setdefault(one.file, []).append(one.name)
    told = (
        f"[{file}](../../{file}): " + ", ".join(f"`{name}`" for name in dict.fromkeys(names))
        for file, names in by_file.items()
    )
    return "; ".join(told) or "**nothing**"
