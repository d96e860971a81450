"""Who may see what, and when it ends: the key record of an engagement, as one reader may know it (R59, R64).

A party knows of its own grants, so does a team's member; the coachee of everybody's. What is told is put together by
reader and end, so that how many keys there were tells nobody anything. What the coachee doesn't read (a coach's notes,
others' concerns, the organisation's context) isn't theirs to know of: of that they are told what the matrix and the
contract say, and the same whether or not there is any.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.clause import ELSEWHERE, MATRIX
from domain.disposal import Access, accesses, end_of
from domain.sight import Receipt, Sight, in_order
from domain.stream import Stream
from domain.vocabulary import ErasureGround, Item, Lifetime, Role


@dataclass(frozen=True)
class Standing:
    """What somebody may read in a role, and until when.

    Attributes:
        role, principal: who; ``self`` for a part that was disclosed to a person, ``escrow`` during a legal hold.
        items: what it is about, in the vocabulary's order.
        lifetime: until when by the clause; None for escrow and disclosures, which no clause gives.
        since: the first grant; None where that isn't told.
        ends_at, ground: from when on and why nothing is read any more; None for never, as far as is known now.
        erased: whether the keys are gone; None where that isn't told.
        receipt: once they are.
    """

    role: Role
    principal: UUID
    items: tuple[Item, ...]
    lifetime: Lifetime | None
    since: datetime | None
    ends_at: datetime | None
    ground: ErasureGround | None
    erased: bool | None
    receipt: Receipt | None


@dataclass(frozen=True)
class Proof:
    """An erasure that is done, and those of its grants that one reader may know of.

    Attributes:
        stream: the engagement, or the reader's own notebook or journal.
        erasure_id, ground: which one, and why.
        requested_at, due_at, erased_at: when.
        epoch, tombstone_head, page_head: of the key tree without these keys, as in :class:`domain.endings.KeysErased`.
        grants: what was erased, as far as the reader may know.
    """

    stream: UUID
    erasure_id: UUID
    ground: ErasureGround
    requested_at: datetime
    due_at: datetime
    erased_at: datetime
    epoch: int
    tombstone_head: bytes
    page_head: bytes | None
    grants: tuple[Access, ...]


def standings(sight: Sight) -> list[Standing]:
    """The grants that a reader may know of."""
    found: dict[tuple[object, ...], Standing] = {}
    for stream in _streams(sight):
        receipts, items = stream.ledger.receipts(), _items(stream)
        for one in _known(stream, sight):
            receipt = Receipt.of(receipts.get(one.slot_id))
            since = stream.ledger.granted_at[one.slot_id]
            key = (one.role, one.principal, one.lifetime, one.ends_at, one.ground, one.erased, receipt)
            made = found.get(key) or Standing(
                one.role, one.principal, (), one.lifetime, since, one.ends_at, one.ground, one.erased, receipt
            )
            about = in_order({*made.items, *items.get(one.key_id, ())})
            found[key] = replace(made, items=about, since=min(since, made.since or since))
    told = [one for one in found.values() if one.items]
    return sorted([*told, *_unread(sight)], key=_order)


def proofs(sight: Sight) -> list[Proof]:
    """The erasures that are done and that a reader may have a receipt of, oldest first."""
    found = [proof for stream in _streams(sight) for proof in proofs_of(stream, _known(stream, sight))]
    return sorted(found, key=lambda one: (one.requested_at, one.erasure_id))


def proofs_of(stream: Stream, known: Iterable[Access]) -> Iterator[Proof]:
    """The erasures of one stream that are done, as far as these grants are among what they took."""
    by_slot = {one.slot_id: one for one in known}
    for one in stream.ledger.erasures.values():
        if one.receipt is None or one.erased_at is None:
            continue
        grants = tuple(by_slot[slot_id] for slot_id in one.receipt.slots if slot_id in by_slot)
        if grants:
            receipt = one.receipt
            yield Proof(
                stream.id,
                one.id,
                one.ground,
                one.at,
                one.due_at,
                one.erased_at,
                receipt.epoch,
                receipt.tombstone_head,
                receipt.page_head,
                grants,
            )


def _streams(sight: Sight) -> list[Stream]:
    return [sight.engagement] if sight.own is None else [sight.engagement, sight.own]


def _known(stream: Stream, sight: Sight) -> Iterator[Access]:
    """The grants of a stream that a reader may know of: their own; to the coachee all to what the coachee reads."""
    for one in accesses(stream, stream.terms):
        if one.principal == sight.principal or (sight.of_the_coachee and _told(stream, one)):
            yield one


def _told(stream: Stream, one: Access) -> bool:
    """Whether a grant opens what the coachee reads, too, or is a disclosure, of which the coachee is told."""
    entry = stream.ledger.entries.get(one.key_id)
    return entry is None or Role.COACHEE in entry.need.lifetimes


def _items(stream: Stream) -> dict[UUID, set[Item]]:
    """What lies under each key, and what each disclosure shows."""
    items: dict[UUID, set[Item]] = {}
    for labels in stream.trail:
        for label in labels:
            items.setdefault(label.key_id, set()).add(label.item)
    for disclosed in stream.ledger.disclosures.values():
        label_at = stream.label_at(disclosed.event_version, disclosed.index)
        items[disclosed.disclosure_id] = set() if label_at is None else {label_at.item}
    return items


def _unread(sight: Sight) -> Iterator[Standing]:
    """To the coachee: until when what they don't read serves each who may read it, if there is any."""
    if not sight.of_the_coachee:
        return
    for item, row in MATRIX.items():
        if item in ELSEWHERE or Role.COACHEE in row.always:
            continue
        for role, lifetime in row.always.items():
            for principal in sight.engagement.roles.ever(role):
                ends_at, ground = end_of(lifetime, principal, sight.engagement.terms) or (None, None)
                yield Standing(role, principal, (item,), lifetime, None, ends_at, ground, None, None)


def _order(one: Standing) -> tuple[int, UUID, bool, str, list[str]]:
    end = "" if one.ends_at is None else one.ends_at.isoformat()
    return list(Role).index(one.role), one.principal, one.ends_at is None, end, [item.value for item in one.items]
