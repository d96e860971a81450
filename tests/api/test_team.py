"""A coached team over HTTP (R4)."""

from collections.abc import Callable

from tests.api.acts import perform, request
from tests.api.people import STRANGER, Body, C, Cast, E, K, M, O, marker
from tests.api.test_candidacies import listed, meet
from tests.api.test_disclosures import show

MEMBER = "team-member"


def team(new_cast: Callable[..., Cast], *met: str) -> Cast:
    """A team's engagement with a coach, and somebody who isn't a member yet; ``met`` looked at their candidacies."""
    cast: Cast = new_cast(MEMBER, *met)
    body = {**request(cast, "said"), "kind": "team"}
    cast.engagement = cast.write(O, "POST", "/v1/engagements", body).json()["id"]
    for who in met:
        meet(cast, who)
        assert listed(cast, who)
    choice = {"coach_id": cast.ids[C], "coach_name": "said", "meeting": 0, "why": "said"}
    cast.act(E, "PUT", "/coach", choice)
    return cast


def admit(cast: Cast) -> None:
    """The coachee admits the member."""
    cast.act(E, "POST", "/team-members", {"person_id": cast.ids[MEMBER], "name": "Zoë"})


def of_the_member(cast: Cast) -> str:
    """Where a member reads: the coachee's view, with their own keys."""
    return f"/v1/views/coachee/engagements/{cast.engagement}"


def test_a_member_reads_writes_for_themself_and_leaves(new_cast: Callable[..., Cast]) -> None:
    """Admitted, a member finds the engagement, reads on, keeps a journal and leaves; before and after: nothing."""
    cast = team(new_cast)
    assert cast.send(MEMBER, "GET", of_the_member(cast)).status_code == 404
    admit(cast)
    said = dict.fromkeys(("reality", "problem", "weight", "rationale"), "for the team")
    cast.act(E, "POST", "/reality", said)
    listed = cast.send(MEMBER, "GET", "/v1/engagements").json()
    assert cast.engagement in str(listed)
    cast.write(MEMBER, "POST", cast.below("/journal"), {"entry": "for myself"})
    view = cast.send(MEMBER, "GET", of_the_member(cast)).json()
    assert view["reality"]["reality"] == "for the team"
    assert [one["entry"] for one in view["journal"]] == ["for myself"]
    assert (view["to_do"], view["coaches_met"]) == ([], [])
    assert cast.view(E)["journal"] == []
    leaving = {"person_id": cast.ids[MEMBER], "statement": "a new job"}
    cast.write(MEMBER, "POST", cast.below("/team-members/departures"), leaving, version=view["version"])
    left = cast.send(MEMBER, "GET", of_the_member(cast)).json()
    assert left["reality"] is None
    assert [one["entry"] for one in left["journal"]] == ["for myself"]
    assert cast.view(E)["engagement"]["team"] == [{"person_id": cast.ids[MEMBER], "name": "Zoë", "admitted": False}]


def test_what_a_member_may_not(new_cast: Callable[..., Cast]) -> None:
    """A member doesn't speak for the team; one person's engagement has no members; nobody is admitted twice."""
    cast = team(new_cast)
    admit(cast)
    word = marker()

    def refused(who: str, path: str, body: Body, status: int, name: str) -> None:
        version = cast.send(who, "GET", of_the_member(cast)).json()["version"]
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": word}
        cast.api.refused(
            cast.subject(who), "POST", cast.below(path), status, name, word, json=body, headers=headers
        )  # fmt: skip

    said = dict.fromkeys(("reality", "problem", "weight", "rationale"), word)
    refused(MEMBER, "/reality", said, 403, "not-your-role")
    refused(E, "/team-members", {"person_id": cast.ids[MEMBER], "name": word}, 422, "same-person-in-two-roles")
    stranger = {"person_id": cast.ids["stranger"], "statement": word}
    refused(E, "/team-members/departures", stranger, 422, "unknown-team-member")
    alone = new_cast()
    alone.engagement = alone.write(O, "POST", "/v1/engagements", request(alone, "said")).json()["id"]
    choice = {"coach_id": alone.ids[C], "coach_name": "said", "meeting": 0, "why": "said"}
    alone.act(E, "PUT", "/coach", choice)
    cast = alone
    refused(E, "/team-members", {"person_id": cast.ids["stranger"], "name": word}, 409, "not-a-team")


def test_a_member_knows_of_their_own_keys_and_reads(new_cast: Callable[..., Cast]) -> None:
    """R24, R59: whom the coachee met, and who reads what, the coachee is told; a member only of themself."""
    cast = team(new_cast, K)
    admit(cast)
    cast.act(E, "POST", "/reality", dict.fromkeys(("reality", "problem", "weight", "rationale"), "said"))
    assert cast.send(MEMBER, "GET", of_the_member(cast)).status_code == 200
    told = {
        who: [cast.send(who, "GET", cast.below(path)).json()["entries"] for path in ("/grants", "/access-log")]
        for who in (E, MEMBER)
    }
    (grants, log), (known, seen) = told[MEMBER], told[E]
    assert {one["principal_id"] for one in grants} == {one["person_id"] for one in log} == {cast.ids[MEMBER]}
    assert "coaches_met" not in str(grants)
    assert "coaches_met" in str(known)
    assert cast.ids[K] in str(seen)


def test_who_left_is_told_nothing_new(new_cast: Callable[..., Cast]) -> None:
    """Whatever happens after somebody left, all that they can read stays as it was, the access log included."""
    cast = team(new_cast)
    admit(cast)
    cast.act(E, "POST", "/team-members/departures", {"person_id": cast.ids[MEMBER], "statement": "said"})
    paths = [cast.below(path) for path in ("/grants", "/receipts", "/disclosures")]
    paths += [of_the_member(cast), of_the_member(cast) + "/stream", "/v1/engagements"]

    def told() -> list[object]:
        found: list[object] = [cast.send(MEMBER, "GET", path).json() for path in paths]
        log = cast.send(MEMBER, "GET", cast.below("/access-log")).json()["entries"]
        return [*found, {one["person_id"] for one in log}]

    told()
    before, known = told(), cast.send(E, "GET", paths[0]).json()
    for who, act in ((C, "limit"), (O, "worry"), (M, "worry"), (E, "reality")):
        perform(cast, who, act)
    show(cast, E, "reality", STRANGER)
    assert told() == before
    assert before[-1] == {cast.ids[MEMBER]}
    assert cast.send(E, "GET", paths[0]).json() != known
