"""People, organisations and the request that joins them: who may name whom."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.api.acts import request
from tests.api.people import STRANGER, Api, C, Cast, E, M, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """Registered people without an engagement."""
    return new_cast()


def test_a_person_registers_once(api: Api) -> None:
    """The second registration under another key is refused; before the first, one can see one's own id already."""
    newcomer = api.send("newcomer", "GET", "/v1/people/me").json()
    assert newcomer == {"id": newcomer["id"], "version": "v0", "registered": False}
    body = {"name": "N", "email": "n@example.org"}
    made = api.send("newcomer", "POST", "/v1/people", json=body, headers={"Idempotency-Key": api.new_key()})
    assert (made.status_code, made.json()["id"]) == (201, newcomer["id"])
    word = marker()
    again = {"name": word, "email": word}
    api.refused(
        "newcomer", "POST", "/v1/people", 409, "already-registered", word, json=again,
        headers={"Idempotency-Key": word},
    )  # fmt: skip
    assert api.send("newcomer", "GET", "/v1/people/me").json()["registered"] is True


def test_an_organisation_needs_a_registered_person(api: Api) -> None:
    """Somebody with a token who never registered represents nobody."""
    word = marker()
    api.refused(
        "nobody", "POST", "/v1/organisations", 422, "unknown-person", word, json={"name": word},
        headers={"Idempotency-Key": word},
    )  # fmt: skip


def test_a_request_names_an_own_organisation_and_registered_people(api: Api, cast: Cast) -> None:
    """Another's organisation, ids of other things, unknown people and double roles are refused; the right one isn't."""
    others = cast.ids[STRANGER]
    for who, changes, problem in (
        (M, {}, "unknown-organisation"),
        (STRANGER, {}, "unknown-organisation"),
        (O, {"organisation_id": str(uuid4())}, "unknown-organisation"),
        (O, {"organisation_id": cast.ids[O]}, "unknown-organisation"),
        (O, {"line_manager_id": str(uuid4())}, "unknown-person"),
        (O, {"coachee_id": cast.organisation}, "unknown-person"),
        (O, {"coachee_id": cast.ids[M]}, "same-person-in-two-roles"),
        (O, {"coachee_id": cast.ids[O]}, "same-person-in-two-roles"),
        (O, {"line_manager_id": cast.ids[O]}, "same-person-in-two-roles"),
    ):
        word = marker()
        api.refused(
            cast.subject(who), "POST", "/v1/engagements", 422, problem, word,
            json={**request(cast, word), **changes}, headers={"Idempotency-Key": word},
        )  # fmt: skip
    body = {**request(cast, "said"), "coachee_id": others}
    assert cast.write(O, "POST", "/v1/engagements", body).status_code == 201


def test_a_coach_is_somebody_else(api: Api, cast: Cast) -> None:
    """The coachee can't choose themself, the manager, the representative, an organisation or nobody."""
    cast.engagement = cast.write(O, "POST", "/v1/engagements", request(cast, "said")).json()["id"]
    for coach, problem in (
        (cast.ids[E], "same-person-in-two-roles"),
        (cast.ids[M], "same-person-in-two-roles"),
        (cast.ids[O], "same-person-in-two-roles"),
        (cast.organisation, "unknown-person"),
        (cast.engagement, "unknown-person"),
        (str(uuid4()), "unknown-person"),
    ):
        word = marker()
        body = {"coach_id": coach, "coach_name": word, "meeting": 0, "why": word}
        headers = {"Idempotency-Key": word, "If-Match": '"v1"'}
        api.refused(cast.subject(E), "PUT", cast.below("/coach"), 422, problem, word, json=body, headers=headers)
    cast.act(E, "PUT", "/coach", {"coach_id": cast.ids[C], "coach_name": "C", "meeting": 0, "why": ""})
    assert cast.view(C)["engagement"]["status"] == "coached"
