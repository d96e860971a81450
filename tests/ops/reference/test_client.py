"""The Python client's generated files are what the description says now, and whole."""

import json
from typing import Any

import pytest

from ops.reference import client
from ops.reference.described import Described
from tests.architecture.house import ROOT


def test_the_committed_files_are_the_generated_ones() -> None:
    """What stands in the generated folders is what is generated now, no more and no less; each file says so first."""
    made = client.files(ROOT)
    folders = [ROOT / client.PLACE / name for name in client.FOLDERS]
    there = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in folders
        for path in folder.glob("*.py")
    }
    assert there.keys() == made.keys()
    assert [name for name in made if there[name] != made[name]] == []
    assert all(text.startswith(f"{client.FIRST}\n") for text in made.values())


def changed(**members: object) -> Described:
    """The description with one more path, whose operation is ``who_am_i`` with these members."""
    told = json.loads((ROOT / "api" / "openapi.json").read_text(encoding="utf-8"))
    operation = told["paths"]["/v1/people/me"]["get"] | members
    told["paths"]["/v1/people/you"] = {"get": operation}
    return Described(told)


def test_two_operations_of_one_name_are_refused() -> None:
    """Whoever names a route as another one is told so; under a name of its own it is one more operation."""
    assert "who_are_you" in [one.name for one in changed(operationId="who_are_you_v1_people_you_get").operations]
    with pytest.raises(ValueError, match="two operations have one name"):
        changed(operationId="who_am_i_v1_people_you_get")


def test_an_answer_that_never_ends_is_no_operation() -> None:
    """A stream of events is left out: a method would wait for its end."""
    stream: Any = {"200": {"content": {"text/event-stream": {}}}}
    named = [one.name for one in changed(operationId="follow_v1_people_you_get", responses=stream).operations]
    assert "follow" not in named
    assert "who_am_i" in named
