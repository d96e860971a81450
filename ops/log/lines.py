"""Keys that take over, and time lines that begin: what an operator does to the log on purpose."""

from dataclasses import dataclass
from typing import Any

import psycopg

from crypto.log.tiles import TiledTree
from crypto.verifier.notes import Checkpoint
from ops.log import rows
from ops.log.errors import LogFolderMissing, LogForked, LogGoesOn, LogNotBegun
from ops.log.rows import Published
from ops.log.signer import Signer, Turn
from ops.log.tiles import grown
from ops.store.connections import Connections


@dataclass(frozen=True)
class Lines:
    """What changes who signs, or under which name. The next step of the publisher puts it on record, and signs."""

    connections: Connections
    signer: Signer

    def check(self) -> None:
        """Check that the folder is there, and that the record extends what was signed; silence is success.

        Raises:
            ops.log.errors.LogError: something of that isn't so.
        """
        with self.connections.use("project") as connection:
            latest = rows.latest(connection)
            if latest is None and self.signer.look() is None:
                return
            with self.signer.turn(begun=True) as turn:
                if latest is not None:
                    turn.check_known(latest.line, latest.size)
                turn.check_size(_size(connection))
                if not _extends(connection, turn):
                    raise LogForked

    def stage_keys(self) -> None:
        """Stage fresh keys that take over; both sign the next checkpoint.

        Raises:
            LogNotBegun: there is nothing to take over from.
            ops.log.errors.LogError: the folder can't be used.
        """
        with self.connections.use() as connection:
            if rows.latest(connection) is None:
                raise LogNotBegun
        with self.signer.turn(begun=True) as turn:
            turn.stage()

    def begin_next(self) -> int:
        """Give up what was signed and isn't on record any more; the number of the time line that begins.

        Where the folder was lost, with its keys, the time line begins in a new one.

        Raises:
            LogGoesOn: the record extends all that was signed.
            LogNotBegun: nothing was signed yet.
            ops.log.errors.LogError: the folder can't be used.
        """
        with self.connections.use("project") as connection:
            latest = rows.latest(connection)
            try:
                with self.signer.turn(begun=True) as turn:
                    if turn.announces and turn.last is None:
                        return turn.keys.line  # begun already, and not signed on yet
                    given_up = _given_up(connection, turn, latest)
                    turn.next_line(max(turn.keys.line, latest.line if latest else 0) + 1, given_up)
                    return turn.keys.line
            except LogFolderMissing:
                if latest is None:
                    raise LogNotBegun from None
            with self.signer.founding(latest.line + 1, latest.checkpoint.text) as turn:
                return turn.keys.line

    def begin_next_if_behind(self) -> int | None:
        """As ``begin_next``, but None where the record extends what was signed, or nothing ever was.

        Raises:
            ops.log.errors.LogError: the folder can't be used, or isn't there and checkpoints were signed before.
        """
        with self.connections.use() as connection:
            begun = rows.latest(connection) is not None
        seen = self.signer.look()
        if seen is None and begun:
            raise LogFolderMissing
        if seen is None or seen.last is None:
            return None
        try:
            return self.begin_next()
        except LogGoesOn:
            return None


def _given_up(connection: psycopg.Connection[Any], turn: Turn, latest: Published | None) -> Checkpoint:
    """The last checkpoint that was signed before a new time line, where the log can't go on as it is.

    Raises:
        LogGoesOn: it can.
        LogNotBegun: nothing was signed.
    """
    if latest is not None and not turn.knows(latest.line, latest.size):
        return latest.checkpoint
    if turn.last is None:
        raise LogNotBegun
    if _extends(connection, turn):
        raise LogGoesOn
    return turn.last.checkpoint


def _extends(connection: psycopg.Connection[Any], turn: Turn) -> bool:
    """Whether the record has all that was signed, as it was signed."""
    if turn.last is None:
        return True
    signed = turn.last.checkpoint
    if _size(connection) < signed.size:
        return False
    return TiledTree(signed.size, grown(connection, signed.size).read).root() == signed.root


def _size(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT size FROM log_state").fetchone()
    return 0 if row is None else int(row[0])
