"""Reader closure: what a party's keys open, compared with what the signed clauses give that party.

The claim is about keys, not about code, so nothing of the read path is trusted here. A principal is handed *every*
slot of the store, as if the root itself had leaked to them, and their own private keys. With these they try every
grant; with every compartment key that this yields they try every sealed byte string of the log, facts included,
whatever key id stands beside it. What opens is then compared with the clauses, read from the facts: each event names
the contract version it was sealed under, and that version's clause says who may read the item.

Opened but not given is a breach; given but not opened is a loss. Both must be empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from crypto.errors import CryptoError
from crypto.grant import Disclosing
from crypto.part import CompartmentKey, open_part
from domain.clause import DEFAULT_CLAUSE, Clause
from domain.contract import ContractActivated, ContractVersion, PermissionWithdrawn
from domain.document import ContractDrafted
from domain.endings import KeysErased, PartDisclosed
from domain.engagement import CoachChosen, EngagementRequested
from domain.events import CompartmentOpened, CompartmentShared, RecordedEvent
from domain.parties import PartyReplaced
from domain.personal import EntryWritten, NoteWritten
from domain.principals import OrganisationRegistered, OverseerAppointed, PersonRegistered
from domain.vocabulary import Role
from ops.wiring import CellService

_PAGE: Final = 1_000

Place = tuple[UUID, int, int]
"""Stream, version, index: where sealed bytes lie."""


@dataclass(frozen=True)
class Sealed:
    """Sealed bytes and where they lie; index 0 are the facts."""

    place: Place
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class Closure:
    """What one principal's keys do.

    Attributes:
        principal: whose keys.
        tried: how many sealed byte strings were tried.
        opened: how many opened.
        outside: places that opened although no clause gives them to this principal.
        lost: places that a clause gives and that didn't open.
    """

    principal: UUID
    tried: int
    opened: int
    outside: tuple[Place, ...]
    lost: tuple[Place, ...]

    @property
    def holds(self) -> bool:
        """Exactly what was given opens."""
        return not self.outside and not self.lost


@dataclass
class _Stream:
    """Who is who in a stream, and which clauses it has had."""

    principals: dict[Role, UUID] = field(default_factory=dict)
    waiting: dict[Role, list[Place]] = field(default_factory=dict)
    clauses: dict[int, Clause] = field(default_factory=lambda: {0: DEFAULT_CLAUSE})
    active: int = 0


class ClauseReading:
    """What the signed clauses give to whom, told from facts alone, in the order of the log.

    A part is for whoever is in each role of its audience at that moment; for a role that nobody is in yet, for
    whoever fills it first; a disclosed part for its one recipient. What was erased is given no more.
    """

    def __init__(self, events: Iterable[RecordedEvent]) -> None:
        self._given: dict[Place, set[UUID]] = {}
        self._streams: dict[UUID, _Stream] = {}
        self._overseers: set[UUID] = set()
        self._slots: dict[UUID, tuple[UUID, UUID]] = {}
        self._under: dict[UUID, list[Place]] = {}
        self.principals: list[UUID] = []
        self.disclosures: dict[UUID, tuple[UUID, PartDisclosed]] = {}
        for event in events:
            stream = self._streams.setdefault(event.originator_id, _Stream())
            self._who(stream, event)
            self._what(stream, event)
            self._keys(event)

    def given_to(self, principal: UUID) -> set[Place]:
        """The places that a principal may read; facts for overseers, who are appointed by name and on the record."""
        overseen = principal in self._overseers
        given = {
            place for place, readers in self._given.items() if principal in readers or (overseen and place[2] == 0)
        }
        return given | {
            (stream, one.event_version, one.index)
            for stream, one in self.disclosures.values()
            if one.recipient.principal == principal
        }

    def _fill(self, stream: _Stream, role: Role, principal: UUID) -> None:
        stream.principals[role] = principal
        for place in stream.waiting.pop(role, ()):
            self._given[place].add(principal)

    def _who(self, stream: _Stream, event: RecordedEvent) -> None:
        happened = event.fact
        match happened:
            case PersonRegistered() | OrganisationRegistered():
                self._fill(stream, Role.SELF, event.originator_id)
                self.principals.append(event.originator_id)
            case OverseerAppointed():
                self._overseers.add(happened.person)
            case EngagementRequested():
                self._fill(stream, Role.SPONSOR_ORGANISATION, happened.organisation)
                self._fill(stream, Role.LINE_MANAGER, happened.line_manager)
                self._fill(stream, Role.COACHEE, happened.coachee)
            case CoachChosen():
                self._fill(stream, Role.COACH, happened.coach)
            case PartyReplaced():
                self._fill(stream, happened.role, happened.person)
            case NoteWritten():
                self._fill(stream, Role.COACH, event.principal)
            case EntryWritten():
                self._fill(stream, Role.COACHEE, event.principal)
            case ContractDrafted():
                stream.clauses[happened.contract_version] = ContractVersion(happened).clause
            case ContractActivated():
                stream.active = happened.contract_version

    def _what(self, stream: _Stream, event: RecordedEvent) -> None:
        self._given[event.originator_id, event.originator_version, 0] = set()
        clause = stream.clauses[event.clause_version]
        if isinstance(event.fact, PermissionWithdrawn):  # from the version in force, and from those on their way
            gone = {event.fact.item}
            stream.clauses |= {n: one.without(gone) for n, one in stream.clauses.items() if n >= stream.active}
        for index, label in enumerate(event.labels, start=1):
            place = (event.originator_id, event.originator_version, index)
            self._under.setdefault(label.key_id, []).append(place)
            self._given[place] = set()
            for role in clause.disposition(label.item).audience:
                if role in stream.principals:
                    self._given[place].add(stream.principals[role])
                else:
                    stream.waiting.setdefault(role, []).append(place)

    def _keys(self, event: RecordedEvent) -> None:
        match event.fact:
            case CompartmentOpened() as opened:
                for recipient in opened.recipients.values():
                    self._slots[recipient.slot_id] = (opened.key_id, recipient.principal)
            case CompartmentShared() as shared:
                self._slots[shared.recipient.slot_id] = (shared.key_id, shared.recipient.principal)
            case PartDisclosed() as disclosed:
                self.disclosures[disclosed.recipient.slot_id] = (event.originator_id, disclosed)
            case KeysErased() as erased:
                for slot_id in erased.slots:
                    self.disclosures.pop(slot_id, None)
                    key_id, principal = self._slots.get(slot_id, (slot_id, slot_id))
                    for place in self._under.get(key_id, ()):
                        self._given[place].discard(principal)


class ReaderClosure:
    """The proof over one open cell.

    Args:
        service: the cell; its scopes stand for a leaked root.
    """

    def __init__(self, service: CellService) -> None:
        self._service = service
        self.sealed: list[Sealed] = []
        events: list[RecordedEvent] = []
        for event, parts in _log(service):
            events.append(event)
            self.sealed += parts
        self.reading = ClauseReading(events)

    def of(self, principal: UUID, also: Mapping[UUID, CompartmentKey] | None = None) -> Closure:
        """Try everything with one principal's keys; ``also`` adds keys, to show that a widened grant is seen."""
        keys = list({**self._keys_of(principal), **(also or {})}.values())
        opened = {sealed.place for sealed in self.sealed if _opens(keys, sealed)} | self._shown_to(principal)
        given = self.reading.given_to(principal)
        return Closure(
            principal=principal,
            tried=len(self.sealed),
            opened=len(opened),
            outside=tuple(sorted(opened - given)),
            lost=tuple(sorted(given - opened)),
        )

    def _shown_to(self, principal: UUID) -> set[Place]:
        """The parts whose own key a disclosure yields to this principal's private keys, whoever it was made to."""
        shown = set()
        sealed = {one.place: one.sealed for one in self.sealed}
        for stream, one in self.reading.disclosures.values():
            place = (stream, one.event_version, one.index)
            with suppress(CryptoError):
                opened = self._service.roles[one.role].disclosed(Disclosing(one.disclosure_id, *place), principal)
                opened.open(*place, sealed[place])
                shown.add(place)
        return shown

    def all(self) -> list[Closure]:
        """The closure of every registered principal."""
        return [self.of(principal) for principal in self.reading.principals]

    def _keys_of(self, principal: UUID) -> dict[UUID, CompartmentKey]:
        """Every compartment key that any grant in the log yields to this principal's private keys."""
        found: dict[UUID, CompartmentKey] = {}
        for keys in self._service.roles.values():
            found |= keys.openable(principal)
        return found


def _opens(keys: list[CompartmentKey], sealed: Sealed) -> bool:
    stream, version, index = sealed.place
    for key in keys:
        try:
            open_part(key, stream, version, index, sealed.sealed)
        except CryptoError:
            continue
        return True
    return False


def _log(service: CellService) -> Iterator[tuple[RecordedEvent, list[Sealed]]]:
    """The whole log, page by page: facts opened with the oversight key, and everything that is sealed."""
    start = 1
    while rows := service.recorder.select_notifications(start, _PAGE):
        parts: dict[int, list[Sealed]] = {}
        for part in service.recorder.parts_at(row.id for row in rows):
            place = (part.originator_id, part.originator_version, part.idx)
            parts.setdefault(part.position, []).append(Sealed(place, part.sealed))
        for row in rows:
            event: RecordedEvent = service.write_side.mapper.to_domain_event(row)  # type: ignore[assignment]
            facts = Sealed((event.originator_id, event.originator_version, 0), row.state)
            yield event, [facts, *parts.get(row.id, [])]
        start = rows[-1].id + 1
