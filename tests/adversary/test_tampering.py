"""Whoever can write to the tables, with every trigger off, changes no content unseen: the next read says what it found.

``attacks`` is the table: what is done in SQL, the read that touches it, the error. The store's own tests
(``tests/ops/store/test_tampering.py``) hold the recorder to the same by itself; here the whole product reads.

What a read can't notice, because nothing it touches is wrong or nothing authentic is left to compare with:

- A row of ``commands`` that is deleted: a repetition is then decided anew (and mostly refused by the version it is
  based on). Its stream, version and position aren't authenticated either; they only shape the answer to a repetition.
- *Everything* put back as it was earlier, ``log_state`` and heads included: that is a restored backup. The signed
  checkpoints of the log remember its size, and whoever keeps one can tell.
- A whole stream removed with its head, when no position is missed: the log says so (``LogGap``, ``LogIncomplete``), the
  stream alone looks as if it never was.
- Two events of *different* streams that exchange their positions, with everything that belongs to them: each stream is
  as it was, the order between the two isn't. The Merkle log binds it.
- A slot's row deleted and a grant's row deleted look alike to its reader (``NotInScope``): the reader can't tell that
  there ever was a key. The leaf's digests can.
- Columns that nothing depends on (``BOUND_TO_NOTHING``): changing them changes nothing, and that is tested.
"""

import random

import pytest

from crypto.errors import NotInScope
from domain.errors import Refusal
from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from tests.adversary.arena import HOLDING_NO_TRUTH, PUBLISHED, TABLES, Arena, build
from tests.adversary.attacks_on_views import ATTACKS, BOUND_TO_NOTHING, BYTES
from tests.support import Cell


@pytest.fixture(scope="module")
def arena(postgres: EmbeddedPostgres, database_url: str) -> Arena:
    """Two engagements and a copy of every table."""
    migrate(database_url, "tampered")
    return build(Cell("tampered", database_url, postgres.data))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found_on_the_next_read(arena: Arena, name: str) -> None:
    """Untouched, the read answers; attacked, it raises this attack's own error and gives nothing."""
    attack = ATTACKS[name]
    with arena.restored() as service:
        arena.read(attack.read)
        service.drop_keys()
        arena.attack(attack.sql)
        with pytest.raises(attack.error) as found:
            arena.read(attack.read)
        assert type(found.value) is attack.error


@pytest.mark.parametrize("column", BYTES)
def test_a_changed_byte_is_found_wherever_it_is(arena: Arena, column: str) -> None:
    """One bit of one byte, at the edges and at seeded places of every column of bytes."""
    where, read, errors = BYTES[column]
    table, name = column.split(".")
    with arena.cell.connect() as connection:
        query = f"SELECT length({name}) FROM {arena.kept}.{table} WHERE {where}"
        row = connection.execute(query, arena.names).fetchone()
    assert row is not None
    places = {0, 1, row[0] // 2, row[0] - 1, *random.Random(column).sample(range(row[0]), 3)}  # noqa: S311 - repeatable
    with arena.restored() as service:
        for place in sorted(places):
            service.drop_keys()
            arena.read(read)
            service.drop_keys()
            flip = f"UPDATE {table} SET {name} = set_byte({name}, {place}, get_byte({name}, {place}) # 1) WHERE {where}"
            arena.attack(flip)
            with pytest.raises(tuple(errors)) as found:
                arena.read(read)
            assert type(found.value) in errors
            arena.attack(flip)
        service.drop_keys()
        arena.read(read)


@pytest.mark.parametrize("column", BOUND_TO_NOTHING)
def test_what_nothing_depends_on_changes_nothing(arena: Arena, column: str) -> None:
    """The columns that no check covers: with them changed the same read gives the very same answer."""
    sql, read = BOUND_TO_NOTHING[column]
    with arena.restored():
        before = arena.read(read)
    with arena.restored():
        arena.attack(sql)
        assert arena.read(read) == before


def test_keys_opened_before_do_not_hide_a_forged_part(arena: Arena) -> None:
    """A process that has a key in memory checks every part; with its grant gone it reads until it forgets."""
    with arena.restored() as service:
        before = arena.read("coachee")
        arena.attack("DELETE FROM grants")
        assert arena.read("coachee") == before
        service.drop_keys()
        with pytest.raises(NotInScope):
            arena.read("coachee")
    with arena.restored():
        arena.read("coachee")
        arena.attack(ATTACKS["replay an old part"].sql)
        with pytest.raises(ATTACKS["replay an old part"].error):
            arena.read("coachee")


def test_no_error_holds_content_or_ids(arena: Arena) -> None:
    """What an attack is answered with is a fixed sentence: it can be logged as it is."""
    sentences = set()
    for name in ("swap two events' parts", "delete a row of a view", "cut a grant short", "delete a middle event"):
        with arena.restored():
            arena.attack(ATTACKS[name].sql)
            with pytest.raises(ATTACKS[name].error) as found:
                arena.read(ATTACKS[name].read)
            sentences.add(str(found.value))
    assert not any(character.isdigit() for sentence in sentences for character in sentence)
    assert not isinstance(found.value, Refusal)


def test_every_table_is_attacked(arena: Arena) -> None:
    """No table is left out of the attacks, and none of the cell's tables out of the list."""
    with arena.cell.connect() as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [arena.cell.name]).fetchall()
    assert {row[0] for row in rows} - set(TABLES) == {"migrations", "early", *HOLDING_NO_TRUTH, *PUBLISHED}
    for table in TABLES:
        assert any(f"{verb} {table}" in a.sql for a in ATTACKS.values() for verb in ("UPDATE", "DELETE FROM")), table
