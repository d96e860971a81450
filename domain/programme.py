"""A programme: why an organisation has several people coached, and that it begins at the top (R7, R10).

One stream for each programme, the organisation's own. Nobody's name is in it: an engagement says that it belongs to a
programme, never the other way round, and no person is ever labelled with the reason. Who takes part is known to the
organisation, which asked for each of the engagements, and to nobody else (R10). A programme that doesn't begin at the
top isn't refused; the organisation is told so (R7).

States: *started*, and from then on *released* quarter by quarter. A release closes a quarter for good: it counts whom
:mod:`domain.statistics` says, once, and its numbers are sealed to the organisation. Which engagements were counted
stands among its facts, so that nobody is counted again; a release is never made anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from domain import statistics
from domain.decisions import Command, Context, decides
from domain.errors import WrongMoment
from domain.events import Content, Happening, Part, RecordedEvent
from domain.facts import Fact, fact
from domain.statistics import Counted, Quarter
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


@fact("statistics.released")
class StatisticsReleased(Fact):
    """A quarter was closed, and whoever was due was counted (requirements.md, B: N≥k).

    ``quarter`` is its first day, ``method`` the version of :mod:`domain.statistics`. ``counted`` has the engagements of
    the cohort, none where too few people were waiting; then there are no numbers. ``k`` is the cohort's, ``digest`` a
    commitment to its numbers, whose salt is sealed with them.
    """

    quarter: date
    method: int
    k: int
    counted: tuple[UUID, ...]
    digest: bytes | None


@dataclass(frozen=True)
class Release:
    """A quarter that was closed: where its numbers lie, if it has any, and how many people they are about."""

    quarter: Quarter
    version: int
    k: int
    people: int
    digest: bytes | None


@dataclass
class Programme(Stream):
    """State of one programme, folded from facts.

    Attributes:
        organisation: whose it is.
        representative: who acts for the organisation here.
        reason: why it was begun; told to the organisation alone.
        from_the_top: whether the organisation said that it begins at the top.
        begun: the version of the event that began it.
        next_quarter: the first quarter that isn't closed yet.
        counted: the engagements that were counted.
        releases: the closed quarters, oldest first.
    """

    organisation: UUID | None = None
    representative: UUID | None = None
    reason: ProgrammeReason | None = None
    from_the_top: bool = False
    begun: int = 0
    next_quarter: Quarter | None = None
    counted: set[UUID] = field(default_factory=set)
    releases: list[Release] = field(default_factory=list)

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

    @property
    def closed_through(self) -> Quarter | None:
        """The last quarter that was closed."""
        return self.releases[-1].quarter if self.releases else None

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
    programme.begun, programme.next_quarter = event.originator_version, Quarter.of(event.timestamp)


@Programme.evolves(StatisticsReleased)
def _released(programme: Programme, happened: StatisticsReleased, event: RecordedEvent) -> None:
    quarter = Quarter.first_on(happened.quarter)
    programme.next_quarter = quarter.after
    programme.counted.update(happened.counted)
    release = Release(quarter, event.originator_version, happened.k, len(happened.counted), happened.digest)
    programme.releases.append(release)


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


@dataclass(frozen=True, repr=False)
class ReleaseStatistics(Command):
    """The service closes the next quarter; ``ended`` are the programme's engagements that are over."""

    quarter: Quarter
    ended: tuple[Counted, ...]


@decides(Programme, ReleaseStatistics)
def _release(programme: Programme, command: ReleaseStatistics, context: Context) -> list[Happening]:
    quarter = command.quarter
    if programme.next_quarter is None or quarter < programme.next_quarter:
        raise WrongMoment("already-released")
    if quarter > programme.next_quarter or quarter > Quarter.last_closed(context.at):
        raise WrongMoment("quarter-not-closed")
    people = statistics.cohort(command.ended, programme.counted, quarter)
    first_day = quarter.begins.date()
    if not people:
        happened = StatisticsReleased(quarter=first_day, method=statistics.METHOD, k=0, counted=(), digest=None)
        return [Happening(happened)]
    k, salt = statistics.least(people), context.fresh_salt()
    numbers = {
        "quarter": str(quarter),
        "method": statistics.METHOD,
        "k": k,
        "people": len(people),
        "questions": statistics.told(people),
    }
    happened = StatisticsReleased(
        quarter=first_day,
        method=statistics.METHOD,
        k=k,
        counted=tuple(sorted(one.engagement for one in people)),
        digest=context.notary.commit("statistics", salt, numbers),
    )
    return [Happening(happened, (Part(Item.PROGRAMME, {**numbers, "salt": salt.hex()}),))]
