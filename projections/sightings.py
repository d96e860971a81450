"""Whose view does an event change? Worked out from facts alone, event by event, as a stream goes on.

What somebody can see is a matter of keys: an event shows them something if a part of it lies under a key that they were
ever granted (``domain.stream.Stream.seen_by``, ADR 0006). So each event changes the view of those who see a part of it,
and one that grants a key changes the view of whoever is granted it, if something lies under it by then. Nobody else is
told of it, and nothing that others do out of their sight moves what they are told.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from domain.endings import KeysErased, PartDisclosed
from domain.events import CompartmentShared, RecordedEvent
from domain.intake import CoachMet, EngagementRequested
from domain.ledger import Ledger
from domain.personal import EntryWritten, NoteWritten
from domain.vocabulary import PARTIES


class Change(Enum):
    """What an event is to somebody. The values are part of the API."""

    ENGAGEMENT = "engagement.changed"
    DISCLOSURE = "disclosure.given"
    CANDIDACY = "candidacy.opened"
    READING = "reading.ended"


@dataclass
class Sightings:
    """One stream up to an event: an engagement, or what somebody keeps to themself beside one.

    Attributes:
        version: of the last event that was taken in.
        engagement: which engagement it is about; None as long as that isn't known, and for any other stream.
        personal: whether it is somebody's own, beside the engagement.
        seen: by principal, of how many events they can see a part.
    """

    version: int = 0
    engagement: UUID | None = None
    personal: bool = False
    seen: Counter[UUID] = field(default_factory=Counter)
    _ledger: Ledger = field(default_factory=Ledger, repr=False)
    _keys: list[frozenset[UUID]] = field(default_factory=list, repr=False)
    _acting: dict[UUID, UUID] = field(default_factory=dict, repr=False)

    def apply(self, event: RecordedEvent) -> dict[UUID, Change]:
        """Take in the next event; what it is to each person whom it concerns.

        Of several things that it is to somebody the first counts, in the order of :class:`Change`.
        """
        self.version, happened = event.originator_version, event.fact
        gained = self._granted(happened)
        self._ledger.apply(happened, event)
        self._name(event)
        keys = frozenset(label.key_id for label in event.labels)
        self._keys.append(keys)
        seeing = {principal for key in keys for principal in self._holders(key)}
        self.seen.update(seeing)
        found = dict.fromkeys(self._ended(happened), Change.READING)
        match happened:
            case CoachMet(coach=UUID() as coach):
                found[coach] = Change.CANDIDACY
            case PartDisclosed():
                found[happened.recipient.principal] = Change.DISCLOSURE
        found |= dict.fromkeys(seeing | gained, Change.ENGAGEMENT)
        if self.personal:  # what somebody keeps to themself is nobody's news, and a key or a webhook would pass it on
            found = {principal: change for principal, change in found.items() if change is Change.DISCLOSURE}
        elif self.engagement is None:
            return {}
        return {self._acting.get(principal, principal): change for principal, change in found.items()}

    def seen_by(self, person: UUID) -> int:
        """Of how many events a person can see a part; whoever represents the organisation, with its keys."""
        return self.seen[next((principal for principal, acting in self._acting.items() if acting == person), person)]

    def _name(self, event: RecordedEvent) -> None:
        match event.fact:
            case EngagementRequested() as happened:
                self.engagement = event.originator_id
                self._acting[happened.organisation] = happened.representative
            case NoteWritten() | EntryWritten() as happened:
                self.engagement, self.personal = happened.engagement, True

    def _granted(self, happened: object) -> set[UUID]:
        """Who is about to be granted a key under which something lies that they couldn't see; it counts from now on."""
        if not isinstance(happened, CompartmentShared) or happened.role not in PARTIES:
            return set()
        principal = happened.recipient.principal
        had = {key for key in self._ledger.entries if principal in self._holders(key)}
        new = sum(1 for keys in self._keys if happened.key_id in keys and not keys & had)
        self.seen[principal] += new
        return {principal} if new else set()

    def _holders(self, key: UUID) -> set[UUID]:
        """The principals who were ever granted a key as a party."""
        entry = self._ledger.entries.get(key)
        return set() if entry is None else {to.principal for role, to in entry.grants() if role in PARTIES}

    def _ended(self, happened: object) -> set[UUID]:
        """Who loses something with these keys."""
        if not isinstance(happened, KeysErased):
            return set()
        slots = frozenset(happened.slots)
        kept = {
            to.principal
            for entry in self._ledger.values()
            for role, to in entry.grants()
            if role in PARTIES and to.slot_id in slots
        }
        shown = {one.recipient.principal for one in self._ledger.disclosures.values() if one.recipient.slot_id in slots}
        return kept | shown
