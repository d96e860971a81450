"""From a question to a bundle of evidence in a file.

1. Find what is asked for, and put the reading of it on record, in the access streams of the engagements.
2. State on record which streams are handed out, up to which heads, and which disclosures.
3. Have a checkpoint signed that covers the statement; wait a while for witnesses, where there are any to wait for.
4. Write the bundle beside its place, sync it, and give it its name. A crash before leaves no file and a statement of
   one: a record too many, never one too few.
"""

import errno
import os
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import IO, Final
from uuid import UUID, uuid4

from crypto.verifier.merkle import check_consistency
from crypto.verifier.notes import Checkpoint, Note
from crypto.verifier.plan import MAX_LEAVES
from crypto.verifier.refused import Refused
from domain.application import Request
from domain.audit import BoundariesStated, EvidenceExported, MakeStatement, audit_stream_id
from domain.facts import rfc3339
from domain.principals import SERVICE_ID
from domain.reads import NotOnRecord, Place, Positions, Purpose, Read, Reader, Ticket, View
from ops.audit.bundle import BundleWriter, claims
from ops.audit.disclosures import Disclosed, find_disclosures, write_disclosed
from ops.audit.errors import BundleTooLarge, NotACheckpoint, NotExtended, RecordDamaged
from ops.audit.members import Evidence, check_tree
from ops.audit.receipts import receipts_of
from ops.audit.scope import Found, Held, Observe, Scope, find, hold, streams_of, unobserved
from ops.log.rows import Published
from ops.secret_file import new_file
from ops.wiring import CellService

WITNESSES_SECONDS: Final = 10.0
"""How long an export waits for witnesses, where there are any."""
STAMPS: Final = 64
"""Time stamps in a bundle at most."""

_LOOK_SECONDS: Final = 0.1
_STAMPED: Final = "SELECT size FROM checkpoints WHERE stamp IS NOT NULL AND line = %s AND size <= %s ORDER BY size"


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        scope: about what.
        reader: who asks: an auditor, or the service for the operator.
        at: when (UTC).
        since: the size of a checkpoint that whoever asks has seen; the bundle proves that the log extends it.
        disclosures: disclosures on record of which the parts are to be opened.
    """

    scope: Scope
    reader: Reader
    at: datetime
    since: int | None = None
    disclosures: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A bundle that was thought out: what it will hold, and which reads have to be on record before."""

    wanted: Wanted
    found: Found
    held: Held
    disclosed: tuple[Disclosed, ...]
    reads: tuple[Read, ...]


@dataclass(frozen=True)
class Stated:
    """A bundle that is on record and covered by a checkpoint, ready to be written.

    Attributes:
        prepared: what was asked for and found.
        indices: its leaves, ascending; the last one is of the event that states it.
        published: the checkpoint that it is proved by.
    """

    prepared: Prepared
    indices: "array[int]"
    published: Published


@dataclass(frozen=True)
class Exported:
    """A bundle that was written: its bytes, how many events and whole streams it has, and its checkpoint's size."""

    bytes: int
    events: int
    streams: int
    checkpoint: int

    def as_json(self) -> dict[str, int]:
        """For programs."""
        return asdict(self)


def export(service: CellService, wanted: Wanted, out: Path, observe: Observe = unobserved) -> Exported:
    """Make a bundle in a new file, for its owner's eyes only.

    Raises:
        FileExistsError: the name is taken; nothing was recorded.
        ops.audit.errors.AuditError: there is nothing to export, or it can't be proved.
        ops.log.errors.LogError: no checkpoint covers it.
        domain.reads.NotRecorded: the reading of it couldn't be put on record.
    """
    if out.exists() or out.is_symlink():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    prepared = prepare(service, wanted, observe)
    stated = state(service, prepared, service.reads.record(*prepared.reads))
    with new_file(out) as file:
        write(service, stated, file, observe)
        size = file.seek(0, os.SEEK_END)
    return Exported(size, len(stated.indices), len(prepared.held.heads), stated.published.size)


def prepare(service: CellService, wanted: Wanted, observe: Observe = unobserved) -> Prepared:
    """Step 1 without the record: find what is asked for. Raises as ``export``."""
    if wanted.since is not None and wanted.since > service.log.publish_now(0).size:
        raise NotExtended
    found = find(service, wanted.scope, observe)
    held = hold(service, found, observe)
    if len(held.indices) >= MAX_LEAVES:
        raise BundleTooLarge
    disclosed = find_disclosures(service, found, wanted.disclosures, wanted.at)
    return Prepared(wanted, found, held, disclosed, tuple(_reads(service, wanted, found, held, disclosed)))


def state(service: CellService, prepared: Prepared, ticket: Ticket) -> Stated:
    """Steps 2 and 3: put a bundle on record, and find the checkpoint that proves it.

    Raises:
        domain.reads.NotOnRecord: the reading of it isn't.
        ops.log.errors.LogError: no checkpoint covers it.
    """
    if not set(prepared.reads) <= set(ticket.reads):
        raise NotOnRecord
    scope, found = prepared.wanted.scope, prepared.found
    statement = EvidenceExported(
        scope=scope.kind,
        about=scope.about,
        begins=scope.begins,
        ends=scope.ends,
        first=found.first,
        end=found.end,
        heads=prepared.held.heads,
        disclosures=tuple(one.disclosed.disclosure_id for one in prepared.disclosed),
    )
    position = make_statement(service, statement, prepared.wanted.at)
    published = _published(service, position)
    return Stated(prepared, array("q", [*prepared.held.indices, position - 1]), published)


def make_statement(service: CellService, happened: EvidenceExported | BoundariesStated, at: datetime) -> int:
    """Put a statement on record; returns its position."""
    command = uuid4()
    request = Request(SERVICE_ID, at, command, service.digest(command.bytes))
    service.write_side.execute(audit_stream_id(uuid4()), MakeStatement(happened), request)
    recorded = service.recorder.command(command)
    if recorded is None:
        raise RecordDamaged
    return recorded.position


def write(service: CellService, stated: Stated, file: IO[bytes], observe: Observe = unobserved) -> None:
    """Step 4: the bundle, into a file that can be wound back. The same statement gives the same bytes.

    Raises:
        ops.audit.errors.RecordDamaged, ops.audit.errors.BundleTooLarge: it can't be made.
    """
    prepared, checkpoint = stated.prepared, stated.published.checkpoint
    evidence = Evidence(service, stated.indices, observe)
    tree = service.log.tree(checkpoint.size)
    stamps = _stamps(service, stated)
    sizes = {stamp.size for stamp in stamps}
    if prepared.wanted.since is not None:
        sizes.add(prepared.wanted.since)
    with BundleWriter(file) as bundle:
        bundle.whole("bundle.json", _claims(stated))
        bundle.whole("checkpoint", stated.published.note)
        with bundle.member("leaves") as member:
            hashes = evidence.leaves(member)
        around = tree.around(stated.indices)
        check_tree(checkpoint, stated.indices, hashes, around)
        bundle.whole("around", b"".join(around))
        with bundle.member("facts") as member:
            evidence.facts(member)
        with bundle.member("grants") as member:
            evidence.grants(member)
        if prepared.disclosed:
            with bundle.member("parts") as member:
                write_disclosed(service, prepared.disclosed, member)
        bundle.whole("receipts.json", receipts_of(service, prepared.held.engagements))
        for size in sorted(sizes - {0, checkpoint.size}):
            bundle.whole(f"consistency/{size}", b"".join(tree.consistency(size)))
        for stamp in stamps:
            bundle.whole(f"timestamps/{stamp.size}.checkpoint", stamp.note)
            bundle.whole(f"timestamps/{stamp.size}.tsr", stamp.stamp or b"")


def _claims(stated: Stated) -> bytes:
    scope, found = stated.prepared.wanted.scope, stated.prepared.found
    shown: dict[str, object] = {"kind": scope.kind.value}
    if scope.about is not None:
        shown["about"] = scope.about.hex
    if scope.begins is not None and scope.ends is not None:
        shown |= {"from": rfc3339(scope.begins), "to": rfc3339(scope.ends), "first": found.first, "end": found.end}
    checkpoint = stated.published.checkpoint
    return claims(
        origin=checkpoint.origin,
        size=checkpoint.size,
        scope=shown,
        streams=[(head.stream.hex, head.version) for head in stated.prepared.held.heads],
        stated_at=stated.indices[-1],
    )


def _reads(
    service: CellService, wanted: Wanted, found: Found, held: Held, disclosed: Sequence[Disclosed]
) -> Iterator[Read]:
    """A read of each engagement, for its access stream; one of everything else; one for each disclosed part."""
    last = {head.stream: head.version for head in held.heads}
    of_engagements: set[UUID] = set()

    def places(streams: Iterable[UUID]) -> tuple[Place, ...]:
        return tuple(Place(stream, 1, last[stream]) for stream in streams if stream in last)

    for engagement in found.engagements:
        own = streams_of(service, engagement)
        of_engagements.update(own)
        yield Read(wanted.reader, wanted.at, Purpose.AUDIT, View.BUNDLE, engagement, places(own))
    others = places(stream for stream in last if stream not in of_engagements)
    log = None if found.first is None or found.end is None else Positions(found.first + 1, found.end)
    yield Read(wanted.reader, wanted.at, Purpose.AUDIT, View.BUNDLE, None, others, log)
    for one in disclosed:
        to = Reader(wanted.reader.person, wanted.reader.role, one.disclosed.recipient.principal)
        place = Place(one.stream, one.disclosed.event_version, one.disclosed.event_version)
        yield Read(to, wanted.at, Purpose.DISCLOSURE, View.BUNDLE, one.engagement, (place,))


def _published(service: CellService, position: int) -> Published:
    """The latest checkpoint that witnesses signed, once it covers a position; the latest one if that takes too long."""
    latest, waited, pause = service.log.publish_now(position), 0.0, Event()
    while (witnessed := service.log.witnessed()) is not None:  # there are witnesses
        if witnessed.line == latest.line and witnessed.size >= position:
            return witnessed
        if waited >= WITNESSES_SECONDS:
            break
        pause.wait(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    return latest


def extended(service: CellService, note: bytes) -> int:
    """The size of a checkpoint that somebody saw, once it is clear that the log extends it.

    Whose signatures it bears, they know.

    Raises:
        NotACheckpoint: it isn't one.
        NotExtended: the log doesn't extend it.
    """
    try:
        since = Checkpoint.parse(Note.parse(note).text)
    except Refused:
        raise NotACheckpoint from None
    latest = service.log.publish_now(0).checkpoint
    if since.origin != latest.origin or since.size > latest.size:
        raise NotExtended
    if since.size:
        tree = service.log.tree(latest.size)
        try:
            check_consistency(since.size, latest.size, since.root, latest.root, tree.consistency(since.size))
        except Refused:
            raise NotExtended from None
    return since.size


def _stamps(service: CellService, stated: Stated) -> list[Published]:
    """For each leaf the first checkpoint with a time stamp that has it; evenly fewer where there'd be too many."""
    published = stated.published
    with service.connections.use() as connection:
        sizes = [size for (size,) in connection.execute(_STAMPED, (published.line, published.size))]
        places = sorted({bisect_right(sizes, index) for index in stated.indices} - {len(sizes)})
        if len(places) > STAMPS:
            places = [places[n * (len(places) - 1) // (STAMPS - 1)] for n in range(STAMPS)]
        wanted = [sizes[place] for place in places]
        return Published.found(connection, "WHERE line = %s AND size = ANY(%s) ORDER BY size", published.line, wanted)
