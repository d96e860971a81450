"""Root stores to test, each with a home of its own, in this process or in another one.

A rig knows how its store is configured. ``open`` gives the store as the product opens it; ``child`` does calls in a
fresh process and answers with what each of them returned, or the name of the error that it raised.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from crypto.ports import RootRecord, RootStore
from ops.roots import open_roots
from ops.settings import Settings
from tests.ops.roots.softhsm import softhsm
from tests.processes import Forked, run

DEPLOYMENT: Final = UUID("0192c7f0-0000-7000-8000-000000000001")
FOREIGN: Final = UUID("0192c7f0-0000-7000-8000-000000000002")
KEY: Final = bytes(range(32))
CONTEXT: Final = b"what the key is for"


def record_of(epoch: int, *, page: int | None = None, deployment: UUID = DEPLOYMENT) -> RootRecord:
    """A record with heads that differ from epoch to epoch."""
    return RootRecord(deployment, epoch, bytes([page or epoch]) * 32, bytes([epoch + 100]) * 32)


def state(store: RootStore) -> tuple[RootRecord | None, set[int]]:
    """What a store says of itself: its record and its epochs."""
    return store.record(), set(store.epochs())


@dataclass
class Rig:
    """One root store's home: everything that it keeps lies below ``folder``.

    ``too_small_for_…``: sizes of files (bytes) at which staging the first root, staging another, or switching fails:
    in the middle of each thing that is written then, and at its last byte.
    """

    kind: str
    folder: Path
    environment: dict[str, str]
    too_small_for_the_first: tuple[int, ...]
    too_small_for_a_root: tuple[int, ...]
    too_small_for_a_record: tuple[int, ...]
    secrets: list[str] = field(default_factory=list, repr=False)

    @property
    def kept(self) -> Path:
        """Where it keeps what it keeps."""
        return self.folder / "kept"

    def settings(self) -> Settings:
        """The settings, as from the environment."""
        names = {name.removeprefix("DRIEHOEK_").lower(): value for name, value in self.environment.items()}
        return Settings.model_validate({name: value for name, value in names.items() if name in Settings.model_fields})

    def open(self) -> RootStore:
        """The store, opened anew in this process."""
        return open_roots(self.settings())

    def variables(self) -> dict[str, str]:
        """The environment of such a program."""
        return {**os.environ, **self.environment}

    def child(self, *calls: list[Any]) -> list[Any]:
        """Make calls in a fresh process."""
        done = run("tests.ops.roots.child", json.dumps(calls), environment=self.variables())
        assert done.returncode == 0, done.stderr[-2_000:]
        answers: list[Any] = json.loads(done.stdout)
        return answers

    @contextmanager
    def waiting(self, *calls: list[Any]) -> Iterator[Forked]:
        """A process that makes calls when it is told to by a line, having opened the store already."""
        with Forked("tests.ops.roots.child", json.dumps(calls), "wait", environment=self.variables()) as process:
            assert process.stdout.readline() == b"ready\n"
            yield process

    def files(self) -> dict[str, bytes]:
        """Everything that is stored, by name."""
        kept = self.kept
        return {str(path.relative_to(kept)): path.read_bytes() for path in sorted(kept.rglob("*")) if path.is_file()}


def files_rig(folder: Path) -> Rig:
    """Root keys in two folders that aren't there yet."""
    kept = folder / "kept"
    environment = {"DRIEHOEK_ROOT_A": str(kept / "a"), "DRIEHOEK_ROOT_B": str(kept / "b")}
    return Rig(
        "files", folder, {"DRIEHOEK_ROOT_STORE": "files", **environment}, (0, 60, 119, 135), (0, 60, 119), (0, 60, 135)
    )


def token_rig(folder: Path) -> Rig:
    """Root keys on a new token of SoftHSM's."""
    there = softhsm()
    (folder / "kept").mkdir(parents=True)
    configuration, pin_file, pin = folder / "softhsm2.conf", folder / "pin", secrets.token_hex(8)
    configuration.write_text(
        f"directories.tokendir = {folder / 'kept'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    pin_file.touch(0o600)
    pin_file.write_text(f"{pin}\n")
    label = f"cell {secrets.token_hex(4)}"
    there.make_token(configuration, label, pin)
    environment = {
        "SOFTHSM2_CONF": str(configuration),
        "DRIEHOEK_ROOT_STORE": "pkcs11",
        "DRIEHOEK_PKCS11_MODULE": str(there.module),
        "DRIEHOEK_PKCS11_TOKEN": label,
        "DRIEHOEK_PKCS11_PIN_FILE": str(pin_file),
    }
    # The token's own file has 320 bytes and is written by each login; a record's has 437, a key's 819.
    return Rig(
        "token", folder, environment, (320, 400, 436, 500, 722, 818), (400, 500, 722, 818), (320, 400, 436), [pin]
    )


def reset(kept: Path, before: Path) -> None:
    """Put what a store keeps back to what it kept."""
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(before, kept)
