"""The TypeScript declarations: every type that is used is declared once, and every operation is in them."""

import re
from collections import Counter
from typing import Final

from ops.reference import typescript
from ops.reference.described import Described
from tests.architecture.house import ROOT

BUILT_IN: Final = {"Array", "Blob", "Record"}
NOT_TYPES: Final = re.compile(r'"[^"]*"|/\*\*.*?\*/|//[^\n]*', re.DOTALL)


def undeclared(text: str) -> set[str]:
    """The types that are used and declared nowhere."""
    code = NOT_TYPES.sub("", text)
    return set(re.findall(r"\b[A-Z]\w*", code)) - set(re.findall(r"export (?:interface|type) (\w+)", code)) - BUILT_IN


def test_every_type_is_declared_once() -> None:
    """Nothing is used that isn't declared, and nothing is declared twice; the control finds a planted name."""
    text = typescript.page(ROOT)
    declared = Counter(re.findall(r"^export (?:interface|type) (\w+)", text, re.MULTILINE))
    assert [name for name, times in declared.items() if times > 1] == []
    assert len(declared) > 100
    assert undeclared(text) == set()
    assert undeclared(text + "export interface One { two: Nowhere }") == {"Nowhere"}


def test_every_operation_is_there() -> None:
    """Each operation stands in the map under its name, and under its path and method."""
    text = typescript.page(ROOT)
    for one in Described.of(ROOT).operations:
        assert text.count(f"\n  {one.name}: {{\n") == 1
        assert f'{one.method.lower()}: operations["{one.name}"]' in text
        assert f'\n  "{one.path}": {{' in text


def test_what_a_write_needs_is_needed() -> None:
    """Key and version aren't optional where there are any, though the description leaves that to a problem to say."""
    text = typescript.page(ROOT)
    assert '"idempotency-key": string' in text
    assert '"if-match": string' in text
    assert '"idempotency-key"?' not in text
    assert '"if-match"?' not in text
