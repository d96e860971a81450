"""Reader closure: what a party's keys open, compared with what the signed clauses give that party.

The claim is about keys, not about code, so nothing of the read path is trusted here. A principal is handed *every*
slot of the store, as if the root itself had leaked to them, and their own private keys. With these they try every
grant; with every compartment key that this yields they try every sealed byte string of the log, facts included,
whatever key id stands beside it. What opens is then compared with the clauses, read from the facts: each event names
the contract version it was sealed under, and that version's clause says who may read the item.

Opened but not given is a breach; given but not opened is a loss. Both must be empty.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from crypto.errors import CryptoError
from crypto.part import CompartmentKey, open_part
from domain.clause import DEFAULT_CLAUSE, Clause
from domain.contract import ContractVersion
from domain.document import ContractDrafted
from domain.engagement import CoachChosen, EngagementRequested
from domain.events import RecordedEvent
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
    clauses: dict[int, Clause] = field(default_factory=lambda: {0: DEFAULT_CLAUSE})


class ClauseReading:
    """What the signed clauses give to whom, told from facts alone."""

    def __init__(self, events: Iterable[RecordedEvent]) -> None:
        self._given: dict[Place, frozenset[UUID]] = {}
        self._streams: dict[UUID, _Stream] = {}
        self._overseers: set[UUID] = set()
        self.principals: list[UUID] = []
        pending = list(events)
        # Who is coach follows from a later event than the first parts: principals first, then what is given.
        for event in pending:
            self._who(event)
        for event in pending:
            self._what(event)

    def given_to(self, principal: UUID) -> set[Place]:
        """The places that a principal may read."""
        return {place for place, readers in self._given.items() if principal in readers}

    def _who(self, event: RecordedEvent) -> None:
        stream = self._streams.setdefault(event.originator_id, _Stream())
        happened = event.fact
        match happened:
            case PersonRegistered() | OrganisationRegistered():
                stream.principals[Role.SELF] = event.originator_id
                self.principals.append(event.originator_id)
            case OverseerAppointed():
                self._overseers.add(happened.person)
            case EngagementRequested():
                stream.principals |= {
                    Role.SPONSOR_ORGANISATION: happened.organisation,
                    Role.LINE_MANAGER: happened.line_manager,
                    Role.COACHEE: happened.coachee,
                }
            case CoachChosen():
                stream.principals[Role.COACH] = happened.coach
            case NoteWritten():
                stream.principals[Role.COACH] = event.principal
            case EntryWritten():
                stream.principals[Role.COACHEE] = event.principal
            case ContractDrafted():
                stream.clauses[happened.contract_version] = ContractVersion(happened).clause

    def _what(self, event: RecordedEvent) -> None:
        # Facts are for overseers, who are appointed by name and on the record; a party is never given any.
        self._given[event.originator_id, event.originator_version, 0] = frozenset(self._overseers)
        stream = self._streams[event.originator_id]
        for index, label in enumerate(event.labels, start=1):
            audience = stream.clauses[event.clause_version].disposition(label.item).audience
            readers = frozenset(stream.principals[role] for role in audience if role in stream.principals)
            self._given[event.originator_id, event.originator_version, index] = readers


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
        opened = {sealed.place for sealed in self.sealed if _opens(keys, sealed)}
        given = self.reading.given_to(principal)
        return Closure(
            principal=principal,
            tried=len(self.sealed),
            opened=len(opened),
            outside=tuple(sorted(opened - given)),
            lost=tuple(sorted(given - opened)),
        )

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
