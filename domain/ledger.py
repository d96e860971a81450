"""The keys of one stream: which generations there are, who was granted them, and which grants are over.

Every generation is kept, because events lie under all of them. A compartment gets its next generation when the newest
one doesn't fit any more: somebody in its audience is another person now, or a present party's grant of it was erased
or is about to be. So nobody is given back what was taken, and whoever joins later holds keys only of what is sealed
from then on. The one exception is a role that is filled for the *first* time: the coach whom the coachee chooses is
granted what was sealed for "the coach" before there was one.

Recipients are never removed from the record: what somebody was once able to see stays counted (a version that went
down would tell others of an erasure). Which of them still open anything is what :meth:`Ledger.lives` answers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.endings import Doomed, ErasureCancelled, ErasureRequested, KeysErased, PartDisclosed
from domain.events import CompartmentOpened, CompartmentShared, KeyNeed, Recipient, RecordedEvent
from domain.facts import Fact
from domain.vocabulary import ErasureGround, Role


@dataclass
class LedgerEntry:
    """A key of this stream: for whom, until when, and who was granted it.

    ``recipients`` has the latest grant of each role; a role whose grant was erased and that was granted the key anew
    (escrow, in a second hold) has the older one in ``earlier``. ``members`` hold it in the coachee's role beside the
    coachee, each by themself: a team's (R4).
    """

    key_id: UUID
    need: KeyNeed
    generation: int
    recipients: dict[Role, Recipient]
    opened_at: datetime
    earlier: list[tuple[Role, Recipient]] = field(default_factory=list)
    members: dict[UUID, Recipient] = field(default_factory=dict)

    def grants(self) -> Iterator[tuple[Role, Recipient]]:
        """Every grant ever made of the key, with its role."""
        yield from self.earlier
        yield from self.recipients.items()
        yield from ((Role.COACHEE, to) for to in self.members.values())

    def share(self, role: Role, to: Recipient) -> None:
        """Somebody more was granted it. A coachee is never replaced: who else holds it as one is a team's member."""
        if role is Role.COACHEE and role in self.recipients:
            self.members[to.principal] = to
            return
        if role in self.recipients:
            self.earlier.append((role, self.recipients[role]))
        self.recipients[role] = to


@dataclass
class Erasure:
    """A request for erasure and what became of it."""

    id: UUID
    ground: ErasureGround
    grants: tuple[Doomed, ...]
    at: datetime
    due_at: datetime
    cancelled: bool = False
    receipt: KeysErased | None = None
    erased_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Neither taken back nor done."""
        return not self.cancelled and self.receipt is None


@dataclass
class Ledger:
    """All keys, erasures and disclosures of one stream; ``granted_at`` has the time of each grant by its slot."""

    entries: dict[UUID, LedgerEntry] = field(default_factory=dict)
    erasures: dict[UUID, Erasure] = field(default_factory=dict)
    disclosures: dict[UUID, PartDisclosed] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    ending: set[UUID] = field(default_factory=set)
    granted_at: dict[UUID, datetime] = field(default_factory=dict)
    _newest: dict[tuple[str, str], LedgerEntry] = field(default_factory=dict, repr=False)

    def values(self) -> Iterable[LedgerEntry]:
        """The keys, oldest first."""
        return self.entries.values()

    def apply(self, happened: Fact, event: RecordedEvent) -> bool:
        """Take in a fact about keys; False when it is about something else."""
        match happened:
            case CompartmentOpened():
                need = KeyNeed(happened.compartment, happened.lifetimes, happened.permitted)
                made = LedgerEntry(
                    happened.key_id, need, happened.generation, dict(happened.recipients), event.timestamp
                )
                self.entries[made.key_id] = self._newest[need.slug] = made
                self.granted_at.update((to.slot_id, event.timestamp) for to in made.recipients.values())
            case CompartmentShared():
                self.entries[happened.key_id].share(happened.role, happened.recipient)
                self.granted_at[happened.recipient.slot_id] = event.timestamp
            case ErasureRequested():
                self.erasures[happened.erasure_id] = Erasure(
                    happened.erasure_id, happened.ground, happened.grants, event.timestamp, happened.due_at
                )
                self.ending.update(grant.slot_id for grant in happened.grants)
            case ErasureCancelled():
                self.erasures[happened.erasure_id].cancelled = True
                self._end_again()
            case KeysErased():
                erasure = self.erasures[happened.erasure_id]
                erasure.receipt, erasure.erased_at = happened, event.timestamp
                self.erased.update(happened.slots)
                self._end_again()
            case PartDisclosed():
                self.disclosures[happened.disclosure_id] = happened
                self.granted_at[happened.recipient.slot_id] = event.timestamp
            case _:
                return False
        return True

    def _end_again(self) -> None:
        self.ending = {grant.slot_id for one in self.erasures.values() if one.pending for grant in one.grants}

    # Who holds what.

    def lives(self, slot_id: UUID) -> bool:
        """Whether what lies under a slot may still be opened: not erased, and no erasure of it was requested."""
        return slot_id not in self.erased and slot_id not in self.ending

    def granted(self, role: Role, principal: UUID | None) -> frozenset[UUID]:
        """The keys that a principal was ever granted in a role, whether or not the grants live."""
        return frozenset(
            entry.key_id
            for entry in self.entries.values()
            if any(held is role and to.principal == principal for held, to in entry.grants())
        )

    def openable(self, role: Role, principal: UUID | None) -> frozenset[UUID]:
        """The keys of which a principal holds a living grant in a role."""
        return frozenset(
            entry.key_id
            for entry in self.entries.values()
            if any(held is role and to.principal == principal and self.lives(to.slot_id) for held, to in entry.grants())
        )

    def holders(self, entry: LedgerEntry) -> list[Role]:
        """The roles through whose grants a key can still be opened to be shared, those that aren't ending first."""
        held = [(role, to.slot_id) for role, to in entry.recipients.items() if to.slot_id not in self.erased]
        return [role for role, _ in sorted(held, key=lambda one: one[1] in self.ending)]

    def slots(self) -> dict[UUID, tuple[UUID, Role]]:
        """Every slot that was ever granted here, with the key that it gives and the role that it gives it to."""
        granted = {to.slot_id: (entry.key_id, role) for entry in self.values() for role, to in entry.grants()}
        shown = {one.recipient.slot_id: (one.disclosure_id, one.role) for one in self.disclosures.values()}
        return granted | shown

    def receipts(self) -> dict[UUID, Erasure]:
        """For every slot that a receipt names, the erasure that it belongs to."""
        found: dict[UUID, Erasure] = {}
        for erasure in self.erasures.values():
            if erasure.receipt is not None:
                for slot_id in erasure.receipt.slots:
                    found.setdefault(slot_id, erasure)
        return found

    def entry_for(
        self, need: KeyNeed, readers: Mapping[Role, UUID], members: frozenset[UUID] = frozenset()
    ) -> LedgerEntry | None:
        """The key to seal under for these readers; None when the next generation must be opened first."""
        newest = self._newest.get(need.slug)
        if newest is None:
            return None
        holding = {member for member, to in newest.members.items() if self.lives(to.slot_id)}
        if holding != (members if need.for_team else frozenset()):
            return None
        for role in need.lifetimes:
            to = newest.recipients.get(role)
            # A role without a grant is empty, or filled by this very event: then the key is shared with it.
            if to is not None and (to.principal != readers.get(role) or not self.lives(to.slot_id)):
                return None
        return newest

    def generation(self, need: KeyNeed) -> int:
        """How many generations of a key there are."""
        newest = self._newest.get(need.slug)
        return 0 if newest is None else newest.generation

    def unshared(
        self, readers_of: Callable[[KeyNeed], Mapping[Role, UUID]], escrow: UUID | None
    ) -> list[tuple[LedgerEntry, Role]]:
        """Keys to grant to one more role: one that was filled for the first time, or escrow while there is a hold.

        A key that nobody can open any more isn't among them: there is nothing left to share.

        Args:
            readers_of: who reads now what is sealed under such a key.
            escrow: who holds in escrow, while there is a hold.
        """
        due = []
        for entry in self.entries.values():
            roles = [role for role in readers_of(entry.need) if role not in entry.recipients]
            if escrow is not None and not self.in_escrow(entry, escrow):
                roles.append(Role.ESCROW)
            if roles and self.holders(entry):
                due += [(entry, role) for role in roles]
        return due

    def in_escrow(self, entry: LedgerEntry, escrow: UUID) -> bool:
        """Whether escrow holds a living grant of a key."""
        to = entry.recipients.get(Role.ESCROW)
        return to is not None and to.principal == escrow and self.lives(to.slot_id)
