"""If-Match: a change says what its author last saw, and what they can't see never makes that stale."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.acts import ask, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract and an open second session."""
    return play(new_cast(), "active")


def _voice(api: Api, cast: Cast, status: int, problem: str, *tags: str) -> httpx.Response:
    word = marker()
    headers: Any = [("Idempotency-Key", word), ("X-Marker", word), *(("If-Match", tag) for tag in tags)]
    before = api.acts()
    all_headers = [*cast.api.bearer(cast.subject(O)).items(), *headers]
    answer = api.client.post(cast.below("/voice"), json={"statement": word}, headers=all_headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/v1/problems/{problem}"
    assert word not in answer.text + str(answer.headers) + api.log.getvalue()
    assert api.acts() == before
    return answer


def test_a_change_without_a_version_is_refused(api: Api, cast: Cast) -> None:
    """428: nobody changes an engagement without having looked at it."""
    _voice(api, cast, 428, "version-missing")


@pytest.mark.parametrize(
    "tag",
    ["", "*", "v1", '"1"', '"v"', '"v01"', '"v-1"', 'W/"v1"', '"v1", "v2"', '"V1"', "'v1'", '"v1',
     '"v1"x', '"v1e3"', '"v+1"', '"v9999999999"', "Zq0Xw"],
)  # fmt: skip
def test_a_version_is_one_strong_tag(api: Api, cast: Cast, tag: str) -> None:
    """Weak tags, lists, stars and whatever else isn't one version like "v7" are malformed."""
    _voice(api, cast, 400, "version-malformed", tag)


def test_two_versions_are_malformed(api: Api, cast: Cast) -> None:
    """Two If-Match lines are a list, also when one of them would be right."""
    right = f'"{cast.version(O)}"'
    _voice(api, cast, 400, "version-malformed", right, '"v1"')
    _voice(api, cast, 400, "version-malformed", right, right)


def test_any_other_version_is_stale(api: Api, cast: Cast) -> None:
    """An older and a newer version are refused; the one in the view's ETag, and in the last answer's, is taken."""
    view = cast.send(O, "GET", f"/v1/views/{O}/engagements/{cast.engagement}")
    seen = int(view.json()["version"].removeprefix("v"))
    assert view.headers["ETag"].startswith(f'"v{seen}.')
    for other in (0, 1, seen - 1, seen + 1, 999_999_999):
        _voice(api, cast, 412, "stale-version", f'"v{other}"')
    done = cast.write(O, "POST", cast.below("/voice"), {"statement": "said"}, version=f"v{seen}")
    assert done.headers["ETag"] == f'"{done.json()["version"]}"' == f'"{cast.version(O)}"'
    _voice(api, cast, 412, "stale-version", f'"v{seen}"')


def test_what_others_do_out_of_sight_doesn_t_count(cast: Cast) -> None:
    """Journal, notes, a session's review and its expectation change no version of O or M, so O's signature stands."""
    before = {who: cast.version(who) for who in ROLES}
    perform(cast, E, "journal")
    perform(cast, C, "note")
    assert {who: cast.version(who) for who in ROLES} == before
    perform(cast, E, "review", 2)
    perform(cast, E, "expect", 2)
    after = {who: cast.version(who) for who in ROLES}
    assert {who for who in ROLES if after[who] != before[who]} == {C, E}
    cast.write(O, "POST", cast.below("/voice"), {"statement": "said"}, version=before[O])


def test_a_signature_isn_t_stale_for_what_its_signer_can_t_see(new_cast: Callable[..., Cast]) -> None:
    """Reality, approach and sessions between O's reading and O's signature don't come in between."""
    cast = play(new_cast(), "offered")
    seen, reference = cast.version(O), cast.reference()
    for who, name, number in ((E, "reality", 0), (C, "approach", 0), (C, "propose", 0), (C, "note", 0)):
        perform(cast, who, name, number)
    cast.write(O, "POST", cast.below("/contract/signatures"), reference, version=seen)


def test_what_others_do_in_sight_counts(api: Api, new_cast: Callable[..., Cast]) -> None:
    """The positive control: a signature that O can see makes O's version stale."""
    cast = play(new_cast(), "offered")
    seen, word = cast.version(O), marker()
    perform(cast, E, "sign")
    api.refused(
        cast.subject(O), "POST", cast.below("/contract/signatures"), 412, "stale-version", word,
        json=cast.reference(), headers={"Idempotency-Key": word, "If-Match": f'"{seen}"'},
    )  # fmt: skip


def test_a_version_says_nothing_of_hidden_meetings(new_cast: Callable[..., Cast]) -> None:
    """However many coaches the coachee met, everybody else counts the same."""
    casts = []
    for meetings in (0, 3):
        cast = new_cast()
        ask(cast)
        for _ in range(meetings):
            perform(cast, E, "meet")
        perform(cast, E, "choose")
        casts.append({who: cast.version(who) for who in (O, M, C)})
    assert casts[0] == casts[1]
