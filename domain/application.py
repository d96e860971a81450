"""One action's path through the write side: load, check, decide, provide keys, record.

1. Load the aggregate from its facts. A stranger to it gets :class:`~domain.errors.NotFound`, whatever is there.
2. Check the policy (may this role give this command?) and what the asker last saw (:class:`~domain.errors.Stale`).
3. Decide. A refusal records nothing.
4. Open the compartments that the new parts need and that don't exist yet or don't fit any more; share those whose
   audience has grown, and what is to be held or shown (:mod:`domain.recording`).
5. Record everything in one append, under the command's id. If somebody else was quicker the action starts over from 1:
   the decision is made again on what is true now.

A crash before 5 leaves nothing but unused slots; after 5 the command's id answers a repetition with what was recorded.
"""

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final
from uuid import UUID, uuid5

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Mapper, OperationalError

from domain import course as _course  # noqa: F401 - binds the engagement's decisions
from domain.adherence.parameters import Parameters, newest
from domain.audit import Audit
from domain.decisions import DECISIONS, Command, Context
from domain.engagement import RequestEngagement
from domain.errors import Invalid, NotFound, NotYours, Refusal, Stale, WrongMoment
from domain.events import Content, RecordedEvent
from domain.holds import PlaceHold
from domain.keys import Keys
from domain.loading import Loading, kind_of
from domain.logbook import Logbook
from domain.personal import Diary, Personal, WriteNote, personal_stream_id
from domain.policies import POLICIES
from domain.ports import CommandLog, KeyCustodian, Notary, Reader
from domain.practice import Practice, RecordSupervision, RegisterSupervisionPlace, practice_stream_id
from domain.principals import (
    CELL_ID,
    NAMESPACE,
    SERVICE_ID,
    AppointOverseer,
    Cell,
    Escrow,
    Organisation,
    Person,
    RegisterOrganisation,
    RegisterPerson,
)
from domain.programme import Programme, StartProgramme
from domain.recording import Recording
from domain.stream import Stream
from domain.vocabulary import Role

SERVICE_STREAMS: Final[tuple[type[Stream], ...]] = (Cell, Escrow, Keys, Logbook, Audit)
"""The service's own: there it acts before there is anything."""

_OF_AN_ORGANISATION = (RequestEngagement, StartProgramme)
"""What somebody begins for the organisation that they represent."""

_QUICKER_OTHERS = 16
"""How often an action starts over because others were quicker, before it is given up as a conflict."""

_TURNS: Final = 64
"""Locks for those who start over, shared by all streams."""


@dataclass(frozen=True)
class Request:
    """Who asks, when, and how the request can be recognised when it comes twice.

    Attributes:
        actor: the person.
        at: the time (UTC).
        command_id: names the request; a repetition with the same digest is answered, not done again.
        digest: a keyed digest of the request's body; another digest under the same id is refused.
        if_seen: how many events of the stream the asker had seen; None where nothing is at stake.
    """

    actor: UUID
    at: datetime
    command_id: UUID
    digest: bytes
    if_seen: int | None = None

    def new_id(self) -> UUID:
        """The id of what this request creates; the same for a repetition, and never used by another request."""
        return uuid5(NAMESPACE, self.command_id.hex)


@dataclass(frozen=True)
class Outcome:
    """What was recorded: the stream, the asker's role in it, and how many of its events that role can see now."""

    stream: UUID
    role: Role
    seen: int
    replayed: bool = False


class Driehoek(Loading):
    """The write side. Holds no content: events come back from the store with their facts only."""

    name = "driehoek"

    def __init__(
        self,
        *,
        mapper: Mapper[UUID],
        recorder: ApplicationRecorder,
        custodian: KeyCustodian,
        notary: Notary,
        reader: Reader,
        commands: CommandLog,
        fresh_salt: Callable[[], bytes] = lambda: secrets.token_bytes(32),
    ) -> None:
        self._mapper, self._recorder = mapper, recorder
        self._custodian, self._notary, self._reader, self._commands = custodian, notary, reader, commands
        self._fresh_salt = fresh_salt
        self._recording = Recording(custodian)
        self._turns = [Lock() for _ in range(_TURNS)]
        super().__init__()

    def construct_mapper(self) -> Mapper[UUID]:
        """The sealing mapper that the composition root made."""
        return self._mapper

    def construct_recorder(self) -> ApplicationRecorder:
        """The recorder that the composition root made."""
        return self._recorder

    # Acting.

    def execute(self, stream_id: UUID, command: Command, request: Request) -> Outcome:
        """Do what a command asks, once, whoever repeats it.

        Raises:
            Refusal: when it may not happen; nothing was recorded.
            OperationalError: others were quicker again and again, and it isn't based on a version that would be stale.
        """
        kind, _ = DECISIONS[type(command)]
        for attempt in range(_QUICKER_OTHERS):
            try:
                # Whoever lost against somebody waits for a turn of their own, so that all come to an end.
                with self._turns[stream_id.int % len(self._turns)] if attempt else nullcontext():
                    return self._attempt(kind, stream_id, command, request)
            except Refusal:
                # What this very request changed may be why it is refused now: then it isn't refused, but answered.
                if (answer := self._recorded(kind, request)) is not None:
                    return answer
                raise
            except IntegrityError:
                if (answer := self._recorded(kind, request)) is not None:
                    return answer
        if request.if_seen is None:
            raise OperationalError("others were quicker")
        raise Stale

    def register_person(self, person: UUID, content: Content, request: Request) -> Outcome:
        """Register a person, who acts for themself, with new keys."""
        with self._custodian.newcomer(person) as keys:
            return self.execute(person, RegisterPerson(keys, content), request)

    def register_organisation(self, content: Content, request: Request) -> Outcome:
        """Register an organisation, represented by the person who asks, with new keys.

        Raises:
            Invalid: when the person isn't registered.
        """
        if not self.load(Person, request.actor).version:
            raise Invalid("unknown-person")
        organisation = request.new_id()
        with self._custodian.newcomer(organisation) as keys:
            return self.execute(organisation, RegisterOrganisation(keys, content), request)

    def appoint(self, person: UUID, role: Role, request: Request) -> Outcome:
        """Appoint an overseer, in the service's name; who may ask is the caller's affair."""
        if not self.load(Person, person).version:
            raise Invalid("unknown-person")
        sealed = self._custodian.grant_oversight(role, person)
        in_the_service = dataclasses.replace(request, actor=SERVICE_ID)
        return self.execute(CELL_ID, AppointOverseer(person, role, sealed), in_the_service)

    def policies(self) -> Mapping[int, Parameters]:
        """Every version of the process policy, by number."""
        return self.load(Cell, CELL_ID).policies

    def place_hold(self, engagement_id: UUID, command: PlaceHold, request: Request) -> Outcome:
        """Place a hold, in the service's name, on an engagement and on its coaches' notebooks.

        The engagement first: from then on every note that is written is granted to escrow as it is written. A crash
        before the last notebook leaves a hold that a repetition of the request completes; until then nothing of that
        notebook is due for erasure (:mod:`domain.disposal`).
        """
        in_the_service = dataclasses.replace(request, actor=SERVICE_ID)
        outcome = self.execute(engagement_id, command, in_the_service)
        for notebook in self.notebooks(engagement_id):
            self.grant_to_escrow(notebook, in_the_service)
        return outcome

    def grant_to_escrow(self, stream_id: UUID, request: Request) -> None:
        """Grant escrow what it doesn't hold of a stream whose engagement is on hold; nothing where there is no hold."""
        for _ in range(_QUICKER_OTHERS):
            try:
                state = self.stream(stream_id)
            except NotFound:
                return  # nothing was written there
            context = self._context(Role.SERVICE, SERVICE_ID, request)
            events = self._recording.events(state, [], context)
            named = dataclasses.replace(request, command_id=uuid5(request.command_id, f"{stream_id}/{state.version}"))
            try:
                self.record(events, named)
            except IntegrityError:
                continue
            return
        raise Stale

    def _attempt(self, kind: type[Stream], stream_id: UUID, command: Command, request: Request) -> Outcome:
        state, role = self._enter(kind, stream_id, command, request)
        if role not in POLICIES[type(command)]:
            raise NotYours(command.not_yours)
        if request.if_seen is not None and request.if_seen != state.seen_as(role, request.actor):
            raise Stale
        for name, named in command.registered.items():
            principal = getattr(command, name)
            if principal is not None and not self.load(named, principal).version:
                raise Invalid("unknown-escrow" if named is Escrow else "unknown-person")
        principal = state.parties.get(role) or _acts_for(command, request)
        command = self._with_carried(state, role, command)
        context = self._context(role, principal, request)
        happenings = DECISIONS[type(command)][1](state, command, context)
        events: list[RecordedEvent] = []
        if isinstance(state, Personal) and state.within is not None:
            told = [one for one in happenings if one.in_engagement]
            happenings = [one for one in happenings if not one.in_engagement]
            events += self._recording.events(state.within, told, context) if told else []
        events += self._recording.events(state, happenings, context)  # last: the command's record names their stream
        self.record(events, request)
        return Outcome(stream_id, role, state.seen_as(role, request.actor))

    def _context(self, role: Role, principal: UUID, request: Request) -> Context:
        return Context(
            request.actor, role, principal, request.at, self._notary, self._fresh_salt, lambda: newest(self.policies())
        )

    def _enter(self, kind: type[Stream], stream_id: UUID, command: Command, request: Request) -> tuple[Stream, Role]:
        if request.actor == SERVICE_ID:
            return self._enter_as_service(kind, stream_id), Role.SERVICE
        if issubclass(kind, Personal):
            return self._enter_personal(kind, command, request)
        if kind is Stream:
            return self._enter_any(stream_id, request)
        if issubclass(kind, Practice):
            return self._enter_practice(command, request), Role.COACH
        state = self.load(kind, stream_id)
        if isinstance(command, _OF_AN_ORGANISATION):
            self._check_request(command, request)
            if state.version:
                raise WrongMoment("already-registered")
            return state, Role.SPONSOR_ORGANISATION
        role = state.role_of(request.actor)
        if role is None:
            raise NotFound
        return state, role

    def _enter_any(self, stream_id: UUID, request: Request) -> tuple[Stream, Role]:
        state = self.stream(stream_id)
        role = state.role_of(request.actor)
        if isinstance(state, Personal) and state.within is not None:  # whoever left keeps a notebook, and acts no more
            role = role if state.within.role_of(request.actor) is role else None
        if role is None:
            raise NotFound
        return state, role

    def _enter_as_service(self, kind: type[Stream], stream_id: UUID) -> Stream:
        if kind in SERVICE_STREAMS:
            return self.load(kind, stream_id)
        state = self.stream(stream_id)
        if not isinstance(state, kind):
            raise NotFound
        return state

    def _enter_personal(self, kind: type[Personal], command: Any, request: Request) -> tuple[Stream, Role]:
        engagement, role = self.engagement(command.engagement, request.actor)
        if role is not kind.OWNED_BY and (role, kind) != (Role.TEAM_MEMBER, Diary):
            raise NotYours("not-your-role")
        state = self.load(kind, personal_stream_id(engagement.id, kind, request.actor))
        state.owner, state.engagement, state.within = request.actor, engagement.id, engagement
        if isinstance(command, WriteNote) and engagement.erasure is not None:
            raise WrongMoment("erasure-already-requested")  # what the coachee had erased isn't begun anew
        return state, role

    def _enter_practice(self, command: Command, request: Request) -> Practice:
        """The asker's own practice; whom and what a command names is looked up."""
        if not self.is_registered(request.actor):
            raise NotFound
        practice = self.load(Practice, practice_stream_id(request.actor))
        practice.coach = request.actor
        if isinstance(command, RegisterSupervisionPlace) and command.supervisor is not None:
            if not self.is_registered(command.supervisor):
                raise Invalid("unknown-person")
            if not self.oversees(command.supervisor, Role.COACHING_SUPERVISOR):
                raise Invalid("not-a-supervisor")
        if isinstance(command, RecordSupervision):
            for engagement in command.engagements:
                if not self.coached_by(engagement, request.actor):
                    raise Invalid("unknown-engagement")
        return practice

    def _check_request(self, command: RequestEngagement | StartProgramme, request: Request) -> None:
        organisation = self.load(Organisation, command.organisation)
        if organisation.acts != request.actor:
            raise Invalid("unknown-organisation")
        if isinstance(command, StartProgramme):
            return
        within = command.programme
        if within is not None and self.load(Programme, within).organisation != organisation.id:
            raise Invalid("unknown-programme")
        for person in (command.line_manager, command.coachee):
            if not self.load(Person, person).version:
                raise Invalid("unknown-person")

    def _with_carried(self, state: Stream, role: Role, command: Command) -> Command:
        if command.carries is None or getattr(command, "carried", None) is not None:
            return command
        try:
            contents = self._reader.recall(state, role, command.carries)
        except NotFound:
            return command  # nothing there to carry; what is missing, the decision says
        return dataclasses.replace(command, carried=command.picks(state, contents))  # type: ignore[call-arg]

    def record(self, events: list[RecordedEvent], request: Request) -> None:
        """Record the events of one request, all or none.

        Straight into the event store: what the library's ``save`` adds (aggregates to collect from, snapshots, a
        notification hook) has no use here and costs a tenth of an append.
        """
        self.events.put(events, command=request)

    # Answering a repetition.

    def _recorded(self, kind: type[Stream], request: Request) -> Outcome | None:
        record = self._commands.recorded(request.command_id)
        if record is None:
            return None
        if record.digest != request.digest:
            raise Invalid("idempotency-key-reused")
        if request.actor == SERVICE_ID:
            return Outcome(record.stream, Role.SERVICE, 0, replayed=True)
        events: list[Any] = list(self.events.get(record.stream, lte=record.version))
        state = (kind_of(events) if kind is Stream else kind).replay(record.stream, events)
        role = state.role_of(request.actor)
        if role is None:
            raise NotFound
        return Outcome(record.stream, role, state.seen_as(role, request.actor), replayed=True)


def _acts_for(command: Command, request: Request) -> UUID:
    return command.organisation if isinstance(command, _OF_AN_ORGANISATION) else request.actor


__all__ = ["Cell", "Driehoek", "Outcome", "Request"]
