"""Importing does nothing: no connection, no file written, no process, no thread, no descriptor left open.

A fresh interpreter imports what it is told to, watched by an audit hook (PEP 578) that raises at the first such deed.
What libpq does in C raises no audit event; but a connection is a descriptor, and those are counted.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOMS, ROOT, sources

WATCHED = r"""
import importlib, os, sys, tempfile, threading

tempfile.gettempdir()  # the standard library tries the folder out, once a process, for whoever asks first

FORBIDDEN = {
    "socket.connect", "socket.bind", "socket.sendto", "subprocess.Popen", "os.system", "os.fork", "os.posix_spawn",
    "os.mkdir", "os.remove", "os.rename", "os.truncate", "sqlite3.connect",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def hook(event, arguments):
    if event in FORBIDDEN:
        raise RuntimeError(f"at import: {event}")
    if event == "open":
        path, mode, flags = arguments
        if (mode and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & WRITING):
            raise RuntimeError(f"at import: open for writing, {path!r}")


def no_thread(*_):
    raise RuntimeError("at import: a thread")


def descriptors():
    found = set()
    for number in range(512):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.add(number)
    return found


before = descriptors()
threading._start_new_thread = no_thread  # starting a thread raises no audit event before Python 3.12
sys.addaudithook(hook)
for module in sys.argv[1:]:
    importlib.import_module(module)
if descriptors() != before:
    raise RuntimeError("at import: a descriptor was left open")
print("quiet", len(sys.argv) - 1)
"""

LOADED_OTHERWISE = ("ops/migrations/env.py", "ops/migrations/versions/", "__main__.py")
"""Files that aren't imported: alembic runs its own within a migration, and ``__main__`` is a program's start."""

LOUD = {
    "a socket": "import socket\nsocket.create_connection(('127.0.0.1', 9))",
    "a file": "from pathlib import Path\nPath('left-behind').write_text('x')",
    "a low-level file": "import os\nos.open('left-behind', os.O_CREAT | os.O_WRONLY)",
    "a thread": "import threading\nthreading.Thread(target=print).start()",
    "a process": "import subprocess\nsubprocess.run(['true'])",
    "a descriptor": "import socket\nkept = socket.socketpair()",
    "a pool": (
        "from psycopg_pool import ConnectionPool\n"
        "pool = ConnectionPool('host=127.0.0.1 port=9 connect_timeout=1', open=True)"
    ),
}


def watch(modules: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Import modules in a fresh interpreter, watched."""
    command = [sys.executable, "-B", "-c", WATCHED, *modules]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_importing_every_module_does_nothing() -> None:
    """All modules of all rooms, imported one after another, neither connect nor write nor start anything."""
    paths = [path.relative_to(ROOT) for path in sources(*ROOMS)]
    importable = [path for path in paths if not path.as_posix().startswith(LOADED_OTHERWISE[:2])]
    modules = [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in importable
        if path.name != LOADED_OTHERWISE[2]
    ]
    result = watch(modules, ROOT)
    assert result.returncode == 0, result.stderr[-500:]
    assert result.stdout == f"quiet {len(modules)}\n"
    assert len(modules) > 70


@pytest.mark.parametrize("deed", LOUD)
def test_a_loud_import_is_noticed(deed: str, tmp_path: Path) -> None:
    """Positive control: a module that does something on import is caught at it."""
    (tmp_path / "loud.py").write_text(f"{LOUD[deed]}\n", encoding="utf-8")
    result = watch(["loud"], tmp_path)
    assert result.returncode != 0
    assert "RuntimeError: at import: " in result.stderr
    assert not (tmp_path / "left-behind").exists()


def test_a_quiet_import_is_not_blamed(tmp_path: Path) -> None:
    """Positive control the other way: a module that only reads a file passes."""
    (tmp_path / "quiet.py").write_text("text = open(__file__).read()\n", encoding="utf-8")
    assert watch(["quiet"], tmp_path).stdout == "quiet 1\n"
