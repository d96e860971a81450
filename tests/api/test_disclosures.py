"""Disclosures over HTTP: one entry of one's stream, to one person, for a time; and the coachee's access requests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.acts import ACTS, disclosure, perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, marker
from tests.api.test_endings import erase_what_is_due, refuse

MONTH = timedelta(days=30, minutes=5)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an open session, a note, a journal entry, and somebody outside."""
    cast = play(new_cast("friend"), "reviewed")
    perform(cast, C, "note", word="a private note")
    perform(cast, E, "journal", word="a private entry")
    return cast


def number_of(cast: Cast, who: str, item: str) -> int:
    """The number of somebody's last entry about an item."""
    path = f"/v1/views/{who}/engagements/{cast.engagement}/stream"
    entries = cast.send(who, "GET", path, params={"limit": "200"}).json()["entries"]
    return int([entry["number"] for entry in entries if entry["item"] == item][-1])


def show(cast: Cast, who: str, item: str, to: str, **changes: Any) -> str:
    """Disclose the last entry about an item; the disclosure's id."""
    members = {"entry": number_of(cast, who, item), "recipient_id": cast.ids[to], **changes}
    said = disclosure(cast, "said", **members)
    return str(cast.act(who, "POST", "/disclosures", said).json()["id"])


def read(cast: Cast, who: str, made: str) -> httpx.Response:
    """What somebody reads of a disclosure."""
    return cast.send(who, "GET", cast.below(f"/disclosures/{made}"))


def listed(cast: Cast, who: str) -> dict[str, dict[str, Any]]:
    """The disclosures that somebody knows of, by id."""
    answer = cast.send(who, "GET", cast.below("/disclosures"))
    assert answer.status_code == 200
    return {entry["id"]: entry for entry in answer.json()["entries"]}


def test_one_part_is_shown_to_one_person(api: Api, cast: Cast) -> None:
    """The recipient, who is no party, reads that part with ground and expiry; nobody else does, and nothing else."""
    made = show(cast, E, "session_content", STRANGER)
    answer = read(cast, STRANGER, made)
    shown = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert (shown["item"], shown["by"], shown["ground"]) == ("session_content", "coachee", "coachee_consent")
    assert shown["content"]["retained"] == "said"
    path = cast.below(f"/disclosures/{made}")
    for who in (C, E):
        api.refused(cast.subject(who), "GET", path, 403, "not-your-role", marker())
    for who in (O, M, "friend"):
        api.refused(cast.subject(who), "GET", path, 404, "not-found", marker())
    view = f"/v1/views/{C}/engagements/{cast.engagement}"
    api.refused(cast.subject(STRANGER), "GET", view, 404, "not-found", marker())
    api.refused(cast.subject("friend"), "GET", cast.below("/disclosures"), 404, "not-found", marker())
    assert listed(cast, STRANGER).keys() == {made}
    assert listed(cast, STRANGER)[made]["to_you"]
    for who in (C, E):
        assert not listed(cast, who)[made]["to_you"]
    assert listed(cast, O) == listed(cast, M) == {}


def test_coach_and_coachee_read_of_it_in_their_views(cast: Cast) -> None:
    """Both are told to whom, on which ground and until when (R59)."""
    made = show(cast, E, "reality" if cast.view(E)["reality"] else "engagement", STRANGER)
    for who in (C, E):
        told = cast.view(who)["disclosures"]["made"]
        assert made in {one["disclosure_id"] for one in told}
        assert {one["recipient_id"] for one in told} == {cast.ids[STRANGER]}


def test_an_expired_disclosure_is_gone_with_its_receipt(api: Api, new_cast: Callable[..., Cast]) -> None:
    """A second before the expiry it is read; then it is 410 at once, and after the eraser with the receipt."""
    cast = play(new_cast(), "coached")
    made = show(cast, E, "engagement", STRANGER)
    with api.ahead(MONTH - timedelta(minutes=10)):
        assert read(cast, STRANGER, made).status_code == 200
    with api.ahead(MONTH):
        gone = api.refused(
            cast.subject(STRANGER), "GET", cast.below(f"/disclosures/{made}"), 410, "reading-ended", marker()
        )
        (over,) = gone.json()["ended"]
        assert (over["ground"], over.get("receipt"), over["items"]) == ("disclosure_expired", None, ["engagement"])
        assert erase_what_is_due(api) >= 1
        (over,) = read(cast, STRANGER, made).json()["ended"]
        assert over["receipt"]["epoch"] > 1
        assert listed(cast, STRANGER)[made]["ended"] == {**over, "lifetime": None}


def test_the_coach_answers_a_request_for_access(cast: Cast) -> None:
    """Asked, disclosed, answered: the coachee reads the one note; the coach's list of things to do says when (X10)."""
    cast.act(E, "POST", "/access-requests", {"question": "what did you note?"})
    assert {"do": "answer_access", "request": 1} in cast.view(C)["to_do"]
    made = show(cast, C, "coach_notes", E, ground="access_request")
    assert read(cast, E, made).json()["content"]["note"] == "a private note"
    answer = {"disclosed": [made], "answer": "this one"}
    cast.act(C, "PUT", "/access-requests/1/answer", answer)
    for who in (C, E):
        (asked,) = cast.view(who)["disclosures"]["access_requests"]
        assert (asked["question"], asked["answer"]["disclosed"]) == ("what did you note?", [made])
    assert {"do": "answer_access", "request": 1} not in cast.view(C)["to_do"]
    refuse_answer(cast, 1, 409, "already-answered", disclosed=[])
    cast.act(E, "POST", "/access-requests", {})
    refuse_answer(cast, 2, 422, "unknown-disclosure", disclosed=[cast.engagement])
    cast.act(C, "PUT", "/access-requests/2/answer", {"answer": "the rest names others"})
    assert cast.view(E)["disclosures"]["access_requests"][1]["answer"]["refused"] is True
    assert made not in listed(cast, O)


def refuse_answer(cast: Cast, number: int, status: int, problem: str, **changes: Any) -> None:
    """An answer that must be refused."""
    word = marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(C)}"'}
    said = {"answer": word, **changes}
    path = cast.below(f"/access-requests/{number}/answer")
    cast.api.refused(cast.subject(C), "PUT", path, status, problem, word, json=said, headers=headers)


def test_a_journal_entry_is_shown_by_the_coachee_and_told_to_nobody(cast: Cast) -> None:
    """The recipient reads it; the coach's list, view and version don't change."""
    before = cast.version(C)
    made = show(cast, E, "coachee_journal", STRANGER)
    assert read(cast, STRANGER, made).json()["content"]["entry"] == "a private entry"
    assert cast.version(C) == before
    assert made not in listed(cast, C)
    assert made in listed(cast, E)


def test_what_is_shown_is_somebody_s_own_to_show(cast: Cast) -> None:
    """To a reader, to nobody, without ground or beyond one's stream it is refused; so is a version that is stale."""
    refuse(cast, E, "disclose", 422, "disclosed-to-a-reader", recipient_id=cast.ids[C])
    refuse(cast, C, "disclose", 422, "disclosure-without-ground", entry=number_of(cast, C, "coach_notes"))
    for entry in (number_of(cast, E, "coachee_journal"), number_of(cast, E, "session_content")):
        word = marker()
        headers = {"Idempotency-Key": word, "If-Match": '"v1"'}
        said = disclosure(cast, word, entry=entry)
        cast.api.refused(
            cast.subject(E), "POST", cast.below("/disclosures"), 412, "stale-version", word, json=said, headers=headers
        )


@pytest.mark.parametrize(("who", "item"), [(E, "session_content"), (E, "coachee_journal"), (C, "coach_notes")])
def test_a_disclosure_that_is_asked_for_twice_is_made_once(cast: Cast, who: str, item: str) -> None:
    """The repetition under the same key has the same id, whichever stream the part lies in."""
    to, ground = (E, "access_request") if who == C else (STRANGER, "coachee_consent")
    said = disclosure(cast, "said", entry=number_of(cast, who, item), recipient_id=cast.ids[to], ground=ground)
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": f'"{cast.version(who)}"'}
    first = cast.send(who, "POST", cast.below("/disclosures"), json=said, headers=headers)
    size = cast.api.acts()
    again = cast.send(who, "POST", cast.below("/disclosures"), json=said, headers=headers)
    assert first.status_code == again.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["ETag"] == f'"{cast.version(who)}"'
    assert (again.headers["Idempotency-Replayed"], cast.api.acts()) == ("true", size)


def test_an_exception_that_the_clause_states_is_enough(new_cast: Callable[..., Cast]) -> None:
    """With the exception in the signed clause, the coach may show a note; the contract says so to all who signed it."""
    cast = play(new_cast(), "second")
    clause = {"permits": {"progress_summary": ["sponsor_organisation"]}, "exceptions": ["imminent_danger"]}
    body = {**(ACTS["draft"].say(cast, "said") or {}), "confidentiality": clause}
    cast.act(C, "POST", "/contract/drafts", body)
    for who, name in ((M, "assent"), (E, "assent"), *((who, "sign") for who in ROLES), (C, "activate")):
        perform(cast, who, name)
    terms = cast.view(O)["contract"]["versions"][0]["text"]["terms"]["confidentiality"]
    assert (terms["exceptions"], terms["cooling_off_days"]) == (["imminent_danger"], 0)
    perform(cast, C, "note", word="somebody is in danger")
    made = show(cast, C, "coach_notes", STRANGER, ground="imminent_danger")
    assert read(cast, STRANGER, made).json()["content"]["note"] == "somebody is in danger"
