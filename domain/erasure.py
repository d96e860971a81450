"""Erasure: what the coachee asks for or withdraws, and what the service records of the keys that went.

The life of an erasure in one stream: *requested* (from then on nobody reads with the grants that it names) → *due*
(at once, or after the contract's cooling-off, in which the coachee can take it back) → *erased*, with the key tree's
receipt. Requests follow from the lifetimes (:mod:`domain.disposal`) and are recorded by the service; two come from the
coachee. The erasing itself is the operator's side's work: here is only what may be asked, and what was done.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.clause import MATRIX
from domain.contract import PermissionWithdrawn
from domain.decisions import Command, Context, decides
from domain.disposal import FOR_A_TIME, accesses, due
from domain.endings import Doomed, ErasureCancelled, ErasureRequested, KeysErased
from domain.engagement import Engagement
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import rfc3339
from domain.stream import Stream
from domain.vocabulary import ErasureGround, Item, Role


@dataclass(frozen=True, repr=False)
class RequestErasure(Command):
    """The coachee asks, after the end, for the erasure of what the others still hold for a time (X12, GDPR art. 17)."""

    content: Content


@dataclass(frozen=True, repr=False)
class CancelErasure(Command):
    """The coachee takes the request back before it is due."""

    content: Content


@dataclass(frozen=True, repr=False)
class WithdrawPermission(Command):
    """The coachee withdraws what the clause permits about an item (GDPR art. 7(3)); at any time, also after the end.

    It holds for the version in force and for one on its way, whoever signed it; only a later draft can permit it again.
    """

    item: Item
    content: Content


@dataclass(frozen=True, repr=False)
class RecordErasureRequested(Command):
    """The service records that grants are due, of any stream. ``grants`` are due now, all on this one ground.

    An operator's order says why: ``content`` is told to the engagement's parties, unless that took a new key. A new
    one would be granted to those as well who are to lose theirs.
    """

    erasure_id: UUID
    ground: ErasureGround
    grants: tuple[Doomed, ...]
    content: Content | None = None


@dataclass(frozen=True, repr=False)
class RecordErased(Command):
    """The service records that what a request names is gone, with the key tree's receipt (:class:`KeysErased`)."""

    erasure_id: UUID
    epoch: int
    tombstone_head: bytes
    page_head: bytes | None = None


@decides(Engagement, RequestErasure)
def _request(engagement: Engagement, command: RequestErasure, context: Context) -> list[Happening]:
    if engagement.ended is None:
        raise WrongMoment("engagement-going-on")
    if engagement.escrow is not None:
        raise WrongMoment("on-hold")
    if engagement.erasure is not None:
        raise WrongMoment("erasure-already-requested")
    due_at = context.at + timedelta(days=engagement.clause_in_force.cooling_off_days)
    # What is kept stays, for legal claims (art. 17(3)(e)). The notebooks' grants follow from the engagement's terms.
    grants = tuple(
        one.doomed
        for one in accesses(engagement, engagement.terms)
        if one.lifetime in FOR_A_TIME and one.role is not Role.COACHEE and not one.erased
    )
    happened = ErasureRequested(
        erasure_id=context.new_id(), ground=ErasureGround.ERASURE_REQUEST, grants=grants, due_at=due_at
    )
    said = {**command.content, "ground": happened.ground.value, "due_at": rfc3339(due_at)}
    return [Happening(happened, (Part(Item.ENGAGEMENT, said),))]


@decides(Engagement, CancelErasure)
def _cancel(engagement: Engagement, command: CancelErasure, context: Context) -> list[Happening]:
    erasure = engagement.erasure
    if erasure is None or not erasure.pending:
        raise WrongMoment("no-erasure-requested")
    if context.at >= erasure.due_at:
        raise WrongMoment("cooling-off-over")
    said = {**command.content, "cancelled": True}
    return [Happening(ErasureCancelled(erasure_id=erasure.id), (Part(Item.ENGAGEMENT, said),))]


@decides(Engagement, WithdrawPermission)
def _withdraw(engagement: Engagement, command: WithdrawPermission, context: Context) -> list[Happening]:
    beyond = MATRIX[command.item].if_permitted
    grants = tuple(
        Doomed(entry.key_id, role, to.slot_id)
        for entry in engagement.ledger.values()
        if entry.need.permitted is command.item
        for role, to in entry.grants()
        if role in beyond and engagement.ledger.lives(to.slot_id)
    )
    if not grants and not engagement.contract.permits(command.item):
        raise WrongMoment("nothing-permitted")
    said = {**command.content, "item": command.item.value, "withdrawn": True}
    withdrawn = Happening(PermissionWithdrawn(item=command.item), (Part(Item.ENGAGEMENT, said),))
    if not grants:
        return [withdrawn]
    requested = ErasureRequested(
        erasure_id=context.new_id(), ground=ErasureGround.CONSENT_WITHDRAWN, grants=grants, due_at=context.at
    )
    return [withdrawn, Happening(requested)]


@decides(Stream, RecordErasureRequested)
def _record_requested(stream: Stream, command: RecordErasureRequested, context: Context) -> list[Happening]:
    if command.erasure_id in stream.ledger.erasures:
        raise WrongMoment("erasure-already-requested")
    if not command.grants:
        raise Invalid("unknown-grant")
    known = stream.slots()
    if any(known.get(grant.slot_id) != (grant.key_id, grant.role) for grant in command.grants):
        raise Invalid("unknown-grant")
    if any(grant.slot_id in stream.ledger.erased for grant in command.grants):
        raise WrongMoment("already-erased")
    if command.ground is not ErasureGround.OPERATOR_ORDER:
        due_now = {one.slot_id: one.ground for one in due(stream, stream.terms, context.at)}
        if any(due_now.get(grant.slot_id) is not command.ground for grant in command.grants):
            raise Invalid("not-due")
    happened = ErasureRequested(
        erasure_id=command.erasure_id, ground=command.ground, grants=command.grants, due_at=context.at
    )
    if command.content is None or not isinstance(stream, Engagement):
        return [Happening(happened)]
    said = {**command.content, "ground": command.ground.value, "due_at": rfc3339(context.at)}
    told = Happening(happened, (Part(Item.ENGAGEMENT, said),))
    return [Happening(happened)] if stream.missing_keys([told], context.at) else [told]


@decides(Stream, RecordErased)
def _record_erased(stream: Stream, command: RecordErased, _: Context) -> list[Happening]:
    erasure = stream.ledger.erasures.get(command.erasure_id)
    if erasure is None or erasure.cancelled:
        raise Invalid("unknown-erasure")
    if erasure.receipt is not None:
        raise WrongMoment("already-erased")
    happened = KeysErased(
        erasure_id=command.erasure_id,
        epoch=command.epoch,
        tombstone_head=command.tombstone_head,
        page_head=command.page_head,
        slots=tuple(dict.fromkeys(grant.slot_id for grant in erasure.grants)),
    )
    return [Happening(happened)]
