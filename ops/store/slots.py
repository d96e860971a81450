"""The table of slot keys, behind the port that the crypto room declares (`crypto.keyring.SlotStore`).

A slot is written once, wrapped, and can only ever be erased: its row stays, so that a key that is gone and a key that
never was remain two different answers. A trigger holds the table to that, whoever writes.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from ops.store.connections import Connections


class PostgresSlotStore:
    """Slots of one cell. Every call is one statement, durable when it returns."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def insert(self, rows: Sequence[tuple[UUID, bytes]]) -> None:
        """Store (slot id, wrapped key) pairs. Raises the library's `IntegrityError` if an id exists."""
        ids, wrapped = [row[0] for row in rows], [row[1] for row in rows]
        with self._connections.use() as connection:
            connection.execute(
                "INSERT INTO slots (slot_id, wrapped) SELECT * FROM unnest(%b::uuid[], %b::bytea[])", [ids, wrapped]
            )

    def load(self, ids: Iterable[UUID]) -> Mapping[UUID, bytes | None]:
        """The wrapped keys by slot id: None where it was erased, absent where it was never provisioned."""
        with self._connections.use() as connection:
            rows = connection.execute(
                "SELECT slot_id, wrapped FROM slots WHERE slot_id = ANY(%b)", [list(ids)], binary=True
            )
            return dict(rows.fetchall())

    def erase(self, ids: Iterable[UUID]) -> None:
        """Remove the wrapped keys for good. Erasing an erased slot changes nothing."""
        with self._connections.use() as connection:
            connection.execute(
                "UPDATE slots SET wrapped = NULL, erased_at = now() WHERE slot_id = ANY(%b) AND wrapped IS NOT NULL",
                [list(ids)],
            )
