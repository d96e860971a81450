"""What should open, worked out from the record alone: whose grants there are, and which of them were revoked.

The other side of the drill: the adversary tries keys and knows no record, this reads the record and opens nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from ops.drill.history import Grant, Part
from ops.wiring import CellService


class Expected:
    """What the record of a cell gives, less what was revoked.

    Args:
        service: the open cell.
        streams: the streams to read.
        revoked: the slots that were erased.
        silenced: who lost their custody, and so whatever is sealed to them.
    """

    def __init__(
        self, service: CellService, streams: Iterable[UUID], revoked: Collection[UUID], silenced: Collection[UUID]
    ) -> None:
        self._revoked, self._silenced = revoked, silenced
        self._recipients: dict[UUID, UUID] = {}
        self._slots: dict[UUID, set[UUID]] = defaultdict(set)
        self._shown: dict[tuple[UUID, int, int], set[UUID]] = defaultdict(set)
        for stream in streams:
            ledger = service.write_side.stream(stream).ledger
            for entry in ledger.values():
                for _, to in entry.grants():
                    self._slots[entry.key_id].add(to.slot_id)
                    self._recipients[to.slot_id] = to.principal
            for one in ledger.disclosures.values():
                self._shown[stream, one.event_version, one.index].add(one.recipient.slot_id)
                self._recipients[one.recipient.slot_id] = one.recipient.principal

    def opens(self, grant: Grant) -> bool:
        """Whether a grant that is on record should open. A custody has no recipient: it needs the slot alone."""
        return self._lives(grant.slot_id)

    def shows(self, part: Part) -> bool:
        """Whether a part should open, through any grant of its key or any disclosure of it."""
        slots = self._slots.get(part.key_id, set()) | self._shown.get((part.stream, part.version, part.idx), set())
        return any(self._lives(slot) for slot in slots)

    def _lives(self, slot: UUID) -> bool:
        return slot not in self._revoked and self._recipients.get(slot) not in self._silenced
