"""The drill's people: engagements that are begun, written in by everybody, and taken out of reach bit by bit.

Nothing here is a story (that is the demonstration's): the words are fixed, and what matters is that every compartment
has something in it, that keys are granted, erased and opened anew all the time, and that whoever can write goes on.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid4

from domain import candidacy, engagement, personal, reporting
from domain.application import Request
from domain.decisions import Command
from domain.disclosure import Disclose
from domain.endings import Doomed
from domain.erasure import RecordErasureRequested
from domain.personal import Diary, Notebook, personal_stream_id
from domain.principals import SERVICE_ID
from domain.vocabulary import DisclosureGround, ErasureGround, Item, Reason, Role
from ops.erasure.epochs import Epochs, Observe
from ops.erasure.eraser import Eraser
from ops.erasure.journal import StepJournal
from ops.wiring import CellService
from projections import agenda

START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_STEP: Final = timedelta(minutes=1)
_MONTH: Final = timedelta(days=30)
_SAID: Final = {"drill": "these words are everybody's and nobody's"}
_O, _M, _C, _E = _PARTIES = Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE
_MOST: Final = 120
"""Slots that are taken at once at most: now and then a page is full, and the group gets another."""


@dataclass(frozen=True)
class Triangle:
    """One engagement and its people: principals by role; ``representative`` acts for the organisation."""

    id: UUID
    representative: UUID
    principals: Mapping[Role, UUID]

    @property
    def streams(self) -> tuple[UUID, ...]:
        """The engagement's own stream, the coach's notebook and the coachee's journal."""
        notes = personal_stream_id(self.id, Notebook, self.principals[_C])
        return self.id, notes, personal_stream_id(self.id, Diary, self.principals[_E])


@dataclass
class Play:
    """What goes on in one open cell.

    Attributes:
        service: the cell; another one after a restart.
        random: decides what happens.
        observe: told after each step of each epoch.
        at: the time, a minute on with every act.
        triangles: the engagements.
        silenced: people whose custody is gone, who can't write any more.
        revoked: the slots that were erased, as the play itself counts them.
    """

    service: CellService
    random: Random
    observe: Observe = lambda _: None
    at: datetime = START
    triangles: list[Triangle] = field(default_factory=list)
    silenced: set[UUID] = field(default_factory=set)
    revoked: set[UUID] = field(default_factory=set)

    def act(self, person: UUID, command: Command, stream: UUID) -> None:
        """Execute a command as somebody."""
        self.service.write_side.execute(stream, command, self._request(person))

    def begin(self) -> Triangle:
        """Five new people, an organisation, and an engagement with a coach."""
        write = self.service.write_side
        people = [uuid4() for _ in range(4)]
        for person in people:
            write.register_person(person, _SAID, self._request(person))
        representative, manager, coach, coachee = people
        organisation = write.register_organisation(_SAID, self._request(representative)).stream
        asked = self._request(representative)
        command = engagement.RequestEngagement(organisation, manager, coachee, Reason.MANAGE_A_CRISIS, _SAID)
        begun = write.execute(asked.new_id(), command, asked).stream
        self.act(coachee, candidacy.MeetCoach(date(2026, 1, 6), _SAID), begun)
        self.act(coachee, candidacy.ChooseCoach(coach, 1, _SAID, _SAID), begun)
        made = Triangle(begun, representative, {_O: organisation, _M: manager, _C: coach, _E: coachee})
        self.triangles.append(made)
        self.write_all(made)
        return made

    def write(self, triangle: Triangle) -> bool:
        """One more piece of writing, by somebody who still can; False when nobody can."""
        ways = [way for way in _WAYS if triangle.principals[way[0]] not in self.silenced]
        if ways:
            self._write(triangle, *self.random.choice(ways))
        return bool(ways)

    def write_all(self, triangle: Triangle) -> None:
        """One piece of writing of each kind, by everybody who still can."""
        for way in _WAYS:
            if triangle.principals[way[0]] not in self.silenced:
                self._write(triangle, *way)

    def disclose(self, triangle: Triangle) -> bool:
        """The coachee shows one part to the line manager; False when there is none that the coachee can still open."""
        coachee, manager = triangle.principals[_E], triangle.principals[_M]
        state = self.service.write_side.load(engagement.Engagement, triangle.id)
        openable = state.openable_by(_E) if coachee not in self.silenced else frozenset()
        parts = [place for place in state.places_of(Item.REALITY) if place[2] in openable]
        if parts:
            version, index, _ = self.random.choice(parts)
            until = self.at + _MONTH
            shown = Disclose(version, index, manager, DisclosureGround.COACHEE_CONSENT, until, _SAID)
            self.act(coachee, shown, triangle.id)
        return bool(parts)

    def _write(self, triangle: Triangle, role: Role, stream: int, make: Callable[[UUID], Command]) -> None:
        person = triangle.representative if role is _O else triangle.principals[role]
        self.act(person, make(triangle.id), triangle.streams[stream])

    def provision(self) -> None:
        """Take places for slots that nobody uses, as a crash between provisioning and appending leaves them."""
        role, triangle = self.random.choice(_PARTIES), self.random.choice(self.triangles)
        scope = self.service.vault.keyring.scope(role.value)
        scope.provision_many(triangle.id, self.random.randint(1, _MOST))

    # Revoking, from one slot to a whole engagement.

    def revoke(self, how: str) -> int:
        """Order the erasure of something at random; ``how`` is one of ``LEVELS``. How many slots go with it."""
        before = len(self.revoked)
        triangle = self.random.choice(self.triangles)
        match how:
            case "slot":
                self.erase(self._some(triangle, lambda grants: [self.random.choice(grants)]))
            case "party":
                role = self.random.choice(_PARTIES)
                self.erase(self._some(triangle, lambda grants: [one for one in grants if one.role is role]))
            case "compartment":
                self.erase(self._some(triangle, self._one_key))
            case "engagement":
                pages = self.service.vault.tree.group_pages(triangle.id)
                self.erase(self._some(triangle, lambda grants: grants), pages)
            case "person":
                self._silence(triangle)
        return len(self.revoked) - before

    def erase(self, doomed: Mapping[UUID, Collection[Doomed]], pages: Collection[bytes] = ()) -> None:
        """Order the erasure of grants of these streams, as the operator may; whole pages of the tree go at once."""
        for stream, grants in doomed.items():
            self.revoked |= {grant.slot_id for grant in grants}
            if grants:
                ordered = RecordErasureRequested(uuid4(), ErasureGround.OPERATOR_ORDER, tuple(grants))
                self.act(SERVICE_ID, ordered, stream)
        if pages:
            self._erase_pages(pages)

    def settle(self) -> None:
        """Let the eraser do what was ordered."""
        self.follow(agenda.NAME)
        Eraser(self.service, self.observe).run(self.at)

    def follow(self, *names: str) -> None:
        """Bring views up to date; all of them by default."""
        for name in names or self.service.builders:
            while self.service.builders[name].advance(self.service.connections):
                pass

    def _erase_pages(self, pages: Collection[bytes]) -> None:
        vault = self.service.vault
        journal = StepJournal(self.service.write_side, self.at, self.observe)
        epochs = Epochs(vault, journal.note)
        with epochs.alone():
            epochs.turn(lambda _: vault.keyring.plan(pages, [uuid4()], 0))

    def _some(self, triangle: Triangle, choose: Callable[[list[Doomed]], Iterable[Doomed]]) -> dict[UUID, list[Doomed]]:
        """Some of the living grants of an engagement, by stream."""
        living = {stream: self._living(stream) for stream in triangle.streams}
        grants = [one for some in living.values() for one in some]
        chosen = set(choose(grants)) if grants else set()
        return {stream: [one for one in some if one in chosen] for stream, some in living.items()}

    def _living(self, stream: UUID) -> list[Doomed]:
        slots = self.service.write_side.stream(stream).slots()
        return [Doomed(key_id, role, slot) for slot, (key_id, role) in slots.items() if slot not in self.revoked]

    def _one_key(self, grants: list[Doomed]) -> list[Doomed]:
        key_id = self.random.choice(grants).key_id
        return [one for one in grants if one.key_id == key_id]

    def _silence(self, triangle: Triangle) -> None:
        """Erase somebody's custody: whatever is sealed to them stays sealed."""
        person = triangle.principals[self.random.choice([_M, _C, _E])]
        if person not in self.silenced:
            self.silenced.add(person)
            slots = self.service.write_side.stream(person).slots()
            custody = [Doomed(key_id, role, slot_id) for slot_id, (key_id, role) in slots.items() if key_id == person]
            self.erase({person: custody})

    def _request(self, actor: UUID) -> Request:
        self.at += _STEP
        return Request(actor, self.at, uuid4(), self.service.digest(b"drill"))


LEVELS: Final = ("slot", "party", "compartment", "engagement", "person")
"""What can be revoked at once."""

_WAYS: Final[tuple[tuple[Role, int, Callable[[UUID], Command]], ...]] = (
    (_O, 0, lambda _: reporting.StateVoice(_SAID)),
    (_C, 0, lambda _: engagement.ExplainApproach(_SAID)),
    (_E, 0, lambda _: engagement.DescribeReality(_SAID)),
    (_C, 0, lambda _: engagement.HoldTripartiteMeeting(date(2026, 1, 20), frozenset({_M, _C, _E}))),
    (_C, 1, lambda within: personal.WriteNote(within, _SAID)),
    (_E, 2, lambda within: personal.WriteEntry(within, _SAID)),
)
"""Who can write what, and into which of the engagement's streams: together they fill every kind of compartment."""
