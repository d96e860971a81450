"""Every event against its leaf, every leaf against its stream, and every row against an event.

The leaf vouches for the sealed bytes of facts, parts and grants by their hashes, for the event's place in its stream by
the version, and for what came before by the hash of the leaf before (FORMAT.md 9). Memory grows with the number of
streams, not of events.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import psycopg

from crypto.errors import CryptoError
from crypto.leaf import GENESIS, LeafRecord, digest, grant_digest, leaf_hash, parse_leaf
from ops.audit.fsck.finding import Finding, Report
from ops.mapper import TOPIC

BATCH: Final = 1_000
"""Events that are looked at together."""

_EVENTS = """
SELECT position, originator_id, originator_version, topic, state, leaf, leaf_hash
  FROM events WHERE position > %(after)s AND position <= %(upto)s ORDER BY position
"""
_PARTS = "SELECT position, idx, key_id, sealed FROM parts WHERE position > %(after)s AND position <= %(upto)s"
_GRANTS = "SELECT position, key_id, slot_id, sealed FROM grants WHERE position > %(after)s AND position <= %(upto)s"
_HEADS = "SELECT originator_id, version, position, leaf_hash, mac FROM heads ORDER BY originator_id"
_STRAY = """
SELECT {0}.position FROM {0} LEFT JOIN events e USING (position) WHERE e.position IS NULL
 GROUP BY 1 ORDER BY 1 LIMIT 1000
"""
_OUTSIDE = "SELECT position FROM events WHERE position < 1 OR position > %s ORDER BY position LIMIT 1000"
_COMMANDS = """
SELECT c.command_id FROM commands c LEFT JOIN events e USING (position)
 WHERE e.originator_id IS DISTINCT FROM c.originator_id OR e.originator_version IS DISTINCT FROM c.version
 ORDER BY 1 LIMIT 1000
"""

CheckHead = Callable[[bytes, UUID, int, bytes], None]
"""Checks a head's MAC (mac, stream, version, leaf hash); raises ``crypto.errors.Tampered``."""
Connection = psycopg.Connection[Any]


class Record:
    """One pass over the record of a cell.

    Args:
        connection: one snapshot, from the first statement to the last.
        size: the log's size in it.
        report: takes what is found.
    """

    def __init__(self, connection: Connection, size: int, report: Report) -> None:
        self._connection, self._size, self._report = connection, size, report
        self._heads: dict[UUID, tuple[int, int, bytes]] = {}

    def hashes(self) -> Iterator[list[bytes]]:
        """Look at the events, and give their leaves' hashes, worked out anew, a batch at a time.

        A position that is missing, or whose leaf's bytes aren't there, ends it: no tree can be built beyond.
        """
        for after in range(0, self._size, BATCH):
            within = {"after": after, "upto": min(after + BATCH, self._size)}
            rows = self._connection.execute(_EVENTS, within, binary=True).fetchall()
            parts, grants = self._beside(_PARTS, within), self._beside(_GRANTS, within)
            found: list[bytes] = []
            there = {row[0] for row in rows}
            for row in rows:
                if len(found) == row[0] - after - 1:
                    found.append(leaf_hash(row[5]))
                self._event(row, parts.get(row[0], []), grants.get(row[0], []))
            for position in range(after + 1, within["upto"] + 1):
                if position not in there:
                    self._find(Finding.event(position, "the event is missing"))
            self._report.count("events", len(rows))
            yield found
            if len(found) < within["upto"] - after:
                return

    def rows(self) -> None:
        """Look for rows that no event has, and for commands that name another event."""
        for (position,) in self._connection.execute(_OUTSIDE, [self._size]).fetchall():
            self._find(Finding.event(position, "an event beyond the log's size"))
        for table in ("parts", "grants"):
            for (position,) in self._connection.execute(_STRAY.format(table)).fetchall():
                self._find(Finding.event(position, f"a row of {table} without its event"))
        for (command,) in self._connection.execute(_COMMANDS).fetchall():
            self._find(Finding(f"command {command}", "it names an event that isn't its own"))

    def heads(self, check: CheckHead | None) -> None:
        """Compare streams' heads with the events; without ``check`` their MACs are left alone."""
        left = dict(self._heads)
        for stream, version, position, hashed, mac in self._connection.execute(_HEADS, binary=True).fetchall():
            self._report.count("streams")
            if left.pop(stream, None) != (version, position, hashed):
                self._find(Finding.stream(stream, "its head isn't its last event"))
            if check is not None:
                try:
                    check(mac, stream, version, hashed)
                except CryptoError:
                    self._find(Finding.stream(stream, "its head isn't authentic"))
        for stream in left:
            self._find(Finding.stream(stream, "it has no head"))

    def _beside(self, query: str, within: dict[str, int]) -> dict[int, list[tuple[Any, ...]]]:
        found = defaultdict(list)
        for position, *row in self._connection.execute(query, within, binary=True).fetchall():
            found[position].append(tuple(row))
        return found

    def _event(self, row: tuple[Any, ...], parts: list[tuple[Any, ...]], grants: list[tuple[Any, ...]]) -> None:
        position, stream, version, topic, state, leaf, stored = row
        hashed = leaf_hash(leaf)
        if hashed != stored:
            self._find(Finding.event(position, "the leaf doesn't hash to what is stored beside it"))
        try:
            record = parse_leaf(leaf)
        except CryptoError:
            self._find(Finding.event(position, "the leaf isn't one"))
            return
        if topic != TOPIC:
            self._find(Finding.event(position, "the topic isn't the one that all events have"))
        if (record.stream, record.version) != (stream, version):
            self._find(Finding.event(position, "the event lies under another stream or version than its leaf says"))
        self._chain(position, record, hashed)
        for what in _unlike(record, state, parts, grants):
            self._find(Finding.event(position, what))
        self._report.count("parts", len(record.parts))
        self._report.count("grants", len(record.grants))

    def _chain(self, position: int, record: LeafRecord, hashed: bytes) -> None:
        version, _, prev = self._heads.get(record.stream, (0, 0, GENESIS))
        if record.version != version + 1:
            self._find(Finding.event(position, "it doesn't follow its stream's version before"))
        elif record.prev != prev:
            self._find(Finding.event(position, "it doesn't name the leaf before it in its stream"))
        self._heads[record.stream] = (record.version, position, hashed)

    def _find(self, finding: Finding) -> None:
        self._report.findings.append(finding)


def _unlike(
    record: LeafRecord, state: bytes, parts: list[tuple[Any, ...]], grants: list[tuple[Any, ...]]
) -> Iterator[str]:
    """In what the sealed bytes of an event differ from what its leaf vouches for."""
    if digest(record.stream, record.version, 0, state) != record.parts[0][1]:
        yield "the facts aren't those of its leaf"
    there = {idx: (key, digest(record.stream, record.version, idx, sealed)) for idx, key, sealed in parts}
    for idx in sorted(there.keys() | set(range(1, len(record.parts)))):
        if not 0 < idx < len(record.parts):
            yield f"part {idx} isn't in its leaf"
        elif idx not in there:
            yield f"part {idx} is missing"
        elif there[idx] != record.parts[idx]:
            yield f"part {idx} isn't that of its leaf"
    given = sorted(grant_digest(record.stream, *grant) for grant in grants)
    if given != sorted(record.grants):
        yield "the grants aren't those of its leaf"
