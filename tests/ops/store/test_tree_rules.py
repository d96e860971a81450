"""The tables of the key tree only go on: whoever writes, what was erased stays erased and nothing is taken back."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.ops.store.trees import contents, page, slots_on, switch_from, tree_store
from tests.support import Cell

KEPT = ("key_state", "pages", "tree_slots", "tombstones")
# Each changes at least one row of a tree with living and erased pages and slots.
WAYS = [
    *(f"DELETE FROM {table}" for table in KEPT),
    *(f"TRUNCATE {table}" for table in KEPT),
    "TRUNCATE key_state, pages, tree_slots, tombstones CASCADE",
    "MERGE INTO tombstones USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO pages USING (SELECT 1) x ON true WHEN MATCHED THEN DELETE",
    # The state goes on as a whole, or gives out one more number.
    "UPDATE key_state SET epoch = epoch - 1",
    "UPDATE key_state SET epoch = epoch",
    "UPDATE key_state SET root_wrap = 'another'",
    "UPDATE key_state SET page_head = 'another'",
    "UPDATE key_state SET tombstone_head = 'another'",
    "UPDATE key_state SET deployment = gen_random_uuid(), epoch = epoch + 1",
    "UPDATE key_state SET next_page = next_page - 1",
    "UPDATE key_state SET next_page = next_page + 1, root_wrap = 'another'",
    "UPDATE key_state SET next_page = 1, epoch = epoch + 1",
    # A living page is sealed anew in a later epoch, gives out places, or is erased, one of these.
    "UPDATE pages SET sealed = 'another' WHERE erased IS NULL",
    "UPDATE pages SET epoch = epoch - 1, sealed = 'another' WHERE epoch > 1",
    "UPDATE pages SET epoch = epoch + 1 WHERE erased IS NULL",
    "UPDATE pages SET path = path || '\\x09' WHERE erased IS NULL",
    "UPDATE pages SET grp = gen_random_uuid() WHERE erased IS NULL",
    "UPDATE pages SET grp = NULL WHERE grp IS NOT NULL",
    "UPDATE pages SET used = used - 1 WHERE used > 0",
    "UPDATE pages SET used = 0 WHERE used > 0",
    "UPDATE pages SET used = used + 1, epoch = epoch + 1, sealed = 'another' WHERE erased IS NULL",
    "UPDATE pages SET erased = 9, sealed = 'another' WHERE erased IS NULL AND path <> ''",
    # An erased one stays as it is.
    "UPDATE pages SET erased = NULL WHERE erased IS NOT NULL",
    "UPDATE pages SET erased = erased + 1 WHERE erased IS NOT NULL",
    "UPDATE pages SET epoch = epoch + 9, sealed = 'another' WHERE erased IS NOT NULL",
    "UPDATE pages SET used = used + 1 WHERE erased IS NOT NULL",
    # A slot can be erased, and nothing else.
    "UPDATE tree_slots SET slot_id = gen_random_uuid()",
    "UPDATE tree_slots SET page = page || '\\x05'",
    "UPDATE tree_slots SET idx = idx + 100",
    "UPDATE tree_slots SET mark = 'another'",
    "UPDATE tree_slots SET mark = 'another', erased = 9 WHERE erased IS NULL",
    "UPDATE tree_slots SET erased = NULL",
    "UPDATE tree_slots SET erased = erased + 1 WHERE erased IS NOT NULL",
    "UPDATE tombstones SET body = 'another'",
    "UPDATE tombstones SET epoch = epoch + 100",
]
# What even the owner does only so; the product's own roles do it through the functions.
RIGHT_WAYS = [
    "UPDATE key_state SET next_page = next_page + 1",
    "UPDATE key_state SET epoch = epoch + 1, root_wrap = 'new', page_head = 'new', tombstone_head = 'new'",
    "UPDATE pages SET epoch = epoch + 9, sealed = 'new' WHERE erased IS NULL",
    "UPDATE pages SET used = used + 1 WHERE erased IS NULL",
    "UPDATE pages SET erased = 9 WHERE erased IS NULL AND path <> ''",
    "UPDATE tree_slots SET erased = 9 WHERE erased IS NULL",
    "INSERT INTO pages (path, epoch, sealed) VALUES ('\\x07', 3, 'sealed')",
    "INSERT INTO tree_slots VALUES (gen_random_uuid(), '\\x01', 99, 'mark')",
    "INSERT INTO tombstones VALUES (99, 'body')",
]
# What the product's roles may not do beyond all that.
FORBIDDEN = [
    "INSERT INTO key_state VALUES (true, gen_random_uuid(), 1, '', '', '', 1)",
    "SELECT * FROM key_state FOR UPDATE",
    "SELECT * FROM pages FOR SHARE",
    "INSERT INTO leases VALUES (gen_random_uuid(), 'worker', 1, now())",
    "UPDATE leases SET epoch = 99",
    "TRUNCATE leases",
    "TRUNCATE agenda",
    "ALTER TABLE pages DISABLE TRIGGER only_renew",
    "DROP TRIGGER keep_rows ON tree_slots",
    "DROP TABLE tombstones",
]
FUNCTIONS = {
    "found_tree": 7, "next_slot_page": 0, "add_pages": 4, "reserve_slots": 2, "add_slots": 4, "switch_epoch": 14,
    "renew_lease": 4,
}  # fmt: skip
INTERNAL = {"only_onward": 0, "only_renew": 0, "only_erase_slot": 0, "tree_lock": 0}
ROLES = pytest.mark.parametrize("role", ["driehoek_app", "driehoek_projector"], ids=["app", "projector"])


@pytest.fixture
def filled(cell: Cell) -> Iterator[Cell]:
    """A cell with a tree of two epochs, and of each kind of row one that lives and one that is erased."""
    with tree_store(cell) as tree:
        slots_on(tree, b"\1", uuid4(), 2)
        slots_on(tree, b"\2", uuid4(), 1)
        assert tree.add_pages(1, [page(b"\x80")], None)
        assert tree.next_ordinal() == 1
        assert tree.commit(switch_from(1, b"\1", locations=[b"\1\0", b"\2"]))
        yield cell


@pytest.mark.parametrize("role", [None, "driehoek_app", "driehoek_projector"], ids=["owner", "app", "projector"])
def test_nobody_takes_anything_back(filled: Cell, role: str | None) -> None:
    """Each way to remove, revive, move or overwrite is refused, to the owner as well, and leaves no trace."""
    before = contents(filled)
    with filled.connect(role) as connection:
        for way in WAYS:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(way)
    assert all(before.values())
    assert contents(filled) == before


def test_with_triggers_off_the_same_statements_would_work(filled: Cell) -> None:
    """The control: it is the triggers that refuse the owner, not a mistake in the statements."""
    with filled.connect(forge=True) as connection:
        for way in WAYS:
            with connection.transaction(force_rollback=True):
                assert connection.execute(way).rowcount != 0, way


def test_the_root_page_is_never_erased(filled: Cell) -> None:
    """A constraint keeps the root page alive, also where triggers are off."""
    for forge in (False, True):
        with filled.connect(forge=forge) as connection, pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("UPDATE pages SET erased = 9 WHERE path = ''")


def test_the_right_ways_are_the_owner_s_alone(filled: Cell) -> None:
    """What the triggers let pass works for the owner; the product's roles may do none of it by hand."""
    with filled.connect() as connection:
        for way in RIGHT_WAYS:
            with connection.transaction(force_rollback=True):
                assert connection.execute(way).rowcount > 0, way
    for role in ("driehoek_app", "driehoek_projector"):
        with filled.connect(role) as connection:
            for way in RIGHT_WAYS:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(way)


@ROLES
def test_the_product_s_roles_may_do_nothing_else(filled: Cell, role: str) -> None:
    """A table of attempts, all refused; beside them, both roles read every table."""
    with filled.connect(role) as connection:
        for attempt in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attempt)
        for table in (*KEPT, "leases", "agenda"):
            connection.execute(f"TABLE {table}")
        connection.execute("SELECT slots_at('{}')")


def test_functions_are_the_application_s(filled: Cell) -> None:
    """The projector may call none of the functions that write, the application all; their helpers neither may."""
    for name, count in (FUNCTIONS | INTERNAL).items():
        call = f"SELECT {name}({', '.join(['NULL'] * count)})"
        with filled.connect("driehoek_projector") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(call)
        with filled.connect("driehoek_app") as connection:
            try:
                connection.execute(call)
            except psycopg.errors.InsufficientPrivilege:
                assert name in INTERNAL
            except psycopg.Error:
                assert name in FUNCTIONS  # it was called, and didn't like what it was given
            else:
                assert name in FUNCTIONS


def test_each_role_keeps_its_own_table(filled: Cell) -> None:
    """The application gives leases up; the projector writes the agenda; neither touches the other's."""
    put, give_up = "INSERT INTO agenda VALUES (gen_random_uuid(), now())", "DELETE FROM leases"
    with filled.connect("driehoek_app") as connection:
        connection.execute(give_up)
        for change in (put, "UPDATE agenda SET look_at = now()", "DELETE FROM agenda"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(change)
    with filled.connect("driehoek_projector") as connection:
        connection.execute(put)
        assert connection.execute("UPDATE agenda SET look_at = now()").rowcount == 1
        assert connection.execute("DELETE FROM agenda").rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(give_up)


def test_temporary_tables_can_not_stand_in_for_ours(filled: Cell) -> None:
    """The functions see the cell's tables only, whatever their caller puts in front of them."""
    before = contents(filled)
    with filled.connect("driehoek_app") as connection:
        connection.execute("CREATE TEMP TABLE pages (path bytea, grp uuid, erased bigint, used smallint)")
        connection.execute("INSERT INTO pages VALUES ('\\x05', %s, NULL, 0)", [group := uuid4()])
        connection.execute("SET search_path = pg_temp")
        call = sql.SQL("SELECT page FROM {}.reserve_slots(%s, 1)").format(sql.Identifier(filled.name))
        assert connection.execute(call, [group]).fetchone() == (None,)
        assert connection.execute("SELECT used FROM pages").fetchone() == (0,)
    assert contents(filled) == before


def test_every_table_of_the_cell_has_rules(filled: Cell) -> None:
    """The tables that never lose a row are exactly those that say so by a trigger."""
    query = (
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
        " WHERE c.relnamespace = %s::regnamespace AND tgname IN ('keep_rows', 'append_only')"
    )
    with filled.connect() as connection:
        found = {row[0] for row in connection.execute(query, [filled.name])}
    published = {"tiles", "checkpoints"}  # test_log_rules
    assert found == {"events", "parts", "grants", "commands", *KEPT, *published}
