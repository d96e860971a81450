"""House rules that no linter knows: lengths, docstrings, reasons, and no waiting in tests."""

import ast
from pathlib import Path

import pytest

from domain.policies import POLICIES
from tests.architecture.house import (
    LONGEST,
    ROOMS,
    ROOT,
    bare_noqas,
    name_of,
    settings,
    sleeps,
    sources,
    undocumented_tests,
)

EVERYTHING = sources(*ROOMS, "tests")
TESTS = sources("tests")


@pytest.mark.parametrize("folder", [*ROOMS, "tests"])
def test_no_file_is_too_long(folder: str) -> None:
    """No file has more lines than a reader keeps in mind."""
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources(folder)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_module_has_a_docstring() -> None:
    """Every module opens by saying what it is."""
    without = [name_of(p) for p in EVERYTHING if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert without == []


def test_every_test_says_what_it_shows() -> None:
    """Every test function has a docstring that opens with a sentence."""
    without = {name_of(p): names for p in TESTS if (names := undocumented_tests(p.read_text(encoding="utf-8")))}
    assert without == {}


def test_no_test_waits_for_time_to_pass() -> None:
    """No test sleeps: what it waits for is an event, with a deadline."""
    waiting = {name_of(p): lines for p in TESTS if (lines := sleeps(p.read_text(encoding="utf-8")))}
    assert waiting == {}


def test_every_lint_exception_has_a_reason() -> None:
    """Where a rule is put aside, its name and a reason stand beside it."""
    bare = {name_of(p): lines for p in EVERYTHING if (lines := bare_noqas(p.read_text(encoding="utf-8")))}
    assert bare == {}


def test_every_configured_exception_has_a_reason() -> None:
    """Each rule that pyproject.toml puts aside has a comment on its line."""
    lint = settings()["tool"]["ruff"]["lint"]
    ignored = {*lint["ignore"], *(rule for rules in lint["per-file-ignores"].values() for rule in rules)}
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    explained = {line.split('"')[1] for line in lines if line.startswith('    "') and '", # ' in line}
    assert ignored - explained == set()


def test_nobody_is_called_client() -> None:
    """A coachee isn't a client and neither is the organisation: the word names nobody in the domain and the views."""
    called = {
        name_of(path): node.name
        for path in sources("domain", "projections")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and "client" in node.name.lower()
    }
    assert called == {}
    assert not any("client" in command.__name__.lower() for command in POLICIES)


SAMPLES = [
    (bare_noqas, "x = 1  # noqa\n", True),
    (bare_noqas, "x = 1  # noqa: E501\n", True),
    (bare_noqas, "x = 1  # noqa: E501, N818 -\n", True),
    (bare_noqas, "x = 1  # noqa: E501, N818 - the vocabulary of the method\n", False),
    (bare_noqas, "x = '# noqa'\n", False),
    (undocumented_tests, "def test_it():\n    pass\n", True),
    (undocumented_tests, "class TestIt:\n    async def test_it(self):\n        pass\n", True),
    (undocumented_tests, "def test_it():\n    '''no sentence'''\n", True),
    (undocumented_tests, "def test_it():\n    '''A sentence.'''\n", False),
    (undocumented_tests, "def helper():\n    pass\n", False),
    (sleeps, "import time\ntime.sleep(1)\n", True),
    (sleeps, "from time import sleep\nsleep(1)\n", True),
    (sleeps, "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n", True),
    (sleeps, "def f(event):\n    event.wait(1)  # not time.sleep(1)\n", False),
]


@pytest.mark.parametrize(
    ("rule", "text", "caught"), SAMPLES, ids=[f"{rule.__name__}-{n}" for n, (rule, _, _) in enumerate(SAMPLES)]
)
def test_the_rules_catch_what_they_are_for(rule: object, text: str, caught: bool) -> None:
    """Positive control: each rule finds a planted offence and leaves what is allowed alone."""
    assert callable(rule)
    assert bool(rule(text)) is caught


def test_the_rules_look_at_files() -> None:
    """The rules above aren't kept by looking at nothing."""
    assert len(TESTS) > 30
    assert {Path(path).name for path in EVERYTHING} >= {"clause.py", "part.py", "wiring.py", "app.py"}
