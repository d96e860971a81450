"""Whoever can write to the tables, with every trigger off, is found by the check of the whole store, and named.

What single reads can't notice is here, too: everything put back as it was, a stream removed without a trace, two
streams' events exchanged. The checkpoint that the signer keeps elsewhere remembers them all. Attacks on the key tree
aren't the log's business, and of ``commands`` only what names an event can be checked.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto.log.signing import NoteSigner, signed
from crypto.log.tiles import extend
from crypto.verifier.merkle import root_of
from crypto.verifier.notes import ED25519, Checkpoint
from domain import reporting
from domain.vocabulary import Role
from ops.audit.fsck.finding import Report
from ops.audit.fsck.run import Inside, Outside, check
from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from ops.wiring import CellService
from tests.adversary.arena import Arena, build
from tests.adversary.attacks import EVENTS, HEADS, LOG_STATE, PARTS, numbered
from tests.adversary.attacks_on_keys import GRANTS
from tests.adversary.attacks_on_views import TRACKING, VIEWS
from tests.support import Cell

FOUND = {**EVENTS, **PARTS, **GRANTS, **HEADS, **LOG_STATE, **VIEWS, **TRACKING}
SIGNER = NoteSigner("log.example/fsck", ED25519, bytes(range(32)))

_OF = "originator_id = %(o)s"
UNSEEN_BY_READS = {
    "remove a stream without a trace": (
        f"CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT position AS p FROM events WHERE {_OF};"
        f"DELETE FROM commands WHERE {_OF};"
        "DELETE FROM parts WHERE position IN (SELECT p FROM gone);"
        "DELETE FROM grants WHERE position IN (SELECT p FROM gone);"
        f"DELETE FROM heads WHERE {_OF}; DELETE FROM events WHERE {_OF};"
        "UPDATE events SET position = -(position - (SELECT count(*) FROM gone WHERE p < position));"
        "UPDATE events SET position = -position;"
        "UPDATE log_state SET size = (SELECT count(*) FROM events)"
    ),
    "exchange two streams' events": (
        f"UPDATE events SET position = -position WHERE {numbered('4')} OR {numbered('4', 'o')};"
        "UPDATE events e SET position = -o.position FROM events o"
        " WHERE e.position < 0 AND o.position < 0 AND e.position <> o.position"
    ),
    "name another event in a command": "UPDATE commands SET version = version + 1 WHERE originator_id = %(e)s",
    "another topic": f"UPDATE events SET topic = 'e2' WHERE {numbered('4')}",
}


_ALL = ("events", "parts", "grants")
MOVED = {
    "drop": "; ".join(
        [
            *(f"DELETE FROM {table} WHERE position = %(a)s" for table in _ALL),
            *(f"UPDATE {table} SET position = -position WHERE position > %(a)s" for table in _ALL),
            *(f"UPDATE {table} SET position = -position - 1 WHERE position < 0" for table in _ALL),
            "UPDATE log_state SET size = size - 1",
        ]
    ),
    "swap": "; ".join(
        [
            *(f"UPDATE {table} SET position = -position WHERE position IN (%(a)s, %(b)s)" for table in _ALL),
            *(f"UPDATE {table} SET position = %(a)s + %(b)s + position WHERE position < 0" for table in _ALL),
        ]
    ),
    "double": (
        "INSERT INTO events SELECT %(n)s + 1, originator_id, -1, topic, state, leaf, leaf_hash"
        " FROM events WHERE position = %(a)s;"
        "INSERT INTO parts SELECT %(n)s + 1, idx, key_id, sealed FROM parts WHERE position = %(a)s;"
        "INSERT INTO grants SELECT %(n)s + 1, key_id, slot_id, sealed FROM grants WHERE position = %(a)s;"
        "UPDATE log_state SET size = size + 1"
    ),
    "put in": (
        "INSERT INTO events SELECT %(n)s + 1, gen_random_uuid(), 1, topic, state, leaf, leaf_hash"
        " FROM events WHERE position = %(a)s;"
        "UPDATE log_state SET size = size + 1"
    ),
}
"""What is done to the event at position ``a`` (and that at ``b``) of a log of ``n``."""

FLIPPED = [
    (table, column, place)
    for table, columns, place in (
        ("events", ("state", "leaf", "leaf_hash"), "'position ' || position"),
        ("parts", ("sealed",), "'position ' || position"),
        ("grants", ("sealed",), "'position ' || position"),
        ("heads", ("leaf_hash", "mac"), "'stream ' || originator_id"),
        ("tiles", ("hashes",), "'tile ' || level || '/' || idx"),
        ("checkpoints", ("note",), "'checkpoint ' || line || '/' || size"),
    )
    for column in columns
]
"""Tables, their columns of bytes, and how a row of theirs is named."""


@pytest.fixture(scope="module")
def arena(postgres: EmbeddedPostgres, database_url: str) -> Arena:
    """Two engagements and a copy of every table."""
    migrate(database_url, "fscked")
    return build(Cell("fscked", database_url, postgres.data))


def publish(cell: Cell) -> bytes:
    """Sign a checkpoint of all events, store it with its tiles, and return it as the signer would keep it."""
    with cell.connect() as connection:
        hashes = [row[0] for row in connection.execute("SELECT leaf_hash FROM events ORDER BY position")]
        note = signed(Checkpoint(SIGNER.key.name, len(hashes), root_of(hashes)), [SIGNER], 1)
        tiles = extend(0, hashes, lambda _: b"")
        connection.execute(
            "SELECT publish_checkpoint(1, %s, %s, false, %s, %s, %s)",
            [len(hashes), note, [t.level for t, _ in tiles], [t.index for t, _ in tiles], [c for _, c in tiles]],
        )
    return note


@contextmanager
def forging(service: CellService) -> Iterator[psycopg.Connection]:
    """A connection to the service's cell with every trigger off."""
    with psycopg.connect(service.connections.url, autocommit=True) as connection:
        connection.execute(f"SET search_path = {service.connections.cell}".encode())
        connection.execute("SET session_replication_role = replica")
        yield connection


def looked_at(service: CellService, note: bytes | None) -> Report:
    """The whole check."""
    inside = Inside(service.service.key_for("heads"), dict(service.builders))
    return check(service.connections, Outside(note, [SIGNER.key]), inside, lambda _done, _all: None)


@pytest.fixture
def untouched(arena: Arena) -> Iterator[tuple[CellService, bytes]]:
    """The cell as it was, and its checkpoint."""
    with arena.restored() as service:
        yield service, publish(arena.cell)


@pytest.mark.parametrize("time", ["first", "again"])
def test_nothing_is_found_where_nothing_is_wrong(untouched: tuple[CellService, bytes], time: str) -> None:
    """Positive control of all below: everything was looked at, nothing was found; nor once all was put back."""
    report = looked_at(*untouched)
    assert report.sound, (time, report.findings)
    assert min(report.checked[what] for what in ("events", "parts", "grants", "streams", "tiles", "views")) > 0


@pytest.mark.parametrize("name", FOUND)
def test_an_attack_on_the_record_or_on_views_is_found(
    arena: Arena, untouched: tuple[CellService, bytes], name: str
) -> None:
    """Every attack that some read would notice is noticed by the check, whether or not anybody reads."""
    arena.attack(FOUND[name].sql)
    assert not looked_at(*untouched).sound


@pytest.mark.parametrize("name", UNSEEN_BY_READS)
def test_what_no_read_notices_is_found(arena: Arena, untouched: tuple[CellService, bytes], name: str) -> None:
    """Changes that leave every stream whole contradict the checkpoint, or the leaf."""
    with arena.cell.connect(forge=True) as connection, connection.transaction():
        for statement in UNSEEN_BY_READS[name].split(";"):
            connection.execute(statement, arena.names)
    assert not looked_at(*untouched).sound


def test_everything_put_back_is_found_by_what_stands_elsewhere(arena: Arena) -> None:
    """An older state of all tables is sound in itself; the signer's checkpoint says that more was signed."""
    with arena.restored() as service:
        arena.stage.act(Role.COACHEE, reporting.ReadIndicator(1, 1, {"value": "7", "observation": "better"}))
        newer = publish(arena.cell)
        assert looked_at(service, newer).sound
    with arena.restored() as service:
        with arena.cell.connect(forge=True) as connection:
            connection.execute("DELETE FROM tiles; DELETE FROM checkpoints")
        note = publish(arena.cell)
        assert looked_at(service, note).sound
        (finding,) = looked_at(service, newer).findings
        assert finding.place == "the signer's checkpoint"


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), where=st.sampled_from(FLIPPED))
def test_any_flipped_bit_is_found_and_named(
    untouched: tuple[CellService, bytes], chance: random.Random, where: tuple[str, str, str]
) -> None:
    """One bit, anywhere in the bytes of any row of the record, its tiles and its checkpoint: found at that place."""
    service, note = untouched
    table, column, place = where
    with service.connections.use("read") as looking:
        rows = looking.execute(f"SELECT ctid::text, {place}, length({column}) FROM {table} ORDER BY 2, 1").fetchall()
    row, named, length = chance.choice(rows)
    byte, bit = chance.randrange(length), 1 << chance.randrange(8)
    flip = f"UPDATE {table} SET {column} = set_byte({column}, {byte}, get_byte({column}, {byte}) # {bit})"
    with forging(service) as connection:
        moved = connection.execute(f"{flip} WHERE ctid = '{row}' RETURNING ctid::text").fetchone()
        assert moved is not None
        found = looked_at(service, note).findings
        connection.execute(f"{flip} WHERE ctid = '{moved[0]}'")
    assert any(named in finding.place for finding in found), found
    assert looked_at(service, note).sound


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chance=st.randoms(use_true_random=False), how=st.sampled_from(sorted(MOVED)))
def test_any_event_that_is_dropped_swapped_doubled_or_put_in_is_found(
    arena: Arena, chance: random.Random, how: str
) -> None:
    """Whole events, wherever they are, with all that belongs to them, and with the log's size made to fit."""
    with arena.restored() as service:
        note = publish(arena.cell)
        size = service.recorder.max_notification_id()
        assert size is not None
        first, second = sorted(chance.sample(range(1, size + 1), 2))
        with forging(service) as connection, connection.transaction():
            for statement in MOVED[how].split(";"):
                connection.execute(statement, {"a": first, "b": second, "n": size})
        assert not looked_at(service, note).sound, (how, first, second)


def test_without_anything_outside_it_says_so(arena: Arena, untouched: tuple[CellService, bytes]) -> None:
    """A store that nobody signed for, or a cell that doesn't open, is checked as far as can be, and told apart."""
    service, _ = untouched
    report = check(service.connections, Outside(None, [SIGNER.key]), None, lambda _done, _all: None)
    assert report.sound
    assert len(report.unchecked) > len(looked_at(*untouched).unchecked)
    arena.attack(EVENTS["swap two events' facts"].sql)
    assert not check(service.connections, Outside(None, [SIGNER.key]), None, lambda _done, _all: None).sound
