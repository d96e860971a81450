"""The API's description as TypeScript declarations: an interface for each schema, and all operations in one map.

For programs in a browser or under Node, with whatever they fetch with: types alone, nothing that runs.
"""

import json
import re
from pathlib import Path
from typing import Final

from ops.reference.described import Described, Json, Operation, Parameter, references, type_name

_HEAD: Final = """\
// Made by `make reference` from api/openapi.json; don't edit.
//
// `operations["schedule_session"]["request"]` is what an operation is sent, `["response"]` what comes back when all is
// well; `["path"]`, `["query"]` and `["header"]` are its parameters. `paths` has the operations by path and method.
// Every refusal is an RFC 9457 `Problem`. Moments and days are strings, as RFC 3339 has them; files and signed notes
// are `Blob`s.
"""

_PROBLEM: Final = """\
/** A refusal (RFC 9457); `type` ends in its stable name, like `/v1/problems/stale-version`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  errors?: { location: (string | number)[]; mistake: string }[];
  ended?: EndedReading[];
  rule?: string;
  phrase?: string;
}
"""

_TYPES: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_PLACES: Final = ("path", "query", "header")
_NEEDED: Final = ("if-match", "idempotency-key")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def page(root: Path) -> str:
    """The whole file."""
    known = Described.of(root)
    reached = sorted({*known.homes, *known.reached({"$ref": "EndedReading"}), "EndedReading"}, key=type_name)
    operations = sorted(known.operations, key=lambda one: one.name)
    blocks = [
        _HEAD.rstrip(),
        *(_schema(name, known.schemas[name]) for name in reached),
        _PROBLEM.rstrip(),
        "\n".join(["export interface operations {", *map(_operation, operations), "}"]),
        _paths(known.operations),
    ]
    return "\n\n".join(blocks) + "\n"


def _schema(name: str, schema: Json) -> str:
    about = _comment(schema.get("description", ""), "")
    if schema.get("type") != "object":
        return f"{about}export type {type_name(name)} = {_type(schema)};"
    fields = [
        f"  {_key(field)}{'' if field in schema.get('required', []) else '?'}: {_type(inner)};"
        for field, inner in schema.get("properties", {}).items()
    ]
    return "\n".join([f"{about}export interface {type_name(name)} {{", *fields, "}"])


def _operation(one: Operation) -> str:
    lines = [f"{_comment(one.says, '  ')}  {one.name}: {{", f'    tag: "{one.tag}";']
    for place in _PLACES:
        told = "; ".join(map(_parameter, one.at(place)))
        lines.append(f"    {place}: {f'{{ {told} }}' if told else 'Record<string, never>'};")
    media, answer = next(iter(one.success.items()), ("", {}))
    given = _type(answer) if media == "application/json" else "Blob" if media else "undefined"
    lines += [f"    request: {_type(one.body) if one.body else 'undefined'};", f"    response: {given};", "  };"]
    return "\n".join(lines)


def _parameter(one: Parameter) -> str:
    """A parameter; what every write needs is needed here, though the description leaves it to a problem to say so."""
    needed = one.required or one.name in _NEEDED
    told = _type(one.schema)
    return f"{_key(one.name)}{'' if needed else '?'}: {told.removesuffix(' | null')}"


def _paths(operations: list[Operation]) -> str:
    by_path: dict[str, list[Operation]] = {}
    for one in operations:
        by_path.setdefault(one.path, []).append(one)
    lines = [
        f"  {json.dumps(path)}: {{ "
        + "; ".join(f'{one.method.lower()}: operations["{one.name}"]' for one in here)
        + " };"
        for path, here in by_path.items()
    ]
    return "\n".join(["export interface paths {", *lines, "}"])


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return type_name(next(references(schema)))
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if "enum" in schema or "const" in schema:
        return " | ".join(map(json.dumps, schema.get("enum") or [schema["const"]]))
    kind = schema.get("type", "any")
    if kind in ("array", "object"):
        inner = schema.get("items" if kind == "array" else "additionalProperties")
        told = _type(inner) if isinstance(inner, dict) else "unknown"
        return f"Array<{told}>" if kind == "array" else f"Record<string, {told}>"
    return _TYPES.get(kind, "unknown")


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)


def _comment(text: str, margin: str) -> str:
    told = " ".join(text.split()).replace("*/", "* /")
    return f"{margin}/** {told} */\n" if told else ""
