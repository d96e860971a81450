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

import contextlib
import select
import time
from collections.abc import Callable, Sequence
from struct import unpack_from
from threading import Event
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
# Each round settles a command or refreshes what it builds on; more rounds than this and a head is being fought over.
_ROUNDS = 20


class _Lost(Exception):  # noqa: N818 - private signal
    """The connection went away."""


class Appender:
    """The one append connection of a process. Not for two threads at once: the committer sees to that."""

    def __init__(
        self, connect: Callable[[], psycopg.Connection], heads: HeadCache, hash_leaf: HashLeaf, head_mac: HeadMac
    ) -> None:
        self._connect = connect
        self._heads = heads
        self._hash_leaf = hash_leaf
        self._head_mac = head_mac
        self._connection: psycopg.Connection | None = None
        self._poll = select.poll()
        self.transactions = 0
        self.backend_pid: int | None = None

    def append(self, batch: Sequence[Submission]) -> None:
        """Decide every submission of `batch`: its `first` position, or its `error`. Raises nothing of its own."""
        pending = list(batch)
        deadline = time.monotonic() + _PATIENCE
        for _ in range(_ROUNDS):
            try:
                pending = self._round(pending)
            except _Lost:
                pending = self._after_loss(pending, deadline)
            if not pending:
                return
        for one in pending:
            one.error = VersionConflict()

    def close(self) -> None:
        """Close the connection; the next append opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _round(self, batch: list[Submission]) -> list[Submission]:
        """One attempt; return the submissions that have to go again."""
        connection = self._live()
        heads, moved = self._present_heads(connection, batch)
        if moved:
            self._settle(connection, moved)
            return [one for one in batch if one not in moved]
        parameters, after = encode(batch, heads, self._hash_leaf, self._head_mac)
        result = connection.pgconn.exec_prepared(b"append", parameters, _BINARY, 1)
        self.transactions += 1
        if result.status != ExecStatus.TUPLES_OK:
            if connection.pgconn.status != ConnStatus.OK:
                for one in batch:
                    one.in_doubt = True
                raise _Lost
            return self._one_by_one(batch, library_error(psycopg.errors.error_from_result(result)))
        first = result.get_value(0, 0)
        if first is not None:
            position = int.from_bytes(first, "big")
            for one in batch:
                one.first = position
                position += one.count
            self._heads.put(after.items())
            return []
        streams = [(stream, one) for one in batch for stream in one.spans]
        self._heads.drop(streams[i - 1][0] for i in _places(result.get_value(0, 1)))
        with_id = [one for one in batch if one.command is not None]
        known = [with_id[i - 1] for i in _places(result.get_value(0, 2))]
        self._settle(connection, known)
        return [one for one in batch if one not in known]

    def _present_heads(
        self, connection: psycopg.Connection, batch: Sequence[Submission]
    ) -> tuple[dict[UUID, Head], list[Submission]]:
        """The head of each stream in the batch, and the submissions that don't continue from there."""
        heads: dict[UUID, Head] = {}
        unsure: list[UUID] = []
        for one in batch:
            for stream, (before, _, _) in one.spans.items():
                head = self._heads.get(stream)
                if head is None and before <= 0:
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

    def _one_by_one(self, batch: list[Submission], error: PersistenceError) -> list[Submission]:
        """An error that names nobody: if it hit several commands, let each meet its own."""
        if len(batch) == 1:
            batch[0].error = error
        else:
            for one in batch:
                self.append([one])
        return []

    def _after_loss(self, batch: list[Submission], deadline: float) -> list[Submission]:
        """Reconnect; return what may go again. Nothing does when the database stays away."""
        self.close()
        for one in batch:
            self._heads.drop(one.spans)
            if one.in_doubt and one.command is None:
                one.error = CommitUnknown()
        again = [one for one in batch if one.error is None]
        pause = 0.01
        while again:
            try:
                self._live()
            except _Lost:
                if time.monotonic() + pause > deadline:
                    for one in again:
                        one.error = StoreUnavailable()
                    return []
                Event().wait(pause)
                pause = min(pause * 2, 0.5)
            else:
                break
        return again

    def _live(self) -> psycopg.Connection:
        """The connection, opened if need be. Anything to read on it before we asked is the news of its end."""
        connection = self._connection
        if connection is not None:
            if not self._poll.poll(0):
                return connection
            with contextlib.suppress(psycopg.OperationalError):
                connection.pgconn.consume_input()
            if connection.pgconn.status == ConnStatus.OK:
                return connection
            self.close()
        try:
            connection = self._connect()
        except psycopg.OperationalError:
            raise _Lost from None
        result = connection.pgconn.prepare(b"append", _APPEND, PARAMETERS)
        if result.status != ExecStatus.COMMAND_OK:
            connection.close()
            raise library_error(psycopg.errors.error_from_result(result))
        self._connection = connection
        self._poll = select.poll()
        self._poll.register(connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        self.backend_pid = connection.info.backend_pid
        return connection


def _continues(head: Head, before: int) -> bool:
    """Whether a stream at `head` may go on after version `before`; a stream may begin at 1, or in the library at 0."""
    return head.version == before if head.version is not None else before <= 0


def _places(value: bytes | None) -> tuple[int, ...]:
    """The elements of an integer[] in binary: a header of 20 bytes, then (length, value) pairs."""
    if value is None:
        return ()
    return unpack_from(f">{(len(value) - 20) // 4}i", value, 20)[1::2]
