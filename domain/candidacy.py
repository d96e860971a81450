"""Candidates: coaches whom the coachee met, until one of them is chosen (R11, R13, R24, R50, X4).

A candidate is no party and holds no key. They tell the coachee, and nobody else, with what methods, experience and
references they would work, and acknowledge the code of ethics; or they decline, and may name somebody else. What the
one who is chosen told goes to all four with the choice. Who wasn't chosen stays with the coachee. A coach who was never
registered as a candidate tells all four after the choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from domain.decisions import Command, Context, Kinds
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact
from domain.intake import CoachChosen, CoachMet
from domain.principals import Person
from domain.vocabulary import Item, ProfileFacet, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement

PROFILE, ETHICS = "profile", "ethics_code"
"""What a coach tells of themself: the members of its content, and the names under which it is committed to."""


@fact("coach.disclosed")
class CoachDisclosed(Fact):
    """A coach told of themself, before the choice as the candidate of a meeting, after it with ``meeting`` 0 (R13).

    The commitment ties what goes to all four with the choice to what the coachee was told.
    """

    meeting: int
    facets: frozenset[ProfileFacet]
    models: int
    commitment: bytes


@fact("ethics_code.acknowledged")
class EthicsCodeAcknowledged(Fact):
    """A coach acknowledged the code of ethics (R12); ``meeting`` and ``commitment`` as in ``coach.disclosed``."""

    meeting: int
    commitment: bytes


@fact("candidacy.declined")
class CandidacyDeclined(Fact):
    """A candidate refused, and may have named somebody else (X4)."""

    meeting: int
    refers: bool


@dataclass
class Candidate:
    """What is known of a candidate: their meetings, what they told last (commitments), and whether they declined."""

    meetings: list[int] = field(default_factory=list)
    told: dict[str, bytes] = field(default_factory=dict)
    declined: bool = False


@dataclass
class Meeting:
    """A meeting with a coach; ``coach`` is None for somebody who isn't registered, ``version`` is the event's."""

    met_on: date
    coach: UUID | None
    version: int


@dataclass
class CandidateBook:
    """The meetings of an engagement by number from 1, and its candidates by person."""

    meetings: dict[int, Meeting] = field(default_factory=dict)
    people: dict[UUID, Candidate] = field(default_factory=dict)

    def met(self, happened: CoachMet, version: int) -> None:
        """The coachee met a coach, who is a candidate from now on if they are registered."""
        self.meetings[happened.meeting] = Meeting(happened.met_on, happened.coach, version)
        if happened.coach is not None:
            self.people.setdefault(happened.coach, Candidate()).meetings.append(happened.meeting)

    def apply(self, happened: Fact) -> None:
        """Take in what a candidate did; what a chosen coach tells (``meeting`` 0) is told to all and is none of it."""
        match happened:
            case CoachDisclosed(meeting=meeting) if meeting:
                self._of(meeting).told[PROFILE] = happened.commitment
            case EthicsCodeAcknowledged(meeting=meeting) if meeting:
                self._of(meeting).told[ETHICS] = happened.commitment
            case CandidacyDeclined():
                self._of(happened.meeting).declined = True

    def _of(self, meeting: int) -> Candidate:
        coach = self.meetings[meeting].coach
        return self.people[coach] if coach is not None else Candidate()

    def choosable(self, coach: UUID, meeting: int) -> None:
        """Guard: this coach can be chosen out of this meeting, or out of none (0)."""
        if meeting and meeting not in self.meetings:
            raise Invalid("coach-never-met")
        if meeting and self.meetings[meeting].coach not in (None, coach):
            raise Invalid("another-coach-met")
        if coach in self.people and self.people[coach].declined:
            raise WrongMoment("coach-declined")

    def newest(self, coach: UUID, contents: Sequence[Content]) -> Content:
        """What a candidate told last, of each kind, out of what the coachee was told by all of them."""
        meetings = self.people[coach].meetings if coach in self.people else []
        own = [content for content in contents if content["meeting"] in meetings]
        return {kind: content for content in own for kind in (PROFILE, ETHICS) if kind in content}


@dataclass(frozen=True, repr=False)
class MeetCoach(Command):
    """The coachee records a meeting with a coach, who becomes a candidate if they are registered and named."""

    registered: ClassVar[Kinds] = {"coach": Person}

    met_on: date
    content: Content
    coach: UUID | None = None


@dataclass(frozen=True, repr=False)
class ChooseCoach(Command):
    """The coachee chooses a coach out of a recorded meeting, or waives meeting several (0)."""

    carries: ClassVar[Item | None] = Item.COACH_PROFILE
    registered: ClassVar[Kinds] = {"coach": Person}

    coach: UUID
    meeting: int
    content: Content
    why: Content
    carried: Content | None = field(default=None, repr=False)

    def picks(self, state: "Engagement", contents: Sequence[Content]) -> Content | None:
        """What this coach told the coachee as a candidate."""
        return state.candidates.newest(self.coach, contents)


@dataclass(frozen=True, repr=False)
class OfferProfile(Command):
    """A candidate tells the coachee how they work; ``models`` is how many theoretical models they name."""

    facets: frozenset[ProfileFacet]
    models: int
    content: Content


@dataclass(frozen=True, repr=False)
class PledgeEthics(Command):
    """A candidate acknowledges the code of ethics towards the coachee."""

    content: Content


@dataclass(frozen=True, repr=False)
class DeclineCandidacy(Command):
    """A candidate doesn't want to be chosen, and may name somebody else."""

    refers: bool
    content: Content


@dataclass(frozen=True, repr=False)
class DiscloseProfile(Command):
    """The chosen coach tells all four how they work; fields as in :class:`OfferProfile`."""

    facets: frozenset[ProfileFacet]
    models: int
    content: Content


@dataclass(frozen=True, repr=False)
class AcknowledgeEthics(Command):
    """The chosen coach acknowledges the code of ethics towards all four."""

    content: Content


def meet(engagement: "Engagement", command: MeetCoach, _: Context) -> list[Happening]:
    """A meeting, before the choice; whom the coachee met is theirs to know (R24)."""
    engagement.going_on()
    if Role.COACH in engagement.parties:
        raise WrongMoment("coach-already-chosen")
    if command.coach is not None:
        engagement.newcomer(command.coach)
    meeting = len(engagement.candidates.meetings) + 1
    content = {**command.content, "meeting": meeting, "met_on": command.met_on.isoformat()}
    happened = CoachMet(meeting=meeting, met_on=command.met_on, coach=command.coach)
    return [Happening(happened, (Part(Item.COACHES_MET, content),))]


def choose(engagement: "Engagement", command: ChooseCoach, context: Context) -> list[Happening]:
    """The coachee's choice; with it goes to all four what the coach told as a candidate (R24)."""
    engagement.going_on()
    if Role.COACH in engagement.parties:
        raise WrongMoment("coach-already-chosen")
    engagement.newcomer(command.coach)
    engagement.candidates.choosable(command.coach, command.meeting)
    parts = (
        Part(Item.ENGAGEMENT, {**command.content, "coach_id": str(command.coach)}),
        Part(Item.COACHES_MET, {**command.why, "meeting": command.meeting}),
        *_carried(engagement.candidates, command, context),
    )
    return [Happening(CoachChosen(coach=command.coach, meeting=command.meeting), parts)]


def offer_profile(engagement: "Engagement", command: OfferProfile, context: Context) -> list[Happening]:
    """To the coachee alone, before the choice (R13)."""
    meeting = _candidate(engagement, context)
    return [_profile(command, meeting, Item.COACH_PROFILE, context)]


def pledge_ethics(engagement: "Engagement", command: PledgeEthics, context: Context) -> list[Happening]:
    """To the coachee alone, before the choice (R12, P16)."""
    meeting = _candidate(engagement, context)
    return [_ethics(command, meeting, Item.COACH_PROFILE, context)]


def decline(engagement: "Engagement", command: DeclineCandidacy, context: Context) -> list[Happening]:
    """The right to refuse, with or without somebody else's name (X4)."""
    meeting = _candidate(engagement, context)
    happened = CandidacyDeclined(meeting=meeting, refers=command.refers)
    return [Happening(happened, (Part(Item.COACH_PROFILE, {**command.content, "meeting": meeting}),))]


def disclose_profile(_: "Engagement", command: DiscloseProfile, context: Context) -> list[Happening]:
    """To all four, after the choice (R11, R50)."""
    return [_profile(command, 0, Item.CREDENTIALS, context)]


def acknowledge_ethics(_: "Engagement", command: AcknowledgeEthics, context: Context) -> list[Happening]:
    """To all four, after the choice (R12)."""
    return [_ethics(command, 0, Item.CREDENTIALS, context)]


def _candidate(engagement: "Engagement", context: Context) -> int:
    """Guard: the asker's candidacy isn't over, and why it is, they aren't told; their last meeting."""
    candidate = engagement.candidates.people.get(context.actor)
    over = Role.COACH in engagement.parties or engagement.ended is not None
    if candidate is None or candidate.declined or over:
        raise WrongMoment("candidacy-over")
    return candidate.meetings[-1]


def _carried(candidates: CandidateBook, command: ChooseCoach, context: Context) -> list[Part]:
    """What the chosen coach told the coachee, for all four; nothing if they told nothing."""
    coach, contents = command.coach, command.carried or {}
    told = candidates.people[coach].told if coach in candidates.people else {}
    for kind, commitment in told.items():
        content = contents.get(kind)
        if content is None:
            raise Invalid("content-changed")
        if context.notary.commit(kind, bytes.fromhex(content["salt"]), content[kind]) != commitment:
            raise Invalid("content-changed")
    return [Part(Item.CREDENTIALS, {kind: contents[kind][kind] for kind in told})] if told else []


def _profile(command: OfferProfile | DiscloseProfile, meeting: int, item: Item, context: Context) -> Happening:
    if not command.facets:
        raise Invalid("profile-empty")
    content, commitment = _committed(PROFILE, command.content, meeting, context)
    happened = CoachDisclosed(meeting=meeting, facets=command.facets, models=command.models, commitment=commitment)
    return Happening(happened, (Part(item, content),))


def _ethics(command: PledgeEthics | AcknowledgeEthics, meeting: int, item: Item, context: Context) -> Happening:
    content, commitment = _committed(ETHICS, command.content, meeting, context)
    return Happening(EthicsCodeAcknowledged(meeting=meeting, commitment=commitment), (Part(item, content),))


def _committed(kind: str, said: Content, meeting: int, context: Context) -> tuple[Content, bytes]:
    salt = context.fresh_salt()
    content = {"meeting": meeting, "salt": salt.hex(), kind: dict(said)}
    return content, context.notary.commit(kind, salt, said)
