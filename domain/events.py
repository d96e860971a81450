"""The event itself: facts, labels and parts, in one immutable record.

*Facts* are for the write model and for oversight. *Parts* are content, one per item, each sealed to the compartment
that the clause in force gives the item; they exist in memory on the way in only: an event that was read back for a
decision has labels, never contents. A *label* says of each part which item it is and under which key it lies, so the
write model can tell who was able to see an event without being able to read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.clause import Clause, Disposition
from domain.facts import Fact, fact
from domain.vocabulary import Compartment, Item, Lifetime, Role

Content = Mapping[str, Any]
"""What a part says: a JSON object."""


@dataclass(frozen=True)
class Part:
    """Content of one item; ``content`` stays out of every repr and so out of every log."""

    item: Item
    content: Content = field(repr=False)


@dataclass(frozen=True)
class SealedGrant:
    """A compartment key (or a principal's own private keys) sealed to one reader; opaque bytes."""

    key_id: UUID
    slot_id: UUID
    sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class Happening:
    """What a decision yields: a fact and its parts, before they get a place in a stream.

    ``clause`` is set where the parts fall under another clause than the one in force: a contract version that is
    offered for signature is sealed under its own clause. ``in_engagement`` is set by a decision about a personal
    stream for what is to be recorded in the engagement beside it. A fact of a disclosure gets its slot, and the grant
    that goes with it, when it is recorded.
    """

    fact: Fact
    parts: tuple[Part, ...] = ()
    clause: Clause | None = None
    grants: tuple[SealedGrant, ...] = ()
    in_engagement: bool = False


@dataclass(frozen=True)
class Label:
    """Where a part lies: its item, and the compartment key it is sealed under."""

    item: Item
    key_id: UUID


@dataclass(frozen=True)
class RecordedEvent:
    """An event in its stream, as the event store's mapper takes and gives it.

    Attributes:
        originator_id: the stream.
        originator_version: 1 for the first event of a stream, then without gaps.
        timestamp: when it was decided (UTC).
        actor: the person who acted, or the service's own id.
        role: as whom.
        principal: whose keys they acted with; for an organisation's representative the organisation.
        clause_version: the contract version whose clause labelled the parts; 0 is the default clause.
        labels: one per part, in order.
        parts: contents on the way in, empty on the way out.
        grants: sealed keys that travel with the event on the way in, empty on the way out.
        sealed_as: with whose grants the keys of the parts are opened to seal them, role and principal; None on the
            way in means the author's own, which is so whenever a person acts. The service, which holds no key of any
            part, tells people something about their engagement through a grant that one of them holds.
    """

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    actor: UUID
    role: Role
    principal: UUID
    fact: Fact
    clause_version: int = 0
    labels: tuple[Label, ...] = ()
    parts: tuple[Part, ...] = field(default=(), repr=False)
    grants: tuple[SealedGrant, ...] = field(default=(), repr=False)
    sealed_as: tuple[Role, UUID] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Recipient:
    """Who can open a key: the principal it was sealed to, and the slot it was sealed under."""

    principal: UUID
    slot_id: UUID


@fact("compartment.opened")
class CompartmentOpened(Fact):
    """A compartment got its key in this stream, granted to the readers present at that moment.

    ``permitted`` is the item that the key is kept apart for, because somebody reads it by a permission that can be
    withdrawn; None for a key that the matrix alone gives.
    """

    key_id: UUID
    compartment: Compartment
    lifetimes: Mapping[Role, Lifetime]
    generation: int
    recipients: Mapping[Role, Recipient]
    permitted: Item | None = None


@fact("compartment.shared")
class CompartmentShared(Fact):
    """A reader who joined later was granted a compartment's key by somebody who holds it."""

    key_id: UUID
    role: Role
    recipient: Recipient


@dataclass(frozen=True)
class KeyNeed:
    """A key that must exist before an event can be sealed.

    What somebody reads by the clause's permission alone (``permitted``) never shares a key with another item: the
    coachee can withdraw that one permission, and its keys go without taking anything else along.
    """

    compartment: Compartment
    lifetimes: Mapping[Role, Lifetime]
    permitted: Item | None = None

    @classmethod
    def of(cls, disposition: Disposition) -> "KeyNeed":
        """The need of one item under one clause."""
        return cls(disposition.compartment, disposition.lifetimes, disposition.permitted)

    @property
    def for_team(self) -> bool:
        """Whether a coached team's members hold such a key, too: what the coachee reads, but not alone (R4)."""
        return Role.COACHEE in self.lifetimes and self.compartment is not Compartment.COACHEE

    @property
    def slug(self) -> tuple[str, str]:
        """Compartment and lifetimes as two short strings, e.g. ``("alliance", "C.retention+E.kept")``.

        A key for one permitted item names it behind the lifetimes: ``"M.closure+C.retention+E.kept/session_dates"``.
        Both are bound into the key's label (crypto/FORMAT.md 4). Version with care.
        """
        lifetimes = "+".join(f"{r.value}.{self.lifetimes[r].value}" for r in Role if r in self.lifetimes)
        return self.compartment.value, lifetimes if self.permitted is None else f"{lifetimes}/{self.permitted.value}"
