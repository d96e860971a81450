"""What one reader sees of an engagement at one moment: which keys serve them, and what has ended since when and why.

This is the one place that decides it. Views, streams, lists, disclosures and the export ask for a :class:`Sight` and
open what it says, no more: not what somebody else was granted in the same role, and not what has ended for this reader,
whether or not the eraser has been there. It is worked out from facts alone, without opening anything.

The version of a sight counts what the reader was ever able to see (:meth:`domain.stream.Stream.seen_by`): an end takes
nothing away from it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from domain.disposal import Access, accesses, ended_for
from domain.engagement import Engagement
from domain.ledger import Erasure
from domain.loading import Loading
from domain.personal import PERSONAL, Personal, personal_stream_id
from domain.stream import Stream
from domain.vocabulary import ErasureGround, Item, Lifetime, Role


@dataclass(frozen=True)
class Receipt:
    """What proves an erasure: its id, the key tree's epoch, and the head of the chain of tombstones (32 bytes)."""

    erasure_id: UUID
    epoch: int
    tombstone_head: bytes

    @classmethod
    def of(cls, erasure: Erasure | None) -> "Receipt | None":
        """An erasure's receipt; None as long as there is none."""
        if erasure is None or erasure.receipt is None:
            return None
        return cls(erasure.id, erasure.receipt.epoch, erasure.receipt.tombstone_head)


@dataclass(frozen=True)
class Ended:
    """A reading that is over for one reader.

    Attributes:
        items: what it was about, in the vocabulary's order.
        since, ground: from when on and why; both None when keys are found to be gone before the record says so, as
            while a restore that set the record back isn't finished.
        lifetime: until when the clause had given it.
        receipt: once the keys are erased.
    """

    items: tuple[Item, ...]
    since: datetime | None
    ground: ErasureGround | None
    lifetime: Lifetime | None
    receipt: Receipt | None


@dataclass(frozen=True)
class Reach:
    """How far a reader reaches in one stream.

    Attributes:
        stream: which one.
        upto: the version that this is about; what came later isn't looked at.
        granted: the keys that the reader was ever granted, each with the items that lie under it.
        ended: those of them that they may not read with any more.
        of_role: the keys that anybody was granted in the reader's role.
        parts: how many parts lie under the reader's keys.
    """

    stream: UUID
    upto: int
    granted: dict[UUID, frozenset[Item]] = field(repr=False)
    ended: frozenset[UUID]
    of_role: frozenset[UUID] = field(repr=False)
    parts: int


@dataclass(frozen=True)
class Sight:
    """What one reader sees at one moment.

    Attributes:
        engagement: the engagement, as it is now.
        own: the reader's notebook or journal; None when nothing was written there.
        role, principal: as whom and with whose keys.
        at: the moment.
        version: how many of the engagement's events the reader was ever able to see.
        reaches: by stream, the engagement's first.
        ended: what is over for this reader.
    """

    engagement: Engagement = field(repr=False)
    own: Personal | None = field(repr=False)
    role: Role
    principal: UUID
    at: datetime
    version: int
    reaches: tuple[Reach, ...]
    ended: tuple[Ended, ...]

    @property
    def streams(self) -> list[UUID]:
        """The streams, the engagement first."""
        return [reach.stream for reach in self.reaches]

    @property
    def tag(self) -> str:
        """The version as it is shown and asked for."""
        return f"v{self.version}"

    @property
    def of_engagement(self) -> "Sight":
        """The same without what lies in the reader's own notebook or journal."""
        return replace(self, reaches=self.reaches[:1])

    @property
    def of_the_coachee(self) -> bool:
        """Whether it is the coachee's own; a team's members hold keys in the same role."""
        return self.engagement.parties.get(Role.COACHEE) == self.principal

    def reach(self, stream: UUID) -> Reach:
        """The reach in one of the streams."""
        return next(reach for reach in self.reaches if reach.stream == stream)


def sight_of(write_side: Loading, engagement_id: UUID, person: UUID, now: datetime) -> Sight:
    """What a person sees of an engagement now (R5, R53): a party, or somebody who was one.

    Raises:
        NotFound: there is no such engagement, or the person never had a role in it.
    """
    engagement, role, principal = write_side.reading(engagement_id, person)
    own = None
    for kind, owner in PERSONAL.items():
        if owner is role:
            found = write_side.load(kind, personal_stream_id(engagement.id, kind, principal))
            if found.version and isinstance(found, Personal):
                own = found
                own.within = engagement
    return sight(engagement, own, role, principal, now)


def sight(engagement: Engagement, own: Personal | None, role: Role, principal: UUID, now: datetime) -> Sight:
    """What a reader sees, from streams that were loaded; ``own`` knows its engagement."""
    streams: list[Stream] = [engagement] if own is None else [engagement, own]
    reaches = tuple(_reach(stream, role, principal, now) for stream in streams)
    ended = _ended(zip(streams, reaches, strict=True), role, principal, now)
    return Sight(engagement, own, role, principal, now, engagement.seen_by(role, principal), reaches, ended)


def _reach(stream: Stream, role: Role, principal: UUID, now: datetime) -> Reach:
    granted = stream.keys_of(role, principal)
    items: dict[UUID, set[Item]] = {key_id: set() for key_id in granted}
    parts = 0
    for labels in stream.trail:
        for label in labels:
            if label.key_id in granted:
                items[label.key_id].add(label.item)
                parts += 1
    return Reach(
        stream=stream.id,
        upto=stream.version,
        granted={key_id: frozenset(found) for key_id, found in items.items()},
        ended=ended_for(stream, stream.terms, principal, now) & granted,
        of_role=frozenset(
            entry.key_id for entry in stream.ledger.values() if any(held is role for held, _ in entry.grants())
        ),
        parts=parts,
    )


def _ended(reaches: Iterable[tuple[Stream, Reach]], role: Role, principal: UUID, now: datetime) -> tuple[Ended, ...]:
    """What is over, put together: a reader learns nothing from how many keys there were."""
    found: dict[tuple[object, ...], tuple[Access, Receipt | None, set[Item]]] = {}
    for stream, reach in reaches:
        receipts = stream.ledger.receipts()
        for one in accesses(stream, stream.terms):
            if (one.role, one.principal) != (role, principal) or one.key_id not in reach.ended or not one.over(now):
                continue
            receipt = Receipt.of(receipts.get(one.slot_id))
            about = found.setdefault((one.ends_at, one.ground, one.lifetime, receipt), (one, receipt, set()))
            about[2].update(reach.granted[one.key_id])
    ended = [
        Ended(in_order(items), one.ends_at, one.ground, one.lifetime, receipt)
        for one, receipt, items in found.values()
        if items
    ]
    return tuple(sorted(ended, key=_by_time))


def _by_time(one: Ended) -> tuple[str, list[int]]:
    return "" if one.since is None else one.since.isoformat(), [_ORDER[item] for item in one.items]


def in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items in the vocabulary's order."""
    return tuple(sorted(items, key=_ORDER.__getitem__))


_ORDER = {item: place for place, item in enumerate(Item)}
