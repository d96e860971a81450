"""Whoever isn't meant to do something can't: on every write route, also on those that come later."""

from collections.abc import Callable

import pytest

from tests.api.acts import ACTS, ENGAGEMENT, play
from tests.api.people import ROLES, STRANGER, Api, Cast, O, marker

BELOW = [name for name, act in ACTS.items() if act.path.startswith(ENGAGEMENT)]


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract."""
    return play(new_cast(), "active")


def test_every_write_route_has_an_entry(api: Api) -> None:
    """A route that is new, or gone, must be added to, or taken from, the table that these tests go by."""
    described = api.client.get("/v1/openapi.json").json()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods if method != "get"}
    assert routes == {(act.method, act.path) for act in ACTS.values()}
    assert len(routes) == len(ACTS)


@pytest.mark.parametrize("name", BELOW)
def test_only_its_role_may(api: Api, cast: Cast, name: str) -> None:
    """Every other party gets 403, a stranger 404, nobody 401; what was typed is neither kept nor repeated (R5)."""
    act = ACTS[name]
    for who in (*ROLES, STRANGER, None):
        if who in act.by:
            continue
        status, problem = {STRANGER: (404, "not-found"), None: (401, "unauthenticated")}.get(
            who, (403, "decision-of-the-coachee" if name == "decide" else "not-your-role")
        )
        word = marker()
        subject = cast.subject(who) if who else None
        headers = {"Idempotency-Key": word, "If-Match": '"v1"'}
        address, body = act.address(cast), act.say(cast, word)
        api.refused(subject, act.method, address, status, problem, word, json=body, headers=headers)


@pytest.mark.parametrize("name", [name for name in ACTS if name not in BELOW])
def test_nobody_writes_without_a_token(api: Api, cast: Cast, name: str) -> None:
    """People, organisations, engagements and overseers need somebody who says who they are."""
    act, word = ACTS[name], marker()
    headers = {"Idempotency-Key": word}
    api.refused(
        None, act.method, act.address(cast, 1), 401, "unauthenticated", word, json=act.say(cast, word), headers=headers
    )


def test_only_the_operator_appoints(api: Api, cast: Cast) -> None:
    """A party, a stranger and an overseer can't appoint; the operator can, once a role and person."""
    body = {"person_id": cast.ids[STRANGER], "role": "auditor"}
    for who in (O, STRANGER):
        word = marker()
        api.refused(
            cast.subject(who), "POST", "/v1/oversight/appointments", 403, "operator-only", word,
            json=body, headers={"Idempotency-Key": word},
        )  # fmt: skip
    done = api.send(
        "operator", "POST", "/v1/oversight/appointments", json=body, headers={"Idempotency-Key": api.new_key()}
    )
    assert done.status_code == 201
    for status, problem, said in (
        (409, "already-registered", body),
        (422, "unknown-person", {**body, "person_id": cast.engagement}),
    ):
        word = marker()
        api.refused(
            "operator", "POST", "/v1/oversight/appointments", status, problem, word,
            json=said, headers={"Idempotency-Key": word},
        )  # fmt: skip
    again = {"person_id": cast.ids[O], "role": "auditor"}
    word = marker()
    api.refused(
        cast.subject(STRANGER), "POST", "/v1/oversight/appointments", 403, "operator-only", word,
        json=again, headers={"Idempotency-Key": word},
    )  # fmt: skip


def test_a_party_can_ask_for_no_view_but_its_own(api: Api, cast: Cast) -> None:
    """Another party's view and stream are refused with 403; one's own is given."""
    for who in ROLES:
        for view in ROLES:
            for path in (f"/v1/views/{view}/engagements/{cast.engagement}{end}" for end in ("", "/stream")):
                if view == who:
                    assert cast.send(who, "GET", path).status_code == 200
                else:
                    api.refused(cast.subject(who), "GET", path, 403, "not-your-role", marker())


def test_an_accepted_text_comes_back_to_its_author(api: Api, cast: Cast) -> None:
    """The positive control of every echo test: an accepted word is in its author's view, and in no log line."""
    word = marker()
    cast.act(O, "POST", "/voice", {"statement": word})
    assert word in str(cast.view(O))
    assert word not in api.log.getvalue()
