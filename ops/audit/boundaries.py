"""Whether every boundary holds, engagement by engagement: what was granted, and what every reader's keys open.

For each engagement: its own streams, with the records of who acts in them, the cell's, and the epochs of its erasures.
A stream that belongs to no engagement and has keys of its own, a programme's or a coach's practice, is checked
likewise, by itself.

- The structure (``structure``): every grant is on record, and given by the clause in force at its place.
- The closure (``ops.closure``): each principal who is named in it tries every grant there with their own private keys
  and every slot of the cell, and every sealed piece there with whatever keys this yields. What opens must be what is
  given: nothing outside, and nothing lost.

A grant opens to one pair of keys only, so whoever isn't named, nothing opens to: a grant that was sealed to somebody
else than it is on record for doesn't open to its own reader, and shows as lost. Escrow's private key is with its
custodians and isn't tried. Never more than one engagement, programme or practice is in memory.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from crypto.errors import KeyErased, NotInScope
from crypto.receipt import canonical
from domain.audit import BoundariesStated
from domain.endings import PartDisclosed
from domain.events import CompartmentOpened, CompartmentShared, RecordedEvent
from domain.facts import Fact
from domain.intake import EngagementRequested
from domain.practice import OF_A_PRACTICE
from domain.principals import OverseerAppointed
from domain.programme import ProgrammeStarted
from ops.audit import structure
from ops.audit.export import make_statement
from ops.audit.scope import Found, Observe, facts, hold, size_of, unobserved
from ops.audit.structure import Structure
from ops.closure import Closure, ReaderClosure, Sealed
from ops.given import Given, Place
from ops.mapper import open_facts
from ops.store.lookups import GrantRow
from ops.wiring import CellService

_EVENTS: Final = """
SELECT position, originator_id, originator_version, state FROM events WHERE position = ANY(%s) ORDER BY position
"""
_PAGE: Final = 256
ENGAGEMENT: Final = "engagement"
BEGUN_BY: Final[Mapping[type[Fact], str]] = {
    EngagementRequested: ENGAGEMENT,
    ProgrammeStarted: "programme",
    **dict.fromkeys(OF_A_PRACTICE, "practice"),
}
"""What is checked, each by itself, by a fact that begins it; a coach's practice may begin with any of its own."""


@dataclass(frozen=True)
class Checked:
    """What was found of one engagement, or of another stream with keys of its own.

    Attributes:
        kind: which of :data:`BEGUN_BY`.
        stream: its id.
        structure: its grants.
        closures: what each principal's keys open.
        untried: how many principals have no keys in custody (escrow, or somebody whose keys were erased).
    """

    kind: str
    stream: UUID
    structure: Structure
    closures: tuple[Closure, ...]
    untried: int

    @property
    def holds(self) -> bool:
        """Nothing is granted, and nothing opens, but what is given."""
        return not self.structure.unfounded and all(one.holds for one in self.closures)

    def as_json(self) -> dict[str, Any]:
        """For the report: counts, and where what shouldn't be is; never what it says."""
        return {
            self.kind: str(self.stream),
            "grants": self.structure.grants,
            "unfounded": [
                {"stream": str(one.stream), "version": one.version, "slot": str(one.slot), "why": one.why}
                for one in self.structure.unfounded
            ],
            "untried": self.untried,
            "readers": [
                {
                    "principal": str(one.principal),
                    "tried": one.tried,
                    "opened": one.opened,
                    "outside": [_named(place) for place in one.outside],
                    "lost": [_named(place) for place in one.lost],
                }
                for one in self.closures
            ],
        }


@dataclass
class Boundaries:
    """The report on a cell.

    Attributes:
        size: events of the log that it is about.
        engagements: how many there are.
        grants, unfounded, principals, tried, opened, outside, lost: counts, over all that was checked.
        untried: principals whose keys couldn't be tried.
        broken: what something was found in, whole.
        digest: SHA-256 over every entry, in the order of the log, each as canonical JSON and a newline.
    """

    size: int
    engagements: int = 0
    grants: int = 0
    unfounded: int = 0
    principals: int = 0
    tried: int = 0
    opened: int = 0
    outside: int = 0
    lost: int = 0
    untried: int = 0
    broken: list[Mapping[str, Any]] = field(default_factory=list)
    digest: bytes = bytes(32)

    @property
    def holds(self) -> bool:
        """Every boundary holds."""
        return not self.broken

    def add(self, one: Checked) -> None:
        """Count one in."""
        self.engagements += one.kind == ENGAGEMENT
        self.grants += one.structure.grants
        self.unfounded += len(one.structure.unfounded)
        self.principals += len(one.closures)
        self.untried += one.untried
        for closure in one.closures:
            self.tried += closure.tried
            self.opened += closure.opened
            self.outside += len(closure.outside)
            self.lost += len(closure.lost)
        if not one.holds:
            self.broken.append(one.as_json())

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"holds": self.holds, **asdict(self), "digest": self.digest.hex()}


def boundaries(service: CellService, at: datetime, observe: Observe = unobserved) -> Boundaries:
    """Check every engagement, programme and practice, and put on record what was found.

    Args:
        service: the cell.
        at: the time of the statement (UTC).
        observe: told how far it is.
    """
    report, digest = Boundaries(size_of(service)), sha256()
    begun = (
        (kind, event.originator_id)
        for _, event in facts(service, 1, report.size, observe)
        if (kind := BEGUN_BY.get(type(event.fact))) is not None
    )
    found = list(dict.fromkeys(begun))
    for number, (kind, stream) in enumerate(found):
        observe("engagements", number, len(found))
        one = check(service, kind, stream, report.size)
        report.add(one)
        digest.update(canonical(one.as_json()) + b"\n")
    observe("engagements", len(found), len(found))
    report.digest = digest.digest()
    stated = BoundariesStated(
        size=report.size,
        engagements=report.engagements,
        grants=report.grants,
        unfounded=report.unfounded,
        principals=report.principals,
        tried=report.tried,
        opened=report.opened,
        outside=report.outside,
        lost=report.lost,
        digest=report.digest,
    )
    make_statement(service, stated, at)
    return report


def check(service: CellService, kind: str, stream: UUID, upto: int) -> Checked:
    """Check one engagement, programme or practice, as far as the first ``upto`` events of the log tell of it.

    Raises:
        ops.audit.errors.RecordDamaged, ops.store.rows.StoreError, crypto.errors.CryptoError: it can't be read.
    """
    held = hold(service, Found((stream,)) if kind == ENGAGEMENT else Found(own=(stream,)))
    group = list(_group(service, array("q", [index for index in held.indices if index < upto])))
    closure = ReaderClosure(
        service, None, ((event, sealed) for event, sealed, _ in group), [row for _, _, rows in group for row in rows]
    )
    oversight = service.service.oversight.key_id
    found = structure.check(((event, rows) for event, _, rows in group), closure.given, oversight)
    closures = []
    principals = _principals([event for event, _, _ in group], closure.given)
    for principal in principals:
        try:
            closures.append(closure.of(principal))
        except (NotInScope, KeyErased):
            continue
    return Checked(kind, stream, found, tuple(closures), len(principals) - len(closures))


def _principals(events: list[RecordedEvent], given: Given) -> list[UUID]:
    """Everybody who is registered here, or to whom something is granted, in the order of their ids."""
    named = set(given.principals)
    for event in events:
        match event.fact:
            case CompartmentOpened() as opened:
                named.update(to.principal for to in opened.recipients.values())
            case CompartmentShared() | PartDisclosed() as one:
                named.add(one.recipient.principal)
            case OverseerAppointed() as appointed:
                named.add(appointed.person)
    return sorted(named)


def _group(service: CellService, indices: "array[int]") -> Iterator[tuple[RecordedEvent, list[Sealed], list[GrantRow]]]:
    """The events with these indices: facts opened, everything that is sealed, and the grants stored with each."""
    for start in range(0, len(indices), _PAGE):
        positions = [index + 1 for index in indices[start : start + _PAGE]]
        sealed: dict[int, list[Sealed]] = {}
        grants: dict[int, list[GrantRow]] = {}
        for part in service.recorder.parts_at(positions):
            place = (part.originator_id, part.originator_version, part.idx)
            sealed.setdefault(part.position, []).append(Sealed(place, part.sealed))
        for grant in service.recorder.grants_at(*positions):
            grants.setdefault(grant.position, []).append(grant)
        with service.connections.use() as connection:
            rows = connection.execute(_EVENTS.encode(), (positions,), prepare=True, binary=True).fetchall()
        for position, stream, version, state in rows:
            event = open_facts(service.service.oversight, stream, version, state)
            own = [Sealed((stream, version, 0), state), *sealed.get(position, [])]
            yield event, own, grants.get(position, [])


def _named(place: Place) -> dict[str, Any]:
    stream, version, index = place
    return {"stream": str(stream), "version": version, "index": index}
