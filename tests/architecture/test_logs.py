"""Logs hold no content: fields that aren't on the list are dropped, and so are a library's messages and tracebacks."""

import ast
import json
import subprocess
import sys
from typing import Any

import pytest

from ops.logs import ALLOWED, only_allowed, place_of
from tests.architecture.house import ROOMS, ROOT, log_calls, name_of, sources

TYPED = "what somebody typed"

SPEAKING = f"""
import logging, structlog
from ops.logs import configure

configure()
typed = {TYPED!r}
log = structlog.get_logger()
log.warning("known", position=7, content=typed, name=typed, exc_info=ValueError(typed), stack_info=True)
log.bind(body=typed, cell="c1").error("bound")
library = logging.getLogger("some.library")
library.warning("about %s", typed)
library.error(typed, extra={{"typed": typed}})
library.info("below the level: %s", typed)
try:
    raise KeyError(typed)
except KeyError:
    library.exception(typed, stack_info=True)
"""


@pytest.fixture(scope="module")
def said() -> list[dict[str, Any]]:
    """What a fresh process, set up as the server is, says on stderr when it logs content in every way it can."""
    result = subprocess.run(
        [sys.executable, "-c", SPEAKING], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stdout == ""
    assert TYPED not in result.stderr
    return [json.loads(line) for line in result.stderr.splitlines()]


def test_nothing_that_was_typed_is_said(said: list[dict[str, Any]]) -> None:
    """Every line is one JSON object of allowed fields, and none holds what was typed."""
    assert len(said) == 5
    assert all(line.keys() <= ALLOWED for line in said)
    assert TYPED not in str(said)


def test_what_is_allowed_is_said(said: list[dict[str, Any]]) -> None:
    """Positive control: the event's name, its level and an allowed field come through."""
    assert {"event": "known", "level": "warning", "position": 7}.items() <= said[0].items()
    assert {"event": "bound", "level": "error", "cell": "c1"}.items() <= said[1].items()


def test_a_library_is_named_and_not_quoted(said: list[dict[str, Any]]) -> None:
    """Of a library's record remain the logger's name, the level, and an exception's type and place."""
    assert [line["event"] for line in said[2:]] == ["some.library"] * 3
    assert [line["error"] for line in said[2:]] == [None, None, "KeyError"]
    assert said[4]["where"].startswith("<string>:")


@pytest.mark.parametrize("name", ["content", "text", "body", "exception", "exc_info", "stack_info", "stack", "message"])
def test_a_field_that_is_not_on_the_list_is_dropped(name: str) -> None:
    """Whatever such a field holds, also nested or under a technical name, it goes; the allowed one beside it stays."""
    assert only_allowed(None, "info", {name: {"deep": TYPED}, "count": 3}) == {"count": 3}


def test_the_list_has_no_name_for_content() -> None:
    """None of the allowed fields is the name of something that a person types."""
    typed = {"name", "title", "text", "content", "statement", "reason", "note", "entry", "subject", "email", "message"}
    assert ALLOWED.isdisjoint(typed)


def test_a_place_is_a_file_and_a_line() -> None:
    """An error's place names where it was raised, and nothing of what it says."""
    with pytest.raises(ValueError, match=TYPED) as error:
        raise ValueError(TYPED)
    file, line = place_of(error.value).split(":")
    assert (file, line.isdigit()) == ("test_logs.py", True)
    assert place_of(ValueError(TYPED)) == "unknown"


def test_every_log_line_has_a_fixed_event_and_known_fields() -> None:
    """In the whole code an event's name is a literal, so nothing can be typed into it, and every field is allowed."""
    calls = [(name_of(path), call) for path in sources(*ROOMS) for call in log_calls(path.read_text(encoding="utf-8"))]
    assert len(calls) >= 5
    for name, call in calls:
        if name == "ops/logs.py":  # the sieve itself passes on a logger's name
            continue
        assert [type(argument) for argument in call.args] == [ast.Constant], f"{name}:{call.lineno}"
        assert {keyword.arg for keyword in call.keywords} <= ALLOWED, f"{name}:{call.lineno}"
