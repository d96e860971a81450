"""Reads what a backup file holds, as a thief of backups would: with PostgreSQL's own tool, into text.

No database is needed for it. The rows become a history like any other, so a drill can show that a backup holds nothing
that wasn't in the database, and that trying backups opens nothing more.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from ops.drill.history import COLUMNS, History
from ops.erasure.backup import DUMP, BackupError, newest_tool

_END: Final = "\\."


def history_of(folder: Path) -> History:
    """Everything that a backup holds.

    Raises:
        BackupError: PostgreSQL's tool can't read it.
    """
    rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
    for table, row in _rows(_text(folder / DUMP).splitlines()):
        if table in COLUMNS:
            rows[table].append(tuple(_value(column, row[column]) for column in COLUMNS[table]))
    return History.of_tables(rows)


def _text(dump: Path) -> str:
    command = [newest_tool("pg_restore"), "--data-only", "--file=-", str(dump)]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - a fixed program with our own file
    if done.returncode:
        raise BackupError("pg_restore failed")
    return done.stdout.decode()


def _rows(lines: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The rows of each ``COPY schema.table (columns) FROM stdin;`` up to its end."""
    table, columns = "", [""]
    for line in lines:
        if line.startswith("COPY ") and line.endswith(" FROM stdin;"):
            name, listed = line.removeprefix("COPY ").removesuffix(" FROM stdin;").split(" ", 1)
            table, columns = name.rsplit(".", 1)[1], [column.strip('"') for column in listed.strip("()").split(", ")]
        elif line == _END:
            table = ""
        elif table:
            yield table, dict(zip(columns, line.split("\t"), strict=True))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("\\\\x"))


_KINDS: Final[Mapping[str, Callable[[str], object]]] = {
    **dict.fromkeys(("deployment", "originator_id", "slot_id", "key_id"), UUID),
    **dict.fromkeys(("epoch", "position", "originator_version", "idx"), int),
}


def _value(column: str, text: str) -> object:
    return _KINDS.get(column, _bytes)(text)
