"""Limits, concerns, dealings and waivers over HTTP: what each party is told of them, and what nobody else can count."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.api.acts import ACTS, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a coach."""
    return play(new_cast(), "coached")


def to_do(cast: Cast, who: str) -> list[str]:
    """What somebody is asked to do."""
    return [one["do"] for one in cast.view(who)["to_do"]]


def test_a_limit_and_a_referral_are_the_coachees_alone(cast: Cast) -> None:
    """Coach and coachee read them and the coachee answers; organisation and manager can't tell there was any (R55)."""
    before = {who: cast.view(who) for who in (O, M)}
    word = marker()
    perform(cast, C, "limit", word=word)
    cast.act(C, "POST", "/referrals", {"recommendation": word, "limit": 1})
    assert "answer_referral" in to_do(cast, E)
    perform(cast, E, "answer_referral", 1, word=word)
    assert "answer_referral" not in to_do(cast, E)
    for who in (C, E):
        (limit,), (referral,) = (cast.view(who)[name] for name in ("competence_limits", "referrals"))
        assert (limit["statement"], referral["limit"]) == (word, 1)
        assert referral["answer"] == referral["answer"] | {"answer": word, "accepted": True}
    assert {who: cast.view(who) for who in (O, M)} == before


@pytest.mark.parametrize("raiser", [O, M, E])
def test_a_concern_is_seen_by_its_raiser_and_the_coach(cast: Cast, raiser: str) -> None:
    """Raised and answered between two; the others' views, versions included, stay as they were (R12, R13)."""
    others = {who: cast.view(who) for who in ROLES if who not in (raiser, C)}
    word = marker()
    perform(cast, raiser, "worry", word=word)
    assert "answer_concern" in to_do(cast, C)
    said = {"raised_by": raiser.replace("-", "_"), "answer": word}
    cast.act(C, "PUT", "/concerns/1/answer", said)
    (shown,) = cast.view(raiser)["concerns"]
    assert (shown["concern"], shown["status"], shown["statement"], shown["answer"]["answer"]) == (
        1, "answered", word, word,
    )  # fmt: skip
    assert shown in cast.view(C)["concerns"]
    assert {who: cast.view(who) for who in others} == others
    assert word not in str(others)


def test_a_rule_is_waived_once(api: Api, cast: Cast) -> None:
    """Coach and coachee read of a waiver; a second one of the same rule is refused."""
    perform(cast, E, "waive")
    assert [one["rule"] for one in cast.view(C)["waivers"]] == ["P15"]
    word = marker()
    act, headers = ACTS["waive"], {"Idempotency-Key": word, "If-Match": f'"{cast.version(C)}"'}
    body = act.say(cast, word)
    api.refused(
        cast.subject(C), "POST", act.address(cast), 409, "already-waived", word, json=body, headers=headers
    )  # fmt: skip
    assert "waivers" not in cast.view(M)


def test_a_concern_lapses_with_its_raiser(new_cast: Callable[..., Cast]) -> None:
    """When the line manager is replaced, the coach is no longer asked to answer what they raised."""
    cast = play(new_cast(), "coached")
    perform(cast, M, "worry")
    assert [one["status"] for one in cast.view(C)["concerns"]] == ["open"]
    perform(cast, O, "replace")
    assert [one["status"] for one in cast.view(C)["concerns"]] == ["lapsed"]
    assert to_do(cast, C) == []


def test_dealings_are_declared_in_the_cooling_period(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Organisation and coachee read a dealing, the manager doesn't; after 24 months it is too late (R65)."""
    cast = play(new_cast(), "coached")
    perform(cast, C, "end")
    perform(cast, C, "deal")
    for who in (O, C, E):
        assert [one["counterpart"] for one in cast.view(who)["dealings"]] == ["coachee"]
    assert "dealings" not in cast.view(M)
    perform(cast, E, "worry")
    perform(cast, C, "answer_concern", 1)
    assert [one["status"] for one in cast.view(E)["concerns"]] == ["answered"]
    version, word = cast.version(C), marker()
    with api.ahead(timedelta(days=731)):
        act = ACTS["deal"]
        api.refused(
            cast.subject(C), "POST", act.address(cast), 409, "cooling-period-over", word,
            json=act.say(cast, word), headers={"Idempotency-Key": word, "If-Match": f'"{version}"'},
        )  # fmt: skip
