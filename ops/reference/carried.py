"""Which items of the matrix an event's content falls under, read off the decisions that make it happen.

A decision says ``Happening(fact, parts)``. Both are followed from there through the names that they go by: to what was
assigned to a name, to the helper that makes the parts, to the table that an item is taken from, to the item that
callers hand to a helper. So a fact of which nothing is found carries no content: its happenings are made elsewhere, and
of facts alone.
"""

import ast
import importlib
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeGuard

from domain.facts import Fact
from domain.vocabulary import Item

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def carried_items(domain: Path) -> Mapping[str, frozenset[Item]]:
    """By topic, the items of the parts that happenings of the fact have; of every decision below a folder."""
    found: dict[str, set[Item]] = {}
    for path in sorted(domain.rglob("*.py")):
        named = path.relative_to(domain.parent).with_suffix("").parts
        module = importlib.import_module(".".join(named).removesuffix(".__init__"))
        for topic, items in _in_module(module, ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(topic, set()).update(items)
    return {topic: frozenset(items) for topic, items in found.items()}


def _in_module(module: ModuleType, tree: ast.Module) -> Iterator[tuple[str, set[Item]]]:
    for function in (node for node in ast.walk(tree) if isinstance(node, _Function)):
        scope = _Scope(module, function, handed=dict(_handed(tree, function)))
        for call in _calls(function, "Happening"):
            arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg in ("fact", "parts"))]
            items = {item for one in arguments[1:] for item in scope.items(one)}
            for fact in scope.facts(arguments[0]):
                yield fact.topic, items


@dataclass
class _Scope:
    """One function: what its names stand for.

    ``seen`` are the names that were followed before; ``handed`` what callers pass as an item, by the parameter's name.
    """

    module: ModuleType
    function: _Function
    seen: set[str] = field(default_factory=set)
    handed: Mapping[str, Sequence[ast.expr]] = field(default_factory=dict)

    def facts(self, expression: ast.expr) -> Iterator[type[Fact]]:
        """The facts that an expression may be: by their own name, or as what a method of that name is said to make."""
        for one in self.reached(expression):
            if _is_fact(one):
                yield one
        for one in self._bound_to(expression):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
                for known in vars(self.module).values():
                    made = inspect.getattr_static(known, one.func.attr, None) if isinstance(known, type) else None
                    returned = made.__annotations__.get("return") if isinstance(made, FunctionType) else None
                    if _is_fact(returned):
                        yield returned

    def items(self, expression: ast.expr) -> set[Item]:
        """The items of the parts that an expression may be."""
        parts = [call for one in self._bound_to(expression) for call in _calls(one, "Part")]
        items = {item for call in parts for one in self.reached(call.args[0]) for item in _items_of(one)}
        for helper in self._called(expression):
            for call in _calls(helper.function, "Part"):
                items |= {item for one in helper.reached(call.args[0]) for item in _items_of(one)}
        return items

    def _bound_to(self, expression: ast.expr, known: frozenset[str] = frozenset()) -> Iterator[ast.expr]:
        """The expression itself and what the names in it are bound to in this function."""
        yield expression
        for name in {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)} - known:
            for bound in (*_bindings(self.function, name), *self.handed.get(name, ())):
                yield from self._bound_to(bound, known | {name})

    def reached(self, expression: ast.expr) -> Iterator[Any]:
        """The objects of the program that the names of an expression lead to."""
        for one in self._bound_to(expression):
            for node in ast.walk(one):
                if isinstance(node, ast.Attribute | ast.Name) and (found := self._resolved(node)) is not None:
                    yield found

    def _called(self, expression: ast.expr) -> Iterator["_Scope"]:
        for found in self.reached(expression):
            if isinstance(found, FunctionType) and found.__name__ not in self.seen:
                self.seen.add(found.__name__)
                module = inspect.getmodule(found)
                if module is not None and module.__name__.startswith("domain"):
                    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(found))).body[0]
                    if isinstance(body, _Function):
                        yield _Scope(module, body, self.seen)

    def _resolved(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return vars(self.module).get(node.id)
        if isinstance(node, ast.Attribute) and (owner := self._resolved(node.value)) is not None:
            return getattr(owner, node.attr, None)
        return None


def _is_fact(found: object) -> TypeGuard[type[Fact]]:
    return isinstance(found, type) and issubclass(found, Fact) and hasattr(found, "topic")


def _bindings(function: _Function, name: str) -> Iterator[ast.expr]:
    """What a name is bound to in a function: assigned, looped over, appended or added."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value) if any(_binds(target, name) for target in targets):
                yield value
            case ast.AnnAssign(target=target, value=ast.expr() as value) if _binds(target, name):
                yield value
            case ast.AugAssign(target=target, value=value) if _binds(target, name):
                yield value
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value) if _binds(
                target, name
            ):
                yield value
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append" | "extend"), args=arguments):
                if owner == name:
                    yield from arguments


def _handed(tree: ast.Module, function: _Function) -> Iterator[tuple[str, Sequence[ast.expr]]]:
    """What a function's callers in the same module pass for each parameter that is an item."""
    for place, parameter in enumerate(function.args.args):
        if parameter.annotation is not None and ast.unparse(parameter.annotation) == "Item":
            calls = [call for call in _calls(tree, function.name) if len(call.args) > place]
            yield parameter.arg, [call.args[place] for call in calls]


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    return (
        one
        for one in ast.walk(node)
        if isinstance(one, ast.Call) and ast.unparse(one.func).rsplit(".", 1)[-1] == name and one.args
    )


def _items_of(found: Any) -> set[Item]:
    """The items in something: itself, or what a table holds."""
    if isinstance(found, Item):
        return {found}
    if isinstance(found, Mapping):
        return _all(found.values()) or _all(found)
    if isinstance(found, tuple | frozenset | set | list):
        return _all(found)
    return set()


def _all(found: Iterable[Any]) -> set[Item]:
    return {item for one in found if isinstance(one, Item | tuple | Enum) for item in _items_of(one)}
