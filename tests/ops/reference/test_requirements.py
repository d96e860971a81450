"""The table of requirements: made from the code, up to date, and without an empty row."""

from pathlib import Path
from typing import Final

import pytest

from domain.adherence.catalogue import RULES
from ops.reference import __main__ as reference
from ops.reference.asked import ASKED
from ops.reference.citations import Place, citations_of, ids_in
from ops.reference.requirements import rows, unknown
from tests.architecture.house import ROOT

ROWS: Final = rows(ROOT)


@pytest.mark.parametrize("place", reference.PAGES)
def test_a_generated_page_is_up_to_date(place: str) -> None:
    """What stands below docs/reference is what the code says now; ``make reference`` writes it anew."""
    assert (ROOT / place).read_text(encoding="utf-8") == reference.PAGES[place](ROOT)


def test_all_that_is_asked_has_its_row() -> None:
    """Requirements 1 to 66 (there is no 9), supplements 1 to 12 and rules 1 to 40, each with a phrase."""
    numbers = {"R": set(range(1, 67)) - {9}, "X": set(range(1, 13)), "P": set(range(1, 41))}
    assert {kind: {int(one[1:]) for one in ASKED if one[0] == kind} for kind in "RXP"} == numbers
    assert all(phrase.strip() for phrase in ASKED.values())
    assert [row.id for row in ROWS] == list(ASKED)


def test_rules_have_one_phrase() -> None:
    """The phrase that a finding cites is the one of the table, for every rule."""
    assert {rule.value: RULES[rule].phrase for rule in RULES} == {
        one: phrase for one, phrase in ASKED.items() if one.startswith("P")
    }


def test_no_row_is_without_what_keeps_it() -> None:
    """Each requirement is named beside code that keeps it."""
    assert [row.id for row in ROWS if not row.kept] == []


def test_no_row_is_without_a_test() -> None:
    """Each requirement is named by a test that shows it."""
    assert [row.id for row in ROWS if not row.shown] == []


def test_nothing_is_cited_that_nobody_asked_for() -> None:
    """Every id that code or tests name is one of the table's."""
    assert unknown(ROOT) == set()


PLANTED: Final = '''"""A module that introduces R1."""

from domain.facts import fact


@fact("test.planted")
class Planted:
    """A fact named by R2."""


class Word(Enum):
    """A word of R3."""


TABLE = {1: 2}  # P4
"""What P5 asks."""


def keep() -> None:
    """Keep R6 to R8; X2519 and AES-P256 are none."""
    said = "R10 is only said"  # X11
'''


def test_citations_are_found_where_they_stand() -> None:
    """A docstring or a comment counts for what it stands in; what a text says doesn't count."""
    found = {(one.name, one.id, one.place) for one in citations_of(PLANTED, "domain/planted.py")}
    assert found == {
        ("", "R1", Place.MODULE),
        ("Planted", "R2", Place.FACT),
        ("Word", "R3", Place.WORD),
        ("TABLE", "P4", Place.CODE),
        ("TABLE", "P5", Place.CODE),
        *(("keep", one, Place.CODE) for one in ("R6", "R7", "R8", "X11")),
    }


def test_only_tests_show_something() -> None:
    """In a test file a helper shows nothing, a test function does."""
    text = 'def helper():\n    """R1."""\n\n\ndef test_it():\n    """A sentence (R2)."""\n'
    found = {(one.name, one.id) for one in citations_of(text, "tests/test_planted.py") if one.place is Place.TEST}
    assert found == {("test_it", "R2")}


@pytest.mark.parametrize(
    ("text", "ids"),
    [("R45-R48", ["R45", "R46", "R47", "R48"]), ("P1–P2", ["P1", "P2"]), ("R1, X12.", ["R1", "X12"]), ("R123 PR1", [])],
    ids=["range", "dash", "list", "none"],
)
def test_ids_are_read_off_texts(text: str, ids: list[str]) -> None:
    """Ranges name all that they span; longer numbers and words are no ids."""
    assert ids_in(text) == ids


def test_an_empty_row_is_noticed(tmp_path: Path) -> None:
    """Positive control: where no code is, every row is empty."""
    assert {row.id for row in rows(tmp_path) if not row.kept and not row.shown} == set(ASKED)
