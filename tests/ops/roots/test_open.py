"""The root store is the one that the settings name, and SoftHSM is found or named as missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from crypto.errors import RootStoreError
from ops.roots import FileRoots, open_roots
from ops.settings import RootSettingsError, Settings
from tests.architecture.house import ROOT
from tests.ops.roots.rigs import Rig
from tests.ops.roots.softhsm import fetched, found_below


def test_by_default_root_keys_are_two_folders_at_home(tmp_path: Path) -> None:
    """Nothing set: two folders below the home's keys; opening makes and touches nothing."""
    settings = Settings(home=tmp_path)
    assert settings.root_folders == (tmp_path / "keys" / "a", tmp_path / "keys" / "b")
    store = open_roots(settings)
    assert isinstance(store, FileRoots)
    assert store.record() is None
    assert list(tmp_path.iterdir()) == []


def test_the_folders_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two folders, and any number of folders for copies, joined like a search path."""
    monkeypatch.chdir(tmp_path)
    assert Settings().copy_folders == (Path(".driehoek/copies/a"), Path(".driehoek/copies/b"))
    monkeypatch.setenv("DRIEHOEK_ROOT_A", "/mnt/one")
    monkeypatch.setenv("DRIEHOEK_ROOT_B", "/mnt/two")
    monkeypatch.setenv("DRIEHOEK_KEY_COPIES", os.pathsep.join(["/mnt/three", "/mnt/four", "/mnt/five"]))
    settings = Settings()
    assert settings.root_folders == (Path("/mnt/one"), Path("/mnt/two"))
    assert settings.copy_folders == (Path("/mnt/three"), Path("/mnt/four"), Path("/mnt/five"))


def test_one_folder_for_both_halves_is_refused(tmp_path: Path) -> None:
    """A setting that defeats its own purpose is an error at the start."""
    with pytest.raises(RootSettingsError):
        open_roots(Settings(root_a=tmp_path, root_b=tmp_path))


def test_there_is_no_third_kind() -> None:
    """An unknown kind of store is refused when the settings are read."""
    with pytest.raises(ValidationError):
        Settings.model_validate({"root_store": "passphrase"})


@pytest.mark.parametrize("missing", ["pkcs11_module", "pkcs11_pin_file"])
def test_a_token_needs_a_library_and_a_pin(tmp_path: Path, missing: str) -> None:
    """Without either nothing is tried."""
    named = {"pkcs11_module": tmp_path / "library.so", "pkcs11_pin_file": tmp_path / "pin"}
    with pytest.raises(RootSettingsError):
        open_roots(Settings.model_validate({"root_store": "pkcs11", **named, missing: None}))
    store = open_roots(Settings.model_validate({"root_store": "pkcs11", **named}))
    with pytest.raises(RootStoreError):  # control: with both it is opened, and only then found to be missing
        store.record()


def test_who_keeps_files_loads_no_library(files: Rig) -> None:
    """The code for tokens is loaded where a token is chosen, and nowhere else."""
    program = "import sys; from ops.roots import open_roots; from ops.settings import Settings\n{}\n"
    program += "print(any(name.startswith('pkcs11') for name in sys.modules))"
    for doing, loaded in (("open_roots(Settings()).record()", "False"), ("import ops.roots.token", "True")):
        command = [sys.executable, "-c", program.format(doing)]
        done = subprocess.run(command, cwd=ROOT, env=files.variables(), check=True, capture_output=True, text=True)
        assert done.stdout.strip() == loaded


def test_softhsm_is_found_or_said_to_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parts of it, or nothing; and where apt can't help there is one line that says what to install."""
    module, tool = tmp_path / "usr/lib/softhsm/libsofthsm2.so", tmp_path / "usr/bin/softhsm2-util"
    for path in (module, tool):
        assert found_below(tmp_path) is None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    there = found_below(tmp_path)
    assert there is not None
    assert fetched(tmp_path) == there  # what is there isn't fetched
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="install the package softhsm2"):
        fetched(tmp_path / "elsewhere")
