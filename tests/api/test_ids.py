"""What isn't yours isn't there: strangers, unknown ids, other things' ids and ids that are none get the same bytes."""

from collections.abc import Callable
from typing import Final
from uuid import UUID, uuid4

import pytest

from domain.personal import Diary, Notebook, personal_stream_id
from domain.principals import CELL_ID
from tests.api.acts import ACTS, ENGAGEMENT, perform, play
from tests.api.people import STRANGER, Api, C, Cast, E, M, marker

READS: Final = tuple(f"/v1/views/{view}/engagements/{{}}{end}" for view in (C, E) for end in ("", "/stream"))
NO_IDS: Final = ("zz", "0", "%00", "%F0%9F%A6%8A", "..%2f..", "'--", "a" * 3_000)


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract, a note and a journal entry."""
    made = play(new_cast(), "active")
    perform(made, C, "note")
    perform(made, E, "journal")
    return made


def _answers(api: Api, cast: Cast, who: str, ids: list[str]) -> set[bytes]:
    answers = set()
    for one in ids:
        for path in READS:
            answers.add(api.refused(cast.subject(who), "GET", path.format(one), 404, "not-found", marker()).content)
        for name in ("voice", "note", "journal", "draft", "reality"):
            act, word = ACTS[name], marker()
            headers = {"Idempotency-Key": word, "If-Match": '"v1"'}
            address = act.path.format(engagement_id=one)
            refused = api.refused(
                cast.subject(who), act.method, address, 404, "not-found", word,
                json=act.say(cast, word), headers=headers,
            )  # fmt: skip
            answers.add(refused.content)
    return answers


def test_a_stranger_can_t_tell_what_exists(api: Api, cast: Cast) -> None:
    """A real engagement, an unknown id and a malformed one are one answer, byte by byte; to a party it's 200."""
    ids = [cast.engagement, str(uuid4()), *NO_IDS]
    assert len(_answers(api, cast, STRANGER, ids)) == 1
    assert cast.send(E, "GET", READS[2].format(cast.engagement)).status_code == 200


def test_a_party_can_t_tell_either_of_what_isn_t_theirs(api: Api, cast: Cast) -> None:
    """People, organisations, the cell, somebody's notebook or journal: as engagements none of these ids exist."""
    engagement = UUID(cast.engagement)
    others = [personal_stream_id(engagement, kind, UUID(cast.ids[who])) for kind, who in ((Notebook, C), (Diary, E))]
    ids = [str(one) for one in (*others, CELL_ID, uuid4())] + [cast.organisation, cast.ids[C], cast.ids[M]]
    assert len(_answers(api, cast, M, ids)) == 1


def test_an_unknown_resource_is_the_same_answer(api: Api, cast: Cast) -> None:
    """A path that the API doesn't have, with or without a slash too many, is the stranger's 404, and no redirect."""
    stranger = api.refused(cast.subject(STRANGER), "GET", READS[0].format(cast.engagement), 404, "not-found", marker())
    for path in ("/", "/v1", "/v1/people/", "/v1/people//me", "/v2/people", "/docs", "/redoc", "/openapi.json",
                 "/v1/engagements/", "/v1/problems/none", f"/{marker()}/x"):  # fmt: skip
        for method in ("GET", "POST"):
            assert api.refused(None, method, path, 404, "not-found", marker()).content == stranger.content


def test_a_known_resource_says_which_methods_it_has(api: Api, cast: Cast) -> None:
    """Another method gets 405 with Allow, before anybody is asked who they are."""
    for method, path, allowed in (
        ("GET", "/v1/people", {"POST"}),
        ("PATCH", "/v1/people/me", {"GET"}),
        ("POST", READS[0].format(cast.engagement), {"GET"}),
        ("OPTIONS", ENGAGEMENT.format(engagement_id="x") + "/voice", {"POST"}),
        ("DELETE", ENGAGEMENT.format(engagement_id="x") + "/coach", {"PUT"}),
        ("OPTIONS", ENGAGEMENT.format(engagement_id="x") + "/disclosures", {"GET", "POST"}),
    ):
        refused = api.refused(None, method, path, 405, "method-not-allowed", marker())
        assert {name.strip() for name in refused.headers["Allow"].split(",")} == allowed
