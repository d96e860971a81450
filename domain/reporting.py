"""What the parties tell each other along the way: voice and answer, indicator readings, agreed summaries.

The organisation states its voice and the coach answers (R16). The coachee reads their own indicators (R29). A progress
summary is *proposed* between coach and coachee and *agreed* by the other one of the two; only then it is sealed to
whom the clause lets read it (X2: nothing is reported that wasn't settled with the coachee). After the end the coach
records a follow-up, as long as the contract provides for one (R66).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from domain.decisions import Command, Context
from domain.disposal import add_months
from domain.errors import Invalid, WrongMoment
from domain.events import Content, Happening, Part
from domain.facts import Fact, fact, upcasts
from domain.vocabulary import Item, Role

if TYPE_CHECKING:
    from domain.engagement import Engagement


@fact("voice.stated", version=2)
class VoiceStated(Fact):
    """The organisation let its voice be heard, and maybe asks for a review of the contract (R16)."""

    voice: int
    asks_review: bool = False


@upcasts("voice.stated", 1)
def _no_review(fields: list[Any]) -> list[Any]:
    """Version 1 asked for nothing."""
    return [*fields, False]


@fact("voice.answered")
class VoiceAnswered(Fact):
    """The coach answered."""

    voice: int


@fact("indicator.read")
class IndicatorRead(Fact):
    """The coachee read a success indicator (objective and indicator count from 1)."""

    objective: int
    indicator: int


@fact("progress_summary.proposed")
class SummaryProposed(Fact):
    """A summary is proposed; the commitment ties the agreement to this text."""

    summary: int
    by: Role
    commitment: bytes


@fact("progress_summary.agreed")
class SummaryAgreed(Fact):
    """The other one agreed."""

    summary: int
    by: Role


@fact("follow_up.waived")
class FollowUpWaived(Fact):
    """The coachee needs no follow-up (R66)."""


@fact("follow_up.recorded")
class FollowUpRecorded(Fact):
    """A follow-up took place after the end."""

    follow_up: int


@dataclass
class Proposal:
    """What is known of a proposed summary."""

    by: Role
    commitment: bytes
    agreed: bool = False


@dataclass
class ReportingBook:
    """Voices by number (answered or not), summaries by number, and how many follow-ups there were."""

    voices: dict[int, bool] = field(default_factory=dict)
    summaries: dict[int, Proposal] = field(default_factory=dict)
    follow_ups: int = 0
    follow_up_waived: bool = False

    def apply(self, happened: Fact) -> None:
        """Take in a fact of the reporting."""
        match happened:
            case VoiceStated():
                self.voices[happened.voice] = False
            case VoiceAnswered():
                self.voices[happened.voice] = True
            case SummaryProposed():
                self.summaries[happened.summary] = Proposal(happened.by, happened.commitment)
            case SummaryAgreed():
                self.summaries[happened.summary].agreed = True
            case FollowUpRecorded():
                self.follow_ups = happened.follow_up
            case FollowUpWaived():
                self.follow_up_waived = True


@dataclass(frozen=True, repr=False)
class StateVoice(Command):
    """The organisation's representative speaks (R16)."""

    content: Content


@dataclass(frozen=True, repr=False)
class AnswerVoice(Command):
    """The coach answers a statement, before everybody who saw it: no back channel."""

    voice: int
    content: Content


@dataclass(frozen=True, repr=False)
class ReadIndicator(Command):
    """The coachee reads an indicator of the active contract."""

    objective: int
    indicator: int
    content: Content


@dataclass(frozen=True, repr=False)
class ProposeSummary(Command):
    """Coach or coachee propose a progress summary."""

    content: Content


@dataclass(frozen=True, repr=False)
class AgreeSummary(Command):
    """The other one of the two agrees to it."""

    carries: ClassVar[Item | None] = Item.PROGRESS_PROPOSAL

    summary: int
    carried: Content | None = field(default=None, repr=False)

    def picks(self, state: Any, contents: Sequence[Content]) -> Content | None:  # noqa: ARG002 - the number is enough
        """The proposal of this number."""
        return next((one for one in reversed(contents) if one["number"] == self.summary), None)


@dataclass(frozen=True, repr=False)
class RecordFollowUp(Command):
    """The coach records a follow-up, after the end and before the contract's months for it are over (R66)."""

    content: Content


@dataclass(frozen=True, repr=False)
class WaiveFollowUp(Command):
    """The coachee needs no follow-up (R66)."""

    content: Content


def state_voice(engagement: "Engagement", command: StateVoice, _: Context) -> list[Happening]:
    """The voice goes to the coach and the coachee, and to the manager if the clause says so."""
    book = engagement.reporting
    voice = len(book.voices) + 1
    return [Happening(VoiceStated(voice=voice), (Part(Item.SPONSOR_VOICE, {**command.content, "voice": voice}),))]


def answer_voice(engagement: "Engagement", command: AnswerVoice, _: Context) -> list[Happening]:
    """One answer to each statement."""
    book = engagement.reporting
    if command.voice not in book.voices:
        raise Invalid("unknown-voice")
    if book.voices[command.voice]:
        raise WrongMoment("already-answered")
    content = {**command.content, "voice": command.voice}
    return [Happening(VoiceAnswered(voice=command.voice), (Part(Item.SPONSOR_VOICE, content),))]


def read_indicator(engagement: "Engagement", command: ReadIndicator, _: Context) -> list[Happening]:
    """A reading; its value is content."""
    engagement.contract.indicator(command.objective, command.indicator)
    content = {**command.content, "objective": command.objective, "indicator": command.indicator}
    happened = IndicatorRead(objective=command.objective, indicator=command.indicator)
    return [Happening(happened, (Part(Item.INDICATOR_READINGS, content),))]


def propose_summary(engagement: "Engagement", command: ProposeSummary, context: Context) -> list[Happening]:
    """A proposal, between coach and coachee."""
    summary = len(engagement.reporting.summaries) + 1
    salt = context.fresh_salt()
    commitment = context.notary.commit("progress_summary", salt, command.content)
    content = {"number": summary, "by": context.role.word, "salt": salt.hex(), "text": dict(command.content)}
    happened = SummaryProposed(summary=summary, by=context.role, commitment=commitment)
    return [Happening(happened, (Part(Item.PROGRESS_PROPOSAL, content),))]


def agree_summary(engagement: "Engagement", command: AgreeSummary, context: Context) -> list[Happening]:
    """The proposal's own text, now sealed to the readers that the clause names; its number stays between the two.

    It would tell the others how much was proposed and not agreed (X2).
    """
    proposal = engagement.reporting.summaries.get(command.summary)
    if proposal is None:
        raise Invalid("unknown-summary")
    if proposal.agreed:
        raise WrongMoment("already-agreed")
    if proposal.by is context.role:
        raise WrongMoment("own-proposal")
    if engagement.contract.active is None:
        raise WrongMoment("contract-not-active")
    text = _as_proposed(proposal, command.carried, context)
    which = {"number": command.summary}
    happened = SummaryAgreed(summary=command.summary, by=context.role)
    return [Happening(happened, (Part(Item.PROGRESS_PROPOSAL, which), Part(Item.PROGRESS_SUMMARY, text)))]


def record_follow_up(engagement: "Engagement", command: RecordFollowUp, context: Context) -> list[Happening]:
    """A follow-up: it goes to the coachee, who keeps it, and to others for the months of follow-up only."""
    if engagement.ended_at is None:
        raise WrongMoment("engagement-going-on")
    _follow_up_not_over(engagement, context)
    number = engagement.reporting.follow_ups + 1
    content = {**command.content, "follow_up": number}
    return [Happening(FollowUpRecorded(follow_up=number), (Part(Item.FOLLOW_UP, content),))]


def waive_follow_up(engagement: "Engagement", command: WaiveFollowUp, context: Context) -> list[Happening]:
    """The coachee's word, before the end or after it; a follow-up that is held all the same is recorded as ever."""
    if not engagement.contract.in_force.follow_up_agreed:
        raise WrongMoment("no-follow-up-agreed")
    if engagement.reporting.follow_up_waived:
        raise WrongMoment("follow-up-already-waived")
    _follow_up_not_over(engagement, context)
    return [Happening(FollowUpWaived(), (Part(Item.FOLLOW_UP, {**command.content, "waived": True}),))]


def _follow_up_not_over(engagement: "Engagement", context: Context) -> None:
    if engagement.erasure is not None:
        raise WrongMoment("erasure-already-requested")
    months = engagement.clause_in_force.follow_up_months
    if engagement.ended_at is not None and context.at >= add_months(engagement.ended_at, months):
        raise WrongMoment("follow-up-over")


def _as_proposed(proposal: Proposal, carried: Content | None, context: Context) -> Mapping[str, object]:
    if carried is None:
        raise Invalid("content-changed")
    text: Mapping[str, object] = carried["text"]
    if context.notary.commit("progress_summary", bytes.fromhex(carried["salt"]), text) != proposal.commitment:
        raise Invalid("content-changed")
    return text
