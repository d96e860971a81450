"""The access log over HTTP: the coachee sees every read, everybody else their own, and strangers nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.facts import rfc3339
from tests.api.acts import disclosure, perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, S, marker
from tests.api.test_endings import erase_what_is_due

OWN = "/v1/people/me/access-log"


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement whose names are Unicode, and a supervisor."""
    cast = new_cast(S)
    body = {"person_id": cast.ids[S], "role": "coaching_supervisor"}
    headers = {"Idempotency-Key": cast.api.new_key()}
    assert cast.api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers).is_success
    return play(cast, "ended")


def log_of(cast: Cast, who: str, path: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """Somebody's whole access log, newest first, read in pages."""
    entries: list[dict[str, Any]] = []
    path, cursor = path or cast.below("/access-log"), None
    while True:
        answer = cast.send(who, "GET", path, params={"limit": str(limit), **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.json()["type"]
        assert answer.headers["Cache-Control"] == "no-store"
        page = answer.json()
        assert len(page["entries"]) <= limit
        entries += page["entries"]
        cursor = page["next"]
        if cursor is None:
            return entries


def reads_in(cast: Cast) -> int:
    """How many reads of the engagement are on record; to ask this isn't one."""
    return len(cast.api.service.write_side.reads_of(UUID(cast.engagement), before=None, limit=10_000))


def newest(cast: Cast, who: str = E) -> dict[str, Any]:
    """The newest entry."""
    answer = cast.send(who, "GET", cast.below("/access-log"), params={"limit": 1})
    return answer.json()["entries"][0]  # type: ignore[no-any-return]


READS = [
    ("view", O, "/v1/views/{who}/engagements/{id}", "sponsor_organisation"),
    ("view", M, "/v1/views/{who}/engagements/{id}", "line_manager"),
    ("view", C, "/v1/views/{who}/engagements/{id}", "coach"),
    ("view", E, "/v1/views/{who}/engagements/{id}", "coachee"),
    ("stream", C, "/v1/views/{who}/engagements/{id}/stream", "coach"),
    ("list", M, "/v1/engagements", "line_manager"),
    ("grants", O, "/v1/engagements/{id}/grants", "key_record"),
    ("grants", C, "/v1/engagements/{id}/receipts", "key_record"),
    ("grants", C, "/v1/engagements/{id}/disclosures", "disclosures"),
    ("access_log", M, "/v1/engagements/{id}/access-log", "access_log"),
    ("access_log", E, "/v1/engagements/{id}/access-log", "access_log"),
]


@pytest.mark.parametrize(("purpose", "who", "path", "view"), READS, ids=[f"{p}-{w}-{v}" for p, w, _, v in READS])
def test_each_read_is_told_to_the_coachee(cast: Cast, purpose: str, who: str, path: str, view: str) -> None:
    """Who, as whom, which view, what for and when, whichever way somebody reads: one entry for one read (R53, R59)."""
    before = reads_in(cast)
    assert cast.send(who, "GET", path.format(who=who, id=cast.engagement)).status_code == 200
    now = cast.api.clock()
    assert reads_in(cast) == before + 1
    told = newest(cast)
    assert abs(datetime.fromisoformat(told.pop("at")) - now) < timedelta(minutes=1)
    assert told == {
        "role": who.replace("-", "_"), "purpose": purpose, "view": view, "person_id": cast.ids[who],
        "name": told["name"], "document": None,
    }  # fmt: skip


def test_times_are_utc_and_newest_comes_first(cast: Cast) -> None:
    """Times are RFC 3339 in UTC, each no earlier than the one behind it."""
    times = [entry["at"] for entry in log_of(cast, E)]
    assert all(at.endswith("Z") for at in times)
    assert times == sorted(times, reverse=True)


def test_people_go_by_the_names_that_the_coachee_knows(new_cast: Callable[..., Cast]) -> None:
    """Each party by the name in the coachee's own view, in any script; whoever left by theirs, who came by theirs."""
    cast = play(new_cast("newcomer"), "coached")
    names = {O: "Société Générale d’Été", M: "Žofia 李", C: "Ömer 🌱", E: "Anaïs Ĳsbrand"}
    cast.engagement = ""
    body = {
        "organisation_id": cast.organisation, "line_manager_id": cast.ids[M], "coachee_id": cast.ids[E],
        "names": {who.replace("-", "_"): names[who] for who in (O, M, E)}, "reason": "take_up_a_role",
        "title": "t", "request": "r",
    }  # fmt: skip
    cast.engagement = cast.write(O, "POST", "/v1/engagements", body).json()["id"]
    cast.act(E, "PUT", "/coach", {"coach_id": cast.ids[C], "coach_name": names[C], "meeting": 0, "why": ""})
    for who in ROLES:
        cast.view(who)
    newcomer = {"role": "line_manager", "person_id": cast.ids["newcomer"], "name": "Łukasz", "statement": "s"}
    cast.act(O, "POST", "/parties", newcomer)
    path = f"/v1/views/{M}/engagements/{cast.engagement}"
    assert cast.send("newcomer", "GET", path).status_code == 200
    told = {(entry["role"], entry["person_id"]): entry["name"] for entry in log_of(cast, E)}
    expected = {(who.replace("-", "_"), cast.ids[who]): names[who] for who in ROLES}
    assert told == {**expected, ("line_manager", cast.ids["newcomer"]): "Łukasz"}


@pytest.mark.parametrize("who", [O, M, C])
def test_everybody_else_sees_their_own_reads(cast: Cast, who: str) -> None:
    """A party's log is the coachee's with everybody else's entries left out, and their ids."""
    for one in ROLES:
        cast.view(one)
    everything = log_of(cast, E)
    own = log_of(cast, who)
    assert {entry["person_id"] for entry in own} == {cast.ids[who]}
    assert own == [{**entry, "name": None} for entry in everything if entry["person_id"] == cast.ids[who]]
    assert len({entry["person_id"] for entry in everything}) >= 4


def test_a_supervisor_s_page_is_told_by_role(cast: Cast) -> None:
    """The coachee learns that a supervisor looked, and when; not who. On the timeline itself there are no reads."""
    page = cast.send(S, "GET", "/v1/oversight/timeline", params={"limit": 200}).json()
    told = newest(cast)
    assert {name: told[name] for name in ("role", "purpose", "view", "person_id", "name")} == {
        "role": "coaching_supervisor", "purpose": "timeline", "view": "coaching_supervisor", "person_id": None,
        "name": None,
    }  # fmt: skip
    assert cast.ids[S] not in str(log_of(cast, E))
    assert "read" not in {entry["event"].partition(".")[0] for entry in page["entries"]}


def test_one_page_is_told_to_each_engagement_on_it(new_cast: Callable[..., Cast]) -> None:
    """A list over two engagements is one entry in the log of each, and none in a third."""
    cast = play(new_cast(), "coached")
    first = cast.engagement
    play(cast, "requested")
    second = cast.engagement
    other = play(new_cast(), "coached")
    before = reads_in(other)
    assert len(cast.send(O, "GET", "/v1/engagements").json()["entries"]) == 2
    for engagement in (first, second):
        cast.engagement = engagement
        told = newest(cast)
        assert (told["purpose"], told["person_id"]) == ("list", cast.ids[O])
    assert reads_in(other) == before


def test_one_s_own_reads_anywhere(cast: Cast, new_cast: Callable[..., Cast]) -> None:
    """Over all engagements and beside them, newest first; a supervisor's by pseudonyms, as their timeline has them."""
    other = play(new_cast(), "requested")
    assert log_of(cast, STRANGER, OWN) == []
    assert cast.send(STRANGER, "GET", "/v1/people/me").status_code == 200
    own = log_of(cast, STRANGER, OWN)
    assert [(e["purpose"], e["view"], e["engagement"]) for e in own[:2]] == [
        ("own_record", "own_record", None), ("access_log", "access_log", None),
    ]  # fmt: skip
    cast.view(C)
    seen = [entry for entry in log_of(cast, C, OWN) if entry["engagement"] == cast.engagement]
    assert (seen[0]["purpose"], seen[0]["role"]) == ("view", "coach")
    assert len(seen) == len(log_of(cast, C))
    page = cast.send(S, "GET", "/v1/oversight/timeline", params={"limit": 200}).json()["entries"]
    looked_at = [entry["engagement"] for entry in log_of(cast, S, OWN) if entry["purpose"] == "timeline"]
    assert {entry["engagement"] for entry in page} <= set(looked_at)
    assert cast.engagement not in looked_at
    assert other.engagement not in looked_at


@pytest.mark.parametrize("limit", [1, 3])
def test_a_log_in_steps_is_the_log(new_cast: Callable[..., Cast], limit: int) -> None:
    """However small the pages, every entry once; the pages' own reads are newer than where the walk began."""
    cast = play(new_cast(), "coached")
    for who in (E, C):
        big, small = log_of(cast, who), log_of(cast, who, limit=limit)
        assert small[1:] == big
        assert small[0]["purpose"] == "access_log"
    answer = cast.send(E, "GET", cast.below("/access-log"), params={"limit": limit})
    link = answer.links["next"]["url"]
    assert link.startswith(cast.below("/access-log") + "?")
    assert cast.send(E, "GET", link).status_code == 200


def test_a_cursor_is_its_reader_s(cast: Cast) -> None:
    """Garbage and another reader's cursor are refused, and not recorded; the own one works."""
    path = cast.below("/access-log")
    others = cast.send(C, "GET", path, params={"limit": 1}).json()["next"]
    for cursor in (others, "MQ", marker()):
        asked = {"cursor": cursor, "unread": ""}
        cast.api.refused(cast.subject(E), "GET", path, 400, "cursor-malformed", cursor, params=asked)
    assert cast.send(C, "GET", path, params={"limit": 1, "cursor": others}).status_code == 200


@pytest.mark.parametrize("who", [STRANGER, S])
def test_to_strangers_there_is_nothing(cast: Cast, who: str) -> None:
    """A stranger's answer is the one for an engagement that doesn't exist, byte for byte, and isn't recorded."""
    nowhere = "/v1/engagements/00000000-0000-4000-8000-000000000000/access-log"
    answers = {
        cast.api.refused(cast.subject(who), "GET", path, 404, "not-found", marker()).content
        for path in (cast.below("/access-log"), nowhere, "/v1/engagements/nothing/access-log")
    }
    assert len(answers) == 1
    assert cast.send(E, "GET", cast.below("/access-log")).status_code == 200


def test_what_is_refused_is_no_read(cast: Cast) -> None:
    """Another role's view, an unknown cursor and what has ended show nothing and add no entry."""
    before = reads_in(cast)
    assert cast.send(C, "GET", f"/v1/views/{E}/engagements/{cast.engagement}").status_code == 403
    assert cast.send(STRANGER, "GET", f"/v1/views/{E}/engagements/{cast.engagement}").status_code == 404
    assert reads_in(cast) == before
    cast.view(E)
    assert reads_in(cast) == before + 1


def test_a_disclosed_part_is_told_by_who_read_it(cast: Cast) -> None:
    """Somebody who is no party reads one part: the coachee sees that, and by whom; the reader finds it in their own."""
    body = disclosure(cast, "said", recipient_id=cast.ids[STRANGER])
    made = cast.act(E, "POST", "/disclosures", body).json()["id"]
    path = cast.below(f"/disclosures/{made}")
    assert cast.send(STRANGER, "GET", path).status_code == 200
    told = newest(cast)
    assert {name: told[name] for name in ("role", "purpose", "view", "person_id", "name")} == {
        "role": "self", "purpose": "disclosure", "view": "disclosures", "person_id": cast.ids[STRANGER], "name": None,
    }  # fmt: skip
    own = log_of(cast, STRANGER, OWN)[0]
    assert (own["purpose"], own["engagement"]) == ("disclosure", cast.engagement)


def test_no_entry_says_where_or_how_much(new_cast: Callable[..., Cast]) -> None:
    """The coach's reads look the same whether or not there are notes, and the coachee's whether or not a journal is."""
    shown = []
    for notes in (0, 3):
        cast = play(new_cast(), "coached")
        for _ in range(notes):
            perform(cast, C, "note")
        cast.send(C, "GET", f"/v1/views/{C}/engagements/{cast.engagement}")
        told = newest(cast)
        shown.append({name: told[name] for name in told.keys() - {"at", "person_id", "name"}})
    assert shown[0] == shown[1]
    assert shown[0].keys() == {"role", "purpose", "view", "document"}


def test_the_log_outlives_the_end_and_every_erasure(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Once keys are gone, a line manager who can read nothing more still finds own reads, and the coachee all."""
    cast = play(new_cast(), "ended")
    cast.view(M)
    erase_what_is_due(api)
    before = [(entry["at"], entry["person_id"]) for entry in log_of(cast, E)]
    assert (cast.ids[M], "view") in {(entry["person_id"], entry["purpose"]) for entry in log_of(cast, M)}
    with api.ahead(timedelta(days=20 * 365)):
        erase_what_is_due(api)
        told = log_of(cast, E)
        assert [(entry["at"], entry["person_id"]) for entry in told][-len(before) :] == before
        assert {entry["person_id"] for entry in log_of(cast, M)} == {cast.ids[M]}
        cast.api.refused(cast.subject(STRANGER), "GET", cast.below("/access-log"), 404, "not-found", marker())
        assert newest(cast)["at"] > rfc3339(cast.api.clock() - timedelta(days=1))
