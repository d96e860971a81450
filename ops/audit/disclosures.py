"""Parts that a bundle opens: only such as were disclosed on record, and as long as the disclosure is in force."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from crypto.errors import CryptoError
from crypto.grant import Disclosing
from domain.endings import PartDisclosed
from domain.errors import NotFound
from ops.audit.bundle import Member, u16, u32, u64
from ops.audit.errors import NoSuchDisclosure, RecordDamaged
from ops.audit.scope import Found, streams_of
from ops.keys.custodian import sealed_at
from ops.wiring import CellService

_AT: Final = "SELECT position FROM events WHERE originator_id = %s AND originator_version = %s"


@dataclass(frozen=True)
class Disclosed:
    """A disclosure, where it is on record, and where its part lies in the log (``index`` from 0)."""

    engagement: UUID
    stream: UUID
    index: int
    disclosed: PartDisclosed


def find_disclosures(
    service: CellService, found: Found, wanted: Collection[UUID], at: datetime
) -> tuple[Disclosed, ...]:
    """The disclosures with these ids, in the order of the log.

    Raises:
        NoSuchDisclosure: one of them isn't on record in these engagements, or not in force any more.
    """
    missing, known = set(wanted), []
    for engagement in found.engagements if missing else ():
        for stream_id in streams_of(service, engagement):
            with suppress(NotFound):  # nothing was written there
                stream = service.write_side.stream(stream_id)
                for one in stream.ledger.disclosures.values():
                    if (
                        one.disclosure_id in missing
                        and one.expires_at > at
                        and stream.ledger.lives(one.recipient.slot_id)
                    ):
                        missing.remove(one.disclosure_id)
                        known.append(Disclosed(engagement, stream_id, _index(service, stream_id, one), one))
    if missing:
        raise NoSuchDisclosure
    return tuple(sorted(known, key=lambda one: (one.index, one.disclosed.index, one.disclosed.disclosure_id)))


def write_disclosed(service: CellService, disclosed: Collection[Disclosed], member: Member) -> None:
    """Write ``parts``: u64 index, u16 part index, the key of this part alone, u32 length, sealed part; each part once.

    Raises:
        RecordDamaged: a part isn't what was disclosed, or a key isn't there.
    """
    written: set[tuple[int, int]] = set()
    for one in disclosed:
        said = one.disclosed
        if (one.index, said.index) in written:
            continue
        written.add((one.index, said.index))
        place = (one.stream, said.event_version, said.index)
        try:
            opened = service.roles[said.role].disclosed(
                Disclosing(said.disclosure_id, *place), said.recipient.principal
            )
            sealed = sealed_at(service.recorder, *place)
            opened.open(*place, sealed)
        except CryptoError:
            raise RecordDamaged from None
        member.write(u64(one.index), u16(said.index), opened.part_key, u32(len(sealed)), sealed)


def _index(service: CellService, stream: UUID, disclosed: PartDisclosed) -> int:
    with service.connections.use() as connection:
        row = connection.execute(_AT, (stream, disclosed.event_version)).fetchone()
    if row is None:
        raise RecordDamaged
    return int(row[0]) - 1
