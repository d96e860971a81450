"""Runs a revision's SQL file: the migrations of this project are plain SQL, and alembic only keeps their order."""

from pathlib import Path

from alembic import op

_VERSIONS = Path(__file__).parent / "versions"


def run(name: str) -> None:
    """Execute `versions/<name>.sql` in the migration's transaction, with the cell's schema as search_path.

    The driver gets the text as it stands (several statements, per cent signs and all), so a file can also be read, and
    run, with psql.
    """
    connection = op.get_bind().connection.driver_connection
    if connection is None:
        raise RuntimeError("a migration needs a live connection")
    connection.execute((_VERSIONS / f"{name}.sql").read_text(encoding="utf-8"))
