"""`driehoek policy`: what holds, and publishing what will."""

from pathlib import Path

import pytest

from domain.adherence.parameters import FIRST
from domain.adherence.publication import NAMES
from ops.policies import PolicyFileError, read_parameters
from tests.ops.conftest import Played, refused


def test_the_next_version_is_published_and_shown(played: Played) -> None:
    """A file changes what it names; both versions are shown, for programs and for people."""
    before = played.answer("policy", "show")
    file = played.path / "policy.toml"
    file.write_text("# agreed with the supervisors\nvoice_days = 9\n", encoding="utf-8")
    published = played.answer("policy", "publish", str(file))
    newest = before["newest"] + 1
    parameters = {name: getattr(FIRST, name) for name in NAMES} | {"voice_days": 9}
    assert published == {"version": newest, "parameters": parameters}
    assert played.answer("policy", "show") == {"newest": newest, "versions": [*before["versions"], published]}
    printed = played.run("policy", "show").stdout
    assert "voice_days = 14, 9  # 1 to 3660" in printed


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"voice_days = ", "isn't TOML"),
        (b"voice_days = 1\nvoice_days = 2", "isn't TOML"),
        (b"\xff", "isn't TOML"),
        (b"voice_days = 'soon'", "whole number"),
        (b"voice_days = true", "whole number"),
        (b"voice_days = 1.5", "whole number"),
        (b"[voice]\ndays = 1", "whole number"),
    ],
    ids=["syntax", "twice", "encoding", "text", "flag", "fraction", "table"],
)
def test_a_file_that_holds_no_parameters_is_refused(tmp_path: Path, said: bytes, why: str) -> None:
    """What is wrong with the file is said, and nothing of what is in it."""
    file = tmp_path / "policy.toml"
    file.write_bytes(said)
    with pytest.raises(PolicyFileError, match=why):
        read_parameters(file)


def test_what_is_no_policy_is_not_published(played: Played) -> None:
    """One line says that there is no such parameter; nothing is published."""
    file = played.path / "policy.toml"
    file.write_text("voice_hours = 3\n", encoding="utf-8")
    before = played.size()
    refused(played.run("policy", "publish", str(file)), "no such parameter")
    assert played.size() == before
