"""What the API's description says, as generators of clients want to know it: operations, and the schemas they use."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

_LEFT_OUT: Final = ("text/event-stream",)
"""Answers that never end are no operations of a client."""

_PAGES_OF_PROBLEMS: Final = "/v1/problems/"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation: its name on the wire, where it stands (path, query, header), and its schema."""

    name: str
    place: str
    required: bool
    schema: Json

    @property
    def word(self) -> str:
        """Its name in a program."""
        return self.name.replace("-", "_")


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes:
        name: that of the route's function.
        method, path, told: as described.
        schemas: the description's, by name.
    """

    name: str
    method: str
    path: str
    told: Json
    schemas: Mapping[str, Json]

    @property
    def tag(self) -> str:
        """The group it is in: the last of its tags, because a route's own come after its module's."""
        return str(self.told["tags"][-1])

    @property
    def says(self) -> str:
        """What it does."""
        return str(self.told.get("description") or self.told["summary"])

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Its parameters, in order."""
        given = self.told.get("parameters", [])
        return [
            Parameter(
                one["name"].lower() if one["in"] == "header" else one["name"],
                one["in"], one.get("required", False), one["schema"],
            )
            for one in given
        ]  # fmt: skip

    def at(self, place: str) -> list[Parameter]:
        """Those of one place."""
        return [one for one in self.parameters if one.place == place]

    def has(self, name: str) -> bool:
        """Whether there is such a parameter."""
        return any(one.name == name for one in self.parameters)

    @property
    def body(self) -> Json | None:
        """The schema of what it is sent, or None where nothing has to be said."""
        asked = self.told.get("requestBody", {})
        return asked["content"]["application/json"]["schema"] if asked.get("required") else None

    @property
    def success(self) -> dict[str, Json]:
        """Its answer when all is well: schemas by media type."""
        status = min(code for code in self.told["responses"] if code.startswith("2"))
        content = self.told["responses"][status].get("content", {})
        return {kind: one.get("schema", {}) for kind, one in content.items()}


class Described:
    """A description.

    Args:
        told: it, as JSON.
    """

    def __init__(self, told: Json) -> None:
        self.schemas: Mapping[str, Json] = told["components"]["schemas"]
        self.operations = [
            Operation(_name(one["operationId"], path, method), method.upper(), path, one, self.schemas)
            for path, item in told["paths"].items()
            for method, one in item.items()
            if not path.startswith(_PAGES_OF_PROBLEMS)
        ]
        self.operations = [one for one in self.operations if not any(kind in _LEFT_OUT for kind in one.success)]
        names = [one.name for one in self.operations]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two operations have one name: {sorted(twice)}")

    @classmethod
    def of(cls, root: Path) -> "Described":
        """The committed one."""
        return cls(json.loads((root / "api" / "openapi.json").read_text(encoding="utf-8")))

    def reached(self, *starts: Any) -> set[str]:
        """The schemas that these mention, and those that they mention, and so on."""
        found: set[str] = set()
        waiting = list(starts)
        while waiting:
            for name in references(waiting.pop()):
                if name not in found:
                    found.add(name)
                    waiting.append(self.schemas[name])
        return found

    @cached_property
    def asked(self) -> set[str]:
        """The schemas of what is sent."""
        return self.reached([one.body for one in self.operations if one.body])

    @cached_property
    def answered(self) -> set[str]:
        """The schemas of what comes back."""
        return self.reached([one.success for one in self.operations])

    @cached_property
    def groups(self) -> dict[str, list[Operation]]:
        """The operations by tag, sorted."""
        tags = sorted({one.tag for one in self.operations})
        return {tag: [one for one in self.operations if one.tag == tag] for tag in tags}

    @cached_property
    def homes(self) -> dict[str, str]:
        """Each schema's group: that of all that use it, or ``common``."""
        users: dict[str, set[str]] = {}
        for one in self.operations:
            for name in self.reached(one.body, one.success, [p.schema for p in one.parameters]):
                users.setdefault(name, set()).add(one.tag)
        return {name: tags.pop() if len(tags) == 1 else "common" for name, tags in sorted(users.items())}


def references(schema: Any) -> Iterator[str]:
    """The names that a schema mentions itself."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].rpartition("/")[2]
        for one in schema.values():
            yield from references(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from references(one)


def type_name(schema: str) -> str:
    """A schema's name as a type's: where two modules share one, the module's word stands in front."""
    *modules, name = schema.replace("-", "").split("__")
    front = modules[-1].removesuffix("_bodies").title().replace("_", "") if modules else ""
    return front + name


def _name(operation: str, path: str, method: str) -> str:
    """The route's function: FastAPI's id is its name, the path and the method."""
    rest = re.sub(r"\W", "_", path) + "_" + method
    return operation.removesuffix(rest) if operation.endswith(rest) else operation
