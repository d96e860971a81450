"""Brings one cell's schema up to date.

`migrate(url, cell)` may be called at every start, by any number of processes at once: an advisory lock lets one work
and the others find nothing left to do. Everything happens in one transaction, so a migration that is killed half way
leaves no trace. It runs as the owner of the cell, never as the application's role, which may not change anything.
"""

from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
from psycopg import sql

from ops.store.connections import check_cell_name, check_server
from ops.store.rows import StoreUnavailable

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
# alembic keeps the migration under way in module globals: one at a time in a process, whatever the cells.
_alembic = Lock()


def migrate(url: str, cell: str = "cell", revision: str = "head") -> list[str]:
    """Create or upgrade the schema `cell` in the database at `url` (a libpq URL); return the revisions applied now.

    It stops at `revision`: the newest, unless what an older program dumped is to be loaded first.

    Raises `StoreUnavailable` without a server, `TooOldServer` below PostgreSQL 17, `ValueError` for a cell name that
    isn't a plain lower-case identifier.
    """
    # Slow to import, and needed here only: other commands import this module, too.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - see above
    from sqlalchemy.pool import NullPool  # noqa: PLC0415 - see above

    check_cell_name(cell)
    applied: list[str] = []

    def note(*, step: Any, **_: Any) -> None:
        applied.append(step.up_revision_id)

    def connect() -> psycopg.Connection:
        try:
            connection = psycopg.connect(url, application_name=f"driehoek migrate {cell}")
        except psycopg.OperationalError:
            raise StoreUnavailable from None
        check_server(connection)
        return connection

    engine = create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool)
    with _alembic, engine.begin() as connection:
        connection.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('driehoek migrate ' || :cell, 0))"), {"cell": cell}
        )
        schema = sql.Identifier(cell)
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        driver.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
        driver.execute(sql.SQL("SET LOCAL search_path = {}, pg_temp").format(schema))
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
        config.attributes.update(connection=connection, cell=cell, on_version_apply=note)
        command.upgrade(config, revision)
    return applied
