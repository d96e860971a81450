"""The views built anew beside those that are stored, in a transaction that is rolled back."""

from typing import Any, Final, LiteralString

import psycopg

from ops.audit.fsck.finding import Finding, Report
from ops.store.connections import Connections, Held
from projections.building import Builder, LogIncomplete, TrackingForged

# Each table's rows of a view, apart from what says how far it has come, in one hash that doesn't depend on their order.
_SUMS: Final[dict[str, LiteralString]] = {
    "view_keys": "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM view_keys t WHERE view = %s",
    "view_rows": "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM view_rows t WHERE view = %s",
    "view_heads": "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM view_heads t WHERE view = %s",
}


def views(connections: Connections, builders: dict[str, Builder], report: Report) -> None:
    """Build each view anew and compare it; the stored one stays as it is, and nobody else advances it meanwhile."""
    for name, builder in builders.items():
        with connections.use("project") as connection, connection.transaction(force_rollback=True):
            for place, what in _differences(connection, builder):
                report.findings.append(Finding(f"view {name}", f"{place}: {what}" if place else what))
        report.count("views")


def _differences(connection: psycopg.Connection[Any], builder: Builder) -> list[tuple[str, str]]:
    held = Held(connection)
    try:
        while builder.advance(held):  # to the end of the log, so that both have taken in the same
            pass
        before = {table: connection.execute(query, [builder.view]).fetchone() for table, query in _SUMS.items()}
        builder.clear(held)
        while builder.advance(held):
            pass
    except TrackingForged:
        return [("", "how far it has come isn't what was written")]
    except LogIncomplete:
        return [("", "it has taken in more than the log holds, or the log has a gap")]
    except Exception:  # noqa: BLE001 - whatever a changed record provokes in a builder is a finding about the view
        return [("", "it can't be built")]
    after = {table: connection.execute(query, [builder.view]).fetchone() for table, query in _SUMS.items()}
    return [(table, "its rows aren't those that the log leads to") for table in _SUMS if before[table] != after[table]]
