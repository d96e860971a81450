"""What a bundle of evidence is about: which streams it holds whole, up to where, and which leaves besides.

An engagement is its own stream, its coaches' notebooks, the coachee's journal and its access stream. To check who acted
and what was erased, it takes the records of every principal that acted in them (their public keys are there), the
cell's own stream (the service's keys, the overseers), and the epochs of the key tree that its erasures name. A person
is all engagements in which they are or were a party, and their own record and practice; a coach is all engagements in
which they are or were the coach, and theirs. A period is every leaf between two moments; so that it can be checked, it
takes what went before in the same streams, too.

An id of an engagement is the only way to its streams, so finding somebody's engagements reads all facts once.
"""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from crypto.leaf import parse_leaf
from domain.audit import BundleScope, LoggedHead
from domain.endings import KeysErased
from domain.engagement import Engagement
from domain.events import RecordedEvent
from domain.facts import instant_to_stored
from domain.intake import CoachChosen, EngagementRequested
from domain.keys import keys_stream_id
from domain.parties import PartyReplaced
from domain.personal import Diary, EntryWritten, NoteWritten, personal_stream_id
from domain.practice import practice_stream_id
from domain.principals import CELL_ID, SERVICE_ID
from domain.reads import access_stream_id
from domain.vocabulary import Role
from ops.audit.errors import NothingThere, RecordDamaged
from ops.wiring import CellService

Observe = Callable[[str, int, int], None]
"""Told what is being done, how much of it is, and how much there is."""

_PAGE: Final = 1_000
_HEADS: Final = """
SELECT e.originator_id, e.originator_version, e.leaf_hash
  FROM unnest(%s::uuid[], %s::int[]) AS w (stream, version)
  JOIN events e ON e.originator_id = w.stream AND e.originator_version = w.version ORDER BY e.originator_id
"""
_POSITIONS: Final = """
SELECT e.position FROM unnest(%s::uuid[], %s::int[]) AS w (stream, version)
  JOIN events e ON e.originator_id = w.stream AND e.originator_version <= w.version
"""
_VERSION_AT: Final = "SELECT max(originator_version) FROM events WHERE originator_id = %s AND position <= %s"
_FAR: Final = 1 << 31


def unobserved(what: str, done: int, total: int) -> None:
    """Observe nothing."""
    del what, done, total


@dataclass(frozen=True)
class Scope:
    """What is asked for: ``about`` an engagement, a person or a coach, or the period [``begins``, ``ends``)."""

    kind: BundleScope
    about: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None

    @classmethod
    def period(cls, begins: datetime, ends: datetime) -> Self:
        """Everything on record between two moments (UTC)."""
        return cls(BundleScope.PERIOD, None, begins, ends)


@dataclass(frozen=True)
class Found:
    """What was found: ``engagements``, ``own`` records of a person, and the leaves [``first``, ``end``) of a period."""

    engagements: tuple[UUID, ...] = ()
    own: tuple[UUID, ...] = ()
    first: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Held:
    """What a bundle holds.

    Attributes:
        heads: the streams that it holds whole, in the order of their ids.
        engagements: which of them are engagements.
        indices: the leaves, ascending from 0 on.
    """

    heads: tuple[LoggedHead, ...]
    engagements: tuple[UUID, ...]
    indices: "array[int]"


def find(service: CellService, scope: Scope, observe: Observe = unobserved) -> Found:
    """Which engagements, own records or leaves somebody asks for.

    Raises:
        NothingThere: none.
    """
    if scope.kind is BundleScope.PERIOD:
        return _period(service, scope, observe)
    if scope.about is None:
        raise NothingThere
    if scope.kind is BundleScope.ENGAGEMENT:
        if not service.write_side.load(Engagement, scope.about).version:
            raise NothingThere
        return Found((scope.about,))
    if not service.write_side.is_registered(scope.about):
        raise NothingThere
    roles = {Role.COACH} if scope.kind is BundleScope.COACH else set(Role)
    found = dict.fromkeys(
        event.originator_id
        for _, event in facts(service, 1, size_of(service), observe)
        if any(person == scope.about and role in roles for role, person in _became(event))
    )
    own = (scope.about, access_stream_id(scope.about), practice_stream_id(scope.about))
    return Found(tuple(found), own)


def streams_of(service: CellService, engagement: UUID) -> list[UUID]:
    """The streams of an engagement, those included in which nothing is on record."""
    write = service.write_side
    state = write.load(Engagement, engagement)
    diarists = [state.parties[Role.COACHEE], *state.team.members, *state.team.former]
    personal = [*write.notebooks(engagement), *(personal_stream_id(engagement, Diary, who) for who in diarists)]
    return [engagement, *personal, access_stream_id(engagement)]


def hold(service: CellService, found: Found, observe: Observe = unobserved) -> Held:
    """All streams that belong to what was found, as far as they go now, and the leaves.

    Of a period, every stream that has an event in it, as far as it went at the end of the period. Every stream is read
    whole, and so checked against its head, before anything of it is stated.

    Raises:
        RecordDamaged: a stream has another leaf than its events say.
        ops.store.rows.StoreError: a stream isn't whole.
    """
    wanted = {CELL_ID: found.end}
    for engagement in found.engagements:
        wanted |= dict.fromkeys(streams_of(service, engagement))
    wanted |= dict.fromkeys(found.own)
    if found.first is not None and found.end is not None:
        for _, ranged in facts(service, found.first + 1, found.end, observe):
            wanted[ranged.originator_id] = found.end
    versions: dict[UUID, int] = {}
    for number, stream in enumerate(_growing(wanted)):
        observe("streams", number, len(wanted))
        last = _version_at(service, stream, wanted[stream])
        event: RecordedEvent
        for event in service.write_side.events.get(stream):  # type: ignore[assignment]
            if event.originator_version > last:
                break
            versions[stream] = event.originator_version
            for named, upto in _named_by(event, found.end):
                wanted.setdefault(named, upto)
    observe("streams", len(wanted), len(wanted))
    streams = sorted(versions)
    numbers = [versions[stream] for stream in streams]
    with service.connections.use() as connection:
        rows = connection.execute(_HEADS, (streams, numbers)).fetchall()
        positions = {row[0] - 1 for row in connection.execute(_POSITIONS, (streams, numbers))}
    heads = tuple(LoggedHead(*row) for row in rows)
    if [(head.stream, head.version) for head in heads] != sorted(versions.items()) or len(positions) != sum(numbers):
        raise RecordDamaged
    leaves = positions.union(range(found.first or 0, found.end or 0))
    return Held(heads, found.engagements, array("q", sorted(leaves)))


def _version_at(service: CellService, stream: UUID, position: int | None) -> int:
    """How far a stream went at a position of the log; as far as it goes without one."""
    if position is None:
        return _FAR
    with service.connections.use() as connection:
        row = connection.execute(_VERSION_AT, (stream, position)).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])


def _growing(wanted: dict[UUID, int | None]) -> Iterator[UUID]:
    """Each of the streams once, those included that are added while they are gone through."""
    seen = 0
    while seen < len(wanted):
        for stream in list(wanted)[seen:]:
            seen += 1
            yield stream


def _named_by(event: RecordedEvent, upto: int | None) -> Iterator[tuple[UUID, int | None]]:
    """The streams without which an event can't be checked, each with the position up to which it is needed.

    They have its author's keys, the contract that it falls under, and the steps of the epoch that an erasure names,
    which may have been recorded later.
    """
    yield (CELL_ID if event.principal == SERVICE_ID else event.principal), upto
    match event.fact:
        case KeysErased() as erased:
            yield keys_stream_id(erased.epoch), None
        case NoteWritten() | EntryWritten() as written:
            yield written.engagement, upto


def _became(event: RecordedEvent) -> Iterator[tuple[Role, UUID]]:
    """Who became a party with an event, as whom."""
    match event.fact:
        case EngagementRequested() as happened:
            yield Role.SPONSOR_ORGANISATION, happened.organisation
            yield Role.SPONSOR_ORGANISATION, happened.representative
            yield Role.LINE_MANAGER, happened.line_manager
            yield Role.COACHEE, happened.coachee
        case CoachChosen() as happened:
            yield Role.COACH, happened.coach
        case PartyReplaced() as happened:
            yield happened.role, happened.person


def facts(service: CellService, first: int, last: int, observe: Observe) -> Iterator[tuple[int, RecordedEvent]]:
    """The events at positions ``first`` … ``last``, each with its position, facts opened."""
    for start in range(first, last + 1, _PAGE):
        observe("facts", start - first, last + 1 - first)
        for row in service.recorder.select_notifications(start, _PAGE, last):
            event: RecordedEvent = service.write_side.mapper.to_domain_event(row)  # type: ignore[assignment]
            yield row.id, event
    observe("facts", last + 1 - first, last + 1 - first)


def _period(service: CellService, scope: Scope, observe: Observe) -> Found:
    """From the first leaf in the period to the last: clocks needn't agree, so another may lie between."""
    if scope.begins is None or scope.ends is None:
        raise NothingThere
    begins, ends = instant_to_stored(scope.begins), instant_to_stored(scope.ends)
    size = size_of(service)
    within: list[int] = []
    for start in range(1, size + 1, _PAGE):
        observe("leaves", start - 1, size)
        for row in service.recorder.log_leaves(start, _PAGE):
            if begins <= parse_leaf(row.leaf).time_us < ends:
                within = [within[0] if within else row.number - 1, row.number]
    observe("leaves", size, size)
    if not within:
        raise NothingThere
    return Found(first=within[0], end=within[1])


def size_of(service: CellService) -> int:
    """How many events are on record."""
    return service.recorder.max_notification_id() or 0
