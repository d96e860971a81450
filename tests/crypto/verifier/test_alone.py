"""The verifier stands alone: its size, what it imports, the one file that it is handed out as, and the command."""

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import crypto.verifier.__main__ as command
from crypto.pack_verifier import pack
from tests.crypto.verifier.pieces import bundle, log_of
from tests.crypto.verifier.story import POLICY, Story

HERE = Path(command.__file__).parent
LONGEST = 1_600

# A finder in front of all others refuses whatever is neither of the standard library nor `cryptography` and its kin.
ALONE = """
import sys

class Fence:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names or top in {"cryptography", "_cffi_backend", "cffi", "__main__"}:
            return None
        if name in {"crypto"} or name.startswith("crypto.verifier"):
            return None
        raise ImportError("fenced off: " + name)

sys.meta_path.insert(0, Fence())
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a bundle, a broken one, a policy and checkpoints."""
    folder = tmp_path_factory.mktemp("evidence")
    story = Story()
    story.tell()
    pieces = bundle(story, story.state())
    (folder / "bundle.zip").write_bytes(pieces.build())
    pieces.facts.pop()
    (folder / "broken.zip").write_bytes(pieces.build())
    (folder / "policy").write_bytes(POLICY)
    (folder / "seen").write_bytes(log_of(story).note(len(story.events)))
    (folder / "old").write_bytes(log_of(story).note(5))
    pack(folder / "driehoek-verify.pyz")
    return folder


def test_it_is_read_in_one_sitting() -> None:
    """The package stays under sixteen hundred lines, comments, docstrings and blank lines included."""
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in HERE.glob("*.py")}
    assert sum(lines.values()) < LONGEST, lines


def test_it_imports_nothing_of_the_rest() -> None:
    """Its modules name the standard library, ``cryptography`` and each other, at any depth of the code."""
    named = {
        name
        for path in HERE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    others = {name for name in named if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in others if not name.startswith(("crypto.verifier.", "cryptography."))} == set()
    assert others


def run(files: Path, *arguments: str, fenced: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the one file, by default where nothing but the standard library and ``cryptography`` can be imported."""
    archive = str(files / "driehoek-verify.pyz")
    start = (
        f"{ALONE}\nimport runpy\nsys.argv = {[archive, *arguments]!r}\nrunpy.run_path({archive!r}, run_name='__main__')"
    )
    line = [sys.executable, "-I", "-c", start] if fenced else [sys.executable, "-I", archive, *arguments]
    return subprocess.run(line, cwd=files, capture_output=True, text=True, check=False, timeout=60)


def test_one_file_runs_with_python_and_cryptography_alone(files: Path) -> None:
    """``make verifier``'s file verifies a bundle where nothing else is installed; the fence is there."""
    done = run(files, "bundle.zip", "--policy", "policy", "--seen", "seen")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(" 1 ✓ ")
    assert "Verified" in done.stdout
    fence = [sys.executable, "-I", "-c", f"{ALONE}\nimport cbor2"]
    assert b"fenced off" in subprocess.run(fence, capture_output=True, check=False, timeout=60).stderr


def test_it_says_no_by_its_exit_code(files: Path) -> None:
    """What doesn't hold is exit code 1 with the step and the reason, as a program of its own."""
    done = run(files, "broken.zip", "--policy", "policy", fenced=False)
    assert done.returncode == 1
    assert " 6 ✗ " in done.stdout
    assert "NOT VERIFIED" in done.stdout


def test_the_file_is_the_sources_and_the_same_each_time(files: Path, tmp_path: Path) -> None:
    """It holds the package's modules unchanged, and packing again gives the same bytes."""
    pack(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == (files / "driehoek-verify.pyz").read_bytes()
    with zipfile.ZipFile(tmp_path / "again.pyz") as archive:
        for path in HERE.glob("*.py"):
            assert archive.read(f"crypto/verifier/{path.name}") == path.read_bytes()


def call(files: Path, *arguments: str) -> list[str]:
    """The arguments with the folder before each name of a file."""
    return [str(files / one) if (files / one).exists() else one for one in arguments]


def test_the_command_prints_the_plan(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Thirteen numbered steps, what held, and what was not checked."""
    assert command.main(call(files, "bundle.zip", "--policy", "policy", "--seen", "seen")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in lines[:13]] == [f"{n:2} {'–' if n in (12, 13) else '✓'}" for n in range(1, 14)]
    assert lines[14].startswith("Verified")
    assert lines[15] == "Not checked:"


def test_the_command_prints_json(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs: the verdict, each step with its findings, and what was not checked."""
    assert command.main(call(files, "broken.zip", "--policy", "policy", "--json")) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["verified"] is False
    assert [step["step"] for step in said["steps"] if step["holds"] is False] == [5, 6]
    assert said["steps"][5]["findings"]
    assert said["not_checked"]


def test_an_old_checkpoint_without_a_proof_is_a_no(files: Path) -> None:
    """``--seen`` with a checkpoint that the bundle doesn't lead to is found by step 4."""
    assert command.main(call(files, "bundle.zip", "--policy", "policy", "--seen", "old")) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("bundle.zip",),
        ("missing.zip", "--policy", "policy"),
        ("bundle.zip", "--policy", "missing"),
        ("bundle.zip", "--policy", "bundle.zip"),
        ("bundle.zip", "--policy", "policy", "--seen", "missing"),
        ("bundle.zip", "--policy", "policy", "--tsa", "policy"),
        ("bundle.zip", "--policy", "policy", "--trust-me"),
    ],
)
def test_wrong_usage_is_2(files: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """Missing or unreadable files, no policy, or one that isn't: exit code 2, and one line that says why."""
    with pytest.raises(SystemExit) as stopped:
        command.main(call(files, *arguments))
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_many_findings_are_counted(files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads the first findings of a step and how many more there are."""
    shutil.copy(files / "policy", tmp_path)
    story = Story()
    story.tell()
    pieces = bundle(story, story.state())
    pieces.facts.clear()
    (tmp_path / "bundle.zip").write_bytes(pieces.build())
    assert command.main(call(tmp_path, "bundle.zip", "--policy", "policy")) == 1
    assert f"and {len(story.events) - 20} more" in capsys.readouterr().out
