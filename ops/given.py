"""What the record gives to whom, at a moment: told from facts alone, in the order of the log.

This is one side of the reader closure, so it takes nothing from the code that it judges: it knows no ledger and no
disposal. It reads the signed clauses, who was in which role when, what was asked and what was erased, and says of every
part who may read it. A part is for whoever is in each role of its audience when it is sealed; for a role that nobody is
in yet, for whoever fills it first; while there is a legal hold for escrow, too; a disclosed part for its one recipient.

Reading ends (requirements.md, "After the end")

- with the clause's lifetime: at the end of the engagement, or so many months later;
- for somebody who leaves, at once, or so many months after leaving; for who leaves a coached team, at once;
- when the coachee's request for erasure is due, for what others held for a time;
- when any other request is due that names the reader's grant: a permission withdrawn, an operator's order;
- before it begins, for what is sealed later than all that: nobody is given a key that has ended;
- for escrow, when the last hold is lifted; for a disclosure, when it expires;
- and for good, once the receipt says that the grant is gone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.clause import DEFAULT_CLAUSE, Clause
from domain.contract import ContractActivated, ContractVersion, PermissionWithdrawn
from domain.disposal import add_months
from domain.document import ContractDrafted
from domain.endings import ErasureCancelled, ErasureRequested, KeysErased, PartDisclosed
from domain.events import CompartmentOpened, CompartmentShared, RecordedEvent
from domain.holds import HoldLifted, HoldPlaced
from domain.intake import CoachChosen, EngagementEnded, EngagementRequested
from domain.parties import PartyReplaced
from domain.personal import EntryWritten, NoteWritten
from domain.practice import OF_A_PRACTICE, SupervisionPlaceLeft, SupervisionPlaceRegistered
from domain.principals import OrganisationRegistered, OverseerAppointed, PersonRegistered
from domain.programme import ProgrammeStarted
from domain.team import TeamMemberAdmitted, TeamMemberLeft
from domain.vocabulary import Compartment, ErasureGround, Lifetime, Role

Place = tuple[UUID, int, int]
"""Stream, version, index: where sealed bytes lie; index 0 are the facts."""

_HOLDABLE: Final = (Role.SPONSOR_ORGANISATION, Role.COACH)
"""A stream with one of these in it is an engagement, a notebook or what no hold is placed on; the journal, which none
reaches, has neither."""


@dataclass(frozen=True)
class _Reader:
    """Somebody whom a part is for; ``lifetime`` is None for escrow, ``of_team`` for a member of a coached team."""

    principal: UUID
    role: Role
    lifetime: Lifetime | None
    of_team: bool = False


@dataclass
class _Engagement:
    """What an engagement says about the ends of reading."""

    ended_at: datetime | None = None
    clause: Clause = DEFAULT_CLAUSE
    left: dict[UUID, tuple[datetime, int]] = field(default_factory=dict)
    team: set[UUID] = field(default_factory=set)
    left_team: dict[UUID, datetime] = field(default_factory=dict)
    asked: dict[UUID, tuple[datetime, datetime]] = field(default_factory=dict)
    holds: set[UUID] = field(default_factory=set)
    escrow: UUID | None = None
    lifted_at: datetime | None = None


@dataclass
class _Stream:
    """Who is who in a stream, which clauses it has had, and the engagement that it belongs to."""

    engagement: _Engagement = field(default_factory=_Engagement)
    principals: dict[Role, UUID] = field(default_factory=dict)
    waiting: dict[Role, list[tuple[Place, Lifetime]]] = field(default_factory=dict)
    clauses: dict[int, Clause] = field(default_factory=lambda: {0: DEFAULT_CLAUSE})
    active: int = 0


class Given:
    """What is given to whom, after these events.

    Attributes:
        principals: everybody who is registered, people and organisations, in order.
        disclosures: by slot, the stream and the disclosure, those that were erased left out.
    """

    def __init__(self, events: Iterable[RecordedEvent]) -> None:
        self.principals: list[UUID] = []
        self.disclosures: dict[UUID, tuple[UUID, PartDisclosed]] = {}
        self._readers: dict[Place, set[_Reader]] = {}
        self._keys: dict[Place, UUID] = {}
        self._streams: dict[UUID, _Stream] = {}
        self._engagements: dict[UUID, _Engagement] = {}
        self._overseers: set[UUID] = set()
        self._opened_at: dict[UUID, datetime] = {}
        self._slots: dict[tuple[UUID, UUID], set[UUID]] = {}
        self._requested: dict[UUID, dict[UUID, datetime]] = {}
        self._erased: set[UUID] = set()
        for event in events:
            stream = self._streams.setdefault(event.originator_id, _Stream())
            self._who(stream, event)
            self._team(stream.engagement, event)
            self._terms(stream, event)
            self._what(stream, event)
            self._grants(event)
            self._erasures(event)

    def to(self, principal: UUID, at: datetime | None = None) -> set[Place]:
        """The places that a principal may read; facts for overseers, who are appointed by name and on the record.

        Args:
            principal: who.
            at: the moment, not before the last event. None asks what hasn't been erased yet, whatever should have been.
        """
        given = {
            place
            for place, readers in self._readers.items()
            if any(reader.principal == principal and not self._over(place, reader, at) for reader in readers)
        }
        if principal in self._overseers:
            given |= {place for place in self._readers if place[2] == 0}
        return given | {
            (stream, one.event_version, one.index)
            for slot_id, (stream, one) in self.disclosures.items()
            if one.recipient.principal == principal
            and not (at is not None and (one.expires_at <= at or self._due(slot_id, at)))
        }

    def unfounded(self) -> list[tuple[UUID, UUID, UUID]]:
        """Grants that there is no ground for, each as key, principal and slot.

        They open something that was never for that principal, or nothing that is on record. Whether reading has ended
        since makes no difference.
        """
        under: dict[UUID, list[Place]] = {}
        for place, key_id in self._keys.items():
            under.setdefault(key_id, []).append(place)
        return [
            (key_id, principal, slot_id)
            for (key_id, principal), slots in self._slots.items()
            if not under.get(key_id)
            or any(all(one.principal != principal for one in self._readers[place]) for place in under[key_id])
            for slot_id in sorted(slots)
        ]

    # When reading is over.

    def _over(self, place: Place, reader: _Reader, at: datetime | None) -> bool:
        key_id, engagement = self._keys[place], self._streams[place[0]].engagement
        slots = self._slots.get((key_id, reader.principal), set())
        if slots and all(slot_id in self._erased or (at and self._due(slot_id, at)) for slot_id in slots):
            return True
        if at is None:
            return False
        ends = _end(reader, engagement)
        if reader.lifetime not in (None, Lifetime.KEPT) and reader.role is not Role.COACHEE:
            asked = [due for when, due in engagement.asked.values() if self._opened_at[key_id] <= when]
            ends = min([*asked, *([ends] if ends else [])], default=None)
        return ends is not None and ends <= at

    def _due(self, slot_id: UUID, at: datetime) -> bool:
        return any(due_at <= at for due_at in self._requested.get(slot_id, {}).values())

    # Taking in events.

    def _who(self, stream: _Stream, event: RecordedEvent) -> None:
        happened = event.fact
        match happened:
            case PersonRegistered() | OrganisationRegistered():
                self._fill(stream, Role.SELF, event.originator_id)
                self.principals.append(event.originator_id)
            case OverseerAppointed():
                self._overseers.add(happened.person)
            case EngagementRequested():
                stream.engagement = self._engagements.setdefault(event.originator_id, _Engagement())
                self._fill(stream, Role.SPONSOR_ORGANISATION, happened.organisation)
                self._fill(stream, Role.LINE_MANAGER, happened.line_manager)
                self._fill(stream, Role.COACHEE, happened.coachee)
            case ProgrammeStarted():
                self._fill(stream, Role.SPONSOR_ORGANISATION, happened.organisation)
            case CoachChosen():
                self._fill(stream, Role.COACH, happened.coach)
            case PartyReplaced():
                months = stream.engagement.clause.retention_months
                stream.engagement.left[stream.principals[happened.role]] = event.timestamp, months
                self._fill(stream, happened.role, happened.person)
            case NoteWritten():
                stream.engagement = self._engagements[happened.engagement]
                self._fill(stream, Role.COACH, event.principal)
            case EntryWritten():
                stream.engagement = self._engagements[happened.engagement]
                self._fill(stream, Role.COACHEE, event.principal)
            case _ if isinstance(happened, OF_A_PRACTICE):
                self._practice(stream, event)

    def _team(self, engagement: _Engagement, event: RecordedEvent) -> None:
        match event.fact:
            case TeamMemberAdmitted(member=member):
                engagement.team.add(member)
            case TeamMemberLeft(member=member):
                engagement.team.remove(member)
                engagement.left_team[member] = event.timestamp

    def _practice(self, stream: _Stream, event: RecordedEvent) -> None:
        """The coach's own; a place names the supervisor, until the coach leaves it."""
        if Role.COACH not in stream.principals:
            self._fill(stream, Role.COACH, event.principal)
        match event.fact:
            case SupervisionPlaceRegistered(supervisor=UUID() as supervisor):
                self._fill(stream, Role.COACHING_SUPERVISOR, supervisor)
            case SupervisionPlaceLeft():
                stream.principals.pop(Role.COACHING_SUPERVISOR, None)

    def _fill(self, stream: _Stream, role: Role, principal: UUID) -> None:
        stream.principals[role] = principal
        for place, lifetime in stream.waiting.pop(role, ()):
            self._readers[place].add(_Reader(principal, role, lifetime))

    def _terms(self, stream: _Stream, event: RecordedEvent) -> None:
        happened, engagement = event.fact, stream.engagement
        match happened:
            case ContractDrafted():
                stream.clauses[happened.contract_version] = ContractVersion(happened).clause
            case ContractActivated():
                stream.active = happened.contract_version
                engagement.clause = stream.clauses[stream.active]
            case EngagementEnded():
                engagement.ended_at = event.timestamp
            case ErasureRequested(ground=ErasureGround.ERASURE_REQUEST) if event.role is Role.COACHEE:
                engagement.asked[happened.erasure_id] = event.timestamp, happened.due_at
            case ErasureCancelled():
                engagement.asked.pop(happened.erasure_id, None)
            case HoldPlaced():
                engagement.holds.add(happened.hold_id)
                engagement.escrow = happened.escrow
                self._hold(engagement, happened.escrow)
            case HoldLifted():
                engagement.holds.remove(happened.hold_id)
                if not engagement.holds:
                    engagement.escrow, engagement.lifted_at = None, event.timestamp

    def _hold(self, engagement: _Engagement, escrow: UUID) -> None:
        """Escrow is given whatever somebody can still open of the engagement and of the notebooks on it."""
        for place, readers in self._readers.items():
            stream = self._streams[place[0]]
            held = stream.engagement is engagement and _holdable(stream)
            if held and any(not self._over(place, reader, None) for reader in readers):
                readers.add(_Reader(escrow, Role.ESCROW, None))

    def _what(self, stream: _Stream, event: RecordedEvent) -> None:
        self._readers[event.originator_id, event.originator_version, 0] = set()
        clause = stream.clauses[event.clause_version]
        if isinstance(event.fact, PermissionWithdrawn):  # from the version in force, and from those on their way
            gone = {event.fact.item}
            stream.clauses |= {n: one.without(gone) for n, one in stream.clauses.items() if n >= stream.active}
        escrow = stream.engagement.escrow
        for index, label in enumerate(event.labels, start=1):
            place = (event.originator_id, event.originator_version, index)
            self._keys[place], self._readers[place] = label.key_id, set()
            if escrow is not None and _holdable(stream):
                self._readers[place].add(_Reader(escrow, Role.ESCROW, None))
            disposition = clause.disposition(label.item)
            if Role.COACHEE in disposition.lifetimes and disposition.compartment is not Compartment.COACHEE:
                kept = disposition.lifetimes[Role.COACHEE]
                self._readers[place].update(_Reader(m, Role.COACHEE, kept, True) for m in stream.engagement.team)
            for role, lifetime in disposition.lifetimes.items():
                if role in stream.principals:
                    reader = _Reader(stream.principals[role], role, lifetime)
                    ends = _end(reader, stream.engagement)
                    if ends is None or ends > event.timestamp:  # otherwise over before it begins: never given
                        self._readers[place].add(reader)
                else:
                    stream.waiting.setdefault(role, []).append((place, lifetime))

    def _grants(self, event: RecordedEvent) -> None:
        match event.fact:
            case CompartmentOpened() as opened:
                self._opened_at[opened.key_id] = event.timestamp
                for recipient in opened.recipients.values():
                    self._slots.setdefault((opened.key_id, recipient.principal), set()).add(recipient.slot_id)
            case CompartmentShared() as shared:
                slots = self._slots.setdefault((shared.key_id, shared.recipient.principal), set())
                slots.add(shared.recipient.slot_id)
            case PartDisclosed() as disclosed:
                self.disclosures[disclosed.recipient.slot_id] = event.originator_id, disclosed

    def _erasures(self, event: RecordedEvent) -> None:
        match event.fact:
            case ErasureRequested() as requested:
                for grant in requested.grants:
                    self._requested.setdefault(grant.slot_id, {})[requested.erasure_id] = requested.due_at
            case ErasureCancelled() as cancelled:
                for requests in self._requested.values():
                    requests.pop(cancelled.erasure_id, None)
            case KeysErased() as erased:
                self._erased.update(erased.slots)
                for slot_id in erased.slots:
                    self.disclosures.pop(slot_id, None)


def _holdable(stream: _Stream) -> bool:
    """Whether a legal hold reaches it: an engagement's stream or a coach's, never the coachee's journal."""
    return not stream.principals.keys().isdisjoint(_HOLDABLE)


def _end(reader: _Reader, engagement: _Engagement) -> datetime | None:
    """When somebody's reading ends by the clause, or by the hold; None for never, as far as is known."""
    if reader.of_team:
        return engagement.left_team.get(reader.principal)
    if reader.lifetime is None:
        return None if engagement.escrow == reader.principal else engagement.lifted_at
    if reader.lifetime is Lifetime.KEPT:
        return None
    left, clause = engagement.left.get(reader.principal), engagement.clause
    if left is not None:
        when, months = left
        return add_months(when, months) if reader.lifetime is Lifetime.RETENTION else when
    if engagement.ended_at is None or reader.lifetime is Lifetime.UNTIL_CLOSURE:
        return engagement.ended_at
    months = clause.retention_months if reader.lifetime is Lifetime.RETENTION else clause.follow_up_months
    return add_months(engagement.ended_at, months)
