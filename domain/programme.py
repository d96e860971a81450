"""A programme: why an organisation has several people coached, and that it begins at the top (R7, R10).

One stream for each programme, the organisation's own. Nobody's name is in it: an engagement says that it belongs to a
programme, never the other way round, and no person is ever labelled with the reason. Who takes part is known to the
organisation, which asked for each of the engagements, and to nobody else (R10). A programme that doesn't begin at the
top isn't refused; the organisation is told so (R7).

States: *started*, and from then on quarter by quarter *released* (:mod:`domain.releases`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.decisions import Command, Context, decides
from domain.errors import WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.stream import Stream
from domain.vocabulary import Item, Level, ProgrammeReason, Role

NOT_FROM_THE_TOP: Final = "not-from-the-top"
"""The warning that a programme didn't begin at the top. Stable; part of answers."""


@fact("programme.started")
class ProgrammeStarted(Fact):
    """An organisation began a programme."""

    organisation: UUID
    reason: ProgrammeReason
    from_the_top: bool


@dataclass
class Programme(Stream):
    """State of one programme, folded from facts.

    Attributes:
        organisation: whose it is.
        representative: who acts for the organisation here.
        reason: why it was begun; told to the organisation alone.
        from_the_top: whether the organisation said that it begins at the top.
    """

    organisation: UUID | None = None
    representative: UUID | None = None
    reason: ProgrammeReason | None = None
    from_the_top: bool = False

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The organisation alone."""
        return {} if self.organisation is None else {Role.SPONSOR_ORGANISATION: self.organisation}

    def parties_with(self, happenings: list[Happening]) -> Mapping[Role, UUID]:
        """The first event names the organisation."""
        named = [one.fact.organisation for one in happenings if isinstance(one.fact, ProgrammeStarted)]
        return {Role.SPONSOR_ORGANISATION: named[0]} if named else self.parties

    def role_of(self, person: UUID) -> Role | None:
        """Whoever began it acts for the organisation; anybody else is a stranger here."""
        return Role.SPONSOR_ORGANISATION if person == self.representative else None

    @property
    def group(self) -> UUID:
        """Its own: a programme's keys lie beside those of no engagement."""
        return self.id

    def warnings(self, first: Iterable[Level | None]) -> list[str]:
        """What the organisation should know of how the programme began (R7).

        Args:
            first: at which level the engagements of the programme are, in the order in which they were asked for.
        """
        begun_at = next(iter(first), Level.TOP)
        return [] if self.from_the_top and begun_at is Level.TOP else [NOT_FROM_THE_TOP]


@Programme.evolves(ProgrammeStarted)
def _started(programme: Programme, happened: ProgrammeStarted, event: RecordedEvent) -> None:
    programme.organisation, programme.representative = happened.organisation, event.actor
    programme.reason, programme.from_the_top = happened.reason, happened.from_the_top


@dataclass(frozen=True, repr=False)
class StartProgramme(Command):
    """The organisation's representative begins a programme."""

    organisation: UUID
    reason: ProgrammeReason
    from_the_top: bool
    content: Content


@decides(Programme, StartProgramme)
def _start(programme: Programme, command: StartProgramme, _: Context) -> list[Happening]:
    if programme.version:
        raise WrongMoment("already-registered")
    happened = ProgrammeStarted(
        organisation=command.organisation, reason=command.reason, from_the_top=command.from_the_top
    )
    content = {**command.content, "reason": command.reason.value, "from_the_top": command.from_the_top}
    return [Happening(happened, (Part(Item.PROGRAMME, content),))]
