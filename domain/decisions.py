"""How a command becomes a decision: the command, its context, and who may give it.

A decision is a function ``(aggregate, command, context) -> happenings``. It reads the aggregate and never changes it,
raises a :class:`~domain.errors.Refusal` when the act may not happen, and gets time and randomness from its context.
Decisions are registered with :func:`decides`; who may give a command stands in one table, :mod:`domain.policies`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from domain.adherence.parameters import Parameters
from domain.errors import NotYours
from domain.events import Content, Happening
from domain.ports import Notary
from domain.stream import Stream
from domain.vocabulary import Item, Role

A = TypeVar("A", bound=Stream)
C = TypeVar("C", bound="Command")
Decision = Callable[[Any, Any, "Context"], list[Happening]]
Kinds = Mapping[str, type[Stream]]
"""Fields of a command, each with the kind of principal that it names."""


@dataclass(frozen=True, repr=False)
class Command:
    """Something that a person asks for.

    ``carries`` names an item whose earlier content the command takes along into another compartment (a draft that is
    now offered, a proposal that is now agreed); the application reads it *as the person who asks*, and what
    :meth:`picks` of it goes into the command's ``carried`` field. The decision compares it with a commitment among the
    facts. ``registered`` says which fields name principals, who must be on record as this kind where they are given.
    ``not_yours`` is how a party is refused whose role the act isn't.
    """

    carries: ClassVar[Item | None] = None
    registered: ClassVar[Kinds] = MappingProxyType({})
    not_yours: ClassVar[str] = "not-your-role"

    def picks(self, state: Any, contents: Sequence[Content]) -> Content | None:  # noqa: ARG002 - a command's own choice
        """What to carry out of all that was said under the item, in order; None when it isn't there."""
        return None

    def __repr__(self) -> str:
        """The kind of command only: commands hold content, and a repr ends in tracebacks and logs."""
        return f"{type(self).__name__}(***)"


@dataclass(frozen=True)
class Context:
    """Who decides, when, and with which helpers.

    Attributes:
        actor: the person.
        role: as whom they act in this stream.
        principal: whose keys they act with; an organisation's representative acts with the organisation's keys.
        at: the time of the decision (UTC).
        notary: commitments and signatures.
        fresh_salt: gives 32 random bytes a call.
        process_policy: gives the newest version of the process policy that was published.
    """

    actor: UUID
    role: Role
    principal: UUID
    at: datetime
    notary: Notary
    fresh_salt: Callable[[], bytes]
    process_policy: Callable[[], Parameters]

    def new_id(self) -> UUID:
        """An id made by chance. One that followed from a place in a stream would tell its readers how long that is."""
        return UUID(bytes=self.fresh_salt()[:16], version=4)

    def only(self, roles: Collection[Role]) -> None:
        """Guard: the act belongs to one of these roles."""
        if self.role not in roles:
            raise NotYours("not-your-role")


DECISIONS: Final[dict[type[Command], tuple[type[Stream], Decision]]] = {}
"""Every command with the aggregate it is for and the function that decides it."""


def decides(
    aggregate: type[A], command: type[C]
) -> Callable[[Callable[[A, C, Context], list[Happening]]], Callable[[A, C, Context], list[Happening]]]:
    """Register the decision for a command."""

    def register(decision: Callable[[A, C, Context], list[Happening]]) -> Callable[[A, C, Context], list[Happening]]:
        DECISIONS[command] = (aggregate, decision)
        return decision

    return register
