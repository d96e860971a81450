"""P14 to P23, P30 and P32: the first session, a session's form, the checkpoint, pace and coverage."""

from datetime import datetime, timedelta
from itertools import pairwise

from domain.adherence.contracts import end_of_day
from domain.adherence.findings import Cure, Verdict, met, not_due, told, violated, waived
from domain.adherence.history import History, SessionCourse
from domain.adherence.parameters import Parameters
from domain.candidacy import CoachDisclosed, EthicsCodeAcknowledged
from domain.contract import ContractActivated
from domain.events import RecordedEvent
from domain.intake import ApproachExplained, CoachMet, RealityDescribed, TripartiteMeetingHeld
from domain.results import CHECKPOINT_AFTER, NoResultAnalysed, ResultsAssessed, ResultsCountersigned
from domain.vocabulary import ProfileFacet, Quadrant, Role

TOLD_BEFORE_THE_CHOICE = {ProfileFacet.METHODS, ProfileFacet.EXPERIENCE, ProfileFacet.REFERENCES}
AT_THE_MEETING = {Role.LINE_MANAGER, Role.COACH, Role.COACHEE}
ENOUGH_COACHES = 2


def p14(h: History, _: Parameters, __: datetime) -> Verdict:
    """P14 "1ste sessie, stappen 1-4": steps 1 to 3, then the tripartite meeting, then the contract."""
    steps = [h.first(ApproachExplained), h.first(RealityDescribed)]
    held = next((one for one in h.of(TripartiteMeetingHeld) if told(one).present >= AT_THE_MEETING), None)
    active = h.first(ContractActivated)
    if active is None and held is None:
        return not_due()
    if all(h.before(one, held) for one in steps) and (active is None or h.before(held, active)):
        return met(*steps, held)
    return violated(*steps, held, active)


def p15(h: History, _: Parameters, __: datetime) -> Verdict:
    """P15 "meerdere coaches te ontmoeten": at least two, or the coachee waived it with the choice."""
    if h.chosen is None:
        return not_due()
    if told(h.chosen).meeting == 0:
        return waived(h.chosen)
    before = [one for one in h.of(CoachMet) if h.before(one, h.chosen)]
    return met(h.chosen) if len(before) >= ENOUGH_COACHES else violated(h.chosen)


def p16(h: History, _: Parameters, __: datetime) -> Verdict:
    """P16 "methodes, ervaring, referenties, deontologie": told, and the code acknowledged, before the choice."""
    if h.chosen is None:
        return not_due()
    meeting = told(h.chosen).meeting
    disclosed = [
        one
        for one in h.of(CoachDisclosed)
        if told(one).meeting == meeting and told(one).facets >= TOLD_BEFORE_THE_CHOICE and h.before(one, h.chosen)
    ]
    code = [one for one in h.of(EthicsCodeAcknowledged) if told(one).meeting == meeting and h.before(one, h.chosen)]
    return met(disclosed[-1], code[-1]) if disclosed and code else violated(h.chosen)


def _worked(h: History) -> list[SessionCourse]:
    return [one for one in h.coaching() if one.started is not None]


def p17(h: History, _: Parameters, __: datetime) -> Verdict:
    """P17 "elke sessie begint met een stand van zaken": all three parts of the review before the work."""
    bad = [one.started for one in _worked(h) if not (_reviewed(one) and h.before(one.reviewed, one.started))]
    if bad:
        return violated(*bad)
    return met(*(one.reviewed for one in _worked(h))) if _worked(h) else not_due()


def _reviewed(course: SessionCourse) -> bool:
    if course.reviewed is None:
        return False
    flags = told(course.reviewed)
    return bool(flags.has_retained and flags.has_practised and flags.has_events)


def p18(h: History, _: Parameters, __: datetime) -> Verdict:
    """P18 "coach dat aanvaard heeft": the coachee states, the coach accepts, then the work starts."""
    started = [one for one in h.sessions.values() if one.started is not None]
    bad = [one.started for one in started if not _in_order(h, one)]
    if bad:
        return violated(*bad)
    return met(*(one.accepted for one in started)) if started else not_due()


def _in_order(h: History, course: SessionCourse) -> bool:
    by = [None if one is None else one.role for one in (course.stated, course.accepted)]
    if by != [Role.COACHEE, Role.COACH]:
        return False
    return h.before(course.stated, course.accepted) and h.before(course.accepted, course.started)


def p19(h: History, _: Parameters, __: datetime) -> Verdict:
    """P19 "aan het einde... feedback": feedback before the session closes."""
    closed = [one for one in h.sessions.values() if one.attended]
    bad = [one.closed for one in closed if not h.before(one.feedback, one.closed)]
    if bad:
        return violated(*bad)
    return met(*(one.feedback for one in closed)) if closed else not_due()


def p20(h: History, _: Parameters, __: datetime) -> Verdict:
    """P20 "globale contract te verzekeren": the review says which objectives changes were seen in."""
    reviewed = [one.reviewed for one in h.coaching() if one.reviewed is not None]
    bad = [one for one in reviewed if not told(one).objectives]
    if bad:
        return violated(*bad, cure=Cure.LINK_TO_OBJECTIVE)
    return met(*reviewed) if reviewed else not_due()


def _fourth(h: History) -> RecordedEvent | None:
    closed = [one.closed for one in h.coaching() if one.closed is not None and one.attended]
    return closed[CHECKPOINT_AFTER - 1] if len(closed) >= CHECKPOINT_AFTER else None


def p21(h: History, _: Parameters, __: datetime) -> Verdict:
    """P21 "einde van 4 coachingsessies": results are assessed after the fourth and before the fifth starts."""
    fourth = _fourth(h)
    if fourth is None:
        return not_due()
    fifth = h.next_start(fourth)
    assessed = next((one for one in h.of(ResultsAssessed) if h.before(fourth, one) and h.before(one, fifth)), None)
    if assessed:
        return met(fourth, assessed)
    if fifth is None:
        return not_due(fourth, deadline=_next_date(h, fourth), cure=Cure.ASSESS_RESULTS)
    return violated(fourth, fifth, cure=None if h.last(ResultsAssessed) else Cure.ASSESS_RESULTS)


def _next_date(h: History, after: RecordedEvent) -> datetime | None:
    dates = [one.starts_at for one in h.coaching() if one.scheduled is not None and one.first is None]
    return min((date for date in dates if date is not None and date > after.timestamp), default=None)


def p22(h: History, _: Parameters, __: datetime) -> Verdict:
    """P22 "analyseren... indien nodig de bepalingen": without results, an analysis and a decision before the next."""
    unclear = [
        (number, one)
        for number, one in enumerate(h.of(ResultsAssessed), start=1)
        if not told(one).clear_results or any(not told(c).agrees for c in _countersigned(h, number))
    ]
    open_ones, late, done = list[RecordedEvent](), list[RecordedEvent](), list[RecordedEvent]()
    for number, assessed in unclear:
        analysed = next((one for one in h.of(NoResultAnalysed) if told(one).assessment == number), None)
        start = h.next_start(assessed)
        if told(assessed).decision is not None or (analysed is not None and h.before(analysed, start)):
            done.append(analysed or assessed)
        else:
            (open_ones if start is None else late).append(assessed)
    if late:
        return violated(*late, cure=Cure.ANALYSE_RESULTS)
    if open_ones:
        return not_due(*open_ones, deadline=_next_date(h, open_ones[0]), cure=Cure.ANALYSE_RESULTS)
    return met(*done) if done else not_due()


def _countersigned(h: History, number: int) -> list[RecordedEvent]:
    return [one for one in h.of(ResultsCountersigned) if told(one).assessment == number]


def p23(h: History, p: Parameters, now: datetime) -> Verdict:
    """P23 "frequentie / deadline": no gap much longer than agreed, no session past the deadline."""
    if h.contract is None:
        return not_due()
    held = sorted((one for one in h.coaching() if one.attended), key=lambda one: one.starts_at or now)
    past = [
        one.started
        for one in _worked(h)
        if (terms := h.terms_at(one.started)) is not None
        and one.started is not None
        and one.started.timestamp > end_of_day(terms.deadline, one.started)
    ]
    longest = timedelta(days=h.contract.frequency_days * (100 + p.drift_percent) / 100)
    dates = [one.starts_at for one in held if one.starts_at is not None]
    drifted = [later.scheduled for earlier, later in pairwise(held) if _gap(earlier, later) > longest]
    if past or drifted:
        return violated(*past, *drifted, cure=Cure.AMEND_CONTRACT if past else None)
    if not dates:
        return not_due()
    deadline = dates[-1] + longest
    if h.ended is None and now > deadline:
        return violated(held[-1].scheduled, cure=Cure.HOLD_SESSION, deadline=deadline)
    return met(*(one.scheduled for one in held))


def _gap(earlier: SessionCourse, later: SessionCourse) -> timedelta:
    if earlier.starts_at is None or later.starts_at is None:
        return timedelta()
    return later.starts_at - earlier.starts_at


def p30(h: History, p: Parameters, _: datetime) -> Verdict:
    """P30 "verhulde therapie" (R14): not so many sessions in a row inner and individual only, with no objective."""
    worked = _worked(h)
    row: list[SessionCourse] = []
    for course in worked:
        inner = told(course.started).quadrants == {Quadrant.INNER_INDIVIDUAL}
        linked = course.reviewed is not None and bool(told(course.reviewed).objectives)
        row = [*row, course] if inner and not linked else []
        if len(row) >= p.inner_sessions:
            return violated(*(one.started for one in row), cure=Cure.LINK_TO_OBJECTIVE)
    return met(*(one.started for one in worked)) if len(worked) >= p.inner_sessions else not_due()


def p32(h: History, p: Parameters, now: datetime) -> Verdict:
    """P32 "4 kwadranten": some of them by mid-term, in sessions if they were planned, else in time."""
    terms = h.contract
    if terms is None:
        return not_due()
    worked = [one for one in h.sessions.values() if one.started is not None]
    seen = {quadrant for one in worked for quadrant in told(one.started).quadrants}
    if len(seen) >= p.quadrants:
        return met(*(one.started for one in worked))
    if terms.planned_sessions is not None:
        due = len(worked) * 2 >= terms.planned_sessions
        deadline = None
    else:
        began = h.activations[0]
        deadline = began.timestamp + (end_of_day(terms.deadline, began) - began.timestamp) / 2
        due = h.until(now) >= deadline
    starts = [one.started for one in worked]
    cure = Cure.WORK_IN_ANOTHER_QUADRANT
    return violated(*starts, cure=cure, deadline=deadline) if due else not_due(deadline=deadline, cure=cure)
