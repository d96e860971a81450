"""Whoever can write to the tables of the tree, with every trigger off, opens nothing by it: the next read says so.

What a read can't notice: a slot that is marked erased, or deleted, looks as if it were. It takes a key away, and gives
none. A living page that is marked erased gives out no more places; what lies on it opens. Which group a page belongs to
isn't bound: a slot of another group may come to lie on it, and would be erased with it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from crypto import tombstones
from crypto.errors import (
    KeyErased,
    KeyNeverProvisioned,
    Malformed,
    NotInScope,
    RootForeign,
    Tampered,
    TreeAhead,
    TreeBehind,
)
from crypto.slots import SlotKey
from ops.embedded import EmbeddedPostgres
from ops.store.migrate import migrate
from tests.ops.store.grown import Grown
from tests.ops.store.trees import tree_store
from tests.support import Cell

ONE, OTHER, COLUMN = "path = '\\x01'", "path = '\\x02'", "(SELECT sealed FROM {}pages WHERE {})"
GROUP, OTHER_GROUP = UUID(int=1), UUID(int=2)


class Arena(NamedTuple):
    """A tree of epoch 3: ``one`` lives on page 1, ``dead`` was erased from it; page 2 is another group's."""

    grown: Grown
    kept: str
    earlier: str
    one: SlotKey
    dead: SlotKey


@pytest.fixture(scope="module")
def arena(postgres: EmbeddedPostgres, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    """A tree that is put back before each attack, and how it was two epochs earlier."""
    migrate(database_url, "felled")
    folder: Path = tmp_path_factory.mktemp("copies")
    with tree_store(Cell("felled", database_url, postgres.data), founded=False) as store:
        grown = Grown(Cell("felled", database_url, postgres.data), store, folder)
        scope = grown.keyring.scope("C")
        one, _, dead = scope.provision_many(GROUP, 3)
        third = scope.provision_many(OTHER_GROUP, 2)[1]
        earlier = grown.back_up()
        grown.erase(grown.place(dead))
        grown.erase(grown.place(third))
        yield Arena(grown, grown.back_up(), earlier, one, dead)


def opened(arena: Arena) -> bool:
    """A process that remembers nothing opens the slot ``one``."""
    return arena.grown.process().scope("C").open(arena.one.slot_id) == arena.one


def chained(arena: Arena) -> bool:
    """The tombstones that are there are those that the state says."""
    state = arena.grown.state
    return tombstones.head_of(state.deployment, arena.grown.store.tombstones(0)) == state.tombstone_head


def revived(arena: Arena) -> bool:
    """The slot ``dead`` opens to its key."""
    return arena.grown.process().scope("C").open(arena.dead.slot_id) == arena.dead


def provisioned(arena: Arena) -> bool:
    """A new slot in the group of ``one`` is made, and opens."""
    slot = arena.grown.process().scope("C").provision(GROUP)
    return arena.grown.process().scope("C").open(slot.slot_id) == slot


class Attack(NamedTuple):
    """SQL, who reads then, and the error; or False where the read gives nothing that was wanted."""

    sql: str
    read: Callable[[Arena], bool]
    error: type[Exception] | bool


ATTACKS = {
    "swap two pages": Attack(
        f"UPDATE pages SET sealed = CASE WHEN {ONE} THEN {COLUMN.format('', OTHER)} ELSE {COLUMN.format('', ONE)} END"
        f" WHERE {ONE} OR {OTHER}",
        opened,
        Tampered,
    ),
    "an older page": Attack(
        f"UPDATE pages SET sealed = {COLUMN.format('{earlier}.', ONE)}, epoch = 1 WHERE {ONE}", opened, Tampered
    ),
    "an older page that says it is new": Attack(
        f"UPDATE pages SET sealed = {COLUMN.format('{earlier}.', ONE)} WHERE {ONE}", opened, Tampered
    ),
    "all pages of an older epoch": Attack(
        "UPDATE pages p SET sealed = e.sealed, epoch = e.epoch FROM {earlier}.pages e WHERE p.path = e.path",
        opened,
        Tampered,
    ),
    "an older tree": Attack(
        "UPDATE pages p SET sealed = e.sealed, epoch = e.epoch FROM {earlier}.pages e WHERE p.path = e.path;"
        "UPDATE key_state SET epoch = e.epoch, root_wrap = e.root_wrap, page_head = e.page_head,"
        " tombstone_head = e.tombstone_head FROM {earlier}.key_state e",
        opened,
        TreeBehind,
    ),
    "an older tree that says it is new": Attack(
        "UPDATE pages p SET sealed = e.sealed FROM {earlier}.pages e WHERE p.path = e.path;"
        "UPDATE key_state SET root_wrap = e.root_wrap, page_head = e.page_head FROM {earlier}.key_state e",
        opened,
        Tampered,
    ),
    "another epoch on a page": Attack(f"UPDATE pages SET epoch = 3 WHERE {ONE}", opened, Tampered),
    "a changed byte": Attack(
        f"UPDATE pages SET sealed = set_byte(sealed, 4000, get_byte(sealed, 4000) # 1) WHERE {ONE}", opened, Tampered
    ),
    "a page cut short": Attack(f"UPDATE pages SET sealed = substr(sealed, 1, 8000) WHERE {ONE}", opened, Malformed),
    "an empty page": Attack(f"UPDATE pages SET sealed = '' WHERE {ONE}", opened, Malformed),
    "no page": Attack(f"DELETE FROM pages WHERE {ONE}", opened, Tampered),
    "no root page": Attack("DELETE FROM pages WHERE path = ''", opened, Tampered),
    "no scopes' page": Attack("DELETE FROM pages WHERE path = '\\x00'", opened, Tampered),
    "a page elsewhere": Attack(f"UPDATE pages SET path = '\\x09' WHERE {ONE}", opened, Tampered),
    "given places given again": Attack(f"UPDATE pages SET used = 0 WHERE {ONE}", provisioned, IntegrityError),
    "a slot at another place": Attack("UPDATE tree_slots SET idx = idx + 100", opened, NotInScope),
    "a slot on another page": Attack(
        "UPDATE tree_slots SET page = '\\x02', idx = idx + 9 WHERE page = '\\x01'", opened, NotInScope
    ),
    "another mark": Attack("UPDATE tree_slots SET mark = sha256(mark)", opened, NotInScope),
    "an empty mark": Attack("UPDATE tree_slots SET mark = ''", opened, NotInScope),
    "no slots": Attack("DELETE FROM tree_slots", opened, KeyNeverProvisioned),
    "all slots erased": Attack("UPDATE tree_slots SET erased = 2", opened, KeyErased),
    "an erased slot revived": Attack("UPDATE tree_slots SET erased = NULL", revived, False),
    "an erased slot revived with its page": Attack(
        "UPDATE tree_slots SET erased = NULL;"
        "UPDATE pages p SET sealed = e.sealed, epoch = e.epoch FROM {earlier}.pages e WHERE p.path = e.path",
        revived,
        Tampered,
    ),
    "a former epoch": Attack("UPDATE key_state SET epoch = epoch - 1", opened, TreeBehind),
    "a later epoch": Attack("UPDATE key_state SET epoch = epoch + 1", opened, TreeAhead),
    "another root page's hash": Attack("UPDATE key_state SET page_head = sha256(page_head)", opened, Tampered),
    "another chain": Attack("UPDATE key_state SET tombstone_head = sha256(tombstone_head)", opened, Tampered),
    "another wrap": Attack(
        "UPDATE key_state SET root_wrap = set_byte(root_wrap, 20, get_byte(root_wrap, 20) # 1)", opened, Tampered
    ),
    "an older wrap": Attack(
        "UPDATE key_state SET root_wrap = e.root_wrap FROM {earlier}.key_state e", opened, Tampered
    ),
    "another deployment": Attack("UPDATE key_state SET deployment = gen_random_uuid()", opened, RootForeign),
    "a tombstone missing": Attack("DELETE FROM tombstones WHERE epoch = 2", chained, Tampered),
    "the last tombstone missing": Attack("DELETE FROM tombstones WHERE epoch = 3", chained, False),
    "a changed tombstone": Attack(
        "UPDATE tombstones SET body = set_byte(body, 30, get_byte(body, 30) # 1)", chained, False
    ),
    "a tombstone cut short": Attack("UPDATE tombstones SET body = substr(body, 1, 30)", chained, Malformed),
    "a tombstone for another": Attack(
        "UPDATE tombstones SET body = (SELECT body FROM tombstones WHERE epoch = 3)", chained, Tampered
    ),
}
UNNOTICED = {
    "a page marked erased": (f"UPDATE pages SET erased = 3 WHERE {ONE}", provisioned),
    "another group's page": (f"UPDATE pages SET grp = NULL WHERE {ONE}", provisioned),
    "page numbers given again": ("UPDATE key_state SET next_page = 1; UPDATE pages SET used = 256", provisioned),
    "an old tombstone on its own": ("DELETE FROM tombstones", opened),
}


def attack(arena: Arena, sql: str) -> None:
    """Put everything back, then run the statements; each must change something."""
    arena.grown.put_back(arena.kept)
    with arena.grown.cell.connect(forge=True) as connection, connection.transaction():
        for statement in sql.format(earlier=arena.earlier).split(";"):
            assert connection.execute(statement).rowcount > 0, statement


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_opens_nothing(arena: Arena, name: str) -> None:
    """Untouched, the read succeeds; attacked, it raises this attack's own error, or doesn't give what was wanted."""
    what = ATTACKS[name]
    arena.grown.put_back(arena.kept)
    if what.read is revived:
        with pytest.raises(KeyErased):
            revived(arena)
    else:
        assert what.read(arena)
    attack(arena, what.sql)
    if isinstance(what.error, bool):
        assert what.read(arena) is what.error
        return
    with pytest.raises(what.error) as found:
        what.read(arena)
    assert type(found.value) is what.error


@pytest.mark.parametrize("name", UNNOTICED)
def test_what_no_read_notices_gives_nothing_away(arena: Arena, name: str) -> None:
    """The read goes on as if nothing had happened, and what opens is right."""
    sql, read = UNNOTICED[name]
    attack(arena, sql)
    assert read(arena)
