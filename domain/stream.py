"""What every aggregate shares: a version, the keys of its stream, and who was able to see which event.

Each party has its own count of the events it can see (:meth:`Stream.seen_by`). A command's ``If-Match`` is checked
against that count, not against the stream's version: what a party can't see can neither be counted by it nor make its
own command fail.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from domain.clause import DEFAULT_CLAUSE, Clause
from domain.disposal import Terms, still_reading
from domain.events import Happening, KeyNeed, Label, RecordedEvent
from domain.facts import Fact
from domain.ledger import Ledger, LedgerEntry
from domain.vocabulary import Item, Role

Evolve = Callable[[Any, Any, RecordedEvent], None]


class AnotherKind(Exception):  # noqa: N818 - a finding, named by what was found
    """The stream of this id belongs to an aggregate of another kind."""


@dataclass
class Stream:
    """Base of the aggregates: state folded from facts, nothing else.

    Subclasses say how each fact changes them with :meth:`evolves`.
    """

    id: UUID
    version: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    trail: list[tuple[Label, ...]] = field(default_factory=list, repr=False)

    HOLDABLE: ClassVar[bool] = False
    """Whether a legal hold on the engagement reaches this stream's keys."""

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
    def begins_with(cls, happened: Fact) -> bool:
        """Whether a fact is one of this kind of aggregate's own; facts about keys belong to all kinds."""
        return type(happened) in cls._evolutions

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
        evolve = self._evolutions.get(type(happened))
        if evolve is not None:
            evolve(self, happened, event)
        elif not self.ledger.apply(happened, event):
            raise AnotherKind
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
    def group(self) -> UUID:
        """What the stream's slots lie next to in the key tree: all streams of one engagement are one group."""
        raise NotImplementedError

    @property
    def escrow(self) -> UUID | None:
        """The principal that keys are granted to while there is a legal hold; None without one."""
        return None

    @property
    def terms(self) -> Terms:
        """What is known of the ends of this stream's keys; by itself a stream ends nothing."""
        return Terms()

    @property
    def clause_in_force(self) -> Clause:
        """The clause that new parts are sealed under."""
        return DEFAULT_CLAUSE

    def seen_by(self, role: Role, principal: UUID | None = None) -> int:
        """How many events somebody could ever see at least one part of.

        An erasure doesn't take away from it: a count that went down would tell of the erasure, and would make the
        next command of somebody who lost nothing else fail.

        Args:
            role: as whom.
            principal: who; by default the principal who is in the role now.
        """
        keys = self.keys_of(role, principal)
        return sum(1 for labels in self.trail if any(label.key_id in keys for label in labels))

    def seen_as(self, role: Role, person: UUID) -> int:
        """The same for somebody who acts in a role, which is that of their keys but for a team's members."""
        return self.seen_by(Role.COACHEE, person) if role is Role.TEAM_MEMBER else self.seen_by(role)

    def keys_of(self, role: Role, principal: UUID | None = None) -> frozenset[UUID]:
        """The ids of the keys that somebody was ever granted in a role (arguments as in :meth:`seen_by`)."""
        return self.ledger.granted(role, principal or self.parties.get(role))

    def openable_by(self, role: Role, principal: UUID | None = None) -> frozenset[UUID]:
        """Those of :meth:`keys_of` whose grant neither was erased nor is about to be."""
        return self.ledger.openable(role, principal or self.parties.get(role))

    def slots(self) -> dict[UUID, tuple[UUID, Role]]:
        """Every slot that something of this stream lies under, with the key that it gives and the role it's for."""
        return self.ledger.slots()

    def places_of(self, item: Item) -> list[tuple[int, int, UUID]]:
        """Where the parts of an item lie: ``(version, index from 1, key id)``, in order."""
        return [
            (version, index, label.key_id)
            for version, labels in enumerate(self.trail, start=1)
            for index, label in enumerate(labels, start=1)
            if label.item is item
        ]

    def label_at(self, version: int, index: int) -> Label | None:
        """The label of one part (index from 1); None where there is no such part."""
        if not 1 <= version <= len(self.trail) or not 1 <= index <= len(self.trail[version - 1]):
            return None
        return self.trail[version - 1][index - 1]

    # Which keys an action needs.

    def parties_with(self, _happenings: list[Happening]) -> Mapping[Role, UUID]:
        """The parties as they will be once these happenings are on record."""
        return self.parties

    def readers_of(self, need: KeyNeed, parties: Mapping[Role, UUID], at: datetime) -> Mapping[Role, UUID]:
        """Whom something sealed at a moment under such a key is for: parties whose reading isn't over by then."""
        return still_reading(need.lifetimes, parties, self.terms, at)

    def members_with(self, _happenings: list[Happening]) -> frozenset[UUID]:
        """Who else holds keys in the coachee's role, once these happenings are on record: a team's members (R4)."""
        return frozenset()

    def missing_keys(self, happenings: list[Happening], at: datetime) -> list[KeyNeed]:
        """Keys that must be opened before these happenings can be sealed, without repetition, in order."""
        parties, members = self.parties_with(happenings), self.members_with(happenings)
        needs: dict[tuple[str, str], KeyNeed] = {}
        for happening in happenings:
            clause = happening.clause or self.clause_in_force
            for part in happening.parts:
                need = KeyNeed.of(clause.disposition(part.item))
                if self.ledger.entry_for(need, self.readers_of(need, parties, at), members) is None:
                    needs.setdefault(need.slug, need)
        return list(needs.values())

    def unshared_keys(self, at: datetime) -> list[tuple[LedgerEntry, Role]]:
        """Keys to grant to one more role now (:meth:`domain.ledger.Ledger.unshared`)."""
        return self.ledger.unshared(lambda need: self.readers_of(need, self.parties, at), self.escrow)
