"""A coach's practice over HTTP: the coach writes and reads, the supervisor reads, everybody else finds nothing."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from tests.api.acts import ACTS, play
from tests.api.people import ROLES, STRANGER, Api, Body, C, Cast, E, M, O, S, marker

OWN: Final = "/v1/coaches/me/practice"
PLACE: Final = {"name": "A group", "since": "2026-01-10"}
NOBODY: Final = "00000000-0000-4000-8000-000000000000"


def appoint(cast: Cast, who: str) -> None:
    """Somebody is appointed as supervisor."""
    body = {"person_id": cast.ids[who], "role": "coaching_supervisor"}
    headers = {"Idempotency-Key": cast.api.new_key()}
    done = cast.api.send("operator", "POST", "/v1/oversight/appointments", json=body, headers=headers)
    assert done.status_code == 201


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """A coached engagement, and a supervisor."""
    cast = new_cast(S)
    appoint(cast, S)
    return play(cast, "coached")


def own(cast: Cast, what: str, body: Body) -> str:
    """The coach records something in their practice; the version that the answer tells."""
    return str(cast.write(C, "POST", f"{OWN}/{what}", body).json()["version"])


def read(cast: Cast, who: str, path: str = OWN, **params: Any) -> dict[str, Any]:
    """A page of a practice."""
    answer = cast.send(who, "GET", path, params=params)
    assert answer.status_code == 200, answer.json()["type"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()  # type: ignore[no-any-return]


def test_the_coach_and_the_supervisor_read_it(api: Api, cast: Cast) -> None:
    """The same entries, newest first and page by page; which engagements, the coach alone is told (R50, R51, R52)."""
    assert read(cast, C) == {
        "coach_id": cast.ids[C], "supervision_place": None, "entries": [], "next": None,
    }  # fmt: skip
    path, word = f"/v1/coaches/{cast.ids[C]}/practice", marker()
    api.refused(cast.subject(S), "GET", path, 404, "not-found", marker())
    assert own(cast, "credentials", ACTS["credential"].say(cast, word) or {}) == "v1"
    own(cast, "supervision-places", {**PLACE, "supervisor_id": cast.ids[S]})
    own(cast, "development", ACTS["development"].say(cast, word) or {})
    held = {"held_on": "2026-03-04", "minutes": 90, "engagement_ids": [cast.engagement], "notes": word}
    assert own(cast, "supervisions", held) == "v4"
    mine, theirs = read(cast, C), read(cast, S, path)
    assert [one["event"].split(".")[1] for one in mine["entries"]] == [
        "supervision_held", "development_logged", "supervision_place_registered", "credential_recorded",
    ]  # fmt: skip
    assert mine["entries"][0]["engagement_ids"] == [cast.engagement]
    assert cast.engagement not in str(theirs)
    assert mine["supervision_place"] == {"place": 1, "since": "2026-01-10", "supervisor_id": cast.ids[S]}
    for entry in mine["entries"]:
        entry["engagement_ids"] = None
    assert theirs == mine
    pages, cursor = [], None
    for _ in range(2):
        page = read(cast, S, path, limit=2, **({"cursor": cursor} if cursor else {}))
        pages += page["entries"]
        cursor = page["next"]
    assert (pages, cursor) == (mine["entries"], None)
    assert word in str(theirs)
    assert word not in api.log.getvalue()


def test_to_everybody_else_there_is_nothing(api: Api, cast: Cast) -> None:
    """Parties of the coach's engagement, strangers and people without a name get the same 404 as for no practice."""
    for who in (O, M, E, STRANGER):
        for coach in (cast.ids[C], NOBODY):
            api.refused(cast.subject(who), "GET", f"/v1/coaches/{coach}/practice", 404, "not-found", marker())
    word = marker()
    api.refused(f"nobody-{word}", "GET", OWN, 404, "not-found", word)
    headers = {"Idempotency-Key": word}
    body = {**PLACE, "name": word}
    path = f"{OWN}/supervision-places"
    api.refused(f"nobody-{word}", "POST", path, 404, "not-found", word, json=body, headers=headers)


def test_nothing_of_it_is_in_an_engagements_views(cast: Cast) -> None:
    """What a coach records of their practice changes no view of their engagements, no version included."""
    before = {who: cast.view(who) for who in ROLES}
    own(cast, "development", {"kind": "other", "on": "2026-02-11", "hours": 1, "description": "said"})
    assert {who: cast.view(who) for who in ROLES} == before


def test_a_read_of_it_is_on_record(cast: Cast) -> None:
    """The supervisor's own access log tells that they read a practice (R53)."""
    read(cast, S, f"/v1/coaches/{cast.ids[C]}/practice")
    (newest,) = cast.send(S, "GET", "/v1/people/me/access-log", params={"limit": 1}).json()["entries"]
    assert (newest["view"], newest["purpose"], newest["role"]) == ("practice", "view", "coaching_supervisor")


REFUSED: Final[list[tuple[str, str, Body, int, str]]] = [
    ("POST", "credentials", {"awarded_on": "2026-01-02", "valid_until": "2026-01-01", "kind": "training",
                             "name": "said"}, 422, "credential-dates"),
    ("POST", "supervisions", {"held_on": "2026-01-02", "minutes": 1, "notes": "said"}, 409, "no-supervision-place"),
    ("PUT", "supervision-places/1/end", {"left_on": "2026-01-02"}, 422, "unknown-place"),
    ("POST", "supervision-places", {**PLACE, "supervisor_id": NOBODY}, 422, "unknown-person"),
    ("POST", "supervision-places", {**PLACE, "supervisor_id": STRANGER}, 422, "not-a-supervisor"),
    ("POST", "supervision-places", {**PLACE, "supervisor_id": C}, 422, "not-a-supervisor"),
]  # fmt: skip


def test_the_wrong_moment_is_refused(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Each refusal with its own name, recording nothing; a second place waits until the first one is left (R51)."""
    cast = new_cast()

    def refused(method: str, what: str, body: Body, status: int, problem: str) -> None:
        said = {**body, **({"supervisor_id": cast.ids[who]} if (who := body.get("supervisor_id")) in cast.ids else {})}
        word = marker()
        headers = {"Idempotency-Key": word}
        api.refused(cast.subject(C), method, f"{OWN}/{what}", status, problem, word, json=said, headers=headers)

    for row in REFUSED:
        refused(*row)
    appoint(cast, C)
    refused("POST", "supervision-places", {**PLACE, "supervisor_id": C}, 422, "own-supervisor")
    own(cast, "supervision-places", PLACE)
    refused("POST", "supervision-places", PLACE, 409, "supervision-place-held")
    strange = {"held_on": "2026-01-02", "minutes": 1, "notes": "said", "engagement_ids": [NOBODY]}
    refused("POST", "supervisions", strange, 422, "unknown-engagement")
    cast.write(C, "PUT", f"{OWN}/supervision-places/1/end", {"left_on": "2026-01-02"})
    refused("PUT", "supervision-places/1/end", {"left_on": "2026-01-02"}, 409, "already-left")
    own(cast, "supervision-places", PLACE)


def test_the_organisation_is_told_that_there_is_a_place_and_learning(new_cast: Callable[..., Cast]) -> None:
    """R51, R52: since when, and the newest day, to the organisation alone and while the engagement goes on; no word."""
    cast = new_cast()
    play(cast, "requested")
    path = f"/v1/engagements/{cast.engagement}/coach-practice"
    cast.api.refused(cast.subject(O), "GET", path, 404, "not-found", marker())  # there is no coach yet
    play(cast, "coached")
    path, word = f"/v1/engagements/{cast.engagement}/coach-practice", marker()
    assert read_by_sponsor(cast, path) == {"supervision_place_since": None, "last_developed_on": None}
    own(cast, "supervision-places", {**PLACE, "name": word})
    own(cast, "development", {**(ACTS["development"].say(cast, word) or {}), "on": "2026-02-03"})
    told = read_by_sponsor(cast, path)
    assert told == {"supervision_place_since": "2026-01-10", "last_developed_on": "2026-02-03"}
    read = cast.send(E, "GET", f"/v1/engagements/{cast.engagement}/access-log").json()["entries"][0]
    assert (read["role"], read["view"]) == ("sponsor_organisation", "practice")
    for who in (M, C, E):
        cast.api.refused(cast.subject(who), "GET", path, 403, "not-your-role", marker())
    cast.api.refused(cast.subject(STRANGER), "GET", path, 404, "not-found", marker())
    cast.act(E, "POST", "/closure", {"ending": "broken_off", "statement": "Enough."})
    cast.api.refused(cast.subject(O), "GET", path, 404, "not-found", marker())


def read_by_sponsor(cast: Cast, path: str) -> Any:
    """What the organisation is told."""
    answer = cast.send(O, "GET", path)
    assert answer.status_code == 200
    return answer.json()
