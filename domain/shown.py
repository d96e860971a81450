"""Which parts of an engagement were disclosed, as somebody may know it, and whether they can still be read.

Whoever something was disclosed to knows of that, a party or not. The present coach and coachee know of each disclosure
(R59), but for those of the coachee's own journal: of these, the coachee and the one recipient.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.disposal import Access, accesses
from domain.endings import PartDisclosed
from domain.engagement import Engagement
from domain.errors import NotFound
from domain.loading import Loading
from domain.personal import Diary, Notebook, Personal, personal_stream_id
from domain.sight import Ended, Receipt
from domain.stream import Stream
from domain.vocabulary import DisclosureGround, Item, Role

KNOWING: Final = frozenset({Role.COACH, Role.COACHEE})
"""Who knows of disclosures to others."""


@dataclass(frozen=True)
class Shown:
    """A disclosure as somebody may know it.

    Attributes:
        disclosure_id, recipient, ground: which one, to whom, why.
        item: what the part is about.
        made_at, expires_at: from when until when it is read.
        ended: once it can't be read any more.
        place: to its recipient, the stream and the fact that it is opened by; None to anybody else.
    """

    disclosure_id: UUID
    recipient: UUID
    ground: DisclosureGround
    item: Item
    made_at: datetime
    expires_at: datetime
    ended: Ended | None
    place: tuple[UUID, PartDisclosed] | None


def shown_to(write_side: Loading, engagement_id: UUID, person: UUID, now: datetime) -> list[Shown]:
    """The disclosures that a person may know of, oldest first.

    Raises:
        NotFound: there is no such engagement, or the person never had a role in it and nothing was shown to them.
    """
    engagement = write_side.load(Engagement, engagement_id)
    role = engagement.role_of(person)
    found = [
        _shown(stream, one, fact, person, now)
        for stream in _streams(write_side, engagement, person)
        for one, fact in _disclosures(stream)
        if one.principal == person or _knows(role, stream)
    ]
    if not found and engagement.reader_of(person) is None:
        raise NotFound
    return sorted(found, key=lambda one: (one.made_at, one.disclosure_id))


def _knows(role: Role | None, stream: Stream) -> bool:
    return role in KNOWING and (role is Role.COACHEE or not isinstance(stream, Diary))


def _streams(write_side: Loading, engagement: Engagement, person: UUID) -> Iterator[Stream]:
    """Those in which something may be disclosed that a person may know of; a notebook only where that was noted."""
    yield engagement
    if Role.COACHEE not in engagement.parties:
        return  # there is no such engagement
    own: list[tuple[type[Personal], UUID]] = [
        (Diary, personal_stream_id(engagement.id, Diary, engagement.parties[Role.COACHEE]))
    ]
    noted = engagement.access.noted.values()
    known = engagement.role_of(person) in KNOWING
    notebooks = dict.fromkeys(one.stream for one in noted if known or one.recipient == person)
    own += [(Notebook, notebook) for notebook in notebooks]
    for kind, stream_id in own:
        stream = write_side.load(kind, stream_id)
        stream.within = engagement
        yield stream


def _disclosures(stream: Stream) -> Iterator[tuple[Access, PartDisclosed]]:
    for one in accesses(stream, stream.terms):
        if (fact := stream.ledger.disclosures.get(one.key_id)) is not None:
            yield one, fact


def _shown(stream: Stream, one: Access, fact: PartDisclosed, person: UUID, now: datetime) -> Shown:
    label = stream.label_at(fact.event_version, fact.index)
    item = Item.DISCLOSURES if label is None else label.item
    receipt = Receipt.of(stream.ledger.receipts().get(one.slot_id))
    return Shown(
        disclosure_id=fact.disclosure_id,
        recipient=one.principal,
        ground=fact.ground,
        item=item,
        made_at=stream.ledger.granted_at[one.slot_id],
        expires_at=fact.expires_at,
        ended=Ended((item,), one.ends_at, one.ground, None, receipt) if one.over(now) else None,
        place=(stream.id, fact) if one.principal == person else None,
    )
