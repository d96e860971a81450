"""Our side: an open cell with engagements, written to by the path that every command takes in the end.

`Writer.save` uses the write side's own `record`: the mapper seals facts and parts, hashes and signs the leaf, the
recorder appends under a command id. What a command does before that (policy, decision) is no part of the comparison:
the peer decides nothing either.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from domain.application import Request
from domain.candidacy import ChooseCoach
from domain.clause import Clause
from domain.engagement import RequestEngagement
from domain.events import CompartmentOpened, KeyNeed, Label, Part, RecordedEvent
from domain.principals import SERVICE_ID
from domain.vocabulary import PARTIES, Item, Reason, Role
from ops.bench.sample import Step, step
from ops.clock import now
from ops.keys.custodian import Custodian
from ops.keys.vault import KeyPlaces
from ops.store.migrate import migrate
from ops.wiring import CellService, found_cell, open_cell

_O, _M, _C, _E = PARTIES
_DIGEST: Final = bytes(32)
_CLAUSE: Final = Clause(version=1, permits={Item.SESSION_DATES: frozenset({_O, _M})})


@contextmanager
def opened(url: str, cell: str) -> Iterator[CellService]:
    """A fresh, founded, open cell."""
    migrate(url, cell)
    with tempfile.TemporaryDirectory(prefix="driehoek-bench-keys-") as folder:
        places = KeyPlaces.in_folder(Path(folder))
        found_cell(url, cell, places)
        with open_cell(url, cell, places) as service:
            yield service


@dataclass
class Writer:
    """An engagement, and what happens in it next. One thread at a time."""

    service: CellService
    stream: UUID
    people: dict[Role, UUID]
    labels: dict[Item, Label]
    version: int
    steps: int = 0

    def next_event(self) -> RecordedEvent:
        """The next step as an event, in memory."""
        done = step(self.steps)
        return self.event(done, tuple(Part(item, content) for item, content in done.contents))

    def event(self, done: Step, parts: tuple[Part, ...]) -> RecordedEvent:
        """A step as an event with these parts."""
        self.steps += 1
        self.version += 1
        return RecordedEvent(
            originator_id=self.stream,
            originator_version=self.version,
            timestamp=now(),
            actor=self.people[_C],
            role=_C,
            principal=self.people[_C],
            fact=done.fact,
            clause_version=_CLAUSE.version,
            labels=tuple(self.labels[part.item] for part in parts),
            parts=parts,
        )

    def save(self, *events: RecordedEvent) -> None:
        """Seal, sign and append events as one command."""
        request = Request(self.people[_C], events[0].timestamp, uuid4(), _DIGEST)
        self.service.write_side.record(list(events), request)

    def append(self, transactions: int, events: int = 1) -> None:
        """So many transactions of so many events."""
        for _ in range(transactions):
            self.save(*[self.next_event() for _ in range(events)])

    def append_large(self, size: int) -> None:
        """One event whose first part holds a text of `size` bytes."""
        done = step(self.steps)
        self.save(self.event(done, (Part(Item.SESSION_CONTENT, {"said": "x" * size}),)))


@dataclass
class Cast:
    """Four people and an organisation, in any number of engagements."""

    service: CellService
    people: dict[Role, UUID] = field(default_factory=dict)

    def __post_init__(self) -> None:
        write = self.service.write_side
        self.custodian = Custodian(self.service.desk, self.service.roles, self.service.service, self.service.recorder)
        persons = self.people or {role: uuid4() for role in PARTIES}
        for person in persons.values():
            write.register_person(person, {"name": "somebody"}, self._request(person))
        organisation = write.register_organisation({"name": "an organisation"}, self._request(persons[_O]))
        self.represented_by = persons[_O]
        self.people = {**persons, _O: organisation.stream}

    @staticmethod
    def _request(actor: UUID) -> Request:
        return Request(actor, datetime.now(UTC), uuid4(), _DIGEST)

    def engagement(self) -> Writer:
        """A new engagement with its coach chosen and its compartments opened."""
        write, people = self.service.write_side, self.people
        asked = RequestEngagement(
            people[_O], people[_M], people[_E], Reason.TAKE_UP_A_ROLE, {"title": "a title", "request": "a request"}
        )
        request = self._request(self.represented_by)
        stream = write.execute(request.new_id(), asked, request).stream
        chosen = ChooseCoach(people[_C], 0, {"coach_name": "a coach"}, {"why": "a reason"})
        write.execute(stream, chosen, self._request(people[_E]))
        version = len(list(write.events.get(stream)))
        labels = {}
        for item in (Item.SESSION_CONTENT, Item.SESSION_DATES, Item.QUADRANT_TAGS):
            version += 1
            labels[item] = Label(item, self._open(stream, version, item))
        return Writer(self.service, stream, people, labels, version)

    def _open(self, stream: UUID, version: int, item: Item) -> UUID:
        need = KeyNeed.of(_CLAUSE.disposition(item))
        recipients = {role: self.people[role] for role in need.lifetimes}
        made = self.custodian.open_compartment(stream, stream, need, 1, recipients)
        fact = CompartmentOpened(
            key_id=made.key_id,
            compartment=need.compartment,
            lifetimes=need.lifetimes,
            generation=1,
            recipients=made.recipients,
        )
        event = RecordedEvent(stream, version, now(), SERVICE_ID, Role.SERVICE, SERVICE_ID, fact, grants=made.grants)
        self.service.write_side.events.put([event])
        return made.key_id
