"""How many there are: pages, slots, tombstones, and what the agenda holds, all as of one moment."""

from datetime import datetime
from typing import NamedTuple

from ops.store.connections import Connections
from projections import agenda

_COUNTS = """
SELECT (SELECT count(*) FROM pages WHERE erased IS NULL),
       (SELECT count(*) FROM tree_slots WHERE erased IS NULL),
       (SELECT count(*) FROM tree_slots WHERE erased IS NOT NULL),
       (SELECT count(*) FROM tombstones),
       (SELECT count(*) FROM agenda WHERE look_at <= %(now)s),
       (SELECT count(*) FROM agenda WHERE look_at > %(now)s),
       (SELECT min(look_at) FROM agenda),
       (SELECT size FROM log_state) - coalesce((SELECT position FROM tracking WHERE name = %(agenda)s), 0)
"""


class Census(NamedTuple):
    """Counts of one cell.

    Attributes:
        pages: pages of the tree that aren't erased.
        active, erased: slots.
        tombstones: epochs that erased something or followed a restore.
        due, waiting: streams on the agenda whose moment has come, and those whose moment will.
        next_look: the first of these moments; None when the agenda is empty.
        unread: how many events the agenda is behind the log: what they bring isn't on it yet.
    """

    pages: int
    active: int
    erased: int
    tombstones: int
    due: int
    waiting: int
    next_look: datetime | None
    unread: int


def census(connections: Connections, now: datetime) -> Census:
    """Count. Errors are the library's ``PersistenceError`` family."""
    with connections.use() as connection:
        [row] = connection.execute(_COUNTS, {"now": now, "agenda": agenda.NAME}).fetchall()
    return Census(*row)
