"""What every aggregate shares: a version, the keys opened in its stream, and who was able to see which event.

Each party has its own count of the events it can see (:meth:`Stream.seen_by`). A command's ``If-Match`` is checked
against that count, not against the stream's version: what a party can't see can neither be counted by it nor make its
own command fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self
from uuid import UUID

from domain.clause import DEFAULT_CLAUSE, Clause
from domain.events import CompartmentOpened, CompartmentShared, Happening, KeyNeed, Label, Recipient, RecordedEvent
from domain.facts import Fact
from domain.vocabulary import Item, Role

Evolve = Callable[[Any, Any, RecordedEvent], None]


class AnotherKind(Exception):  # noqa: N818 - a finding, named by what was found
    """The stream of this id belongs to an aggregate of another kind."""


@dataclass
class LedgerEntry:
    """A key of this stream: for whom, until when, and who holds a grant."""

    key_id: UUID
    need: KeyNeed
    generation: int
    recipients: dict[Role, Recipient]


@dataclass
class Stream:
    """Base of the aggregates: state folded from facts, nothing else.

    Subclasses say how each fact changes them with :meth:`evolves`.
    """

    id: UUID
    version: int = 0
    ledger: dict[tuple[str, str], LedgerEntry] = field(default_factory=dict)
    trail: list[tuple[Label, ...]] = field(default_factory=list, repr=False)

    _evolutions: ClassVar[dict[type[Fact], Evolve]] = {}

    def __init_subclass__(cls) -> None:
        cls._evolutions = {}

    @classmethod
    def evolves(cls, kind: type[Fact]) -> Callable[[Evolve], Evolve]:
        """Register how a kind of fact changes this aggregate."""

        def register(evolve: Evolve) -> Evolve:
            cls._evolutions[kind] = evolve
            return evolve

        return register

    @classmethod
    def replay(cls, stream_id: UUID, events: Any) -> Self:
        """Fold a stream from its first event.

        Raises:
            AnotherKind: when the stream isn't one of these.
        """
        made = cls(stream_id)
        for event in events:
            made.apply(event)
        return made

    def apply(self, event: RecordedEvent) -> None:
        """Take in the next event."""
        self.version = event.originator_version
        happened = event.fact
        if type(happened) is CompartmentOpened:
            need = KeyNeed(happened.compartment, happened.lifetimes)
            self.ledger[need.slug] = LedgerEntry(happened.key_id, need, happened.generation, dict(happened.recipients))
        elif type(happened) is CompartmentShared:
            entry = next(e for e in self.ledger.values() if e.key_id == happened.key_id)
            entry.recipients[happened.role] = happened.recipient
        else:
            evolve = self._evolutions.get(type(happened))
            if evolve is None:
                raise AnotherKind
            evolve(self, happened, event)
        self.trail.append(event.labels)

    # Who is who, and what they can see.

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The principals that keys of this stream are sealed to, by role, as far as they are known."""
        raise NotImplementedError

    def role_of(self, person: UUID) -> Role | None:
        """As whom a person acts here; None for a stranger."""
        raise NotImplementedError

    @property
    def clause_in_force(self) -> Clause:
        """The clause that new parts are sealed under."""
        return DEFAULT_CLAUSE

    def seen_by(self, role: Role) -> int:
        """How many events a role can see at least one part of."""
        keys = self.keys_of(role)
        return sum(1 for labels in self.trail if any(label.key_id in keys for label in labels))

    def keys_of(self, role: Role) -> frozenset[UUID]:
        """The ids of the keys that a role holds grants of."""
        return frozenset(entry.key_id for entry in self.ledger.values() if role in entry.recipients)

    def places_of(self, item: Item) -> list[tuple[int, int, UUID]]:
        """Where the parts of an item lie: ``(version, index from 1, key id)``, in order."""
        return [
            (version, index, label.key_id)
            for version, labels in enumerate(self.trail, start=1)
            for index, label in enumerate(labels, start=1)
            if label.item is item
        ]

    # Which keys an action needs.

    def parties_with(self, _happenings: list[Happening]) -> Mapping[Role, UUID]:
        """The parties as they will be once these happenings are on record."""
        return self.parties

    def missing_keys(self, happenings: list[Happening]) -> list[KeyNeed]:
        """Keys that must be opened before these happenings can be sealed, without repetition, in order."""
        needs: dict[tuple[str, str], KeyNeed] = {}
        for happening in happenings:
            clause = happening.clause or self.clause_in_force
            for part in happening.parts:
                need = KeyNeed.of(clause.disposition(part.item))
                if need.slug not in self.ledger:
                    needs.setdefault(need.slug, need)
        return list(needs.values())

    def unshared_keys(self) -> list[tuple[LedgerEntry, Role]]:
        """Keys whose audience includes a role that has been filled since, and that it can't open yet."""
        parties = self.parties
        return [
            (entry, role)
            for entry in self.ledger.values()
            for role in Role
            if role in entry.need.lifetimes and role in parties and role not in entry.recipients
        ]
