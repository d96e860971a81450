"""The supervisors' board over HTTP: findings of every engagement, naming nobody, on record, for nobody else."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.adherence.catalogue import RULES
from domain.adherence.findings import Result
from domain.adherence.parameters import FIRST
from projections.adherence import OF_KEYS_AND_READS
from projections.supervisor_timeline import HIDDEN
from tests.api.acts import perform, play
from tests.api.overseen import ADHERENCE, COACHES, DUE, LISTS, appoint, get, pseudonym, walk
from tests.api.people import ROLES, STRANGER, C, Cast, E, O, S, marker

IDENTIFYING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|\\x|b'")
SECOND = "second-supervisor"


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """An engagement that ended, with notes and a journal; one that goes on, with a voice to answer; two supervisors."""
    cast = new_cast(S, SECOND)
    for who in (S, SECOND):
        appoint(cast, who)
    play(cast, "coached")
    for who, act in ((C, "note"), (E, "journal")):
        perform(cast, who, act)
    play(cast, "ended")
    play(cast, "requested")
    perform(cast, E, "meet")
    perform(cast, O, "voice")
    perform(cast, E, "choose")
    return cast


def finding(cast: Cast, rule: str) -> dict[str, Any]:
    """One finding of the cast's engagement."""
    told = get(cast, S, f"{ADHERENCE}/{pseudonym(cast)}")
    return next(one for one in told["findings"] if one["rule"] == rule)


def test_an_engagement_s_findings_are_all_rules_in_order(cast: Cast) -> None:
    """Every rule with the seed's phrase, its severity, one of five results, and the events that it rests on."""
    told = get(cast, S, f"{ADHERENCE}/{pseudonym(cast)}")
    assert [(one["rule"], one["phrase"], one["severity"]) for one in told["findings"]] == [
        (rule.value, RULES[rule].phrase, RULES[rule].severity.value) for rule in RULES
    ]
    assert {one["result"] for one in told["findings"]} <= {result.value for result in Result}
    (voice,) = finding(cast, "P5")["events"]
    assert {name: voice[name] for name in ("event", "by")} == {"event": "voice.stated", "by": "sponsor_organisation"}


def test_nothing_names_anybody(cast: Cast) -> None:
    """Lists and single answers hold no id and no word of anybody's: engagements and coaches go by pseudonyms."""
    answers: list[Any] = [walk(cast, S, path) for path in LISTS]
    answers += [get(cast, S, f"{ADHERENCE}/{one['engagement']}") for one in answers[0]]
    answers += [get(cast, S, f"{COACHES}/{one['coach']}") for one in answers[2]]
    text = json.dumps(answers)
    assert not IDENTIFYING.search(text)
    assert not any(one.replace("-", "") in text for one in (*cast.ids.values(), cast.engagement, cast.organisation))
    assert "said" not in text
    assert IDENTIFYING.search(json.dumps(cast.ids))


def test_what_supervisors_are_kept_out_of_is_not_told(cast: Cast) -> None:
    """A rule about coaches met rests on meetings, and shows none of them; other rules show what they rest on."""
    every = [get(cast, S, f"{ADHERENCE}/{one['engagement']}") for one in walk(cast, S, ADHERENCE)]
    shown = [event for told in every for one in told["findings"] for event in one["events"]]
    assert {event["event"] for event in shown} & HIDDEN <= OF_KEYS_AND_READS
    assert all(event["facts"] == {} for event in shown if event["event"] in OF_KEYS_AND_READS)
    assert "coach.met" not in {event["event"] for event in finding(cast, "P15")["events"]}
    assert "voice.stated" in {event["event"] for event in shown}


def test_counts_are_the_findings_counted(cast: Cast) -> None:
    """The list's numbers are those of each engagement's findings, and what is violated is named with its cure."""
    for entry in walk(cast, S, ADHERENCE):
        told = get(cast, S, f"{ADHERENCE}/{entry['engagement']}")["findings"]
        results = [one["result"] for one in told]
        assert entry["counts"] == {result.value: results.count(result.value) for result in Result}
        violated = [{k: v for k, v in one.items() if k != "events"} for one in told if one["result"] == "violated"]
        assert entry["violated"] == violated
        deadlines = [one["deadline"] for one in told if one["result"] == "not_due" and one["deadline"]]
        assert entry["next_deadline"] == min(deadlines, default=None)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", [1, 2])
def test_a_list_in_steps_is_the_list(cast: Cast, path: str, limit: int) -> None:
    """However small the pages, every entry once, in one order."""
    whole = walk(cast, S, path, within_days=366)
    assert walk(cast, S, path, within_days=366, limit=limit) == whole
    assert whole


@pytest.mark.parametrize(
    "asked", [{"rule": "P5"}, {"severity": "refused"}, {"result": "violated"}, {"rule": "P5", "result": "not_due"}],
    ids=["rule", "severity", "result", "both"],
)  # fmt: skip
def test_filters_leave_the_findings_that_were_asked_for(cast: Cast, asked: dict[str, str]) -> None:
    """With filters the list has the engagements with such findings, and counts these alone."""
    expected = {}
    for entry in walk(cast, S, ADHERENCE):
        told = get(cast, S, f"{ADHERENCE}/{entry['engagement']}")["findings"]
        if such := [one for one in told if all(one[name] == value for name, value in asked.items())]:
            expected[entry["engagement"]] = len(such)
    for limit in (1, 50):
        found = walk(cast, S, ADHERENCE, **asked, limit=limit)
        assert {one["engagement"]: sum(one["counts"].values()) for one in found} == expected


def test_what_is_due_comes_due(cast: Cast) -> None:
    """A voice to answer is due within its days, not sooner, and violated after its deadline (P5)."""
    found = finding(cast, "P5")
    assert found["result"] == "not_due"
    deadline = datetime.fromisoformat(found["deadline"])
    days = (deadline - cast.api.clock()).days + 1
    expected = {"engagement": pseudonym(cast), **{k: v for k, v in found.items() if k != "events"}}
    assert expected in walk(cast, S, DUE, within_days=days)
    assert expected not in walk(cast, S, DUE, within_days=max(1, days - 1))
    with cast.api.at(deadline - timedelta(seconds=1)):
        assert expected in walk(cast, S, DUE, within_days=1)
    with cast.api.at(deadline + timedelta(seconds=1)):
        assert expected not in walk(cast, S, DUE, within_days=366)
        late = finding(cast, "P5")
        assert (late["result"], late["deadline"]) == ("violated", found["deadline"])
        assert late["cure"]


def test_a_coach_is_their_engagements_together(cast: Cast) -> None:
    """A coach's counts are their engagements' added up; the latest month is how it stands now."""
    entries = {one["engagement"]: one for one in walk(cast, S, ADHERENCE)}
    for coach in walk(cast, S, COACHES):
        one = get(cast, S, f"{COACHES}/{coach['coach']}")
        of = [each["engagement"] for each in one["engagements"]]
        assert len(of) == coach["engagements"] > 0
        for result, count in coach["counts"].items():
            assert count == sum(entries[each]["counts"][result] for each in of)
        for severity, count in coach["violated"].items():
            assert count == sum(each["violated"][severity] for each in one["engagements"])
        assert one["months"][-1]["month"] == f"{cast.api.clock():%Y-%m}"
        assert one["months"][-1]["counts"] == coach["counts"]
        assert get(cast, S, f"{ADHERENCE}/{of[0]}")["coaches"] == [coach["coach"]]


@pytest.mark.parametrize("who", [*ROLES, STRANGER])
def test_to_everybody_else_there_is_nothing(cast: Cast, who: str) -> None:
    """Parties, the coach whom it is about and strangers get the uniform 404, on every path."""
    for path in (*LISTS, f"{ADHERENCE}/{pseudonym(cast)}", f"{COACHES}/{walk(cast, S, COACHES)[0]['coach']}"):
        cast.api.refused(cast.subject(who), "GET", path, 404, "not-found", marker())


def test_a_pseudonym_that_is_nobody_s_is_not_found(cast: Cast) -> None:
    """An unknown name, a real id, and a coach's pseudonym for an engagement: the same answer."""
    coach = walk(cast, S, COACHES)[0]["coach"]
    for path in (
        *(f"{kind}/{name}" for kind in (ADHERENCE, COACHES) for name in (marker(), cast.engagement, cast.ids[C])),
        f"{ADHERENCE}/{coach}", f"{COACHES}/{pseudonym(cast)}",
    ):  # fmt: skip
        cast.api.refused(cast.subject(S), "GET", path, 404, "not-found", marker())
    assert cast.send(S, "GET", f"{COACHES}/{coach}").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_a_cursor_is_its_reader_s(cast: Cast, path: str) -> None:
    """Garbage and another supervisor's cursor are refused; the own one works."""
    asked = {"limit": "1", "within_days": "366"}
    cursor = cast.send(S, "GET", path, params=asked).json()["next"]
    if cursor is None:
        pytest.fail("the list fits one page, so nothing would be shown")
    for wrong in (cursor, "MQ", marker()):
        params = {**asked, "cursor": wrong, "unread": ""}
        cast.api.refused(cast.subject(SECOND), "GET", path, 400, "cursor-malformed", wrong, params=params)
    assert cast.send(S, "GET", path, params={**asked, "cursor": cursor}).status_code == 200


@pytest.mark.parametrize(
    "asked", [{"rule": "P41"}, {"severity": "B"}, {"result": "good"}, {"limit": "51"}, {"limit": "0"}],
    ids=["rule", "severity", "result", "much", "none"],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused(cast: Cast, asked: dict[str, str]) -> None:
    """Unknown words and impossible limits are 422, without an echo."""
    assert cast.send(S, "GET", ADHERENCE, params=asked).status_code == 422


def test_each_look_is_told_to_the_coachees_it_is_about(cast: Cast) -> None:
    """One entry in the access log of each engagement that an answer tells of, by role; none of others (R59)."""

    def told() -> list[dict[str, Any]]:
        found = cast.send(E, "GET", cast.below("/access-log"), params={"limit": 200}).json()["entries"]
        return [one for one in found if one["purpose"] == "adherence"]

    before = len(told())
    coach = get(cast, S, f"{ADHERENCE}/{pseudonym(cast)}")["coaches"][0]
    assert len(told()) == before + 1
    get(cast, S, f"{COACHES}/{coach}")
    walk(cast, S, ADHERENCE)
    assert len(told()) == before + 3
    assert walk(cast, S, ADHERENCE, rule="P5", result="waived") == []
    assert len(told()) == before + 3
    newest = told()[0]
    assert (newest["role"], newest["view"], newest["person_id"], newest["name"]) == (
        "coaching_supervisor", "adherence", None, None,
    )  # fmt: skip
    own = cast.send(S, "GET", "/v1/people/me/access-log").json()["entries"]
    assert own[0]["purpose"] == "adherence"
    assert pseudonym(cast) in {one["engagement"] for one in own}


def test_whoever_signed_can_look_up_the_policy(cast: Cast) -> None:
    """A contract's text names the version that it pins; every party reads what that version asks. Nobody else does."""
    for who in (*ROLES, S):
        told = cast.api.send(cast.subject(who), "GET", "/v1/policies").json()
        assert told["newest"] == told["entries"][-1]["version"]
        assert told["entries"][0]["parameters"]["voice_days"] == FIRST.voice_days
    assert cast.api.send(None, "GET", "/v1/policies").status_code == 401
