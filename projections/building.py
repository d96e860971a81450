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


# Nobody waits for a batch to reach the disk. After a crash of the server the last batches may be missing, rows and
# tracking together, and are built again; the log itself was flushed before, so a view never knows more than the log.
_TURN = """
SELECT set_config('synchronous_commit', 'off', true),
       pg_advisory_xact_lock(hashtextextended(current_schema || '/' || %s, 0))
"""
# A statement of its own, after the lock: whoever had the turn before has committed what this one reads.
# A log without a size counts as empty: then any view that took something in is ahead of it, which is noticed.
_PROGRESS = """
SELECT coalesce((SELECT size FROM log_state), 0), t.position, t.mac
  FROM (SELECT) one LEFT JOIN tracking t ON t.name = %s
"""
# How many events the batch has, beside each grant among them; one row with NULLs when there is no grant.
_BATCH = """
SELECT n.events, g.key_id, g.slot_id, g.originator_id, g.position
  FROM (SELECT count(*) AS events FROM events WHERE position > %(after)s AND position <= %(upto)s) n
  LEFT JOIN (SELECT g.key_id, g.slot_id, e.originator_id, g.position FROM grants g JOIN events e USING (position)
              WHERE g.position > %(after)s AND g.position <= %(upto)s) g ON true
"""
_CLAIMED = """
INSERT INTO view_keys (view, key_id, slot_id, originator_id, position)
SELECT %(view)s, * FROM unnest(%(keys)s::uuid[], %(slots)s::uuid[], %(streams)s::uuid[], %(positions)s::bigint[])
ON CONFLICT DO NOTHING
"""
# Parts that can be known from this batch on: those of the batch under keys known by its end, and those from before the
# batch whose key was granted within it. known_at makes the order independent of where batches begin and end. A key
# belongs to one stream, so a part's stream needs no look at its event; a part that lies elsewhere doesn't open.
_PARTS = """
WITH keys AS (
    SELECT key_id, originator_id, min(position) AS granted_at FROM view_keys
     WHERE view = %(view)s AND position <= %(upto)s GROUP BY key_id, originator_id
), known AS (
    SELECT k.originator_id, greatest(p.position, k.granted_at) AS known_at, p.position, p.idx
      FROM parts p JOIN keys k USING (key_id)
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
_TAKEN = """
WITH heads AS (
    INSERT INTO view_heads (view, originator_id, count, mac)
    SELECT %(view)s, * FROM unnest(%(streams)s::uuid[], %(counts)s::int[], %(macs)s::bytea[])
    ON CONFLICT (view, originator_id) DO UPDATE SET count = excluded.count, mac = excluded.mac
)
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
    return _progress(connection, view, seal)[1]


def _progress(connection: psycopg.Connection[Any], view: str, seal: Seal) -> tuple[int, int]:
    """The size of the log, and the position that a view has taken in."""
    size, position, mac = connection.execute(_PROGRESS, (view,), binary=True).fetchall()[0]
    if position is None:
        return size, 0
    try:
        seal.check(mac, *tracking_fields(view, position))
    except Exception as error:
        raise TrackingForged from error
    return size, position


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
            size, after = _progress(connection, self.view, self.seal)
            if size < after:
                raise LogIncomplete
            upto = min(after + batch, size)
            if upto == after:
                return 0
            within = {"view": self.view, "after": after, "upto": upto}
            self._take_grants(connection, within)
            self._take_in(connection, upto, self.choose(connection, within))
            return upto - after

    def choose(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> list[tuple[UUID, int]]:
        """Insert the batch's rows; returns the streams that got some, each with its last number."""
        chosen = _FACTS if self.claims is None else _PARTS
        return connection.execute(chosen + _INSERT, within, binary=True).fetchall()

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

    def _take_grants(self, connection: psycopg.Connection[Any], within: dict[str, Any]) -> None:
        """Check that no position of the batch is missing, and remember which of its grants are the role's."""
        rows = connection.execute(_BATCH, within, binary=True).fetchall()
        if rows[0][0] != within["upto"] - within["after"]:
            raise LogIncomplete
        grants = [row[1:] for row in rows if row[1] is not None]
        if not grants or self.claims is None:
            return
        own = self.claims.claims([slot for _, slot, _, _ in grants])
        mine = [grant for grant in grants if grant[1] in own]
        keys, slots, streams, positions = ([grant[column] for grant in mine] for column in range(4))
        connection.execute(
            _CLAIMED, {**within, "keys": keys, "slots": slots, "streams": streams, "positions": positions}
        )

    def _take_in(self, connection: psycopg.Connection[Any], upto: int, touched: list[tuple[UUID, int]]) -> None:
        """Write the heads of the streams that got rows, and how far the view has come."""
        connection.execute(
            _TAKEN,
            {
                "view": self.view,
                "streams": [stream for stream, _ in touched],
                "counts": [count for _, count in touched],
                "macs": [self.seal.make(*head_fields(self.view, stream, count)) for stream, count in touched],
                "upto": upto,
                "mac": self.seal.make(*tracking_fields(self.view, upto)),
            },
        )
