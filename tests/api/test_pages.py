"""Pages: a list in small steps is the list on one big page; a cursor says nothing and fits its reader only."""

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.acts import perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, S, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an ended engagement, journal and notes between its acts, and two supervisors."""
    cast = new_cast(S, "second-supervisor")
    for who in (S, "second-supervisor"):
        body = {"person_id": cast.ids[who], "role": "coaching_supervisor"}
        headers = {"Idempotency-Key": cast.api.new_key()}
        assert cast.api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success
    play(cast, "coached")
    for _ in range(3):
        perform(cast, E, "journal")
        perform(cast, C, "note")
    perform(cast, E, "reality")
    return play(cast, "ended")


def _walk(cast: Cast, who: str, path: str, limit: int, **more: str) -> tuple[list[dict[str, Any]], list[str]]:
    """All entries in steps, and the cursors on the way."""
    entries: list[dict[str, Any]] = []
    cursors: list[str] = []
    cursor = None
    while True:
        params = {"limit": str(limit), **more, **({"cursor": cursor} if cursor else {})}
        answer = cast.send(who, "GET", path, params=params)
        page = answer.json()
        assert len(page["entries"]) <= limit
        assert answer.headers["Cache-Control"] == "no-store"
        entries += page["entries"]
        cursor = page["next"]
        if cursor is None:
            assert "Link" not in answer.headers
            return entries, cursors
        assert answer.links["next"]["url"].startswith(path + "?")
        cursors.append(cursor)


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("limit", [1, 2, 7])
def test_a_stream_in_steps_is_the_stream(cast: Cast, who: str, limit: int) -> None:
    """Every entry once, in order, however small the pages are; numbers are missing where the reader's reading ended."""
    path = f"/v1/views/{who}/engagements/{cast.engagement}/stream"
    big, _ = _walk(cast, who, path, 200)
    small, _ = _walk(cast, who, path, limit)
    assert small == big
    numbers = [entry["number"] for entry in big]
    assert numbers == sorted(set(numbers))
    assert (numbers == list(range(1, len(big) + 1))) == (cast.view(who)["ended"] == [])
    assert len(big) > limit


def test_a_link_leads_to_the_next_page(cast: Cast) -> None:
    """Following the Link header gives what the ``next`` cursor gives, and keeps the limit."""
    path = f"/v1/views/{E}/engagements/{cast.engagement}/stream"
    first = cast.send(E, "GET", path, params={"limit": 2, "unread": "ignored"})
    link = first.links["next"]["url"]
    assert (link.startswith(path), "limit=2" in link, "unread" in link) == (True, True, False)
    by_cursor = cast.send(E, "GET", path, params={"limit": 2, "cursor": first.json()["next"]}).json()["entries"]
    assert cast.send(E, "GET", link).json()["entries"] == by_cursor
    assert [entry["number"] for entry in by_cursor] == [3, 4]


@pytest.mark.parametrize("limit", [1, 3])
def test_a_timeline_in_steps_is_the_timeline(cast: Cast, limit: int) -> None:
    """The supervisor's list too; filtered by one engagement's pseudonym it is that engagement's part of it."""
    big, _ = _walk(cast, S, "/v1/oversight/timeline", 200)
    small, _ = _walk(cast, S, "/v1/oversight/timeline", limit)
    assert small == big
    pseudonyms = list(dict.fromkeys(entry["engagement"] for entry in big))
    assert len(pseudonyms) == 2
    for one in pseudonyms:
        filtered, _ = _walk(cast, S, "/v1/oversight/timeline", limit, engagement=one)
        assert filtered == [entry for entry in big if entry["engagement"] == one]
    assert _walk(cast, S, "/v1/oversight/timeline", limit, engagement="nobody's") == ([], [])


def test_a_cursor_counts_nothing(cast: Cast) -> None:
    """Cursors look alike, wherever they lead: nothing in them grows with what happened out of sight."""
    _, cursors = _walk(cast, S, "/v1/oversight/timeline", 1)
    _, again = _walk(cast, S, "/v1/oversight/timeline", 1)
    assert len({len(cursor) for cursor in cursors}) == 1
    assert not set(cursors) & set(again)
    plain = {base64.urlsafe_b64encode(str(n).encode()).decode().rstrip("=") for n in range(cast.api.size() + 1)}
    assert not plain & set(cursors)


def test_a_cursor_is_taken_as_it_was_given(api: Api, cast: Cast) -> None:
    """Garbage, a place in plain text, a changed cursor and another reader's are all malformed; the own one works."""
    path = f"/v1/views/{E}/engagements/{cast.engagement}/stream"
    given = cast.send(E, "GET", path, params={"limit": 1}).json()["next"]
    others = cast.send(C, "GET", path.replace(E, C), params={"limit": 1}).json()["next"]
    flipped = given[:20] + ("A" if given[20] != "A" else "B") + given[21:]
    words = [marker() for _ in range(3)]
    for cursor in ("", "MQ", "MQ==", "LTE", "%00", "é", words[0], given[:-2], given + "AAAA", flipped, others):
        word = next((one for one in words if one in cursor), cursor) or marker()
        for who, where in ((E, path), (S, "/v1/oversight/timeline")):
            if who == S and cursor == others:
                continue
            params = {"cursor": cursor}
            api.refused(cast.subject(who), "GET", where, 400, "cursor-malformed", marker(), params=params)
            assert word not in api.log.getvalue()
    first = cast.send("second-supervisor", "GET", "/v1/oversight/timeline", params={"limit": 1}).json()["next"]
    api.refused(
        cast.subject(S), "GET", "/v1/oversight/timeline", 400, "cursor-malformed", first, params={"cursor": first}
    )
    assert cast.send(E, "GET", path, params={"limit": 1, "cursor": given}).json()["entries"][0]["number"] == 2


def test_a_page_has_bounds(api: Api, cast: Cast) -> None:
    """A limit is a number from 1 to 200; anything else is refused, and not silently bent."""
    path = f"/v1/views/{E}/engagements/{cast.engagement}/stream"
    for who, where in ((E, path), (S, "/v1/oversight/timeline")):
        for limit in ("0", "-1", "201", "1.5", "", "ten", "9" * 300):
            word = marker()
            refused = api.refused(
                cast.subject(who),
                "GET",
                where,
                422,
                "invalid-request",
                word,
                params={"limit": limit + word * (limit == "ten")},
            )
            assert refused.json()["errors"][0]["location"] == ["query", "limit"]
        assert cast.send(who, "GET", where, params={"limit": 200}).status_code == 200
    word = marker()
    too_long = {"cursor": word * 50}
    api.refused(cast.subject(E), "GET", path, 422, "invalid-request", word, params=too_long)
    too_long = {"engagement": word * 50}
    api.refused(cast.subject(S), "GET", "/v1/oversight/timeline", 422, "invalid-request", word, params=too_long)


def test_the_timeline_is_for_supervisors(api: Api, cast: Cast) -> None:
    """To parties, strangers, auditors, the operator and unregistered people there is no timeline."""
    body = {"person_id": cast.ids[STRANGER], "role": "auditor"}
    headers = {"Idempotency-Key": api.new_key()}
    assert api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success
    answers = set()
    for subject in (*(cast.subject(who) for who in (*ROLES, STRANGER)), "operator", "unregistered"):
        for params in ({}, {"cursor": "zz"}):
            refused = api.refused(subject, "GET", "/v1/oversight/timeline", 404, "not-found", marker(), params=params)
            answers.add(refused.content)
    assert len(answers) == 1
    assert cast.send(S, "GET", "/v1/oversight/timeline").status_code == 200


def test_the_timeline_shows_no_person_no_text_and_nothing_hidden(cast: Cast) -> None:
    """Pseudonyms, roles, times and flags; no id, no name, no word, no hash, no journal, no note, no meeting."""
    entries, _ = _walk(cast, S, "/v1/oversight/timeline", 50)
    shown = str(entries)
    hidden = [*cast.ids.values(), cast.organisation, cast.engagement, "said", cast.reference()["document_hash"]]
    for one in hidden:
        assert one not in shown
        assert one.replace("-", "") not in shown
    topics = {entry["event"] for entry in entries}
    assert topics.isdisjoint({"coach.met", "notebook.note_written", "journal.entry_written", "person.registered",
                              "organisation.registered", "compartment.opened", "compartment.shared", "cell.founded",
                              "overseer.appointed"})  # fmt: skip
    assert {"engagement.requested", "reality.described", "contract.signed", "engagement.ended"} <= topics
    assert {entry["by"] for entry in entries} == {"sponsor_organisation", "line_manager", "coach", "coachee"}
