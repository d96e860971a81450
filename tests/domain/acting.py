"""Given, when, then: decisions tested without a database, on facts alone.

    given(Engagement, *COACHED).when(C, ExplainApproach({...}))        # the happenings
    given(Engagement, *REQUESTED).refuses(C, ExplainApproach({...}))   # the refusal's name

``given`` replays facts, ``when`` asks the registered decision, ``then`` asks and takes the answer into the state.
"""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID, uuid5

import pytest

from domain import policies as _policies  # noqa: F401 - binds every decision
from domain.adherence.parameters import FIRST
from domain.decisions import DECISIONS, Command, Context
from domain.errors import Refusal
from domain.events import Content, Happening, Label, RecordedEvent
from domain.facts import Fact
from domain.personal import Personal
from domain.principals import NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role

S = TypeVar("S", bound=Stream)

O, M, C, E = Role.SPONSOR_ORGANISATION, Role.LINE_MANAGER, Role.COACH, Role.COACHEE  # noqa: E741 - the matrix's letters
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
STREAM = uuid5(NAMESPACE, "the stream under test")
ORGANISATION = uuid5(NAMESPACE, "organisation")
PEOPLE = {role: uuid5(NAMESPACE, role.word) for role in Role} | {Role.SERVICE: SERVICE_ID}
"""A person for each role."""


class PlainNotary:
    """``domain.ports.Notary`` with the standard library's hashes; whoever knows a name can sign with it."""

    def commit(self, section: str, salt: bytes, content: Content) -> bytes:
        """SHA-256 over name, salt and content."""
        said = json.dumps(content, sort_keys=True).encode()
        return hashlib.sha256(section.encode() + b"\0" + salt + said).digest()

    def document_hash(self, engagement: UUID, contract_version: int, commitments: Mapping[str, bytes]) -> bytes:
        """SHA-256 over everything, in the order of the names."""
        named = b"".join(name.encode() + b"\0" + commitments[name] for name in sorted(commitments))
        return hashlib.sha256(engagement.bytes + contract_version.to_bytes(4, "big") + named).digest()

    def sign(self, principal: UUID, document_hash: bytes) -> bytes:
        """64 bytes that fit this principal and this hash only."""
        return hashlib.sha512(principal.bytes + document_hash).digest()

    def signature_fits(self, principal: UUID, document_hash: bytes, signature: bytes) -> bool:
        """Whether they do."""
        return signature == self.sign(principal, document_hash)


def context(role: Role, at: datetime = AT) -> Context:
    """The context of a decision in which nothing is left to chance."""
    principal = ORGANISATION if role is O else PEOPLE[role]
    return Context(PEOPLE[role], role, principal, at, PlainNotary(), lambda: bytes(32), lambda: FIRST)


def recorded(stream: UUID, version: int, fact: Fact, *labels: Label, by: Role = Role.SERVICE) -> RecordedEvent:
    """A fact in its place, as it is read back: labels, and no content."""
    return RecordedEvent(stream, version, AT, PEOPLE[by], by, PEOPLE[by], fact, labels=labels)


@dataclass
class Given(Generic[S]):
    """A state to ask decisions of."""

    state: S

    def when(self, by: Role, command: Command, at: datetime = AT) -> list[Happening]:
        """What the command would make happen; the state stays as it is."""
        kind, decision = DECISIONS[type(command)]
        assert isinstance(self.state, kind)
        return decision(self.state, command, context(by, at))

    def then(self, by: Role, command: Command, at: datetime = AT) -> Self:
        """Let it happen."""
        for happening in self.when(by, command, at):
            event = recorded(self.state.id, self.state.version + 1, happening.fact, by=by)
            self.state.apply(dataclasses.replace(event, timestamp=at))
        return self

    def refuses(self, by: Role, command: Command, at: datetime = AT) -> str:
        """The name of the refusal that the command gets."""
        with pytest.raises(Refusal) as refusal:
            self.when(by, command, at)
        return refusal.value.name

    def answer(self, by: Role, command: Command) -> Any:
        """The happenings, or the refusal's name: whatever is decided, to compare with another time."""
        try:
            return self.when(by, command)
        except Refusal as refusal:
            return refusal.name


@dataclass(frozen=True)
class Labelled:
    """A fact with the labels of its parts."""

    fact: Fact
    labels: tuple[Label, ...]


def given(kind: type[S], *facts: Fact | Labelled, stream: UUID = STREAM) -> Given[S]:
    """An aggregate after these facts."""
    told = (one if isinstance(one, Labelled) else Labelled(one, ()) for one in facts)
    state = kind.replay(stream, (recorded(stream, v, one.fact, *one.labels) for v, one in enumerate(told, start=1)))
    if isinstance(state, Personal):  # as the application does: owner and engagement come from who asks
        state.owner, state.engagement = PEOPLE[state.OWNED_BY], STREAM
    return Given(state)
