"""What coaching supervisors are told of findings: was the method followed, what shows it, what would cure it?

Findings are worked out from facts (:mod:`domain.adherence`) whenever somebody asks, because they depend on the time.
Each names its rule with the seed's phrase and the events that it rests on, as the timeline shows these: who did what,
when, with which flags and counts, and never whom or where. What supervisors are kept out of is left out here as well
(:data:`projections.supervisor_timeline.HIDDEN`): neither listed nor counted.

Of keys, disclosures and reads the matrix lets supervisors know by pseudonym. So a finding about these says when and in
which role, nothing more, and only of what lies in the engagement itself: not that there is a notebook or a journal. Of
a coach's practice a finding tells its result alone: which supervision was about which engagement is the coach's to say.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from domain.adherence.catalogue import RULES, findings
from domain.adherence.findings import Finding, Result, Severity
from domain.adherence.history import History, Source
from domain.adherence.parameters import Parameters, newest
from domain.events import RecordedEvent
from domain.facts import rfc3339
from domain.reads import access_stream_id
from domain.vocabulary import RuleId
from projections import supervisor_timeline
from projections.overseen import Overseen

OF_KEYS_AND_READS: Final = frozenset({"read.recorded", "part.disclosed", "erasure.requested", "keys.erased"})
"""Hidden events that a finding may rest on and that supervisors may know of, by time and role alone."""

MONTHS: Final = 12
"""How many months a trend goes back, the present one included."""

Judge = Callable[[Overseen, datetime], tuple[Finding, ...]]
"""What works out the findings of an engagement at a moment, from what had happened by then."""


def judging(published: Mapping[int, Parameters]) -> Judge:
    """What judges an engagement by the policy that its contract in force pins, or by the newest where there is none.

    Args:
        published: every version of the policy, by number.
    """

    def judge(seen: Overseen, now: datetime) -> tuple[Finding, ...]:
        history = History(seen.engagement, frozenset(Source), seen.later)
        for event in seen.events:
            history.add(event)
        return findings(
            history, newest(published) if history.contract is None else published[history.contract.policy], now
        )

    return judge


def finding(one: Finding, seen: Overseen) -> dict[str, Any]:
    """One finding as it is shown."""
    happened = {(event.originator_id, event.originator_version): event for event in seen.events}
    events = [happened[place] for place in one.rests_on if place in happened]
    return {**brief(one), "events": [shown for event in events if (shown := _shown(event, seen.engagement))]}


def brief(one: Finding) -> dict[str, Any]:
    """The same without the events that it rests on."""
    rule = RULES[one.rule]
    return {
        "rule": one.rule.value,
        "phrase": rule.phrase,
        "severity": rule.severity.value,
        "result": one.result.value,
        "deadline": None if one.deadline is None else rfc3339(one.deadline),
        "cure": None if one.cure is None else one.cure.value,
    }


def _shown(event: RecordedEvent, engagement: UUID) -> dict[str, Any] | None:
    folded = supervisor_timeline.fold([event], lambda _: "")
    if folded:
        return {name: folded[0][name] for name in ("at", "event", "by", "facts")}
    known = event.originator_id in {engagement, access_stream_id(engagement)}
    if known and event.fact.topic in OF_KEYS_AND_READS:
        return {"at": rfc3339(event.timestamp), "event": event.fact.topic, "by": event.role.word, "facts": {}}
    return None


def counts(found: Iterable[Finding]) -> dict[str, int]:
    """How many findings have which result; each result is there."""
    counted = Counter(one.result for one in found)
    return {result.value: counted[result] for result in Result}


def violated(found: Iterable[Finding]) -> dict[str, int]:
    """How many rules are violated, by severity; each severity is there."""
    counted = Counter(RULES[one.rule].severity for one in found if one.result is Result.VIOLATED)
    return {severity.value: counted[severity] for severity in Severity}


@dataclass(frozen=True)
class Wanted:
    """Which findings somebody asks about; None where it doesn't matter."""

    rule: RuleId | None = None
    severity: Severity | None = None
    result: Result | None = None

    def __call__(self, one: Finding) -> bool:
        """Whether a finding is one of them."""
        return (
            self.rule in (None, one.rule)
            and self.severity in (None, RULES[one.rule].severity)
            and self.result in (None, one.result)
        )


@dataclass(frozen=True)
class Soon:
    """Findings that aren't due yet and will be within a time from now."""

    now: datetime
    within: timedelta

    def __call__(self, one: Finding) -> bool:
        """Whether a finding is one of them."""
        if one.deadline is None or one.result is not Result.NOT_DUE:
            return False
        return self.now <= one.deadline <= self.now + self.within


@dataclass(frozen=True)
class Month:
    """Where one coach's engagements stood at the end of a month, or stand now.

    Attributes:
        begins: its first moment, in UTC.
        at: the moment that the findings are about: the month's end, or now.
        engagements: how many had been asked for by then.
        found: their findings.
    """

    begins: datetime
    at: datetime
    engagements: int
    found: tuple[Finding, ...] = field(repr=False)

    def shown(self) -> dict[str, Any]:
        """As it is shown."""
        return {
            "month": f"{self.begins:%Y-%m}",
            "engagements": self.engagements,
            "counts": counts(self.found),
            "violated": violated(self.found),
        }


def months(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last months, oldest first: each one's first moment, and its end or now."""
    begins = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [(begins, now)]
    while len(found) < MONTHS:
        end = found[-1][0]
        found.append(((end - timedelta(days=1)).replace(day=1), end))
    return reversed(found)


def trend(engagements: Iterable[Overseen], now: datetime, judge: Judge) -> list[Month]:
    """A coach's months, oldest first, without those before anything had happened."""
    known = [one for one in engagements if one.events]
    made: list[Month] = []
    for begins, at in months(now):
        there = [so_far for one in known if (so_far := one.until(at)).events]
        if there or made:
            made.append(Month(begins, at, len(there), tuple(one for seen in there for one in judge(seen, at))))
    return made


def by_rule(found: Iterable[Finding]) -> Mapping[RuleId, Mapping[Result, int]]:
    """How many findings each rule has with each result, in the rules' order: what an operator is told."""
    counted = Counter((one.rule, one.result) for one in found)
    return {rule: {result: counted[rule, result] for result in Result} for rule in RULES}
