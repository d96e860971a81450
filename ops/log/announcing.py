"""What the record says of the log's own keys and time lines, before the first checkpoint for which it counts."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid5

import psycopg

from crypto.log.signing import NoteSigner
from crypto.verifier.notes import Checkpoint
from domain.application import Driehoek, Request
from domain.errors import WrongMoment
from domain.logbook import LOGBOOK_ID, EnterLogbook, LogKeysRotated, LogResumed
from domain.principals import SERVICE_ID
from ops.log.folder import LogKeys
from ops.log.rows import Published


def name_of(signer: NoteSigner) -> bytes:
    """A key's name in the record, 32 bytes; the first four are its key id (``domain.logbook``)."""
    key = signer.key
    return sha256(key.name.encode() + b"\n" + bytes([key.kind]) + key.public).digest()


class Announcer:
    """Records what the log's folder says is to come. Each once, however often it is asked for.

    Args:
        write_side: records.
        clock: the time (UTC).
    """

    def __init__(self, write_side: Driehoek, clock: Callable[[], datetime]) -> None:
        self._write_side, self._clock = write_side, clock

    def announce(self, keys: LogKeys, connection: psycopg.Connection[Any]) -> None:
        """Record that keys take over, and that the time line begins."""
        if keys.given_up:
            given_up = Checkpoint.parse(keys.given_up[-1])
            begun = tuple(map(name_of, keys.current))
            kept = _kept(connection, keys.line)
            resumed = LogResumed(line=keys.line, size=given_up.size, root=given_up.root, kept=kept, begun=begun)
            self._record(resumed, f"line {keys.line}")
        if keys.staged:
            ended, begun = tuple(map(name_of, keys.current)), tuple(map(name_of, keys.successors))
            self._record(LogKeysRotated(line=keys.line, ended=ended, begun=begun), f"keys {begun[0].hex()}")

    def _record(self, happened: LogKeysRotated | LogResumed, what: str) -> None:
        request = Request(SERVICE_ID, self._clock(), uuid5(LOGBOOK_ID, what), what.encode())
        with suppress(WrongMoment):  # on record already
            self._write_side.execute(LOGBOOK_ID, EnterLogbook(happened), request)


def _kept(connection: psycopg.Connection[Any], line: int) -> int:
    """The size of the newest checkpoint of the lines before that this record has."""
    found = Published.found(connection, "WHERE line < %s ORDER BY line DESC, size DESC LIMIT 1", line)
    return found[0].size if found else 0
