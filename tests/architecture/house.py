"""The project as files: where the rooms are, and what their sources say."""

import ast
import io
import re
import tokenize
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("api", "crypto", "domain", "ops", "projections")
LONGEST: Final = 400
"""Lines at which a file is asked why (style: 60-250, never over this)."""

_NOQA: Final = re.compile(r"#\s*noqa\b(?P<rest>.*)", re.IGNORECASE)
_WITH_REASON: Final = re.compile(r":\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*\s+- \w.{3,}")


def settings() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def sources(*folders: str) -> list[Path]:
    """The Python files of these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    """A file's name for a test's id and a finding."""
    return str(path.relative_to(ROOT))


def bare_noqas(text: str) -> list[int]:
    """The lines on which a lint rule is put aside without its name or without a reason."""
    comments = (t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT)
    found = ((token.start[0], _NOQA.search(token.string)) for token in comments)
    return [line for line, noqa in found if noqa and not _WITH_REASON.match(noqa["rest"])]


def undocumented_tests(text: str) -> list[str]:
    """The test functions whose docstring is missing or doesn't start with a sentence."""
    functions = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    tests = (function for function in functions if function.name.startswith("test_"))
    return [test.name for test in tests if not re.match(r"[^\n]+\.(\n|$)", ast.get_docstring(test) or "")]


def sleeps(text: str) -> list[int]:
    """The lines that wait for time to pass."""
    tree = ast.parse(text)
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if ast.unparse(call.func).rsplit(".", 1)[-1] == "sleep"]


def log_calls(text: str) -> list[ast.Call]:
    """The calls that write a line to a log."""
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    return [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in levels
        and ast.unparse(node.func.value) in {"_log", "log", "logger", "_logger", "logging", "structlog.get_logger()"}
    ]
