"""What supervisors are told of findings: as the timeline shows events, nothing hidden, and by month."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from domain.adherence.catalogue import RULES
from domain.adherence.findings import Finding, Result
from domain.endings import PartDisclosed
from domain.events import Recipient, RecordedEvent
from domain.facts import REGISTRY, Fact
from domain.intake import CoachChosen, CoachMet, EngagementRequested
from domain.personal import Diary, EntryWritten, Notebook, NoteWritten, personal_stream_id
from domain.reads import Purpose, ReadRecorded, View, access_stream_id
from domain.vocabulary import DisclosureGround, Reason, Role, RuleId
from projections import adherence
from projections.adherence import MONTHS, OF_KEYS_AND_READS, Soon, Wanted
from projections.overseen import Overseen
from projections.supervisor_timeline import HIDDEN

AT = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
ENGAGEMENT, COACH, COACHEE = uuid4(), uuid4(), uuid4()
REQUESTED = EngagementRequested(
    organisation=uuid4(), representative=uuid4(), line_manager=uuid4(), coachee=COACHEE, reason=Reason.TAKE_UP_A_ROLE
)


def event(fact: Fact, version: int = 1, *, stream: UUID = ENGAGEMENT, at: datetime = AT) -> RecordedEvent:
    """An event of the coach's."""
    return RecordedEvent(stream, version, at, COACH, Role.COACH, COACH, fact)


def seen(*events: RecordedEvent) -> Overseen:
    """An engagement with these events."""
    return Overseen(ENGAGEMENT, events, (COACH,))


def found(*events: RecordedEvent, **more: object) -> Finding:
    """A finding that rests on these events."""
    places = tuple((one.originator_id, one.originator_version) for one in events)
    fields = {"rule": RuleId.P5, "result": Result.VIOLATED, "deadline": None, "cure": None, **more}
    return Finding(rests_on=places, **fields)  # type: ignore[arg-type]


DISCLOSED = PartDisclosed(
    disclosure_id=uuid4(), event_version=9, index=2, key_id=uuid4(), role=Role.SELF,
    ground=DisclosureGround.COACHEE_CONSENT, recipient=Recipient(uuid4(), uuid4()), expires_at=AT,
)  # fmt: skip
READ = ReadRecorded(engagement=ENGAGEMENT, principal=COACH, purpose=Purpose.VIEW, view=View.COACH, places=())


def test_what_a_finding_rests_on_is_shown_as_the_timeline_shows_it() -> None:
    """Role, time, topic and flags of each event, in the finding's order; nobody's id, and no place in a stream."""
    events = [event(REQUESTED), event(CoachChosen(coach=COACH, meeting=3), 2, at=AT + timedelta(days=1))]
    shown = adherence.finding(found(*reversed(events)), seen(*events))
    assert [one["event"] for one in shown["events"]] == ["coach.chosen", "engagement.requested"]
    assert shown["events"][0] == {
        "at": "2026-04-01T22:30:00Z", "event": "coach.chosen", "by": "coach", "facts": {},
    }  # fmt: skip
    assert shown["events"][1]["facts"] == {"reason": "take_up_a_role", "kind": "individual"}


@pytest.mark.parametrize(
    ("fact", "stream"),
    [
        (CoachMet(meeting=1, met_on=AT.date(), coach=COACH), ENGAGEMENT),
        (NoteWritten(engagement=ENGAGEMENT, note=1), personal_stream_id(ENGAGEMENT, Notebook, COACH)),
        (EntryWritten(engagement=ENGAGEMENT, entry=1), personal_stream_id(ENGAGEMENT, Diary, COACHEE)),
        (DISCLOSED, personal_stream_id(ENGAGEMENT, Notebook, COACH)),
    ],
    ids=["meeting", "note", "entry", "disclosed-note"],
)
def test_what_is_hidden_is_neither_shown_nor_counted(fact: Fact, stream: UUID) -> None:
    """A finding that rests on it shows the same as one that doesn't; what isn't hidden is there."""
    hidden, plain = event(fact, 7, stream=stream), event(REQUESTED)
    assert fact.topic in HIDDEN
    told = adherence.finding(found(plain, hidden), seen(plain, hidden))
    assert told == adherence.finding(found(plain), seen(plain))
    assert [one["event"] for one in told["events"]] == ["engagement.requested"]


@pytest.mark.parametrize(
    ("fact", "stream"), [(DISCLOSED, ENGAGEMENT), (READ, access_stream_id(ENGAGEMENT))], ids=["disclosed", "read"]
)
def test_of_keys_and_reads_only_when_and_as_whom(fact: Fact, stream: UUID) -> None:
    """A finding about a disclosure or a read (P36, P39) says that there was one, by time and role."""
    one = event(fact, 5, stream=stream)
    (told,) = adherence.finding(found(one), seen(one))["events"]
    assert told == {"at": "2026-03-31T22:30:00Z", "event": fact.topic, "by": "coach", "facts": {}}


def test_what_is_told_of_keys_and_reads_is_hidden_on_the_timeline() -> None:
    """Each of these topics exists and is hidden: on the timeline it would be one of very many."""
    assert HIDDEN & REGISTRY.keys() >= OF_KEYS_AND_READS


def test_filters_take_every_part_into_account() -> None:
    """Rule, severity and result all have to fit; what isn't named doesn't matter."""
    one = found(deadline=AT)
    severity = RULES[RuleId.P5].severity
    assert all(w(one) for w in (Wanted(), Wanted(RuleId.P5), Wanted(RuleId.P5, severity, Result.VIOLATED)))
    assert not Wanted(RuleId.P5, severity, Result.MET)(one)
    assert not any(Wanted(severity=other)(one) for other in type(severity) if other is not severity)


def test_soon_begins_now_and_ends_with_its_days() -> None:
    """Only what isn't due yet, from now to the last moment asked for, both included."""
    soon = Soon(AT, timedelta(days=7))
    for days, expected in ((0, True), (7, True), (-1, False), (7.0001, False)):
        deadline = AT + timedelta(days=days)
        assert soon(found(result=Result.NOT_DUE, deadline=deadline)) is expected
        assert not soon(found(result=Result.VIOLATED, deadline=deadline))
    assert not soon(found(result=Result.NOT_DUE))


def test_months_are_utc_and_end_now() -> None:
    """Twelve months without a gap, the last one up to this moment, in UTC whatever the clock's zone."""
    now = AT.astimezone(timezone(timedelta(hours=2)))  # there it is April already
    made = list(adherence.months(now))
    assert len(made) == MONTHS
    assert made[0][0] == datetime(2025, 4, 1, tzinfo=UTC)
    assert made[-1] == (datetime(2026, 3, 1, tzinfo=UTC), now)
    assert all(end == begins for (_, end), (begins, _) in pairwise(made))


def test_a_trend_is_each_month_s_findings() -> None:
    """Each month is judged by what had happened before its end, and months before anything happened are left out."""
    first, second = event(REQUESTED, at=AT - timedelta(days=60)), event(CoachChosen(coach=COACH, meeting=0), 2)
    one, other = seen(first, second), Overseen(uuid4(), (event(REQUESTED, stream=uuid4()),), ())

    def judge(of: Overseen, _: datetime) -> tuple[Finding, ...]:
        return (found(result=Result.MET if of.coaches else Result.VIOLATED),)

    trend = adherence.trend([one, other], AT + timedelta(hours=1), judge)
    assert [(month.shown()["month"], month.engagements) for month in trend] == [
        ("2026-01", 1), ("2026-02", 1), ("2026-03", 2),
    ]  # fmt: skip
    assert [month.shown()["counts"]["violated"] for month in trend] == [1, 1, 1]
    assert [month.shown()["counts"]["met"] for month in trend] == [0, 0, 1]
    severity = RULES[RuleId.P5].severity.value
    assert trend[-1].shown()["violated"][severity] == 1
    assert adherence.trend([], AT, judge) == []


def test_operators_are_told_numbers_by_rule() -> None:
    """Every rule and every result has a number, also where there is none."""
    told = adherence.by_rule([found(), found(), found(result=Result.MET)])
    assert list(told) == list(RULES)
    assert all(set(results) == set(Result) for results in told.values())
    assert (told[RuleId.P5][Result.VIOLATED], told[RuleId.P5][Result.MET]) == (2, 1)
    assert sum(sum(results.values()) for results in told.values()) == 3
