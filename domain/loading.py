"""Loading aggregates from their facts: one of a known kind, whatever has an id, and who may look at an engagement."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application

from domain.audit import Audit
from domain.engagement import Engagement
from domain.errors import NotFound
from domain.events import RecordedEvent
from domain.keys import Keys
from domain.logbook import Logbook
from domain.personal import Diary, Notebook, Personal, personal_stream_id
from domain.practice import Practice, practice_stream_id
from domain.principals import CELL_ID, Cell, Escrow, Organisation, Person
from domain.programme import Programme
from domain.reads import AccessStream, access_stream_id
from domain.stream import AnotherKind, Stream
from domain.vocabulary import Role

S = TypeVar("S", bound=Stream)

KINDS: Final[tuple[type[Stream], ...]] = (
    Engagement, Notebook, Diary, Programme, Practice, Person, Organisation, Escrow, Cell, Keys, Logbook, Audit,
    AccessStream,
)  # fmt: skip
"""Every kind of aggregate."""


class Loading(Application[UUID]):
    """What the write side knows of what is on record."""

    def load(self, kind: type[S], stream_id: UUID) -> S:
        """An aggregate from its facts; an empty one when nothing of its kind is on record.

        An id that names something else names nothing here: that it exists, a stranger mustn't learn.
        """

        def project(_: Any, events: Iterable[Any]) -> S | None:
            made = kind.replay(stream_id, events)
            return made if made.version else None

        try:
            loaded = self.repository.get(stream_id, projector_func=project)
        except (AggregateNotFoundError, AnotherKind):
            return kind(stream_id)
        if TYPE_CHECKING:
            assert isinstance(loaded, kind)
        return loaded

    def engagement(self, engagement_id: UUID, person: UUID) -> tuple[Engagement, Role]:
        """An engagement and a person's role in it.

        Raises:
            NotFound: when there is none, or the person has no role in it.
        """
        engagement = self.load(Engagement, engagement_id)
        role = engagement.role_of(person)
        if role is None:
            raise NotFound
        return engagement, role

    def reading(self, engagement_id: UUID, person: UUID) -> tuple[Engagement, Role, UUID]:
        """An engagement, and as whom and with whose keys a person reads it: a party, or somebody who was one.

        Raises:
            NotFound: when there is none, or the person never had a role in it.
        """
        engagement = self.load(Engagement, engagement_id)
        reader = engagement.reader_of(person)
        if reader is None:
            raise NotFound
        return engagement, *reader

    def stream(self, stream_id: UUID) -> Stream:
        """Whatever aggregate has this id, told from its first fact; a personal one knows its engagement.

        For the service, which looks after keys wherever they are.

        Raises:
            NotFound: when nothing is on record under it.
        """
        events: list[Any] = list(self.events.get(stream_id))
        state = kind_of(events).replay(stream_id, events)
        if isinstance(state, Personal) and state.engagement is not None:
            state.within = self.load(Engagement, state.engagement)
        return state

    def practice(self, coach: UUID, person: UUID) -> tuple[Practice, Role]:
        """A coach's practice, and as whom a person reads it: the coach, or who supervises or has supervised them.

        Raises:
            NotFound: it is none of theirs.
        """
        practice = self.load(Practice, practice_stream_id(coach))
        if person == coach and self.is_registered(coach):
            practice.coach = coach  # who may begin it, may see that it is empty
        role = practice.reader_of(person)
        if role is None:
            raise NotFound
        return practice, role

    def coached_by(self, engagement_id: UUID, person: UUID) -> bool:
        """Whether a person is or was the coach of an engagement."""
        reader = self.load(Engagement, engagement_id).reader_of(person)
        return reader is not None and reader[0] is Role.COACH

    def is_registered(self, person: UUID) -> bool:
        """Whether a person is on record."""
        return bool(self.load(Person, person).version)

    def oversees(self, person: UUID, role: Role) -> bool:
        """Whether a person was appointed as this kind of overseer."""
        return role in self.load(Cell, CELL_ID).overseers.get(person, {})

    def reads_of(self, engagement_id: UUID, *, before: int | None, limit: int) -> list[RecordedEvent]:
        """The reads of an engagement, newest first: up to ``limit`` of a version below ``before``."""
        if before is not None and before <= 1:
            return []
        stream, upto = access_stream_id(engagement_id), None if before is None else before - 1
        return [*self.events.get(stream, lte=upto, desc=True, limit=limit)]  # type: ignore[list-item]

    def notebooks(self, engagement_id: UUID) -> list[UUID]:
        """The notebooks of an engagement: one for each coach that it has or had, written in or not."""
        engagement = self.load(Engagement, engagement_id)
        coaches = [person for person, former in engagement.roles.former.items() if former.role is Role.COACH]
        if Role.COACH in engagement.parties:
            coaches.append(engagement.parties[Role.COACH])
        return [personal_stream_id(engagement_id, Notebook, coach) for coach in coaches]


def kind_of(events: list[Any]) -> type[Stream]:
    """Which kind of aggregate these events are of, told from the first fact that isn't about keys."""
    for event in events:
        for kind in KINDS:
            if kind.begins_with(event.fact):
                return kind
    raise NotFound
