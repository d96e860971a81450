"""Appends one batch of commands: one round trip when nothing is in the way, and an answer for each command always.

    heads of the streams (remembered, or fetched) ─┐
    encode ────────────────────────────────────────┴─> append(...) ─┬─ recorded: positions, done
                                                                    ├─ stale or known: settle those, the others again
                                                                    ├─ connection lost: reconnect, ids again
                                                                    └─ any other error: one by one, the bad one fails

The function records a batch whole or not at all and names what is in the way. A *stale* stream is looked up again: if
it really stands elsewhere the command conflicts, if only our memory was old it simply goes again. A *known* command id
is looked up and compared.

When the connection is lost during the call nobody knows whether the batch was committed. Commands with an id go again:
the lock makes the second attempt wait for the first to end, and an id that is then known with our own leaf's hash at
its place is our own lost acknowledgement. Commands without an id fail with `CommitUnknown`, never as a conflict.
"""

import select
import time
from collections.abc import Callable, Sequence
from struct import unpack_from
from threading import Event
from typing import NoReturn
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg.pq import ConnStatus, ExecStatus

from ops.store.batch import PARAMETERS, HashLeaf, HeadMac, Submission, encode
from ops.store.connections import library_error
from ops.store.heads import HeadCache
from ops.store.rows import (
    NO_HEAD,
    CommandReplayed,
    CommandReused,
    CommitUnknown,
    Head,
    HeadForged,
    RecordedCommand,
    StoreUnavailable,
    VersionConflict,
)

_APPEND = "SELECT first, stale, known FROM append({})".format(  # noqa: S608 - numbered parameters only
    ", ".join(f"${number}" for number in range(1, len(PARAMETERS) + 1))
).encode()
_BINARY = [1] * len(PARAMETERS)
_COMMANDS = """
SELECT c.command_id, c.digest, c.originator_id, c.version, c.position, e.leaf_hash
  FROM commands c LEFT JOIN events e USING (position) WHERE c.command_id = ANY(%b)
"""
# How long a lost database may stay away before the waiting commands are told, in seconds.
_PATIENCE = 10.0
# A connection that was unused for so long is looked at before it is used, in seconds.
_IDLE = 0.05
# Each round settles a command or refreshes what it builds on; more rounds than this and a head is being fought over.
_ROUNDS = 20


class _Lost(Exception):  # noqa: N818 - private signal
    """The connection went away."""


class Appender:
    """The one append connection of a process. Not for two threads at once: the committer sees to that."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        heads: HeadCache,
        hash_leaf: HashLeaf,
        head_mac: HeadMac,
        patience: float = _PATIENCE,
    ) -> None:
        self._connect = connect
        self._heads = heads
        self._hash_leaf = hash_leaf
        self._head_mac = head_mac
        self._patience = patience
        self._connection: psycopg.Connection | None = None
        self._poll = self._poll_both = select.poll()
        self._used = 0.0
        # What was begun and is neither recorded nor refused yet; where its streams will stand, while it is out.
        self._undecided: list[Submission] = []
        self._flight: dict[UUID, Head] | None = None
        # Streams of theirs that turned out to stand elsewhere: looked up from then on, never guessed.
        self._moved: set[UUID] = set()
        self.transactions = 0

    @property
    def backend_pid(self) -> int | None:
        """The server process at the other end, for whoever wants to watch it."""
        return self._connection.info.backend_pid if self._connection is not None else None

    def begin(self, batch: Sequence[Submission]) -> None:
        """Send `batch` on its way. `finish` must follow, and decides every submission in it."""
        self._undecided = list(batch)
        self._moved.clear()
        try:
            self._send()
        except _Lost:
            self._after_loss()

    def finish(self) -> None:
        """Give every submission of the batch begun last its `first` position or its `error`.

        Raises nothing of its own: in the plain case it reads one answer, otherwise it goes on until all is settled.
        """
        for left in reversed(range(_ROUNDS)):
            try:
                if self._flight is not None:
                    self._receive(self._flight)
                if not self._undecided:
                    return
                if left:  # what is sent is received, too
                    self._send()
            except _Lost:
                self._after_loss()
        self._give_up(VersionConflict())

    def abandon(self) -> None:
        """Leave what was begun as it is, decided or not, and forget the connection it may still be on."""
        self._undecided = []
        self.close()

    def close(self) -> None:
        """Close the connection; the next append opens another."""
        self._flight = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self) -> None:
        """Settle what can't be recorded, and send the others in one message."""
        connection = self._live()
        heads, moved = self._present_heads(connection, self._undecided)
        if moved:
            self._settle(connection, moved)
        if not self._undecided:
            return
        try:
            parameters, after = encode(self._undecided, heads, self._hash_leaf, self._head_mac)
        except Exception as error:  # noqa: BLE001 - whatever one command's data provokes is told to that command
            self._one_by_one(error)
            return
        self.transactions += 1
        self._flight = after
        try:
            connection.pgconn.send_query_prepared(b"append", parameters, _BINARY, result_format=1)
            # Both directions at once: a server that has something to say must not stop us from finishing our sentence.
            while connection.pgconn.flush():
                if self._poll_both.poll()[0][1] & ~select.POLLOUT:
                    connection.pgconn.consume_input()
        except psycopg.OperationalError:
            self._doubt()

    def _receive(self, after: dict[UUID, Head]) -> None:
        """Read the answer to what was sent, and settle what was in the way."""
        connection = self._connection
        self._flight = None
        if connection is None:
            raise _Lost
        pgconn = connection.pgconn
        try:
            while pgconn.is_busy():
                self._poll.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            while pgconn.get_result() is not None:
                pass
        except psycopg.OperationalError:
            result = None
        if result is None or pgconn.status != ConnStatus.OK:
            self._doubt()
        elif result.status != ExecStatus.TUPLES_OK:
            self._one_by_one(library_error(psycopg.errors.error_from_result(result)))
        elif (first := result.get_value(0, 0)) is not None:
            position = int.from_bytes(first, "big")
            for one in self._undecided:
                one.first = position
                position += one.count
            self._undecided = []
            self._heads.put(after)
            self._used = time.monotonic()
        else:
            streams = [stream for one in self._undecided for stream in one.spans]
            stale = {streams[place - 1] for place in _places(result.get_value(0, 1))}
            self._moved |= stale
            self._heads.drop(stale)
            with_id = [one for one in self._undecided if one.command is not None]
            self._settle(connection, [with_id[place - 1] for place in _places(result.get_value(0, 2))])

    def _doubt(self) -> NoReturn:
        """The connection went while the batch was out: it may be recorded or not."""
        self._flight = None
        for one in self._undecided:
            one.in_doubt = True
        raise _Lost

    def _present_heads(
        self, connection: psycopg.Connection, batch: Sequence[Submission]
    ) -> tuple[dict[UUID, Head], list[Submission]]:
        """The head of each stream in the batch, and the submissions that don't continue from there."""
        heads: dict[UUID, Head] = {}
        unsure: list[UUID] = []
        for one in batch:
            for stream, (before, _, _) in one.spans.items():
                head = self._heads.get(stream)
                if head is None and before <= 0 and stream not in self._moved:
                    head = NO_HEAD  # a new stream, most likely: the function checks
                if head is None or not _continues(head, before):
                    unsure.append(stream)
                else:
                    heads[stream] = head
        forged: set[UUID] = set()
        if unsure:
            try:
                fetched = self._heads.fetch(connection, unsure)
            except psycopg.OperationalError:
                raise _Lost from None
            heads.update((stream, head) for stream, head in fetched.items() if head is not None)
            forged = {stream for stream, head in fetched.items() if head is None}
        moved = []
        for one in batch:
            if forged and not forged.isdisjoint(one.spans):
                one.error = HeadForged()
                moved.append(one)
            elif unsure and not all(_continues(heads[stream], span[0]) for stream, span in one.spans.items()):
                moved.append(one)
        return heads, moved

    def _settle(self, connection: psycopg.Connection, batch: Sequence[Submission]) -> None:
        """Say why each of these can't be recorded: it already was, its id is taken, or its stream has moved."""
        ids = [one.command.command_id for one in batch if one.command is not None]
        recorded: dict[UUID, tuple[RecordedCommand, bytes]] = {}
        if ids:
            try:
                rows = connection.execute(_COMMANDS, [ids], binary=True).fetchall()
            except psycopg.OperationalError:
                raise _Lost from None
            recorded = {row[0]: (RecordedCommand(*row[:5]), row[5]) for row in rows}
        for one in batch:
            found = recorded.get(one.command.command_id) if one.command is not None else None
            if found is None:
                one.error = one.error or VersionConflict()
            elif one.in_doubt and found[1] == one.last_hash:
                one.first, one.error = found[0].position - one.count + 1, None
            elif one.command is not None and found[0].digest == one.command.digest:
                one.error = CommandReplayed(found[0])
            else:
                one.error = CommandReused()
            self._undecided.remove(one)

    def _one_by_one(self, error: Exception) -> None:
        """An error that names nobody: if it hit several commands, let each meet its own."""
        batch, self._undecided = self._undecided, []
        if len(batch) == 1:
            batch[0].error = error
            return
        for one in batch:
            self.begin([one])
            self.finish()

    def _after_loss(self) -> None:
        """Reconnect, for those that may go again. None may when the database stays away."""
        self.close()
        for one in self._undecided:
            self._heads.drop(one.spans)
            if one.in_doubt and one.command is None:
                one.error = CommitUnknown()
        self._undecided = [one for one in self._undecided if one.error is None]
        deadline, pause = time.monotonic() + self._patience, 0.01
        while self._undecided:
            try:
                self._live()
            except _Lost:
                if time.monotonic() + pause > deadline:
                    self._give_up(StoreUnavailable())
                    return
                Event().wait(pause)
                pause = min(pause * 2, 0.5)
            else:
                return

    def _give_up(self, error: PersistenceError) -> None:
        for one in self._undecided:
            one.error = error
        self._undecided = []

    def _live(self) -> psycopg.Connection:
        """The connection, opened if need be. One that was idle for long is looked at first: it may have been closed."""
        connection = self._connection
        if connection is not None:
            # Looking lets other threads run, and a busy leader would wait for them all: not between two batches.
            if time.monotonic() - self._used < _IDLE or not self._poll.poll(0):
                return connection
            self.close()  # a server that speaks unasked is saying goodbye
        try:
            connection = self._connect()
        except psycopg.OperationalError:
            raise _Lost from None
        result = connection.pgconn.prepare(b"append", _APPEND, PARAMETERS)
        if result.status != ExecStatus.COMMAND_OK:
            connection.close()
            raise library_error(psycopg.errors.error_from_result(result))
        self._connection = connection
        self._poll, self._poll_both = select.poll(), select.poll()
        self._poll.register(connection.fileno(), select.POLLIN)
        self._poll_both.register(connection.fileno(), select.POLLIN | select.POLLOUT)
        self._used = time.monotonic()
        return connection


def _continues(head: Head, before: int) -> bool:
    """Whether a stream at `head` may go on after version `before`; a stream may begin at 1, or in the library at 0."""
    return head.version == before if head.version is not None else before <= 0


def _places(value: bytes | None) -> tuple[int, ...]:
    """The elements of an integer[] in binary: a header of 20 bytes, then (length, value) pairs."""
    if value is None:
        return ()
    return unpack_from(f">{(len(value) - 20) // 4}i", value, 20)[1::2]
