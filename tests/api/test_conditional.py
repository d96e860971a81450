"""What somebody has already isn't sent again; otherwise nothing is different (RFC 9110 section 13.1.2)."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from api.conditional import matches
from tests.api.acts import perform, play
from tests.api.people import STRANGER, Api, C, Cast, E, M, O, marker

VIEW = "/v1/views/{who}/engagements/{id}"
PATHS = [
    VIEW,
    f"{VIEW}/stream?limit=2",
    "/v1/engagements",
    "/v1/engagements/{id}/grants",
    "/v1/engagements/{id}/contract/versions/1.pdf",
    "/v1/people/me",
    "/v1/changes",
]


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract."""
    return play(new_cast(), "active")


def ask(cast: Cast, who: str, path: str = VIEW, *tags: str) -> httpx.Response:
    """A GET of what somebody may have already, each tag in a line of its own."""
    headers = [*cast.api.bearer(cast.subject(who)).items(), *(("If-None-Match", one) for one in tags)]
    return cast.api.client.get(path.format(who=who, id=cast.engagement), headers=headers)


@pytest.mark.parametrize("path", PATHS)
def test_what_has_not_changed_is_not_sent_again(api: Api, cast: Cast, path: str) -> None:
    """With its tag the answer is 304, empty, under the same tag, not to be stored, and on record like the first."""
    first = ask(cast, C, path)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    before = api.service.reads.recorded
    again = ask(cast, C, path, first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert not {"content-type", "content-length", "transfer-encoding"} & set(again.headers)
    assert [again.headers[name] for name in ("ETag", "Cache-Control")] == [first.headers["ETag"], "no-store"]
    recorded = api.service.reads.recorded - before
    assert ask(cast, C, path, '"other"').content == ask(cast, C, path).content or "limit" in path
    assert api.service.reads.recorded - before == 3 * recorded > 0


def test_only_what_the_asker_sees_makes_another_tag(cast: Cast) -> None:
    """Journal and notes leave the tags of organisation and line manager as they are, and change their writer's."""
    before = {who: ask(cast, who).headers["ETag"] for who in (O, M, C, E)}
    assert len(set(before.values())) == 4
    perform(cast, E, "journal")
    perform(cast, C, "note")
    after = {who: ask(cast, who, VIEW, before[who]) for who in before}
    assert {who: answer.status_code for who, answer in after.items()} == {O: 304, M: 304, C: 200, E: 200}
    assert all(after[who].headers["ETag"] != before[who] for who in (C, E))


def test_what_ends_by_time_makes_another_tag(api: Api, new_cast: Callable[..., Cast]) -> None:
    """A view that tells of less, only because time has passed, is sent, though its version is the same."""
    cast = play(new_cast(), "ended")
    first = ask(cast, C)
    with api.ahead(timedelta(days=4_000)):
        later = ask(cast, C, VIEW, first.headers["ETag"])
        assert later.status_code == 200
        assert later.json()["ended"] != first.json()["ended"]
        assert later.json()["version"] == first.json()["version"]
    assert ask(cast, C, VIEW, first.headers["ETag"]).status_code == 304  # control: the time as it was


def test_the_tag_of_a_view_is_a_version_to_write_on(cast: Cast) -> None:
    """If-Match takes a view's ETag as it is, until something changes."""
    tag = ask(cast, O).headers["ETag"]
    for status in (201, 412):
        headers = {"If-Match": tag, "Idempotency-Key": cast.api.new_key()}
        answer = cast.send(O, "POST", cast.below("/voice"), json={"statement": "said"}, headers=headers)
        assert answer.status_code == status


def test_a_tag_opens_nothing(api: Api, cast: Cast) -> None:
    """Whoever may not read is refused as ever, also with the right tag, or with any."""
    path, tag = VIEW.format(who=C, id=cast.engagement), ask(cast, C).headers["ETag"]
    for wanted in (tag, "*"):
        headers = {"If-None-Match": wanted}
        stranger = cast.subject(STRANGER)
        api.refused(None, "GET", path, 401, "unauthenticated", marker(), headers=headers)
        api.refused(stranger, "GET", path, 404, "not-found", marker(), headers=headers)
        api.refused(cast.subject(M), "GET", path, 403, "not-your-role", marker(), headers=headers)
        assert ask(cast, C, VIEW, wanted).status_code == 304  # control


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (['"a"'], True), (['W/"a"'], True), (['"b"', '"a"'], True), (['"b", W/"c",, "a" '], True), (["*"], True),
        ([' "a"'], True), (['"x,", "a"'], True),
        ([], False), ([""], False), (['"b"'], False), (["a"], False), (['"A"'], False), (['w/"a"'], False),
        (['"a" "b"'], False), (['"a", *'], False), (['"a'], False), (['"b, "a"'], False), (["*, *"], False),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly(wanted: list[str], found: bool) -> None:
    """A list of tags in one line or several, weak like strong, or ``*``; what is no such list fits nothing."""
    assert matches(wanted, '"a"') is matches(wanted, 'W/"a"') is found
