"""P1 to P13 and P34: the tripartite contract."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from domain.adherence.findings import Cure, Task, Verdict, met, not_due, on_time, told, violated
from domain.adherence.history import History
from domain.adherence.parameters import Parameters
from domain.clause import REPORTING_ITEMS, Clause
from domain.commitments import ResourceDelivered
from domain.contract import ContractActivated, ContractAssented, ContractOffered, ContractSigned
from domain.document import MAX_OBJECTIVES, ContractDrafted
from domain.errors import Invalid
from domain.events import RecordedEvent
from domain.relationship import OrganisationContextRecorded
from domain.reporting import VoiceAnswered, VoiceStated
from domain.vocabulary import PARTIES, Quality, Role


def p1(h: History, _: Parameters, __: datetime) -> Verdict:
    """P1 "van bij het begin... driehoekscontract": the contract is active before session 2 starts."""
    active = h.first(ContractActivated)
    starts = [one.first for one in h.coaching() if one.first is not None]
    early = [one for one in starts if not h.before(active, one)]
    if early:
        return violated(*early, cure=None if active else Cure.ACTIVATE_CONTRACT)
    return met(active) if active else not_due()


def p2(h: History, _: Parameters, __: datetime) -> Verdict:
    """P2 "onderneming, coach, gecoachte; ook management": all four signed the same hash before it came into force."""
    bad = []
    for activation in h.activations:
        drafted = h.terms_of(activation)
        signed = {
            told(one).by
            for one in h.of(ContractSigned)
            if h.before(one, activation) and told(one).document_hash == drafted.document_hash
        }
        if not signed >= set(PARTIES):
            bad.append(activation)
    return _of_contracts(h, bad)


def p3(h: History, _: Parameters, __: datetime) -> Verdict:
    """P3 "grenzen van de vertrouwelijkheid": the clause answers for every item and party, within the matrix."""
    return _drafts(h, lambda drafted: _clause(drafted) is not None)


def p4(h: History, _: Parameters, __: datetime) -> Verdict:
    """P4 "geen transparantie meer": the organisation receives at least one item."""
    organisation = Role.SPONSOR_ORGANISATION
    return _drafts(h, lambda drafted: any(organisation in drafted.permits.get(one, ()) for one in REPORTING_ITEMS))


def _clause(drafted: ContractDrafted) -> Clause | None:
    try:
        return Clause(
            drafted.contract_version,
            MappingProxyType(dict(drafted.permits)),
            drafted.retention_months,
            drafted.follow_up_months,
            drafted.cooling_off_days,
            drafted.exceptions,
        )
    except Invalid:
        return None


def p5(h: History, p: Parameters, now: datetime) -> Verdict:
    """P5 "stem te laten gelden": each voice is answered within so many days, once there is a coach to answer."""
    answers: dict[int, RecordedEvent] = {told(one).voice: one for one in h.of(VoiceAnswered)}
    if h.chosen is None:
        return not_due(*h.of(VoiceStated))
    since = h.chosen.timestamp
    return on_time(
        (
            Task(one, max(one.timestamp, since) + timedelta(days=p.voice_days), answers.get(told(one).voice))
            for one in h.of(VoiceStated)
        ),
        Cure.ANSWER_VOICE,
        now,
    )


def p6(h: History, _: Parameters, __: datetime) -> Verdict:
    """P6 "niet meer dan 3": one to three objectives in every version."""
    return _drafts(h, lambda drafted: 1 <= len(drafted.objectives) <= MAX_OBJECTIVES)


def p7(h: History, _: Parameters, __: datetime) -> Verdict:
    """P7 "specifiek, meetbaar, ambitieus, bereikbaar": four qualities each."""
    return _drafts(h, lambda drafted: all(one.qualities == frozenset(Quality) for one in drafted.objectives))


def p8(h: History, _: Parameters, __: datetime) -> Verdict:
    """P8 "waarneembare indicatoren": at least one each."""
    return _drafts(h, lambda drafted: all(one.indicators >= 1 for one in drafted.objectives))


def p9(h: History, _: Parameters, __: datetime) -> Verdict:
    """P9 "bepaalt de gecoachte samen met": coachee and manager both assented before it was offered to sign."""
    bad = []
    for offered in h.of(ContractOffered):
        assented = {
            told(one).by
            for one in h.of(ContractAssented)
            if h.before(one, offered) and told(one).document_hash == told(offered).document_hash
        }
        if not assented >= {Role.COACHEE, Role.LINE_MANAGER}:
            bad.append(offered)
    if bad:
        return violated(*bad, cure=Cure.AMEND_CONTRACT)
    return met(*h.of(ContractOffered)) if h.of(ContractOffered) else not_due()


def p10(h: History, _: Parameters, __: datetime) -> Verdict:
    """P10 "eisen (coach; verantwoordelijke)": both lists say something."""
    return _drafts(h, lambda drafted: drafted.demands_on_coach >= 1 and len(drafted.demands_on_manager) >= 1)


def p11(h: History, _: Parameters, __: datetime) -> Verdict:
    """P11 "bananenschillen": at least one in what is in force, unless the coachee waived it."""
    return _in_force(h, lambda drafted: drafted.banana_skins >= 1)


def p12(h: History, _: Parameters, now: datetime) -> Verdict:
    """P12 "hulpmiddelen": listed, and delivered by their date."""
    if h.contract is None:
        return not_due()
    if not h.contract.resources:
        return violated(h.activations[-1], cure=Cure.AMEND_CONTRACT)
    activation = h.activations[-1]
    delivered = {told(one).resource: one for one in h.of(ResourceDelivered) if h.before(activation, one)}
    tasks = [
        Task(activation, end_of_day(terms.due_on, activation), delivered.get(number))
        for number, terms in enumerate(h.contract.resources, start=1)
        if terms.due_on is not None
    ]
    return on_time(tasks, Cure.DELIVER_RESOURCE, h.until(now)) if tasks else met(activation)


def p13(h: History, _: Parameters, __: datetime) -> Verdict:
    """P13 "deadline, frequentie en duur": three values."""
    return _drafts(h, lambda drafted: drafted.frequency_days >= 1 and drafted.session_minutes >= 1)


def p34(h: History, _: Parameters, __: datetime) -> Verdict:
    """P34 "cultuur, context, beperkingen": the organisation's context is recorded before the contract is in force."""
    recorded, active = h.first(OrganisationContextRecorded), h.first(ContractActivated)
    if active is None:
        return met(recorded) if recorded else not_due()
    return met(recorded) if h.before(recorded, active) else violated(active, recorded)


def end_of_day(day: Any, asked: RecordedEvent) -> datetime:
    """The last moment of a day, in the time zone of what asked for it."""
    return datetime(day.year, day.month, day.day, tzinfo=asked.timestamp.tzinfo) + timedelta(days=1, microseconds=-1)


def _drafts(h: History, holds: Callable[[ContractDrafted], bool]) -> Verdict:
    """Of every version that was written."""
    drafts: Iterable[RecordedEvent] = h.of(ContractDrafted)
    bad = [one for one in drafts if not holds(one.fact)]  # type: ignore[arg-type]
    if bad:
        return violated(*bad, cure=Cure.AMEND_CONTRACT)
    return met(*drafts) if h.drafts else not_due()


def _in_force(h: History, holds: Callable[[ContractDrafted], bool]) -> Verdict:
    """Of the terms in force."""
    if h.contract is None:
        return not_due()
    activation = h.activations[-1]
    return met(activation) if holds(h.contract) else violated(activation, cure=Cure.AMEND_CONTRACT)


def _of_contracts(h: History, bad: list[RecordedEvent]) -> Verdict:
    if bad:
        return violated(*bad, cure=Cure.AMEND_CONTRACT)
    return met(*h.activations) if h.activations else not_due()
