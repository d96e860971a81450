"""The rooms are the same everywhere they are named, and imports look one way."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOMS, ROOT, settings

LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]

# room of the planted file, what it imports, and the contract that must notice.
PLANTED = [
    ("domain", "import crypto.part", "Imports look one way"),
    ("crypto", "import domain.facts", "Imports look one way"),
    ("domain", "import ops.clock", "Imports look one way"),
    ("projections", "import api.bodies", "Imports look one way"),
    ("api", "import ops.wiring", "Imports look one way"),
    ("api", "from crypto import part", "Only ops opens the crypto room"),
    ("projections", "import cryptography", "Only ops opens the crypto room"),
    ("ops", "from cryptography.hazmat.primitives.ciphers import aead", "ops holds no cipher of its own"),
    ("domain", "import psycopg", "The domain does no I/O"),
    ("domain", "def later():\n    import fastapi", "The domain does no I/O"),
    ("crypto", "import psycopg", "The crypto room knows neither database nor web"),
    ("crypto", "import eventsourcing.persistence", "The crypto room knows neither database nor web"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts of a checkout."""
    return subprocess.run(LINT, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rooms and their contracts."""
    folder = tmp_path_factory.mktemp("checkout")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_rooms_are_the_same_everywhere() -> None:
    """Folders with code, packages of the wheel and roots of the import contracts are the same five rooms."""
    configured = settings()["tool"]
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert folders == set(ROOMS)
    assert set(configured["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(ROOMS)
    assert set(configured["importlinter"]["root_packages"]) == set(ROOMS)
    assert set(configured["mypy"]["files"]) == {*ROOMS, "clients", "tests"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_folder_of_a_room_is_a_package(room: str) -> None:
    """No module is out of the contracts' sight because its folder isn't a package; migrations are loaded by path."""
    folders = {path.parent for path in (ROOT / room).rglob("*.py")}
    outside = {folder.relative_to(ROOT).as_posix() for folder in folders if not (folder / "__init__.py").exists()}
    assert outside <= {"ops/migrations/versions"}


def test_imports_look_one_way() -> None:
    """The import contracts hold."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


def test_an_untouched_copy_holds(copy: Path) -> None:
    """Positive control: without a planted import the copy keeps every contract."""
    result = lint(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("room", "code", "contract"), PLANTED, ids=[f"{room}: {code}" for room, code, _ in PLANTED])
def test_a_planted_import_is_noticed(copy: Path, room: str, code: str, contract: str) -> None:
    """One import against the direction, planted in a copy, breaks the contract that forbids it."""
    planted = copy / room / "planted.py"
    planted.write_text(f"{code}\n", encoding="utf-8")
    try:
        result = lint(copy)
    finally:
        planted.unlink()
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), broken
