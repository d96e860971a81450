"""What views leave in the database, to compare how they were built."""

from typing import Any

from ops.wiring import CellService
from tests.support import Cell

TABLES = ("view_rows", "view_keys", "view_heads", "tracking")


def contents(cell: Cell) -> dict[str, list[Any]]:
    """Every row of every view table, in one order."""
    with cell.connect() as connection:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY {table}").fetchall() for table in TABLES}


def clear(service: CellService) -> None:
    """Forget all views."""
    for builder in service.builders.values():
        builder.clear(service.connections)


def catch_up(service: CellService, batch: int = 5_000) -> None:
    """Bring all views up to date."""
    for builder in service.builders.values():
        while builder.advance(service.connections, batch):
            pass
