"""The catalogue of events: every fact with its fields and versions, and the items that its content falls under."""

import dataclasses
import importlib
import inspect
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from domain.clause import DEFAULT_CLAUSE
from domain.facts import REGISTRY, UPCASTS, Fact
from domain.vocabulary import Item
from ops.reference.carried import carried_items

_WORDS: Final[Mapping[Any, str]] = {
    int: "number", bool: "flag", bytes: "bytes", UUID: "id", datetime: "moment", date: "day",
}  # fmt: skip

_HEAD: Final = """\
# Events: facts and what they carry

Made by `make reference` from the code; don't edit. An event is a *fact*, which decisions and supervisors live on, and
*parts*, its content, each under one item of the [matrix](matrix.md). A fact's fields are stored in this order, under
its topic and version; `?` marks what may be empty. *Carries* names the items of the parts, and the compartment that
each is sealed to by default, before a clause permits more. Facts without parts carry nothing to read.
"""


def page(root: Path) -> str:
    """The whole page, in Markdown."""
    carried = carried_items(root / "domain")
    records: dict[str, Any] = {}
    sections = [
        "\n".join(
            [f"## {title}", "", "| Topic | Version | What happened | Fields | Carries |", "|---|---|---|---|---|"]
        )
        + "\n"
        + "\n".join(_row(kind, carried.get(kind.topic, frozenset()), records) for kind in kinds)
        for title, kinds in _by_module(root)
    ]
    return "\n\n".join([_HEAD.rstrip(), *sections, _records(records), _words(records), _older()]) + "\n"


def facts_of(root: Path) -> Mapping[str, type[Fact]]:
    """Every fact by topic, once all modules of the domain were read."""
    for path in sorted((root / "domain").rglob("*.py")):
        importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"))
    return REGISTRY


def _by_module(root: Path) -> Iterator[tuple[str, list[type[Fact]]]]:
    facts = [kind for kind in facts_of(root).values() if kind.__module__.startswith("domain.")]
    kinds = sorted(facts, key=lambda kind: (kind.__module__, inspect.getsourcelines(kind)[1]))
    for name in dict.fromkeys(kind.__module__ for kind in kinds):
        yield f"`{name.replace('.', '/')}.py`", [kind for kind in kinds if kind.__module__ == name]


def _row(kind: type[Fact], items: Iterable[Item], records: dict[str, Any]) -> str:
    hints = typing.get_type_hints(kind)
    fields = "; ".join(f"`{f.name}`: {_told(hints[f.name], records)}" for f in dataclasses.fields(kind))  # type: ignore[arg-type]  # every fact is one
    carries = ", ".join(
        f"`{item.value}` ({DEFAULT_CLAUSE.disposition(item).compartment.value})" for item in Item if item in set(items)
    )
    return f"| `{kind.topic}` | {kind.version} | {_first(kind)} | {fields or '–'} | {carries or '–'} |"


def _told(kind: Any, records: dict[str, Any]) -> str:
    """A field's type, in words; records and closed words are collected on the way."""
    origin, args = typing.get_origin(kind), [one for one in typing.get_args(kind) if one is not Ellipsis]
    if origin in (types.UnionType, typing.Union):
        return _told(args[0], records) + "?"
    if origin is Mapping:
        return f"{_told(args[0], records)} → {_told(args[1], records)}"
    if origin in (tuple, frozenset):
        return f"{'list' if origin is tuple else 'set'} of {_told(args[0], records)}"
    if kind in _WORDS:
        return _WORDS[kind]
    if kind.__name__ not in records:
        records[kind.__name__] = kind
        if dataclasses.is_dataclass(kind):
            for hint in typing.get_type_hints(kind).values():
                _told(hint, records)
    return f"`{kind.__name__}`"


def _records(records: Mapping[str, Any]) -> str:
    lines = ["## Records", "", "| Record | What | Fields |", "|---|---|---|"]
    for name, kind in sorted(records.items()):
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            fields = "; ".join(f"`{f.name}`: {_told(hints[f.name], dict(records))}" for f in dataclasses.fields(kind))
            lines.append(f"| `{name}` | {_first(kind)} | {fields} |")
    return "\n".join(lines)


def _words(records: Mapping[str, Any]) -> str:
    lines = ["## Closed words", "", "| Word | What | Stored as |", "|---|---|---|"]
    for name, kind in sorted(records.items()):
        if isinstance(kind, type) and issubclass(kind, Enum):
            lines.append(f"| `{name}` | {_first(kind)} | {', '.join(f'`{one.value}`' for one in kind)} |")
    return "\n".join(lines)


def _older() -> str:
    lines = [
        "## Older versions",
        "",
        "What was stored is never rewritten: it is read as the present version.",
        "",
        "| Topic | Version | How it is read |",
        "|---|---|---|",
    ]
    lines += [f"| `{topic}` | {version} | {_first(UPCASTS[topic, version])} |" for topic, version in sorted(UPCASTS)]
    return "\n".join(lines)


def _first(of: Any) -> str:
    """The first sentence, or the first paragraph where it is one line of a table."""
    told = inspect.cleandoc(of.__doc__ or "").split("\n\n")[0]
    return " ".join(told.split()).replace("|", "\\|").replace("``", "`")
