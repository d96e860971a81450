"""The adherence report as a document over HTTP, and what supervisors aren't told of disclosures."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.api.acts import perform, play
from tests.api.overseen import ADHERENCE, appoint, get, pseudonym
from tests.api.people import STRANGER, Api, C, Cast, E, S, marker
from tests.api.test_disclosures import MONTH, show
from tests.api.test_endings import erase_what_is_due
from tests.pdf import accessible, words

TIMELINE = "/v1/oversight/timeline"


@pytest.fixture
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a coach, and a supervisor."""
    cast = new_cast(S)
    appoint(cast, S)
    return play(cast, "coached")


def test_the_report_is_a_document(api: Api, cast: Cast) -> None:
    """It names the engagement by its pseudonym and its coachee sees who has it; to others there is none."""
    path = f"{ADHERENCE}/{pseudonym(cast)}.pdf"
    answer = cast.send(S, "GET", path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert accessible(answer.content) == []
    assert pseudonym(cast) in words(answer.content)
    log = cast.send(E, "GET", cast.below("/access-log")).json()["entries"]
    assert {one["document"]["kind"] for one in log if one["document"]} == {"adherence"}
    for who, asked in ((C, path), (S, f"{ADHERENCE}/nobody.pdf")):
        api.refused(cast.subject(who), "GET", asked, 404, "not-found", marker())


def test_the_report_of_what_ended_tells_of_what_came_after(cast: Cast) -> None:
    """P37: with a later engagement of the same people it is made as well, and both coachees are told of the look."""
    perform(cast, C, "end")
    first, engagement = pseudonym(cast), cast.engagement
    play(cast, "coached")
    assert cast.send(S, "GET", f"{ADHERENCE}/{first}.pdf").status_code == 200
    for one in (engagement, cast.engagement):
        log = cast.send(E, "GET", f"/v1/engagements/{one}/access-log").json()["entries"]
        assert "adherence" in {entry["purpose"] for entry in log}


def test_a_note_that_was_disclosed_changes_no_finding(api: Api, cast: Cast) -> None:
    """Of notes supervisors don't learn that there are any: not when two are disclosed, nor when that has expired."""

    def told() -> tuple[list[Any], set[str]]:
        entries = get(cast, S, f"{TIMELINE}?engagement={pseudonym(cast)}&limit=200")["entries"]
        findings = get(cast, S, f"{ADHERENCE}/{pseudonym(cast)}")["findings"]
        names = ("rule", "result", "deadline", "cure", "events")
        return [[one[name] for name in names] for one in findings], {one["event"] for one in entries}

    perform(cast, E, "ask_access")
    before, made = told(), []
    for _ in range(2):
        perform(cast, C, "note")
        made.append(show(cast, C, "coach_notes", E, ground="access_request"))
    assert told() == before
    cast.act(C, "PUT", "/access-requests/1/answer", {"disclosed": made, "answer": "these"})
    answered = told()
    assert answered == (before[0], before[1] | {"access.answered"})
    with api.ahead(MONTH + timedelta(days=1)):
        later = told()
        assert erase_what_is_due(api) > 0
        assert told() == later
    show(cast, E, "engagement", STRANGER)
    assert {one[0] for one in told()[0] if one not in answered[0]} == {"P39"}
