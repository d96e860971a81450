"""The log's folder: its keys, and the last checkpoint that it signed, outside the database.

Two files, for their owner only: ``keys`` (JSON; changes when keys are rotated or a time line begins) and
``checkpoint`` (the signed note; changes with every one). Both are replaced whole, while the folder is locked
(``ops.locked_folder``). It never belongs in a copy or snapshot of the database: what is restored together agrees, and
a rollback would go unnoticed.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self
from uuid import UUID

from crypto.log.signing import SEED_SIZE, NoteSigner
from crypto.verifier.notes import ED25519, ML_DSA_44, Checkpoint
from ops.locked_folder import LockedFolder, OpenFolder, Refusals
from ops.log.errors import LogFolderDamaged, LogFolderMissing, LogFolderOpen, LogFolderUnusable

KEYS: Final = "keys"
CHECKPOINT: Final = "checkpoint"
FORMAT: Final = "driehoek-log/1"

KINDS: Final = (ED25519, ML_DSA_44)
"""The signature types that the log signs with, in this order."""

Seeds = tuple[tuple[int, bytes], ...]
"""Private keys: each a signature type (``crypto.verifier.notes``) and 32 random bytes."""


def fresh_seeds() -> Seeds:
    """New private keys, one of each kind that the log signs with."""
    return tuple((kind, secrets.token_bytes(SEED_SIZE)) for kind in KINDS)


@dataclass(frozen=True)
class LogKeys:
    """What the log signs with.

    Attributes:
        deployment: whose log it is.
        name: the first part of its origin.
        line: the time line, from 1.
        seeds: the keys that sign.
        staged: the keys that take over; both sign until a checkpoint is on disk that both have signed.
        retired: public keys (vkeys) that signed before, the oldest first.
        given_up: the last checkpoint's text of each time line before this one.
    """

    deployment: UUID
    name: str
    line: int
    seeds: Seeds = field(repr=False)
    staged: Seeds = field(default=(), repr=False)
    retired: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """The name of the log and of its keys."""
        return f"{self.name}/{self.deployment.hex}/{self.line}"

    def was(self, origin: str) -> bool:
        """Whether the log had this origin on an earlier time line."""
        return any(replace(self, line=line).origin == origin for line in range(1, self.line))

    @property
    def signers(self) -> list[NoteSigner]:
        """Who signs the next checkpoint: the keys, and those that take over."""
        return [NoteSigner(self.origin, kind, seed) for kind, seed in (*self.seeds, *self.staged)]

    @property
    def current(self) -> list[NoteSigner]:
        """Who signs, without those that take over."""
        return [NoteSigner(self.origin, kind, seed) for kind, seed in self.seeds]

    @property
    def successors(self) -> list[NoteSigner]:
        """Those that take over."""
        return [NoteSigner(self.origin, kind, seed) for kind, seed in self.staged]

    def staging(self) -> Self:
        """With fresh keys that take over; those that are staged already stay."""
        return self if self.staged else replace(self, staged=fresh_seeds())

    def handed_over(self) -> Self:
        """With the staged keys in place of those that they take over from."""
        retired = (*self.retired, *(str(signer.key) for signer in self.current))
        return replace(self, seeds=self.staged, staged=(), retired=retired)

    def on_line(self, line: int, last: str) -> Self:
        """With fresh keys, on a later time line; ``last`` is the text of the last checkpoint before it."""
        retired = (*self.retired, *(str(signer.key) for signer in self.current))
        given_up = (*self.given_up, last)
        return replace(self, line=line, seeds=fresh_seeds(), staged=(), retired=retired, given_up=given_up)

    def encode(self) -> bytes:
        """The bytes of the file."""
        fields: dict[str, Any] = {
            "format": FORMAT,
            "deployment": self.deployment.hex,
            "name": self.name,
            "line": self.line,
            "seeds": [[kind, seed.hex()] for kind, seed in self.seeds],
            "staged": [[kind, seed.hex()] for kind, seed in self.staged],
            "retired": self.retired,
            "given_up": self.given_up,
        }
        return json.dumps(fields, sort_keys=True, indent=1).encode() + b"\n"

    @classmethod
    def decode(cls, raw: bytes) -> Self:
        """Inverse of ``encode``.

        Raises:
            LogFolderDamaged: it isn't that.
        """
        try:
            return cls(**_fields(json.loads(raw)))
        except Exception as error:
            raise LogFolderDamaged from error


def _fields(read: dict[str, Any]) -> dict[str, Any]:
    """The fields of keys as they are stored; whatever isn't whole raises something."""
    if read.pop("format") != FORMAT or int(read["line"]) < 1 or not read["seeds"]:
        raise LogFolderDamaged
    for name in ("seeds", "staged"):
        read[name] = tuple((int(kind), bytes.fromhex(seed)) for kind, seed in read[name])
        if any(kind not in KINDS or len(seed) != SEED_SIZE for kind, seed in read[name]):
            raise LogFolderDamaged
    for name in ("retired", "given_up"):
        read[name] = tuple(map(str, read[name]))
    for text in read["given_up"]:
        Checkpoint.parse(text)
    return {**read, "deployment": UUID(hex=read["deployment"])}


_REFUSALS: Final = Refusals(LogFolderMissing, LogFolderUnusable, LogFolderOpen)


class LogFolder:
    """A folder by its path. Nothing is made or read before it is opened."""

    def __init__(self, path: Path) -> None:
        self._folder = LockedFolder(path, _REFUSALS)

    @contextmanager
    def opened(self, *, make_it: bool = False) -> Iterator["OpenLogFolder"]:
        """The folder, locked. Waits for whoever has it.

        Raises:
            LogFolderMissing: it isn't there, and isn't to be made.
            LogFolderUnusable: it can't be opened or made.
        """
        with self._folder.opened(make_it=make_it) as folder:
            yield OpenLogFolder(folder)


class OpenLogFolder:
    """The folder while it is locked."""

    def __init__(self, folder: OpenFolder) -> None:
        self._folder = folder

    def keys(self) -> LogKeys | None:
        """The keys; None when none were made.

        Raises:
            LogFolderUnusable, LogFolderDamaged, LogFolderOpen: they can't be read, aren't whole, or aren't secret.
        """
        raw = self._folder.read(KEYS, secret=True)
        return None if raw is None else LogKeys.decode(raw)

    def checkpoint(self) -> bytes | None:
        """The last signed note; None when none was signed.

        Raises:
            LogFolderUnusable: it can't be read.
        """
        return self._folder.read(CHECKPOINT, secret=False)

    def write_keys(self, keys: LogKeys) -> None:
        """Replace the keys; durable on return.

        Raises:
            LogFolderUnusable: it can't be written; nothing has changed.
        """
        self._folder.write(KEYS, keys.encode())

    def write_checkpoint(self, note: bytes) -> None:
        """Replace the last signed note; durable on return. Raises as ``write_keys``."""
        self._folder.write(CHECKPOINT, note)
