"""Leaves by the thousand, put into a cell's log by its owner: nobody made them, and every hash fits."""

from hashlib import sha256

from crypto.verifier.merkle import leaf_hash
from tests.support import Cell

_FILL = """
INSERT INTO events (position, originator_id, originator_version, topic, state, leaf, leaf_hash)
SELECT n, gen_random_uuid(), 1, 'e', '', l.leaf, sha256('\\x00'::bytea || l.leaf)
  FROM generate_series(%(after)s + 1, %(upto)s) n, LATERAL (SELECT sha256(int8send(n)) AS leaf) l
"""


def fill(cell: Cell, upto: int) -> None:
    """Put leaves into the log until it has so many."""
    with cell.connect() as connection:
        [(after,)] = connection.execute("SELECT size FROM log_state").fetchall()
        connection.execute(_FILL, {"after": after, "upto": upto})
        connection.execute("UPDATE log_state SET size = %s", [upto])


def filled(position: int) -> bytes:
    """The hash of the leaf that ``fill`` puts at a position."""
    return leaf_hash(sha256(position.to_bytes(8, "big")).digest())
