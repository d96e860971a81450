"""Reader closure: what a party's keys open, compared with what the signed clauses give that party.

The claim is about keys, not about code, so nothing of the read path is trusted here. A principal is handed *every*
slot of the store, as if the root itself had leaked to them, and their own private keys. With these they try every
grant; with every compartment key that this yields they try every sealed byte string of the log, facts included,
whatever key id stands beside it. What opens is then compared with what is given at that moment, read from the facts:
each event names the contract version it was sealed under, and that version's clause says who may read the item, and
until when (``given``).

Opened but not given is a breach; given but not opened is a loss. Both must be empty: at any moment for what was erased
until then, and, once the eraser has done what is due at a moment, for that moment itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from crypto.errors import CryptoError
from crypto.grant import Disclosing
from crypto.part import CompartmentKey, open_part
from domain.events import RecordedEvent
from ops.given import Given, Place
from ops.store.lookups import GrantRow
from ops.wiring import CellService

_PAGE: Final = 1_000


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
        places: which.
        outside: places that opened although they aren't given to this principal.
        lost: places that are given and didn't open.
    """

    principal: UUID
    tried: int
    opened: int
    outside: tuple[Place, ...]
    lost: tuple[Place, ...]
    places: frozenset[Place] = field(repr=False)

    @property
    def holds(self) -> bool:
        """Exactly what was given opens."""
        return not self.outside and not self.lost


class ReaderClosure:
    """The proof over one open cell.

    Args:
        service: the cell; its scopes stand for a leaked root.
        at: the moment that is meant: what has ended by then, must be closed. None asks only that what was erased is.
        log: the events that it is about, in order, with what is sealed of each; by default the whole log.
        grants: the grants that are tried; by default all of the log.
    """

    def __init__(
        self,
        service: CellService,
        at: datetime | None = None,
        log: Iterable[tuple[RecordedEvent, Sequence[Sealed]]] | None = None,
        grants: Sequence[GrantRow] | None = None,
    ) -> None:
        self._service, self._at, self._grants = service, at, grants
        self.sealed: list[Sealed] = []
        events: list[RecordedEvent] = []
        for event, parts in _log(service) if log is None else log:
            events.append(event)
            self.sealed += parts
        self.given = Given(events)

    def of(self, principal: UUID, also: Mapping[UUID, CompartmentKey] | None = None) -> Closure:
        """Try everything with one principal's keys; ``also`` adds keys, to show that a widened grant is seen."""
        keys = list({**self._keys_of(principal), **(also or {})}.values())
        opened = {sealed.place for sealed in self.sealed if _opens(keys, sealed)} | self._shown_to(principal)
        given = self.given.to(principal, self._at)
        return Closure(
            principal=principal,
            tried=len(self.sealed),
            opened=len(opened),
            outside=tuple(sorted(opened - given)),
            lost=tuple(sorted(given - opened)),
            places=frozenset(opened),
        )

    def _shown_to(self, principal: UUID) -> set[Place]:
        """The parts whose own key a disclosure yields to this principal's private keys, whoever it was made to."""
        shown = set()
        sealed = {one.place: one.sealed for one in self.sealed}
        for stream, one in self.given.disclosures.values():
            place = (stream, one.event_version, one.index)
            with suppress(CryptoError):
                opened = self._service.roles[one.role].disclosed(Disclosing(one.disclosure_id, *place), principal)
                opened.open(*place, sealed[place])
                shown.add(place)
        return shown

    def all(self) -> list[Closure]:
        """The closure of every registered principal."""
        return [self.of(principal) for principal in self.given.principals]

    def _keys_of(self, principal: UUID) -> dict[UUID, CompartmentKey]:
        """Every compartment key that any of the grants yields to this principal's private keys."""
        found: dict[UUID, CompartmentKey] = {}
        for keys in self._service.roles.values():
            found |= keys.openable(principal, self._grants)
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
