"""The Python client is a distribution of its own: it needs nothing of the server, and keeps the house rules."""

import ast
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.house import LONGEST, ROOMS, ROOT, bare_noqas, name_of, sources

PYTHON: Final = ROOT / "clients" / "python"
FILES: Final = sources("clients/python/src", "clients/python/examples")
ALLOWED: Final = {*sys.stdlib_module_names, "httpx", "httpx_sse", "driehoek_client"}


def imported(text: str) -> set[str]:
    """The packages that a source imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else str(node.module).partition(".")[0])
    return found


def text_of(path: Path) -> str:
    """A file's text."""
    return path.read_text(encoding="utf-8")


def test_the_client_imports_nothing_of_the_server() -> None:
    """Package and examples import the standard library, httpx, httpx-sse and the package itself; no room of ours."""
    assert {name_of(path): more for path in FILES if (more := imported(text_of(path)) - ALLOWED)} == {}
    assert len(FILES) > 20
    assert ALLOWED.isdisjoint(ROOMS)


@pytest.mark.parametrize("code", ["import domain.facts", "def f():\n    from api import bodies", "from . import x"])
def test_an_import_of_ours_would_be_found(code: str) -> None:
    """Positive control: whichever way and wherever something else is imported, it is seen."""
    assert imported(code) - ALLOWED


def test_it_depends_on_httpx_and_its_event_sources_alone() -> None:
    """Whoever installs the client gets httpx and httpx-sse besides, and nothing of the server."""
    project = tomllib.loads(text_of(PYTHON / "pyproject.toml"))["project"]
    assert project["dependencies"] == ["httpx>=0.28", "httpx-sse>=0.4"]
    assert (project["name"], project["license"]) == ("driehoek-client", "Apache-2.0")
    assert text_of(PYTHON / "LICENSE") == text_of(ROOT / "LICENSE")
    assert (PYTHON / "src" / "driehoek_client" / "py.typed").exists()


def test_the_house_rules_hold_there_too() -> None:
    """No file is too long, each opens by saying what it is, and every lint exception has its reason."""
    assert {name_of(path) for path in FILES if len(text_of(path).splitlines()) > LONGEST} == set()
    assert {name_of(path) for path in FILES if not ast.get_docstring(ast.parse(text_of(path)))} == set()
    assert {name_of(path): lines for path in FILES if (lines := bare_noqas(text_of(path)))} == {}
