"""The Python client's models and operations, from the API's description.

Models are TypedDicts, one file for each group of operations; operations are methods, one file for each group, for
threads and for asyncio. What they stand on (``driehoek_client.wire``) is written by hand. Every file is made with all
imports that it could want, and ruff takes away what it doesn't, and formats the rest as it does in the repository.
"""

import keyword
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import Final

from ops.reference.described import Described, Json, Operation, Parameter, references, type_name

PLACE: Final = "clients/python/src/driehoek_client"
FOLDERS: Final = ("models", "operations", "async_operations")
"""What is generated, whole."""
FIRST: Final = "# Made by `make reference` from api/openapi.json; don't edit."

_TYPES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_MOMENTS: Final = {"date-time": "datetime", "date": "date"}
_FILES: Final = ("application/pdf", "application/zip")
"""What is downloaded into a file."""
_HEADERS: Final = ("if-match", "idempotency-key", "accept", "if-none-match", "prefer")
_OF_BROWSERS: Final = ("passkey-assertion",)
"""Headers that a program has nothing for: it holds no authenticator."""
_JSON: Final = "application/json"
_WIDTH: Final = 113
"""Characters of a docstring's line, with room for its quotes."""


def files(root: Path) -> dict[str, str]:
    """All generated files, by their place below the root."""
    known = Described.of(root)
    made = {"models/__init__.py": _all_models(known)}
    for home in sorted(set(known.homes.values())):
        made[f"models/{_word(home)}.py"] = _models(known, home)
    for folder, kind in (("operations", ""), ("async_operations", "Async")):
        made[f"{folder}/__init__.py"] = _all_operations(known, folder, kind)
        for group, operations in known.groups.items():
            made[f"{folder}/{_word(group)}.py"] = _operations(group, operations, kind)
    return _formatted(root, {f"{PLACE}/{name}": f"{FIRST}\n{text}" for name, text in made.items()})


def _formatted(root: Path, made: dict[str, str]) -> dict[str, str]:
    """The files as the repository's formatter has them, without the imports that they don't use."""
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder)
        shutil.copy(root / "pyproject.toml", there)
        shutil.copytree(root / PLACE, there / PLACE, ignore=shutil.ignore_patterns("__pycache__", *FOLDERS))
        for name, text in made.items():
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            (there / name).write_text(text, encoding="utf-8")
        unused = ("check", "--quiet", "--fix-only", "--select", "F401,I001", "--ignore-noqa")
        for command in (unused, ("format", "--quiet")):
            subprocess.run([sys.executable, "-m", "ruff", *command, "--no-cache", "."], cwd=there, check=True)  # noqa: S603 - the formatter of this environment
        return {name: (there / name).read_text(encoding="utf-8") for name in made}


def _models(known: Described, home: str) -> str:
    names = [name for name, place in known.homes.items() if place == home]
    others = {other for name in names for other in references(known.schemas[name])} - set(names)
    lines = [
        f'"""Models: {home}."""',
        "from __future__ import annotations",
        "from datetime import date, datetime",
        "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict",
        *(f"from driehoek_client.models.{_word(known.homes[one])} import {type_name(one)}" for one in sorted(others)),
        "",
    ]
    return "\n".join([*lines, *(_model(known, name) for name in names)])


def _model(known: Described, name: str) -> str:
    schema, called = known.schemas[name], type_name(name)
    about = _docstring(schema.get("description") or f"``{name}``, as the API describes it.", 4)
    if schema.get("type") != "object":
        return f"{called}: TypeAlias = {_type(schema)}\n{about}\n"
    sent = name in known.asked and name not in known.answered
    lines = [f"class {called}(TypedDict):", f"    {about}"]
    for field, inner in schema.get("properties", {}).items():
        if not field.isidentifier() or keyword.iskeyword(field):
            raise ValueError(f"no field of a class can be called {field}")
        told = _type(inner, sent=sent)
        lines.append(f"    {field}: {told if field in schema.get('required', []) else f'NotRequired[{told}]'}")
    return "\n".join(lines) + "\n"


def _type(schema: Json, models: str = "", *, sent: bool = False) -> str:
    """A schema as a type; ``models`` stands before the names of models; what is ``sent`` may hold moments and days."""
    if "$ref" in schema:
        return models + type_name(next(references(schema)))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one, models, sent=sent) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return f"Literal[{', '.join(map(repr, schema.get('enum') or [schema['const']]))}]"
    kind = schema.get("type", "any")
    if kind in ("array", "object"):
        inner = schema.get("items" if kind == "array" else "additionalProperties")
        told = _type(inner, models, sent=sent) if isinstance(inner, dict) else "Any"
        return f"list[{told}]" if kind == "array" else f"dict[str, {told}]"
    moment = _MOMENTS.get(schema.get("format", "")) if sent else None
    return f"{moment} | str" if moment else _TYPES.get(kind, "Any")


def _all_models(known: Described) -> str:
    """The models' ``__init__``: all of them by name, wherever they are."""
    imports = [
        f"from driehoek_client.models.{_word(home)} import {type_name(one)}" for one, home in known.homes.items()
    ]
    names = sorted(type_name(name) for name in known.homes)
    return "\n".join(
        ['"""What is sent and what comes back, as the API describes it."""', *imports, f"__all__ = {names!r}"]
    )


def _all_operations(known: Described, folder: str, kind: str) -> str:
    """The operations' ``__init__``: one attribute for each group."""
    imports = [f"from driehoek_client.{folder}.{_word(one)} import {kind}{_class(one)}" for one in known.groups]
    about = f'"""All operations by group{", for asyncio" if kind else ""}."""'
    lines = [
        about,
        *imports,
        f"from driehoek_client.wire import {kind}Wire",
        f"class {kind}Groups:",
        f"    {about}",
        f"    def __init__(self, wire: {kind}Wire) -> None:",
        *(f"        self.{_word(one)} = {kind}{_class(one)}(wire)" for one in known.groups),
    ]
    return "\n".join(lines)


def _operations(group: str, operations: list[Operation], kind: str) -> str:
    about = f'"""Operations: {group}{", for asyncio" if kind else ""}."""'
    lines = [
        about,
        "from datetime import date, datetime",
        "from typing import Any, Literal, Unpack",
        "from driehoek_client import models as m",
        "from driehoek_client.answers import Answer, Download",
        "from driehoek_client.calls import at, read, write",
        "from driehoek_client.pages import AsyncPages, Pages",
        "from driehoek_client.wire import AsyncWire, Place, Wire",
        f"class {kind}{_class(group)}:",
        f"    {about}",
        f"    def __init__(self, wire: {kind}Wire) -> None:",
        "        self._wire = wire",
        *(_method(one, kind) for one in operations),
    ]
    return "\n".join(lines)


def _method(one: Operation, kind: str) -> str:
    """A method: what it wants, what it does, and the request."""
    wanted = [f"{p.word}: {_type(p.schema, 'm.', sent=True)}" for p in one.at("path")]
    named = [_wanted(p) for p in one.parameters if p.place == "query" or p.name == "accept"]
    media, gives, how = _gives(one, kind)
    if stray := [p.name for p in one.at("header") if p.name not in (*_HEADERS, *_OF_BROWSERS)]:
        raise ValueError(f"the client sends no such headers: {stray}")
    if media in _FILES:
        named.insert(0, "into: Place")
    if one.has("if-match"):
        named.append("version: str")
    if one.has("idempotency-key"):
        named.append("idempotency_key: str | None = None")
    if one.has("prefer"):
        named.append("wait_for_checkpoint: bool = False")
    body = [f"**body: Unpack[{_type(one.body, 'm.')}]"] if one.body else []
    head = ", ".join(["self", *wanted, *(["*"] if named else []), *named, *body])
    waits = kind and not one.has("cursor")
    lines = [
        f"    {'async ' if waits else ''}def {one.name}({head}) -> {gives}:",
        f"        {_docstring(one.says, 8)}",
        f"        return {'await ' if waits else ''}self._wire.{how.format(_request(one))}",
    ]
    return "\n".join(lines)


def _gives(one: Operation, kind: str) -> tuple[str, str, str]:
    """The media type of an operation's answer, the type of what its method gives, and how that is got."""
    media, answer = next(iter(one.success.items()), ("", {}))
    if one.has("cursor"):
        page = one.schemas[next(references(answer))]
        member, entries = next((name, of) for name, of in page["properties"].items() if of.get("type") == "array")
        gives = f"{kind}Pages[{_type(answer, 'm.')}, {_type(entries['items'], 'm.')}]"
        return media, gives, f'pages({{}}, "{member}")'
    if media in _FILES:
        return media, "Download", "fetch({}, into)"
    return media, f"Answer[{_type(answer, 'm.') if media == _JSON else 'bytes' if media else 'None'}]", "ask({})"


def _wanted(parameter: Parameter) -> str:
    """A parameter that is given by name; without a default of our own: the server's holds."""
    told = _type(parameter.schema, "m.", sent=True)
    name = f"{parameter.word}_" if keyword.iskeyword(parameter.word) else parameter.word
    return f"{name}: {told}" if parameter.required else f"{name}: {told.removesuffix(' | None')} | None = None"


def _request(one: Operation) -> str:
    """The request that a method makes."""
    path = one.path
    for parameter in one.at("path"):
        path = path.replace(f"{{{parameter.name}}}", f"{{at({parameter.word})}}")
    said = [f'f"{path}"' if one.at("path") else f'"{path}"']
    if one.method == "GET":
        names = {p.name: p.word + "_" * keyword.iskeyword(p.word) for p in one.at("query")}
        said += [f"{{{', '.join(f'{name!r}: {word}' for name, word in names.items())}}}"] if names else []
        said += ["accept=accept"] if one.has("accept") else []
        return f"read({', '.join(said)})"
    said += ["body"] if one.body else []
    said += ["version=version"] if one.has("if-match") else []
    said += ["idempotency_key=idempotency_key"] if one.has("idempotency-key") else []
    said += ["wait_for_checkpoint=wait_for_checkpoint"] if one.has("prefer") else []
    return f"write({one.method!r}, {', '.join(said)})"


def _docstring(text: str, indent: int) -> str:
    """A docstring's lines, the first sentence on its own."""
    first, _, rest = " ".join(text.split()).replace("\\", "\\\\").partition(". ")
    margin = "\n" + " " * indent
    told = [margin.join(textwrap.wrap(one, _WIDTH - indent)) for one in (first.rstrip(".") + ".", rest) if one]
    return (
        f'"""{(margin.rstrip(" ") + margin).join(told)}{margin if rest or len(first) > _WIDTH - indent - 1 else ""}"""'
    )


def _word(tag: str) -> str:
    return tag.replace(" ", "_").replace("-", "_")


def _class(tag: str) -> str:
    return tag.title().replace(" ", "").replace("-", "")
