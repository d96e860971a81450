"""Adherence: each rule met, violated, not due and waived; and one thing done otherwise shows as just that."""

import dataclasses
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.adherence.catalogue import RULES, findings
from domain.adherence.findings import Cure, Finding, Result, Severity
from domain.adherence.history import History, Source
from domain.adherence.parameters import FIRST
from domain.commitments import CommitmentReassigned
from domain.document import ObjectiveFacts
from domain.vocabulary import Item, Quadrant, Quality, Role, RuleId, WaiverGround
from domain.waivers import RuleWaived
from tests.domain.acting import C, E, O
from tests.domain.adherence_story import DRAFTED, ENGAGEMENT, LATER, START, Change, Step, Story, story

NOW: Final = START + timedelta(days=1_000)
PARAMETERS: Final = dataclasses.replace(FIRST, development_days=60)
"""The first policy, with a window for development that an engagement of a few months can miss."""

R = RuleId


def results(told: Story) -> dict[RuleId, Result]:
    """What is found, by rule."""
    return {one.rule: one.result for one in findings(told.history(), PARAMETERS, NOW)}


def violations(told: Story) -> set[RuleId]:
    """The rules that were violated."""
    return {rule for rule, result in results(told).items() if result is Result.VIOLATED}


def finding(told: Story, rule: RuleId) -> Finding:
    """What is found about one rule."""
    return next(one for one in findings(told.history(), PARAMETERS, NOW) if one.rule is rule)


def quadrants(*chosen: Quadrant) -> Change:
    """All work in these quadrants."""

    def change(told: Story) -> Story:
        for number in range(1, 7):
            told = told.change(f"started {number}", quadrants=frozenset(chosen))
        return told

    return change


def unlinked(told: Story) -> Story:
    """No review says anything of objectives."""
    for number in range(2, 7):
        told = told.change(f"reviewed {number}", objectives=frozenset())
    return told


MANY: Final = (ObjectiveFacts(1, None),) * 4
VAGUE: Final = (ObjectiveFacts(2, None, frozenset(Quality) - {Quality.ACHIEVABLE}),)
TO_THE_COACH: Final = Step("handed", 25, Role.LINE_MANAGER, CommitmentReassigned(commitment=2, to=C))

MUTATIONS: Final[list[tuple[str, Change, set[RuleId]]]] = [
    ("contract in force after session 2", lambda s: s.change("activated", day=27).change("kept", day=28).change(
        "delivered", day=28), {R.P1}),
    ("manager didn't sign", lambda s: s.without("signed M"), {R.P2}),
    ("signed another hash", lambda s: s.change("signed E", document_hash=bytes(31) + b"x"), {R.P2}),
    ("clause beyond the matrix", lambda s: s.change(
        "drafted", permits={**DRAFTED.permits, Item.BANANA_SKINS: frozenset({O})}), {R.P3}),
    ("nothing for the organisation", lambda s: s.change("drafted", permits={}), {R.P4}),
    ("voice unanswered", lambda s: s.without("answer"), {R.P5}),
    ("voice answered late", lambda s: s.change("answer", day=30), {R.P5}),
    ("four objectives", lambda s: s.change("drafted", objectives=MANY), {R.P6}),
    ("no objective", lambda s: s.change("drafted", objectives=()), {R.P6}),
    ("a quality missing", lambda s: s.change("drafted", objectives=VAGUE), {R.P7}),
    ("no indicator", lambda s: s.change("drafted", objectives=(ObjectiveFacts(0, None),)), {R.P8}),
    ("manager didn't assent", lambda s: s.without("assented M"), {R.P9}),
    ("no demands on the coach", lambda s: s.change("drafted", demands_on_coach=0), {R.P10}),
    ("no demands on the manager", lambda s: s.change("drafted", demands_on_manager=()), {R.P10}),
    ("no banana skins", lambda s: s.change("drafted", banana_skins=0), {R.P11}),
    ("resource not delivered", lambda s: s.without("delivered"), {R.P12}),
    ("no resources", lambda s: s.change("drafted", resources=()), {R.P12}),
    ("no duration", lambda s: s.change("drafted", session_minutes=0), {R.P13}),
    ("approach not explained", lambda s: s.without("approach"), {R.P14}),
    ("meeting after the contract", lambda s: s.change("meeting", day=13), {R.P14}),
    ("meeting without the manager", lambda s: s.change("meeting", present=frozenset({C, E})), {R.P14}),
    ("one coach met", lambda s: s.without("met 2"), {R.P15}),
    ("code of ethics not acknowledged", lambda s: s.without("code"), {R.P16}),
    ("told after the choice", lambda s: s.change("disclosed", day=3.05), {R.P16}),
    ("no review", lambda s: s.without("reviewed 3"), {R.P17}),
    ("review without practice", lambda s: s.change("reviewed 3", has_practised=False), {R.P17}),
    ("work before acceptance", lambda s: s.swap("accepted 3", "started 3"), {R.P18}),
    ("accepted by the coachee", lambda s: s.change("accepted 3", by=E), {R.P18}),
    ("no feedback", lambda s: s.without("feedback 4"), {R.P19}),
    ("review without objective", lambda s: s.change("reviewed 4", objectives=frozenset()), {R.P20}),
    ("no checkpoint", lambda s: s.without("assessed"), {R.P21}),
    ("no analysis", lambda s: s.without("analysed"), {R.P22}),
    ("coach disagrees, no analysis", lambda s: s.without("analysed").change("assessed", clear_results=True).change(
        "countersigned", agrees=False), {R.P22}),
    ("a long gap", lambda s: s.change("scheduled 6", starts_at=START + timedelta(days=120)), {R.P23}),
    ("past the deadline", lambda s: s.change("drafted", deadline=date(2026, 3, 1)), {R.P23}),
    ("no declaration", lambda s: s.without("declared"), {R.P24}),
    ("a conflict stands", lambda s: s.change("declared", conflict=True), {R.P24}),
    ("no supervision place", lambda s: s.without("place"), {R.P25}),
    ("too little supervision", lambda s: s.change("closed 6", minutes=2_400), {R.P25}),
    ("not taken to supervision", lambda s: s.change("supervised 1", engagements=frozenset()), {R.P26}),
    ("nothing learned", lambda s: s.change("learned", on=date(2024, 1, 1)), {R.P27}),
    ("no referral", lambda s: s.without("referral"), {R.P28}),
    ("the coach decides", lambda s: s.change("decided", by=C), {R.P29}),
    ("inner work without objectives", lambda s: unlinked(quadrants(Quadrant.INNER_INDIVIDUAL)(s)),
     {R.P20, R.P30, R.P32}),
    ("commitment not kept", lambda s: s.without("kept"), {R.P31}),
    ("commitment handed to the coach", lambda s: s.add(TO_THE_COACH), {R.P31}),
    ("one quadrant", quadrants(Quadrant.OUTER_COLLECTIVE), {R.P32}),
    ("reminder unanswered", lambda s: s.without("boundary answered"), {R.P33}),
    ("no context", lambda s: s.without("context"), {R.P34}),
    ("context after the contract", lambda s: s.change("context", day=13), {R.P34}),
    ("a session after fulfilment", lambda s: s.change("fulfilled", day=70), {R.P35}),
    ("revocation unproved", lambda s: s.without("erased"), {R.P36}),
    ("read after it expired", lambda s: s.change("looked", day=80), {R.P36}),
    ("dealing not declared", lambda s: s.without("dealing"), {R.P37}),
    ("no follow-up", lambda s: s.without("followed up"), {R.P38}),
    ("disclosed by the coach alone", lambda s: s.change("shown", by=C), {R.P39}),
    ("pace concern unanswered", lambda s: s.without("pace answered"), {R.P40}),
]  # fmt: skip
"""One thing done otherwise, and all that is violated by it."""


@pytest.mark.parametrize(("change", "expected"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS])
def test_one_thing_done_otherwise_shows_as_just_that(change: Change, expected: set[RuleId]) -> None:
    """P1 to P40, R14 as P30: exactly the expected rules are violated; untouched, the story keeps them all."""
    assert violations(change(story())) == expected


def test_no_rule_lacks_its_violation() -> None:
    """Each of the forty rules is violated by a change of its own."""
    assert {rule for _, _, expected in MUTATIONS for rule in expected} == set(RuleId)
    assert list(RULES) == list(RuleId)


def test_the_story_keeps_every_rule() -> None:
    """P1 to P40: told to its end, all forty are met, and each finding names the events that it rests on."""
    for one in findings(story().history(), PARAMETERS, NOW):
        assert (one.rule, one.result) == (one.rule, Result.MET)
        assert one.rests_on, one.rule
        assert one.cure is None


def test_at_the_beginning_nothing_is_due() -> None:
    """P1 to P40: of an engagement that was only asked for, nothing is to be done yet."""
    told = Story((story().step("requested"),))
    assert set(results(told).values()) == {Result.NOT_DUE}


@pytest.mark.parametrize(("change", "expected"), [row[1:] for row in MUTATIONS], ids=[row[0] for row in MUTATIONS])
def test_a_waiver_sets_aside_what_may_be(change: Change, expected: set[RuleId]) -> None:
    """A waived rule that isn't kept is waived, unless it protects people (severity B or X); a kept one stays met."""
    told = change(story())
    for rule in RuleId:
        told = told.add(
            Step(f"waived {rule.value}", 3.01, E, RuleWaived(rule=rule, by=E, ground=WaiverGround.AGREED_BY_ALL))
        )
    found = results(told)
    for rule in expected:
        protected = RULES[rule].severity in (Severity.REFUSED, Severity.CRITICAL)
        assert found[rule] is (Result.VIOLATED if protected else Result.WAIVED)
        if not protected:
            assert len(finding(told, rule).rests_on) == 1
    untouched = {rule for rule, result in results(change(story())).items() if result is Result.MET}
    assert all(found[rule] is Result.MET for rule in untouched)


def test_whoever_waives_meeting_several_coaches_chooses_so() -> None:
    """P15: a choice without meetings is the coachee's own waiver."""
    told = story().change("chosen", meeting=0)
    assert finding(told, R.P15).result is Result.WAIVED
    assert violations(told) == {R.P16}  # nobody was a candidate of meeting 0


def test_what_was_not_given_is_not_guessed_at() -> None:
    """Without the coach's practice, the reads or later engagements, just the rules about those can't be computed."""
    found = {one.rule: one.result for one in findings(story().history(()), PARAMETERS, NOW)}
    unknown = {rule for rule, result in found.items() if result is Result.NOT_COMPUTABLE}
    assert unknown == {R.P25, R.P26, R.P27, R.P36, R.P37}
    assert {result for rule, result in found.items() if rule not in unknown} == {Result.MET}


def test_there_is_time_until_the_deadline() -> None:
    """P5: a voice waits for its answer until the policy's days are over, and says until when and what would cure it."""
    told = story().without("answer")
    asked = START + timedelta(days=3.1)
    history = Story(tuple(step for step in told.steps if step.day <= 4)).history()
    waiting = next(one for one in findings(history, PARAMETERS, asked + timedelta(days=14)) if one.rule is R.P5)
    assert (waiting.result, waiting.deadline, waiting.cure) == (
        Result.NOT_DUE, asked + timedelta(days=14), Cure.ANSWER_VOICE,
    )  # fmt: skip
    late = next(one for one in findings(history, PARAMETERS, asked + timedelta(days=14, seconds=1)) if one.rule is R.P5)
    assert (late.result, late.cure) == (Result.VIOLATED, Cure.ANSWER_VOICE)


@settings(max_examples=40, deadline=None)
@given(
    sessions=st.integers(5, 10),
    every=st.floats(4, 20),
    clear=st.booleans(),
    answer_after=st.floats(0.05, 13),
)
def test_whoever_keeps_to_the_method_violates_nothing(
    sessions: int, every: float, clear: bool, answer_after: float
) -> None:
    """P1 to P40: however many sessions, at whatever pace within what was agreed, whatever came of them."""
    told = story(sessions, every, clear=clear, answer_after=answer_after)
    told = told.change("learned", day=None, on=(START + timedelta(days=12 + every * sessions)).date())
    assert violations(told.change("dealing", day=max(201, told.step("ended").day + 1))) <= set()


@settings(max_examples=15, deadline=None)
@given(row=st.sampled_from(MUTATIONS), later=st.integers(0, 900))
def test_going_on_gives_what_beginning_anew_gives(row: tuple[str, Change, set[RuleId]], later: int) -> None:
    """At every prefix, a history that was added to finds what one that is built from zero does."""
    events = row[1](story()).events()
    growing = History(ENGAGEMENT, frozenset(Source), (LATER,))
    for upto, event in enumerate(events, start=1):
        growing.add(event)
        if upto % 7 and upto != len(events):
            continue
        anew = History(ENGAGEMENT, frozenset(Source), (LATER,))
        for earlier in events[:upto]:
            anew.add(earlier)
        now = event.timestamp + timedelta(days=later)
        assert findings(growing, PARAMETERS, now) == findings(anew, PARAMETERS, now)
