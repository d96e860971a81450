"""The transparency log: how fast leaves are published, and what a proof costs among a million of them.

Leaves are made by the database, so that only the log is measured. A naive log proves inclusion by fetching all leaf
hashes and hashing the tree anew; ours reads a few tiles.
"""

import random
from collections.abc import Iterator
from statistics import median
from typing import Final

import psycopg
from psycopg import sql

from crypto.log.subtrees import check_inclusion
from crypto.verifier.merkle import root_of, split
from ops.bench import ours
from ops.bench.rounds import ROUNDS, Goal, Row, by_turns, row, seconds
from ops.log.rows import Published
from ops.wiring import CellService

_LEAVES: Final = 1_000_000
_PROOFS: Final = 200
_NAIVE: Final = "all leaf hashes, fetched and hashed"
_FILL: Final = """
INSERT INTO events (position, originator_id, originator_version, topic, state, leaf, leaf_hash)
SELECT n, gen_random_uuid(), 1, 'e', '', l.leaf, sha256('\\x00'::bytea || l.leaf)
  FROM generate_series(%(after)s + 1, %(upto)s) n,
       LATERAL (SELECT decode(repeat(md5(n::text), 20), 'hex') AS leaf) l
"""


def rows(url: str, _: str) -> Iterator[Row]:
    """Publishing, and proofs."""
    with ours.opened(url, "log") as service:
        service.log.publish_now()
        yield _published(service)
        _fill(service, _LEAVES)
        latest = service.log.publish_now(seconds=3600)
        yield _one(service)
        yield _tiles(service, latest)
        yield _beside_naive(service, latest)


def _published(service: CellService) -> Row:
    rates, size = [], service.log.publisher.size()
    for _ in range(ROUNDS):
        size += 50_000
        _fill(service, size)
        rates.append(50_000 / seconds(lambda: service.log.publish_now(seconds=3600)))
    return row("publish 50,000 leaves", rates, unit=" leaves/s", ours="hashed anew, stored, signed")


def _one(service: CellService) -> Row:
    took = []
    for _ in range(ROUNDS * 5):
        _fill(service, service.log.publisher.size() + 1)
        took.append(seconds(service.log.publish_now) * 1e3)
    return row(f"a checkpoint after one event, {_LEAVES:,} leaves", took, unit=" ms", ours="two keys, on disk twice")


def _tiles(service: CellService, latest: Published) -> Row:
    chance, read = random.Random(1), []  # noqa: S311 - the same leaves in every run
    for index in (0, latest.size - 1, *(chance.randrange(latest.size) for _ in range(_PROOFS))):
        tree = service.log.tree(latest.size)
        proof = tree.inclusion(index)
        [leaf] = service.recorder.log_leaves(index + 1, 1)
        check_inclusion(index, latest.size, leaf.leaf_hash, proof, latest.checkpoint.root)
        read.append(float(tree.tiles_read))
    goal = Goal("at most 5", lambda _: max(read) <= 5)  # noqa: PLR2004 - what the goal says
    return row(f"prove a leaf among {latest.size:,}", read, goal=goal, unit=" tiles", ours=f"at most {max(read):.0f}")


def _beside_naive(service: CellService, latest: Published) -> Row:
    chance = random.Random(2)  # noqa: S311 - the same leaves in every run

    def tiled() -> float:
        indices = [chance.randrange(latest.size) for _ in range(_PROOFS)]
        return seconds(lambda: [service.log.tree(latest.size).inclusion(index) for index in indices]) / _PROOFS

    def naive() -> float:
        index = chance.randrange(latest.size)
        return seconds(lambda: _naive(service, latest.size, index))

    pairs = by_turns(naive, tiled)
    theirs, ours_ = (median(pair[side] for pair in pairs) for side in (0, 1))
    return row(
        f"prove a leaf among {latest.size:,}, beside hashing all",
        [their / our for their, our in pairs],
        against=_NAIVE,
        theirs=f"{theirs * 1e3:,.0f} ms",
        ours=f"{ours_ * 1e3:,.2f} ms",
    )


def _naive(service: CellService, size: int, index: int) -> list[bytes]:
    """The proof of inclusion as RFC 9162, 2.1.3.1 defines it, from all leaf hashes."""
    with service.connections.use() as connection:
        query = "SELECT leaf_hash FROM events WHERE position <= %s ORDER BY position"
        hashes = [bytes(one) for (one,) in connection.execute(query, (size,), binary=True)]
    proof = []
    while len(hashes) > 1:
        middle = split(len(hashes))
        left, right = hashes[:middle], hashes[middle:]
        hashes, other = (left, right) if index < middle else (right, left)
        index -= 0 if index < middle else middle
        proof.append(root_of(other))
    return proof[::-1]


def _fill(service: CellService, upto: int) -> None:
    with psycopg.connect(service.connections.url) as connection:
        connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(service.connections.cell)))
        [(after,)] = connection.execute("SELECT size FROM log_state").fetchall()
        if after < upto:
            connection.execute(_FILL, {"after": after, "upto": upto})
            connection.execute("UPDATE log_state SET size = %s", (upto,))
