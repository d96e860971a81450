"""What goes into a bundle: leaves, facts with the keys that open them, grants, and what the log proves of them.

Everything is held against the leaves while it is written, page by page: what wouldn't verify isn't handed out.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from crypto.errors import CryptoError
from crypto.leaf import check_part, grant_digest, leaf_hash, parse_leaf
from crypto.part import disclose_part
from crypto.verifier.merkle import root_of_some
from crypto.verifier.notes import Checkpoint
from crypto.verifier.plan import MAX_SEALED
from crypto.verifier.refused import Refused
from ops.audit.bundle import Member, u16, u32, u64
from ops.audit.errors import BundleTooLarge, RecordDamaged
from ops.audit.scope import Observe
from ops.wiring import CellService

PAGE: Final = 256

_LEAVES: Final = "SELECT position, leaf, leaf_hash FROM events WHERE position = ANY(%s) ORDER BY position"
_FACTS: Final = "SELECT position, leaf, state FROM events WHERE position = ANY(%s) ORDER BY position"
_GRANTS: Final = """
SELECT e.position, e.leaf, g.key_id, g.slot_id, g.sealed
  FROM events e LEFT JOIN grants g USING (position) WHERE e.position = ANY(%s) ORDER BY e.position
"""


class Evidence:
    """The events with these indices, as a bundle holds them.

    Args:
        service: the cell.
        indices: ascending, each once.
        observe: told how far each member is.
    """

    def __init__(self, service: CellService, indices: "array[int]", observe: Observe) -> None:
        self._service, self._indices, self._observe = service, indices, observe

    def leaves(self, member: Member) -> list[bytes]:
        """Write ``leaves``: u64 index, u16 length, leaf. Returns their hashes.

        Raises:
            RecordDamaged: a leaf isn't what is recorded beside it, or is missing.
        """
        hashes = []
        for index, leaf, recorded in self._rows(_LEAVES, "leaves"):
            if leaf_hash(leaf) != recorded:
                raise RecordDamaged
            hashes.append(recorded)
            member.write(u64(index), u16(len(leaf)), leaf)
        if len(hashes) != len(self._indices):
            raise RecordDamaged
        return hashes

    def facts(self, member: Member) -> None:
        """Write ``facts``: u64 index, the key of this part alone, u32 length, sealed part 0.

        Raises:
            RecordDamaged: facts aren't those of their leaf, or don't open.
            BundleTooLarge: a statement of so many streams that no verifier would take it.
        """
        oversight = self._service.service.oversight
        for index, leaf, state in self._rows(_FACTS, "facts"):
            with _whole():
                record = parse_leaf(leaf)
                check_part(record, 0, state)
                key = disclose_part(oversight, record.stream, record.version, 0, state)
            if len(state) > MAX_SEALED:
                raise BundleTooLarge
            member.write(u64(index), key, u32(len(state)), state)

    def grants(self, member: Member) -> None:
        """Write ``grants``: u64 index, key id, slot id, u32 length, sealed grant; of one event in its leaf's order.

        Raises:
            RecordDamaged: an event's grants aren't those of its leaf.
        """
        pending: list[tuple[Any, ...]] = []
        for row in self._rows(_GRANTS, "grants"):
            if pending and pending[0][0] != row[0]:
                _write_grants(member, pending)
                pending = []
            pending.append(row)
        if pending:
            _write_grants(member, pending)

    def _rows(self, query: str, what: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query about all positions, page by page; the first column becomes the index."""
        total = len(self._indices)
        for start in range(0, total, PAGE):
            self._observe(what, start, total)
            positions = [index + 1 for index in self._indices[start : start + PAGE]]
            with self._service.connections.use() as connection:
                rows = connection.execute(query.encode(), (positions,), prepare=True, binary=True).fetchall()
            for position, *rest in rows:
                yield position - 1, *rest
        self._observe(what, total, total)


def _write_grants(member: Member, rows: Sequence[tuple[Any, ...]]) -> None:
    with _whole():
        record = parse_leaf(rows[0][1])
    by_digest = {
        grant_digest(record.stream, key_id, slot_id, sealed): (index, key_id, slot_id, sealed)
        for index, _, key_id, slot_id, sealed in rows
        if slot_id is not None
    }
    if sorted(by_digest) != sorted(record.grants):
        raise RecordDamaged
    for digest in record.grants:
        index, key_id, slot_id, sealed = by_digest[digest]
        member.write(u64(index), key_id.bytes, slot_id.bytes, u32(len(sealed)), sealed)


def check_tree(checkpoint: Checkpoint, indices: Sequence[int], hashes: list[bytes], around: list[bytes]) -> None:
    """Check that leaves and what is around them make the signed tree.

    Raises:
        RecordDamaged: they don't.
    """
    others = iter(around)
    try:
        root = root_of_some(checkpoint.size, indices, hashes, others)
    except Refused:
        raise RecordDamaged from None
    if root != checkpoint.root or next(others, None) is not None:
        raise RecordDamaged


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except CryptoError:
        raise RecordDamaged from None
