"""Engagement scripts: what can be played is loaded whole, and what can't says where it is wrong, never what it says."""

from pathlib import Path

import pytest

from ops.demo.script import CAST, GUESTS, REQUESTS, UNVERSIONED, ScriptError, Step, load, request_of
from tests.processes import Home

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
SAID = "what nobody may see in a message"
WHOLE = f"""
language = "en"
title = "{SAID}"
story = "{SAID}"
[organisation]
name = "{SAID}"
""" + "".join(f'[people.{who}]\nname = "{SAID}"\nemail = "{SAID}"\n' for who in CAST)
STEP = f'[[step]]\nby = "coach"\ndo = "write_note"\n[step.with]\nnote = "{SAID}"\n'


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_script(example: Path) -> None:
    """Each example loads; its steps are numbered from 1, by the cast, with known acts, and it has much to say."""
    script = load(example)
    assert [step.number for step in script.steps] == list(range(1, len(script.steps) + 1))
    assert {step.by for step in script.steps} <= script.people.keys() <= {*CAST, *GUESTS}
    assert {step.do for step in script.steps} <= REQUESTS.keys()
    assert len(list(script.texts())) > 100
    assert all(len(text) >= 40 for text in script.texts(40))


def test_a_step_becomes_a_request() -> None:
    """Numbers named in the path are taken out of the body; what is said is the rest."""
    method, path, body = request_of(Step(3, "coachee", "review_session", {"session": 2, "retained": "much"}))
    assert (method, path, body) == ("PUT", "/sessions/2/review", {"retained": "much"})
    assert request_of(Step(1, "coach", "schedule_session", {"session": 2}))[1:] == ("/sessions", {"session": 2})
    assert request_of(Step(1, "representative", "start_programme", {}))[1] == "/v1/programmes"
    assert REQUESTS.keys() >= UNVERSIONED


def test_the_shortest_script_loads(tmp_path: Path) -> None:
    """Control for what follows: with everything there, it is a script."""
    path = tmp_path / "script.toml"
    path.write_text(WHOLE + STEP)
    assert [step.do for step in load(path).steps] == ["write_note"]


WRONG = {
    "not TOML": ("= = =", "isn't valid TOML"),
    "no language": ((WHOLE + STEP).replace('language = "en"', ""), "lacks language"),
    "no steps": (WHOLE, "lacks step"),
    "nobody": (WHOLE.replace("[people.coach]", "[people.stranger]") + STEP, "people lack coach"),
    "unknown act": (WHOLE + STEP + STEP.replace("write_note", SAID), "step 2"),
    "unknown person": (WHOLE + STEP.replace('"coach"', f'"{SAID}"'), "step 1"),
    "no act": (WHOLE + '[[step]]\nby = "coach"\n', "step 1"),
    "steps that are no tables": (f'step = ["{SAID}"]\n' + WHOLE, "step 1"),
    "steps that are no list": (f'step = "{SAID}"\n' + WHOLE, "steps"),
    "people that are no table": (f'people = "{SAID}"\n' + WHOLE.split("[people")[0] + STEP, "people"),
    "words that are no table": (WHOLE + f'[[step]]\nby = "coach"\ndo = "write_note"\nwith = "{SAID}"\n', "step 1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_script_says_where(tmp_path: Path, name: str) -> None:
    """Each mistake is named with its place, and no text of the script is in the message."""
    content, words = WRONG[name]
    path = tmp_path / "script.toml"
    path.write_text(content)
    with pytest.raises(ScriptError, match=words) as found:
        load(path)
    assert SAID not in str(found.value)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    """A file in another encoding is refused like any other mistake."""
    path = tmp_path / "script.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(ScriptError, match="UTF-8"):
        load(path)


def test_the_command_refuses_a_bad_script_in_one_line(tmp_path: Path) -> None:
    """``driehoek demo`` with such a file ends with one line and no traceback, before it starts a server."""
    path = tmp_path / "script.toml"
    path.write_text(WRONG["unknown act"][0])
    done = Home(tmp_path).run("demo", "--script", str(path))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert SAID not in done.stdout + done.stderr
    assert "step 2" in done.stderr
