"""All checks of the store, in an order in which each trusts only what was checked before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from crypto.heads import check_head
from crypto.verifier.notes import VerifierKey
from ops.audit.fsck.finding import Report
from ops.audit.fsck.record import Record
from ops.audit.fsck.tree import Tree
from ops.audit.fsck.views import views
from ops.log.errors import LogError
from ops.log.folder import LogFolder
from ops.log.place import LogPlace
from ops.log.signer import Signer
from ops.store.connections import Connections
from ops.store.tree import PostgresTreeStore
from ops.wiring import CellService
from projections.building import Builder


@dataclass(frozen=True)
class Outside:
    """What stands outside the event database: the signer's last checkpoint (a note), and the log's public keys.

    ``missing`` says why there is nothing, in the log's own words; None where there is, or where nothing was signed yet.
    """

    signed: bytes | None
    keys: Sequence[VerifierKey]
    missing: str | None = None

    @classmethod
    def of(cls, signer: Signer) -> Self:
        """What is in a log's folder."""
        try:
            seen = signer.look()
        except LogError as error:
            return cls(None, (), str(error))
        if seen is None:
            return cls(None, ())
        retired = [VerifierKey.parse(vkey) for vkey in seen.keys.retired]
        keys = [*(one.key for one in seen.keys.signers), *retired]
        return cls(None if seen.last is None else seen.last.note, keys)


@dataclass(frozen=True)
class Inside:
    """What only a cell that opens can lend: the key that heads are authenticated with, and the views' builders."""

    head_key: bytes
    builders: dict[str, Builder]


def check(
    connections: Connections, outside: Outside, inside: Inside | None, progress: Callable[[int, int], None]
) -> Report:
    """Check the whole store of a cell against its log.

    Args:
        connections: to the cell's database.
        outside: what the record is held against.
        inside: None for a cell that doesn't open; then the report says what wasn't checked.
        progress: told how many of how many events were looked at.

    Raises:
        ops.store.rows.StoreError: the database can't be used.
    """
    report = Report()
    with connections.use("read") as connection, connection.transaction():
        # One snapshot: what is recorded meanwhile belongs to the next check.
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT size FROM log_state").fetchone()
        size = 0 if row is None else int(row[0])
        record = Record(connection, size, report)
        tree = Tree(connection, report, [] if outside.signed is None else [outside.signed], outside.keys)
        for hashes in record.hashes():
            tree.grow(hashes)
            progress(tree.size, size)
        tree.finish()
        record.rows()
        record.heads(None if inside is None else _head_checker(inside.head_key))
    if inside is None:
        report.unchecked += ["whether streams' heads are authentic", "views"]
    else:
        views(connections, inside.builders, report)
    if outside.signed is None:
        report.unchecked.append(
            f"the record against the signer's checkpoint: {outside.missing or 'none was signed yet'}"
        )
    if not outside.keys:
        report.unchecked.append("whether checkpoints are signed by the log: its keys aren't here")
    report.unchecked.append("whether rows of commands are missing: no leaf is about them")
    return report


def check_cell(service: CellService, progress: Callable[[int, int], None]) -> Report:
    """As ``check``, of a cell that opens, against its log's folder."""
    inside = Inside(service.service.key_for("heads"), dict(service.builders))
    return check(service.connections, Outside.of(service.log.lines.signer), inside, progress)


def check_closed(connections: Connections, place: LogPlace, progress: Callable[[int, int], None]) -> Report:
    """As ``check``, of a cell that doesn't open, against its log's folder."""
    deployment = PostgresTreeStore(connections).pages([])[0].deployment
    outside = Outside.of(Signer(LogFolder(place.folder), deployment, place.name))
    return check(connections, outside, None, progress)


def _head_checker(key: bytes) -> Callable[[bytes, UUID, int, bytes], None]:
    return lambda mac, stream, version, hashed: check_head(key, mac, stream, version, hashed)
