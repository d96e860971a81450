"""How views follow the log: batches, one tracking write each, the same bytes however the batches fall.

A party's view is built without opening anything. Its builder holds one role's *claims*: of the grants in a batch it
learns which are the role's, and from then on every part under such a key is the view's. The rest is one statement in
the database: locators are chosen by key id, so ciphertext doesn't even pass through this process.

A batch is one transaction: rows, heads and the tracking position commit together or not at all, so a kill at any
moment resumes where the last batch ended. Builders of one view take turns (an advisory lock for the length of a
batch); whoever comes second finds the work done. A rebuild clears the view and follows the log from position 0.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg

from projections.locators import head_fields
from projections.ports import Claims, Database, Seal

BATCH: Final = 5_000
"""Positions that a batch takes at most."""


class LogIncomplete(Exception):  # noqa: N818 - a finding, named by what was found
    """A position of the log is missing, or the log ends before what a view has taken in: something was deleted."""

    def __init__(self) -> None:
        super().__init__("a position of the log is missing")


class TrackingForged(Exception):  # noqa: N818 - likewise
    """A view's tracking position isn't the one that was written."""

    def __init__(self) -> None:
        super().__init__("a view's tracking position isn't the one that was written")


_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema || '/' || %s, 0))"
_GRANTS = """
SELECT g.key_id, g.slot_id, e.originator_id, g.position FROM grants g JOIN events e USING (position)
 WHERE g.position > %(after)s AND g.position <= %(upto)s
"""
_CLAIMED = """
INSERT INTO view_keys (view, key_id, slot_id, originator_id, position)
SELECT %(view)s, * FROM unnest(%(keys)s::uuid[], %(slots)s::uuid[], %(streams)s::uuid[], %(positions)s::bigint[])
ON CONFLICT DO NOTHING
"""
# Parts that can be known from this batch on: those of the batch under keys known by its end, and those from before the
# batch whose key was granted within it. known_at makes the order independent of where batches begin and end.
_PARTS = """
WITH keys AS (
    SELECT key_id, originator_id, min(position) AS granted_at FROM view_keys
     WHERE view = %(view)s AND position <= %(upto)s GROUP BY key_id, originator_id
), known AS (
    SELECT e.originator_id, greatest(p.position, k.granted_at) AS known_at, p.position, p.idx
      FROM parts p JOIN keys k USING (key_id) JOIN events e ON e.position = p.position
     WHERE p.position > %(after)s AND p.position <= %(upto)s
    UNION ALL
    SELECT e.originator_id, k.granted_at, p.position, p.idx
      FROM keys k JOIN events e ON e.originator_id = k.originator_id AND e.position <= %(after)s
      JOIN parts p ON p.position = e.position AND p.key_id = k.key_id
     WHERE k.granted_at > %(after)s
)
"""
# An overseer's view is of all facts (part 0).
_FACTS = """
WITH known AS (
    SELECT originator_id, position AS known_at, position, 0 AS idx FROM events
     WHERE position > %(after)s AND position <= %(upto)s
)
"""
_INSERT = """,
inserted AS (
    INSERT INTO view_rows (view, originator_id, seq, known_at, position, idx)
    SELECT %(view)s, k.originator_id,
           coalesce(h.count, 0) + row_number() OVER (PARTITION BY k.originator_id
                                                     ORDER BY k.known_at, k.position, k.idx),
           k.known_at, k.position, k.idx
      FROM known k LEFT JOIN view_heads h ON h.view = %(view)s AND h.originator_id = k.originator_id
    RETURNING originator_id, seq
)
SELECT originator_id, max(seq) FROM inserted GROUP BY originator_id
"""
_HEADS = """
INSERT INTO view_heads (view, originator_id, count, mac)
SELECT %(view)s, * FROM unnest(%(streams)s::uuid[], %(counts)s::int[], %(macs)s::bytea[])
ON CONFLICT (view, originator_id) DO UPDATE SET count = excluded.count, mac = excluded.mac
"""
_TRACK = """
INSERT INTO tracking (name, position, mac) VALUES (%(view)s, %(upto)s, %(mac)s)
ON CONFLICT (name) DO UPDATE SET position = excluded.position, mac = excluded.mac
"""


def tracking_fields(view: str, position: int) -> tuple[bytes, ...]:
    """What a tracking row authenticates."""
    return b"tracking", view.encode(), position.to_bytes(8, "big")


def tracked(connection: psycopg.Connection[Any], view: str, seal: Seal) -> int:
    """The position that a view has taken in; 0 before its first batch.

    Raises:
        TrackingForged: see there.
    """
    row = connection.execute("SELECT position, mac FROM tracking WHERE name = %s", (view,)).fetchone()
    if row is None:
        return 0
    try:
        seal.check(row[1], *tracking_fields(view, row[0]))
    except Exception as error:
        raise TrackingForged from error
    return int(row[0])


@dataclass(frozen=True)
class Builder:
    """Builds one view.

    Attributes:
        view: its name.
        claims: one role's capability; None for the view of all facts.
        seal: authenticates the view's heads and its tracking.
    """

    view: str
    claims: Claims | None
    seal: Seal

    def advance(self, database: Database, batch: int = BATCH) -> int:
        """Take in the next batch; returns how many positions it took, 0 when the view is up to date.

        Raises:
            LogIncomplete, TrackingForged: see there; nothing was written.
        """
        with database.use("project") as connection, connection.transaction():
            connection.execute(_TURN, (self.view,))
            after = tracked(connection, self.view, self.seal)
            size = self._size(connection)
            if size < after:
                raise LogIncomplete
            upto = min(after + batch, size)
            if upto == after:
                return 0
            within = {"view": self.view, "after": after, "upto": upto}
            self._check_complete(connection, within)
            if self.claims is not None:
                self._claim(connection, within)
            chosen = _FACTS if self.claims is None else _PARTS
            touched = connection.execute(chosen + _INSERT, within, binary=True).fetchall()
            self._write_heads(connection, touched)
            mac = self.seal.make(*tracking_fields(self.view, upto))
            connection.execute(_TRACK, {"view": self.view, "upto": upto, "mac": mac})
            return upto - after

    def position(self, database: Database) -> int:
        """The position that the view has taken in."""
        with database.use("read") as connection:
            return tracked(connection, self.view, self.seal)

    def clear(self, database: Database) -> None:
        """Forget everything; the next batches rebuild it."""
        with database.use("project") as connection, connection.transaction():
            connection.execute(_TURN, (self.view,))
            for table in ("view_rows", "view_keys", "view_heads"):
                connection.execute(f"DELETE FROM {table} WHERE view = %s", (self.view,))  # noqa: S608 - our own names
            connection.execute("DELETE FROM tracking WHERE name = %s", (self.view,))

    @staticmethod
    def _size(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute("SELECT size FROM log_state").fetchone()
        return int(row[0]) if row else 0

    @staticmethod
    def _check_complete(connection: psycopg.Connection[Any], within: dict[str, Any]) -> None:
        row = connection.execute(
            "SELECT count(*) FROM events WHERE position > %(after)s AND position <= %(upto)s", within
        ).fetchone()
        if row is None or row[0] != within["upto"] - within["after"]:
            raise LogIncomplete

    def _claim(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> None:
        grants = connection.execute(_GRANTS, within, binary=True).fetchall()
        if not grants or self.claims is None:
            return
        own = self.claims.claims([slot for _, slot, _, _ in grants])
        mine = [grant for grant in grants if grant[1] in own]
        keys, slots, streams, positions = ([grant[column] for grant in mine] for column in range(4))
        connection.execute(
            _CLAIMED, {**within, "keys": keys, "slots": slots, "streams": streams, "positions": positions}
        )

    def _write_heads(self, connection: psycopg.Connection[Any], touched: list[tuple[UUID, int]]) -> None:
        connection.execute(
            _HEADS,
            {
                "view": self.view,
                "streams": [stream for stream, _ in touched],
                "counts": [count for _, count in touched],
                "macs": [self.seal.make(*head_fields(self.view, stream, count)) for stream, count in touched],
            },
        )
