"""``driehoek verify`` is the offline verifier: its arguments, its answers, its exit codes."""

from pathlib import Path

from typer.testing import CliRunner

from ops.cli import app
from tests.crypto.verifier.pieces import bundle
from tests.crypto.verifier.story import POLICY, Story


def test_the_command_is_the_verifier(tmp_path: Path) -> None:
    """It verifies without settings or a database, says no with 1, and calls wrong usage 2."""
    story = Story()
    story.tell()
    pieces = bundle(story, story.state())
    (tmp_path / "bundle.zip").write_bytes(pieces.build())
    (tmp_path / "policy").write_bytes(POLICY)
    whole = ["verify", str(tmp_path / "bundle.zip"), "--policy", str(tmp_path / "policy")]
    verified = CliRunner().invoke(app, whole)
    assert verified.exit_code == 0, verified.output
    assert "13 – " in verified.output

    pieces.grants[0] = (*pieces.grants[0][:3], b"another")
    (tmp_path / "bundle.zip").write_bytes(pieces.build())
    assert CliRunner().invoke(app, [*whole, "--json"]).exit_code == 1
    for arguments in (whole[:2], [*whole, "--nonsense"]):
        assert CliRunner().invoke(app, arguments).exit_code == 2
    assert "--seen" in CliRunner().invoke(app, ["verify", "--help"]).output
