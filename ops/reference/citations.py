"""Where the sources name a requirement: in docstrings and comments, by its id, e.g. R35, P18 or R45-R48.

An id stands beside the code that keeps it. What only *names* something that a requirement asks for (a fact, a closed
word, a module's introduction) keeps nothing yet, so it is told apart from functions, commands, tables and routes.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

_ID: Final = re.compile(r"\b([RXP])([1-9][0-9]?)(?:(?:-|–| to )\1([1-9][0-9]?))?\b")


class Place(Enum):
    """What stands where an id is named."""

    CODE = "code"
    FACT = "fact"
    WORD = "word"
    MODULE = "module"
    TEST = "test"


@dataclass(frozen=True)
class Citation:
    """One id at one place: the file below the root, and the definition's name (empty for the module itself)."""

    file: str
    name: str
    id: str
    place: Place


def ids_in(text: str) -> list[str]:
    """The ids that a text names, in order; a range names all that it spans."""
    found: list[str] = []
    for kind, first, last in _ID.findall(text):
        found += [f"{kind}{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def cited(root: Path, folders: Iterable[str]) -> set[Citation]:
    """Every citation in the Python files of these folders."""
    return {
        citation
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        for citation in citations_of(path.read_text(encoding="utf-8"), path.relative_to(root).as_posix())
    }


def citations_of(source: str, file: str) -> Iterator[Citation]:
    """The citations of one file."""
    tree = ast.parse(source)
    spans = [(1, len(source.splitlines()) + 1, "", _place_of(tree, file)), *_spans(tree, file, "", Place.CODE)]
    for line, text in (*_docstrings(tree), *_comments(source)):
        _, _, name, place = max((span for span in spans if span[0] <= line <= span[1]), key=lambda span: span[0])
        for one in ids_in(text):
            yield Citation(file, name, one, place)


_Span = tuple[int, int, str, Place]


def _spans(node: ast.AST, file: str, within: str, outer: Place) -> Iterator[_Span]:
    """First and last line of each definition, with its name and what it is; inner ones come later."""
    body: list[ast.stmt] = getattr(node, "body", [])
    for one, following in zip(body, [*body[1:], None], strict=True):
        last = one.end_lineno or one.lineno
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([one.lineno, *(decorator.lineno for decorator in one.decorator_list)])
            name = f"{within}.{one.name}" if within else one.name
            place = _place_of(one, file) if outer is Place.CODE else outer
            yield first, last, name, place
            yield from _spans(one, file, name, place)
        elif not within and isinstance(one, ast.Assign | ast.AnnAssign):
            target = one.targets[0] if isinstance(one, ast.Assign) else one.target
            if _text(following) is not None:
                last = following.end_lineno or last  # type: ignore[union-attr]  # a text has lines
            yield one.lineno, last, ast.unparse(target), Place.CODE


def _place_of(node: ast.AST, file: str) -> Place:
    if isinstance(node, ast.Module):
        return Place.MODULE
    if file.startswith("tests/"):
        is_test = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        return Place.TEST if is_test else Place.CODE
    if isinstance(node, ast.ClassDef):
        if any(isinstance(d, ast.Call) and ast.unparse(d.func) == "fact" for d in node.decorator_list):
            return Place.FACT
        if any(ast.unparse(base) in ("Enum", "StrEnum") for base in node.bases):
            return Place.WORD
    return Place.CODE


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and (text := _text(node)) is not None:
            yield node.lineno, text


def _text(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return None


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
