"""Until when everybody reads: the arithmetic of lifetimes, pure and total (requirements.md, column "After the end").

A grant's end follows from its lifetime and from what happened in the engagement:

=============  ==========================================  =====================================
lifetime       the engagement ended                        the reader left before
=============  ==========================================  =====================================
until closure  at the end                                  on leaving
follow-up      so many months after the end                on leaving
retention      so many months after the end                so many months after leaving
kept           never                                       never
=============  ==========================================  =====================================

Leaving is a closure for one; who leaves a coached team reads nothing of it any more (R4). The coachee's request for
erasure (GDPR art. 17) ends what others hold for a time, from the moment of the request; it is due after the
cooling-off. What is *kept* stays: the contract's own record serves legal claims (art. 17(3)(e)). Escrow ends when its
last hold is lifted, a disclosure when it expires.

*Ended* and *due* are two moments. From ``ends_at`` a reader is refused; from ``due_at`` the slot may be erased. They
differ only where a request can still be taken back. While there is a hold nothing is due before escrow holds its key.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, assert_never
from uuid import UUID

from domain.endings import Doomed
from domain.events import Recipient
from domain.ledger import Erasure, LedgerEntry
from domain.vocabulary import ErasureGround, Lifetime, Role

if TYPE_CHECKING:
    from domain.stream import Stream


@dataclass(frozen=True)
class Departure:
    """When a party left, and how many months of retention were agreed then."""

    at: datetime
    retention_months: int


@dataclass(frozen=True)
class Asked:
    """The coachee's request for erasure: when it was made, and when it is due."""

    at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Terms:
    """What an engagement says about the ends of its keys; without arguments: nothing ever ends.

    Attributes:
        ended_at: when the engagement ended.
        left: the principals who left, each with their departure.
        left_team: the members who left a coached team, each with the moment.
        retention_months, follow_up_months: of the clause in force.
        erasure: the coachee's request, unless it was taken back.
        escrow: the escrow principal while there is a hold.
        lifted_at: when the last hold was lifted.
    """

    ended_at: datetime | None = None
    left: Mapping[UUID, Departure] = field(default_factory=dict)
    left_team: Mapping[UUID, datetime] = field(default_factory=dict)
    retention_months: int = 0
    follow_up_months: int = 0
    erasure: Asked | None = None
    escrow: UUID | None = None
    lifted_at: datetime | None = None


@dataclass(frozen=True)
class Access:
    """One grant, and when its reading ends.

    Attributes:
        key_id: the compartment's key; a disclosure's own id for a disclosed part.
        role, principal, slot_id: to whom it was granted, and under which slot.
        lifetime: until when by the clause; None for escrow and for a disclosure, which no clause gives.
        ends_at: from when on the reader is refused; None for never, as far as is known now.
        due_at: from when on the slot may be erased; None together with ``ends_at``.
        ground: why; None together with ``ends_at``.
        erased: whether the slot is gone.
    """

    key_id: UUID
    role: Role
    principal: UUID
    slot_id: UUID
    lifetime: Lifetime | None
    ends_at: datetime | None
    due_at: datetime | None
    ground: ErasureGround | None
    erased: bool

    def over(self, now: datetime) -> bool:
        """Whether nothing may be read with it any more, erased or not."""
        return self.erased or (self.ends_at is not None and self.ends_at <= now)

    @property
    def doomed(self) -> Doomed:
        """The grant as a request for its erasure names it."""
        return Doomed(self.key_id, self.role, self.slot_id)


@dataclass(frozen=True)
class _End:
    at: datetime
    due_at: datetime
    ground: ErasureGround


FOR_A_TIME: Final = frozenset(Lifetime) - {Lifetime.KEPT}
"""The lifetimes that end."""


SOON: Final = timedelta(hours=1)
"""After how long something is looked at again that waits for another process."""


def add_months(at: datetime, months: int) -> datetime:
    """The same moment so many calendar months later, in UTC.

    Where the later month is shorter, its last day: a month after 31 January is the last day of February. Counting in
    UTC makes the answer the same wherever it is worked out.
    """
    at = at.astimezone(UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)


def accesses(stream: "Stream", terms: Terms) -> list[Access]:
    """Every grant ever made in a stream, compartment keys first, then disclosures."""
    ledger = stream.ledger
    requested: dict[UUID, list[_End]] = {}
    for erasure in ledger.erasures.values():
        if not erasure.cancelled:
            end = _End(erasure.at, erasure.due_at, erasure.ground)
            for grant in erasure.grants:
                requested.setdefault(grant.slot_id, []).append(end)

    def access(key_id: UUID, role: Role, to: Recipient, lifetime: Lifetime | None, ends: list[_End]) -> Access:
        ends = [*ends, *requested.get(to.slot_id, ())]
        gone = to.slot_id in ledger.erased
        if not ends:
            return Access(key_id, role, to.principal, to.slot_id, lifetime, None, None, None, gone)
        first = min(ends, key=lambda one: one.due_at)
        ends_at = min(one.at for one in ends)
        return Access(key_id, role, to.principal, to.slot_id, lifetime, ends_at, first.due_at, first.ground, gone)

    found = []
    for entry in ledger.values():
        for role, to in entry.grants():
            lifetime = entry.need.lifetimes.get(role)  # escrow has none: no clause names it
            ends = _of_escrow(to.principal, terms) if lifetime is None else _of_lifetime(lifetime, to.principal, terms)
            ends += _of_team(entry, to.principal, terms)
            if lifetime in FOR_A_TIME and role is not Role.COACHEE:
                ends += _of_the_request(entry, terms)
            found.append(access(entry.key_id, role, to, lifetime, ends))
    for one in ledger.disclosures.values():
        expiry = _End(one.expires_at, one.expires_at, ErasureGround.DISCLOSURE_EXPIRED)
        found.append(access(one.disclosure_id, one.role, one.recipient, None, [expiry]))
    return found


def _of_lifetime(lifetime: Lifetime, principal: UUID, terms: Terms) -> list[_End]:
    departure = terms.left.get(principal)
    over = terms.ended_at if departure is None else departure.at
    match lifetime:
        case Lifetime.KEPT:
            return []
        case Lifetime.UNTIL_CLOSURE:
            months, ground = 0, ErasureGround.CLOSURE
        case Lifetime.FOLLOW_UP:
            months, ground = terms.follow_up_months, ErasureGround.FOLLOW_UP_END
        case Lifetime.RETENTION:
            months, ground = terms.retention_months, ErasureGround.RETENTION_END
        case _:
            assert_never(lifetime)
    if over is None:
        return []
    if departure is not None:
        if lifetime is Lifetime.RETENTION:
            months = departure.retention_months
        else:
            months, ground = 0, ErasureGround.PARTY_LEFT
    end = add_months(over, months)
    return [_End(end, end, ground)]


def _of_team(entry: LedgerEntry, principal: UUID, terms: Terms) -> list[_End]:
    """Who left a coached team; what was theirs alone isn't the team's."""
    left = terms.left_team.get(principal) if entry.need.for_team else None
    return [] if left is None else [_End(left, left, ErasureGround.PARTY_LEFT)]


def end_of(lifetime: Lifetime, principal: UUID, terms: Terms) -> tuple[datetime, ErasureGround] | None:
    """When and why somebody's reading of what has this lifetime ends (R64, X8), also where there is nothing to read.

    For what there was when the coachee asked for erasure, if they did: nothing of theirs is begun anew after that.
    None for never, as far as is known now.
    """
    ends = _of_lifetime(lifetime, principal, terms)
    if terms.erasure is not None and lifetime in FOR_A_TIME:
        ends.append(_End(terms.erasure.at, terms.erasure.due_at, ErasureGround.ERASURE_REQUEST))
    first = min(ends, key=lambda one: one.at, default=None)
    return None if first is None else (first.at, first.ground)


def still_reading(
    lifetimes: Mapping[Role, Lifetime], parties: Mapping[Role, UUID], terms: Terms, at: datetime
) -> dict[Role, UUID]:
    """Those whom something sealed now is for: the parties named whose reading of it isn't over before it begins.

    Long after the end coach or coachee may still record something (an access request). Whoever's retention is over by
    then is given no key of it: it would be erased at once, and until then open what the clause gives them no longer.
    """
    return {
        role: parties[role]
        for role, lifetime in lifetimes.items()
        if role in parties and all(end.at > at for end in _of_lifetime(lifetime, parties[role], terms))
    }


def _of_escrow(principal: UUID, terms: Terms) -> list[_End]:
    # Another escrow's hold prolongs nothing for the one whose hold was lifted.
    if principal == terms.escrow or terms.lifted_at is None:
        return []
    return [_End(terms.lifted_at, terms.lifted_at, ErasureGround.HOLD_LIFTED)]


def _of_the_request(entry: LedgerEntry, terms: Terms) -> list[_End]:
    """A request is about what there was when it was made: what is opened later, is opened knowing of it."""
    if terms.erasure is None or entry.opened_at > terms.erasure.at:
        return []
    return [_End(terms.erasure.at, terms.erasure.due_at, ErasureGround.ERASURE_REQUEST)]


def due(stream: "Stream", terms: Terms, now: datetime) -> list[Access]:
    """The grants whose erasure is due and that no request which is itself due names already."""
    named = {grant.slot_id for one in pending_erasures(stream, terms, now) for grant in one.grants}
    return [
        one
        for one in accesses(stream, terms)
        if not one.erased
        and one.due_at is not None
        and one.due_at <= now
        and one.slot_id not in named
        and not _held_back(stream, terms, one.key_id)
    ]


def pending_erasures(stream: "Stream", terms: Terms, now: datetime) -> list[Erasure]:
    """The requests that are due: neither taken back nor done, their time has come, and no hold is in the way.

    A request that names no grant isn't among them: where nobody held anything for a time there is nothing to erase.
    """
    return [
        one
        for one in stream.ledger.erasures.values()
        if one.pending
        and one.grants
        and one.due_at <= now
        and not any(_held_back(stream, terms, grant.key_id) for grant in one.grants)
    ]


def _held_back(stream: "Stream", terms: Terms, key_id: UUID) -> bool:
    """Whether a hold was placed whose escrow doesn't hold this key yet, although somebody could still give it."""
    entry = stream.ledger.entries.get(key_id)
    if terms.escrow is None or not stream.HOLDABLE or entry is None:
        return False
    return not stream.ledger.in_escrow(entry, terms.escrow)


def ended_for(stream: "Stream", terms: Terms, principal: UUID, now: datetime) -> frozenset[UUID]:
    """The keys that a principal was granted and may not read with any more: to be denied at once, erased or not."""
    own = [one for one in accesses(stream, terms) if one.principal == principal]
    return frozenset(one.key_id for one in own if one.over(now)) - {one.key_id for one in own if not one.over(now)}


def look_at(stream: "Stream", terms: Terms, now: datetime) -> datetime | None:
    """When to look next for something that is due; None when there will be nothing, as far as is known.

    What is due already and waits for escrow is looked at again soon.
    """
    moments = []
    for one in accesses(stream, terms):
        if one.erased or one.due_at is None:
            continue
        if one.due_at > now:
            moments.append(one.due_at)
        elif _held_back(stream, terms, one.key_id):
            moments.append(now + SOON)
    return min(moments, default=None)


def by_ground(due_now: Iterable[Access]) -> dict[ErasureGround, tuple[Doomed, ...]]:
    """Due grants put together as requests for erasure name them: one request for each ground."""
    found: dict[ErasureGround, tuple[Doomed, ...]] = {}
    for one in due_now:
        if one.ground is not None:
            found[one.ground] = (*found.get(one.ground, ()), one.doomed)
    return found
