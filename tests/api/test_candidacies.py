"""Candidates over HTTP: what they tell goes to the coachee alone, and with the choice to all four."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.acts import ACTS, ask, perform
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, K, M, O, marker

LIST = "/v1/candidacies"


@pytest.fixture
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an engagement that has no coach yet, and one coach more."""
    cast = new_cast(K)
    ask(cast)
    return cast


def meet(cast: Cast, who: str) -> None:
    """The coachee meets a registered coach."""
    said = {"met_on": "2026-01-05", "coach_id": cast.ids[who], "coach_name": "somebody", "impression": ""}
    cast.act(E, "POST", "/coaches-met", said)


def tell(cast: Cast, who: str, name: str, word: str = "said") -> None:
    """A candidate's act that must succeed."""
    act = ACTS[name]
    answer = cast.write(who, act.method, act.address(cast), act.say(cast, word))
    assert answer.json()["version"] == "v0"


def refuse(cast: Cast, who: str, name: str, status: int, problem: str) -> None:
    """A candidate's act that must be refused."""
    act, word = ACTS[name], marker()
    said, headers = act.say(cast, word), {"Idempotency-Key": word}
    cast.api.refused(
        cast.subject(who), act.method, act.address(cast), status, problem, word, json=said, headers=headers
    )


def choose(cast: Cast, who: str, meeting: int) -> dict[str, Any]:
    """What is said when somebody is chosen."""
    return {"coach_id": cast.ids[who], "coach_name": who, "meeting": meeting, "why": "because"}


def refuse_choice(cast: Cast, said: dict[str, Any], status: int, problem: str) -> None:
    """A choice that must be refused."""
    headers = {"Idempotency-Key": (word := marker()), "If-Match": f'"{cast.version(E)}"'}
    cast.api.refused(cast.subject(E), "PUT", cast.below("/coach"), status, problem, word, json=said, headers=headers)


def listed(cast: Cast, who: str) -> list[dict[str, Any]]:
    """Somebody's candidacies."""
    answer = cast.send(who, "GET", LIST)
    assert answer.status_code == 200
    return answer.json()["entries"]  # type: ignore[no-any-return]


def test_only_the_coachee_reads_a_candidate(cast: Cast) -> None:
    """R13: before the choice the coachee reads profile and code; the others' views and versions don't even move."""
    before = {who: cast.view(who) for who in (O, M)}
    meet(cast, K)
    tell(cast, K, "offer", "by the candidate")
    tell(cast, K, "pledge")
    assert {who: cast.view(who) for who in (O, M)} == before
    (shown,) = cast.view(E)["candidates"]
    assert shown["profile"]["methods"] == "by the candidate"
    assert shown["profile"]["models"] == ["by the candidate"] * 2
    assert shown["ethics_code"]["code"] == "said"
    assert cast.send(K, "GET", f"/v1/views/{E}/engagements/{cast.engagement}").status_code == 404


def test_the_choice_shows_all_four_what_was_told(cast: Cast) -> None:
    """R11, R50: what the chosen one told goes to all; what the other one told stays with the coachee (R24)."""
    for who in (K, C):
        meet(cast, who)
        tell(cast, who, "offer", f"told by {who}")
        tell(cast, who, "pledge", f"the code of {who}")
    tell(cast, C, "offer", "told again")
    cast.act(E, "PUT", "/coach", choose(cast, C, 2))
    for who in ROLES:
        shown = cast.view(who)["credentials"]
        assert shown["profile"]["experience"] == "told again"
        assert shown["ethics_code"]["code"] == f"the code of {C}"
        assert (f"told by {K}" in str(cast.view(who))) is (who == E)
    assert "candidates" not in cast.view(C)
    perform(cast, C, "profile", word="as the coach")
    assert {cast.view(who)["credentials"]["profile"]["training"] for who in ROLES} == {"as the coach"}


def test_a_coach_who_declined_is_not_chosen(cast: Cast) -> None:
    """X4: a candidate declines and names somebody else; only the coachee learns it, and can't choose them."""
    meet(cast, K)
    tell(cast, K, "decline", "my colleague")
    refuse(cast, K, "offer", 409, "candidacy-over")
    (shown,) = cast.view(E)["candidates"]
    assert shown["declined"]["referral"] == "my colleague"
    for meeting in (0, 1):
        refuse_choice(cast, choose(cast, K, meeting), 409, "coach-declined")
    assert [one["outcome"] for one in listed(cast, K)] == ["declined"]
    perform(cast, E, "choose")
    said = {"role": "coach", "person_id": cast.ids[K], "name": "somebody", "statement": "after all"}
    headers = {"Idempotency-Key": (word := marker()), "If-Match": f'"{cast.version(E)}"'}
    cast.api.refused(
        cast.subject(E), "POST", cast.below("/parties"), 409, "coach-declined", word, json=said, headers=headers
    )
    cast.act(E, "POST", "/parties", said | {"person_id": cast.ids[STRANGER]})


def test_a_meeting_was_with_one_coach(cast: Cast) -> None:
    """R24: out of a meeting the coach is chosen who was met there; by another meeting, or without one, anybody is."""
    meet(cast, K)
    refuse_choice(cast, choose(cast, C, 1), 422, "another-coach-met")
    cast.act(E, "PUT", "/coach", choose(cast, C, 0))
    assert cast.view(C)["credentials"] is None


def test_one_finds_ones_own_candidacies(cast: Cast) -> None:
    """R24: date, what one did and whether it is over; nothing of the engagement, and the coachee sees the look."""
    assert listed(cast, K) == listed(cast, STRANGER) == []
    meet(cast, K)
    known = {"engagement_id": cast.engagement, "met_on": "2026-01-05"}
    nothing = {"disclosed": False, "ethics_code_acknowledged": False}
    assert listed(cast, K) == [{**known, **nothing, "outcome": "open"}]
    tell(cast, K, "offer")
    tell(cast, K, "pledge")
    meet(cast, C)
    log = cast.send(E, "GET", cast.below("/access-log")).json()["entries"]
    assert ("candidate", "candidacy", "list") in {(one["role"], one["view"], one["purpose"]) for one in log}
    cast.act(E, "PUT", "/coach", choose(cast, C, 0))
    told = {"disclosed": True, "ethics_code_acknowledged": True}
    assert listed(cast, K) == [{**known, **told, "outcome": "over"}]
    assert [one["outcome"] for one in listed(cast, C)] == ["chosen"]
    for name in ("offer", "pledge", "decline"):
        refuse(cast, K, name, 409, "candidacy-over")
        refuse(cast, STRANGER, name, 404, "not-found")


@pytest.mark.parametrize("chosen", [True, False])
def test_who_was_not_chosen_does_not_learn_of_the_end(cast: Cast, chosen: bool) -> None:
    """R24: after the choice and after the end a candidate is answered the same, whether or not anybody was chosen."""
    meet(cast, K)
    if chosen:
        perform(cast, E, "choose")
        refuse(cast, K, "offer", 409, "candidacy-over")
    else:
        tell(cast, K, "offer")
    perform(cast, O, "end")
    for name in ("offer", "pledge", "decline"):
        refuse(cast, K, name, 409, "candidacy-over")
    assert [one["outcome"] for one in listed(cast, K)] == ["over"]


def test_candidacies_come_in_pages(api: Api, cast: Cast) -> None:
    """Two meetings on pages of one, newest first; another's cursor is refused."""
    meet(cast, K)
    first = cast.engagement
    ask(cast)
    meet(cast, K)
    page = cast.send(K, "GET", LIST, params={"limit": "1"}).json()
    rest = cast.send(K, "GET", LIST, params={"limit": "1", "cursor": page["next"]}).json()
    assert [one["engagement_id"] for one in page["entries"] + rest["entries"]] == [cast.engagement, first]
    assert rest["next"] is None
    word = marker()
    api.refused(cast.subject(C), "GET", LIST, 400, "cursor-malformed", word, params={"cursor": page["next"]})
