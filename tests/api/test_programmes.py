"""Programmes over HTTP: who sees what of them, how one begins, and releases that stay as they are (R7, R10)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.programme import Programme
from domain.reads import ReadRecorded, View, access_stream_id
from domain.vocabulary import Level, Quadrant
from ops.keys.custodian import Notary
from tests import stage as on_stage
from tests.api.acts import programme, request
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, marker
from tests.programmes import coach, coach_several
from tests.stage import Stage

IN_Q1 = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
AFTER_Q1, AFTER_Q2 = (datetime(2026, month, 3, tzinfo=UTC) for month in (4, 7))
INNER, OUTER = Quadrant.INNER_INDIVIDUAL, Quadrant.OUTER_COLLECTIVE
PATH = "/v1/programmes"


def begin(cast: Cast, word: str = "said", **changes: Any) -> dict[str, Any]:
    """A new programme of the cast's organisation."""
    begun: dict[str, Any] = cast.write(O, "POST", PATH, {**programme(cast, word), **changes}).json()
    return begun


def ask_within(cast: Cast, within: str, level: str | None = "top") -> str:
    """An engagement of the cast's in a programme."""
    body = {**request(cast, "said"), "programme_id": within, "level": level}
    cast.engagement = str(cast.write(O, "POST", "/v1/engagements", body).json()["id"])
    return cast.engagement


def get(cast: Cast, who: str, path: str, **asked: str) -> dict[str, Any]:
    """A read that must succeed."""
    answer = cast.send(who, "GET", f"{PATH}{path}", params=asked)
    assert answer.status_code == 200, answer.json().get("type")
    return answer.json()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with one engagement, in a programme."""
    made = new_cast("newcomer")
    made.programme = begin(made, "reorganise")["id"]  # type: ignore[attr-defined]
    ask_within(made, within(made))
    made.write(E, "PUT", made.below("/coach"), {"coach_id": made.ids[C], "coach_name": "c", "meeting": 0, "why": ""},
               version=made.version(E))  # fmt: skip
    return made


def within(cast: Cast) -> str:
    """The cast's programme."""
    return str(cast.programme)  # type: ignore[attr-defined]


def test_the_organisation_sees_its_programme(cast: Cast) -> None:
    """Title, purpose, reason and where it began are the organisation's, and come back as they were said (R7)."""
    shown = get(cast, O, f"/{within(cast)}")
    assert shown == {
        "id": within(cast), "version": "v1", "title": "reorganise", "purpose": "reorganise", "reason": "change",
        "from_the_top": True, "closed_through": None, "warnings": [],
    }  # fmt: skip
    (listed,) = get(cast, O, "")["entries"]
    assert listed == {"id": within(cast), "view": "sponsor_organisation", "title": "reorganise", "engagement_id": None,
                      "level": None}  # fmt: skip


@pytest.mark.parametrize("who", [M, E])
def test_people_see_their_own_and_no_reason(cast: Cast, who: str) -> None:
    """Line manager and coachee see that their engagement is in a programme, and neither title nor reason (R7, R10)."""
    answer = cast.send(who, "GET", PATH)
    assert answer.json()["entries"] == [
        {"id": within(cast), "view": who.replace("-", "_"), "title": None, "engagement_id": cast.engagement,
         "level": "top"}
    ]  # fmt: skip
    assert "reorganise" not in answer.text
    for path in ("", "/engagements"):
        cast.api.refused(cast.subject(who), "GET", f"{PATH}/{within(cast)}{path}", 403, "not-your-role", marker())


@pytest.mark.parametrize("who", [C, STRANGER])
def test_to_others_there_is_no_programme(cast: Cast, who: str) -> None:
    """Coach and stranger have an empty list, and each address below a programme is a 404 (R10)."""
    assert get(cast, who, "") == {"entries": [], "next": None}
    for path in ("", "/engagements", "/statistics"):
        cast.api.refused(cast.subject(who), "GET", f"{PATH}/{within(cast)}{path}", 404, "not-found", marker())


def test_the_roster_is_the_organisations(new_cast: Callable[..., Cast]) -> None:
    """Who takes part, newest first and page by page, by engagement and level (R10)."""
    cast = new_cast()
    of = begin(cast)["id"]
    asked = [ask_within(cast, of, level) for level in ("top", "first_line", None)]
    first = get(cast, O, f"/{of}/engagements", limit="2")
    rest = get(cast, O, f"/{of}/engagements", limit="2", cursor=first["next"])
    told = [(one["engagement_id"], one["level"]) for one in first["entries"] + rest["entries"]]
    assert told == list(zip(asked, ("top", "first_line", None), strict=True))[::-1]
    assert rest["next"] is None
    word = marker()
    cast.api.refused(cast.subject(O), "GET", f"{PATH}/{of}/engagements", 400, "cursor-malformed", word,
                     params={"cursor": word})  # fmt: skip


def test_not_from_the_top_is_a_warning(new_cast: Callable[..., Cast]) -> None:
    """A programme that doesn't begin at the top goes on, and its organisation is warned, from the facts, too (R7)."""
    cast, warned = new_cast(), ["not-from-the-top"]
    assert begin(cast, from_the_top=False)["warnings"] == warned
    begun = begin(cast)
    assert (begun["warnings"], get(cast, O, f"/{begun['id']}")["warnings"]) == ([], [])
    ask_within(cast, begun["id"], "middle")
    assert get(cast, O, f"/{begun['id']}")["warnings"] == warned


def test_a_programme_is_its_organisations(api: Api, cast: Cast, new_cast: Callable[..., Cast]) -> None:
    """Nobody begins one for an organisation of somebody else's, or asks for an engagement in another's programme."""
    other = new_cast()
    for who, path, body, name in (
        (other, PATH, {**programme(other, "x"), "organisation_id": cast.organisation}, "unknown-organisation"),
        (other, "/v1/engagements", {**request(other, "x"), "programme_id": within(cast)}, "unknown-programme"),
        (other, "/v1/engagements", {**request(other, "x"), "programme_id": cast.engagement}, "unknown-programme"),
    ):
        word = marker()
        api.refused(who.subject(O), "POST", path, 422, name, word, json=body, headers={"Idempotency-Key": word})
    assert within(cast) == get(cast, O, "")["entries"][0]["id"]


def test_a_line_manager_who_takes_over_sees_it(new_cast: Callable[..., Cast]) -> None:
    """The programme goes with the engagement: to the new line manager, and away from the former one."""
    cast = new_cast("newcomer")
    of = begin(cast)["id"]
    ask_within(cast, of)
    assert get(cast, M, f"/{of}/statistics")["releases"] == []
    newcomer = {"role": "line_manager", "person_id": cast.ids["newcomer"], "name": "n", "statement": "s"}
    cast.act(O, "POST", "/parties", newcomer)
    assert [one["id"] for one in get(cast, "newcomer", "")["entries"]] == [of]
    assert get(cast, "newcomer", f"/{of}/statistics")["view"] == "line_manager"
    assert get(cast, M, "")["entries"] == []
    cast.api.refused(cast.subject(M), "GET", f"{PATH}/{of}/statistics", 404, "not-found", marker())


@pytest.fixture(scope="module")
def coached(api: Api, new_cast: Callable[..., Cast]) -> tuple[Cast, Stage, str]:
    """Ten people whose coaching ended in one quarter; five worked in one quadrant, five in another."""
    cast = new_cast()
    with api.at(IN_Q1):
        of = begin(cast)["id"]
        ask_within(cast, of)
    stage = Stage(api.service, salt=f"programme {cast.run}")
    roles = zip((on_stage.O, on_stage.M, on_stage.C, on_stage.E), ROLES, strict=True)
    stage.people = {role: UUID(cast.ids[name]) for role, name in roles}
    stage.organisation, stage.programme = UUID(cast.organisation), UUID(of)
    coach_several(stage, 5, INNER)
    coach_several(stage, 4, OUTER)
    coach(stage, "tenth", OUTER, Level.MIDDLE)
    return cast, stage, of


def test_a_quarter_is_released_once(api: Api, coached: tuple[Cast, Stage, str]) -> None:
    """What is told after a quarter stays as it is when one more is coached; O, M and E read the same numbers."""
    cast, stage, of = coached
    with api.at(AFTER_Q1):
        assert get(cast, M, f"/{of}/statistics", limit="1")["next"] is None
        size = api.acts()
        told = {who: get(cast, who, f"/{of}/statistics") for who in (O, M, E)}
        assert api.acts() == size
    (release,) = told[O]["releases"]
    answers = {one["question"]: one["groups"] for one in release["questions"]}
    assert (release["quarter"], release["k"], release["people"]) == ("2026-Q1", 5, 10)
    assert answers["inner_individual"] == [{"answers": ["yes"], "people": 5}, {"answers": ["no"], "people": 5}]
    assert answers["level"] == answers["ending"] == []
    for who in (M, E):
        assert told[who]["releases"] == [{**release, "proof": None}]
    assert told[O]["closed_through"] == "2026-Q1"
    stage.at = datetime(2026, 5, 4, tzinfo=UTC)
    coach(stage, "eleventh", INNER)
    with api.at(AFTER_Q2):
        after = get(cast, O, f"/{of}/statistics")
    assert after["releases"] == told[O]["releases"]
    assert after["closed_through"] == "2026-Q2"


def test_released_numbers_fit_what_was_recorded(api: Api, coached: tuple[Cast, Stage, str]) -> None:
    """With the salt that it is given, the organisation shows that a release says what was committed to on record."""
    cast, _, of = coached
    with api.at(AFTER_Q1):
        (release,) = get(cast, O, f"/{of}/statistics")["releases"]
    recorded = api.service.write_side.load(Programme, UUID(of)).releases[0]
    numbers = {**{name: release[name] for name in ("quarter", "k", "people", "questions")}, "method": 1}
    notary, salt = Notary(api.service.desk), bytes.fromhex(release["proof"]["salt"])
    assert notary.commit("statistics", salt, numbers) == recorded.digest == bytes.fromhex(release["proof"]["digest"])
    assert notary.commit("statistics", salt, {**numbers, "people": 11}) != recorded.digest


def test_who_looked_is_on_record(api: Api, coached: tuple[Cast, Stage, str]) -> None:
    """A line manager's look at statistics is on record as theirs, on the organisation's behalf, by its place."""
    cast, _, of = coached
    with api.at(AFTER_Q1):
        get(cast, M, f"/{of}/statistics")
    *_, last = api.service.write_side.events.get(access_stream_id(UUID(cast.ids[M])))
    happened = last.fact  # type: ignore[attr-defined]
    assert isinstance(happened, ReadRecorded)
    assert (happened.view, happened.principal, happened.engagement) == (
        View.STATISTICS, UUID(cast.organisation), None)  # fmt: skip
    assert {place.stream for place in happened.places} == {UUID(of)}
