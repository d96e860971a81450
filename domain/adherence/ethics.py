"""P24 to P29, P33 and P40: conflicts, supervision, development, limits, decisions, reminders and concerns."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.adherence.findings import Cure, Task, Verdict, met, not_computable, not_due, on_time, told, violated
from domain.adherence.history import History, Source
from domain.adherence.parameters import Parameters
from domain.concerns import ConcernAnswered, ConcernRaised
from domain.conflicts import ConflictDeclared, ConflictResolved
from domain.contract import ContractActivated
from domain.disposal import add_months
from domain.events import RecordedEvent
from domain.experiments import DecisionRecorded
from domain.limits import CompetenceLimitSignalled, ReferralRecommended
from domain.parties import PartyReplaced
from domain.practice import (
    DevelopmentLogged,
    SupervisionHeld,
    SupervisionPlaceLeft,
    SupervisionPlaceRegistered,
)
from domain.session import WorkStarted
from domain.vocabulary import ConcernKind, Role

REMINDERS = {ConcernKind.BOUNDARY, ConcernKind.INFLUENCE}
CONCERNS = {ConcernKind.HARM, ConcernKind.PACE}
_HOUR = 60


def p24(h: History, p: Parameters, _: datetime) -> Verdict:
    """P24 "contract in gevaar": when the contract came into force and work started, a current word and no conflict."""
    moments = h.of(ContractActivated, WorkStarted)
    bad = [one for one in moments if not _clear(h, p, one)]
    if bad:
        standing = _standing(h, bad[-1])
        return violated(*bad, cure=Cure.RESOLVE_CONFLICT if standing else Cure.DECLARE_CONFLICTS)
    return met(*h.of(ConflictDeclared)) if moments else not_due()


def _of_this_coach(h: History, moment: RecordedEvent) -> list[RecordedEvent]:
    """What the coach of the moment declared."""
    new = [one for one in h.of(PartyReplaced) if told(one).role is Role.COACH and h.before(one, moment)]
    declared = [one for one in h.of(ConflictDeclared) if h.before(one, moment)]
    return [one for one in declared if not new or h.before(new[-1], one)]


def _standing(h: History, moment: RecordedEvent) -> list[RecordedEvent]:
    resolved = {told(one).declaration for one in h.of(ConflictResolved) if h.before(one, moment)}
    return [
        one for one in _of_this_coach(h, moment) if told(one).conflict and told(one).declaration not in resolved
    ]  # fmt: skip


def _clear(h: History, p: Parameters, moment: RecordedEvent) -> bool:
    declared = _of_this_coach(h, moment)
    if not declared or _standing(h, moment):
        return False
    return moment.timestamp < add_months(declared[-1].timestamp, p.conflict_months)


def p25(h: History, p: Parameters, now: datetime) -> Verdict:
    """P25 "specifieke supervisieplaats": a place whenever work started, and supervision in proportion to coaching."""
    if Source.PRACTICE not in h.sources:
        return not_computable()
    started = h.of(WorkStarted)
    if not started:
        return not_due()
    without = [one for one in started if not _has_place(h, one)]
    if without:
        return violated(*without, cure=Cure.REGISTER_SUPERVISION_PLACE)
    coached = sum(one.minutes for one in h.sessions.values())
    supervisions = [one for one in h.of(SupervisionHeld) if one.timestamp <= now]
    supervised = sum(told(one).minutes for one in supervisions)
    if coached >= (supervised + _HOUR) * p.coaching_per_supervision:  # a whole hour behind
        return violated(*started[-1:], cure=Cure.HOLD_SUPERVISION)
    return met(*h.of(SupervisionPlaceRegistered), *supervisions)


def _has_place(h: History, moment: RecordedEvent) -> bool:
    day = moment.timestamp.date()
    left = {told(one).place: told(one).left_on for one in h.of(SupervisionPlaceLeft)}
    return any(
        told(one).since <= day and (told(one).place not in left or day < left[told(one).place])
        for one in h.of(SupervisionPlaceRegistered)
    )


def p26(h: History, p: Parameters, now: datetime) -> Verdict:
    """P26 "wanneer die situatie dat vereist": a concern or a limit is taken to supervision."""
    if Source.PRACTICE not in h.sources:
        return not_computable()
    tasks = []
    for asked in h.of(ConcernRaised, CompetenceLimitSignalled):
        held = next((one for one in h.of(SupervisionHeld) if _about(h, one, asked)), None)
        tasks.append(Task(asked, asked.timestamp + timedelta(days=p.supervision_days), held))
    return on_time(tasks, Cure.HOLD_SUPERVISION, now)


def _about(h: History, supervision: RecordedEvent, asked: RecordedEvent) -> bool:
    facts = told(supervision)
    return h.engagement in facts.engagements and facts.held_on >= asked.timestamp.date()


def p27(h: History, p: Parameters, now: datetime) -> Verdict:
    """P27 "ontwikkeling voortdurend": something learned within the window, looked at from now, or from the end."""
    if Source.PRACTICE not in h.sources:
        return not_computable()
    if h.chosen is None:
        return not_due()
    at, window = h.until(now), timedelta(days=p.development_days)
    logged = [one for one in h.of(DevelopmentLogged) if (at - window).date() <= told(one).on <= at.date()]
    if logged:
        return met(logged[-1])
    deadline = h.chosen.timestamp + window
    if at < deadline:
        return not_due(h.chosen, deadline=deadline, cure=Cure.LOG_DEVELOPMENT)
    return violated(h.chosen, cure=Cure.LOG_DEVELOPMENT, deadline=deadline)


def p28(h: History, p: Parameters, now: datetime) -> Verdict:
    """P28 "grenzen van de eigen competentie": the coachee is told of a limit, and a referral follows."""
    referrals = {told(one).limit: one for one in reversed(h.of(ReferralRecommended)) if told(one).limit}
    tasks = [
        Task(one, one.timestamp + timedelta(days=p.referral_days), referrals.get(told(one).limit))
        for one in h.of(CompetenceLimitSignalled)
    ]
    return on_time(tasks, Cure.RECOMMEND_REFERRAL, now)


def p29(h: History, _: Parameters, __: datetime) -> Verdict:
    """P29 "verantwoordelijkheid... beslissingen": every decision is the coachee's."""
    decisions = h.of(DecisionRecorded)
    bad = [one for one in decisions if one.role is not Role.COACHEE]
    if bad:
        return violated(*bad)
    return met(*decisions) if decisions else not_due()


def p33(h: History, p: Parameters, now: datetime) -> Verdict:
    """P33 "over de schreef gaan": a reminder of the boundaries is answered."""
    return _answered(h, p, now, REMINDERS)


def p40(h: History, p: Parameters, now: datetime) -> Verdict:
    """P40 "ontwikkelingsfasen": a concern about pace or harm is answered."""
    return _answered(h, p, now, CONCERNS)


def _answered(h: History, p: Parameters, now: datetime, kinds: Iterable[ConcernKind]) -> Verdict:
    answers = {told(one).concern: one for one in reversed(h.of(ConcernAnswered))}
    tasks = [
        Task(one, one.timestamp + timedelta(days=p.answer_days), answers.get(told(one).concern))
        for one in h.of(ConcernRaised)
        if told(one).kind in kinds
    ]
    return on_time(tasks, Cure.ANSWER_CONCERN, now)
