"""Keeps every version of every row of a cell: shadow tables, fed by triggers, in a schema of their own.

A copy that is taken now and then misses what came and went in between. A trigger misses nothing: whatever is written
to a table is written to its shadow in the same transaction. What was deleted or replaced stays there. This is the
drill's, as the database's owner; a cell that lives has no such thing.
"""

from collections.abc import Iterable
from contextlib import closing

import psycopg
from psycopg import sql

from ops.drill.history import COLUMNS, History, read_tables
from ops.store.connections import check_cell_name

# A later version that differs in nothing but counters (how much of a page is used) is no other version.
_SHADOW = """
CREATE TABLE {shadow} AS SELECT {columns} FROM {table} WITH NO DATA;
CREATE FUNCTION {keep}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO {shadow} VALUES ({new});
    RETURN NULL;
END $$;
CREATE TRIGGER drill_keeps_new AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {keep}();
CREATE TRIGGER drill_keeps_changed AFTER UPDATE ON {table} FOR EACH ROW
    WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION {keep}();
INSERT INTO {shadow} SELECT {columns} FROM {table};
"""


class Recorder:
    """Keeps the history of one cell from the moment at which it is made. Needs the login that owns the tables.

    Args:
        url: the database.
        cell: the cell's schema, migrated.
    """

    def __init__(self, url: str, cell: str) -> None:
        self._url, self._cell, self._schema = url, check_cell_name(cell), f"drill_{cell}"
        with closing(self._connect()) as connection, connection.transaction():
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self._schema)))
            for table in COLUMNS:
                connection.execute(self._shadow(table))

    def history(self) -> History:
        """Everything that was written until now."""
        with closing(self._connect()) as connection:
            return History.of_tables(read_tables(connection, self._schema))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._url, autocommit=True)

    def _shadow(self, table: str) -> sql.Composed:
        return sql.SQL(_SHADOW).format(
            shadow=sql.Identifier(self._schema, table),
            keep=sql.Identifier(self._schema, f"keep_{table}"),
            table=sql.Identifier(self._cell, table),
            columns=_listed(COLUMNS[table]),
            new=_listed(COLUMNS[table], "NEW"),
            old=_listed(COLUMNS[table], "OLD"),
        )


def _listed(columns: Iterable[str], row: str | None = None) -> sql.Composed:
    names = (
        sql.Identifier(name) if row is None else sql.SQL(f"{row}.{{}}").format(sql.Identifier(name)) for name in columns
    )
    return sql.SQL(", ").join(names)
