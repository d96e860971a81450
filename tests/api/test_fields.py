"""Views in parts: only the members that were asked for are sent, and everything else is as it was."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.acts import play
from tests.api.people import ROLES, Api, C, Cast, E, M, marker

ALWAYS = {"engagement_id", "view", "version", "ended"}


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with an active contract."""
    return play(new_cast(), "active")


def path(cast: Cast, who: str) -> str:
    """Somebody's view."""
    return f"/v1/views/{who}/engagements/{cast.engagement}"


def ask(cast: Cast, who: str, fields: str, **headers: str) -> httpx.Response:
    """Some of somebody's view."""
    return cast.send(who, "GET", path(cast, who), params={"fields": fields}, headers=headers)


@pytest.mark.parametrize("who", ROLES)
def test_only_what_is_asked_for_is_sent(cast: Cast, who: str) -> None:
    """Each member by itself, and all by name, are as in the whole view; version and what ended are always there."""
    whole = cast.view(who)
    for fields in ("contract", "to_do,engagement", "ended", "contract,contract"):
        told: dict[str, Any] = ask(cast, who, fields).json()
        assert told.keys() == ALWAYS | set(fields.split(","))
        assert told == {member: whole[member] for member in told}
    assert ask(cast, who, ",".join(whole.keys() - (ALWAYS - {"ended"}))).json() == whole


def test_what_another_view_has_is_left_out(cast: Cast) -> None:
    """A member that isn't the asker's to see is no more there than in the whole view."""
    assert "journal" in ask(cast, E, "journal").json()  # control
    for who in (M, C):
        assert ask(cast, who, "journal").json().keys() == ALWAYS


@pytest.mark.parametrize("fields", ["", "nothing", "contract,", ",contract", "contract, to_do", "Contract", "version"])
def test_what_no_view_has_is_refused(api: Api, cast: Cast, fields: str) -> None:
    """An unknown name, an empty one or white space is 422, says where, and is no read."""
    word = marker()
    options = {"params": {"fields": f"{fields},{word}" if fields == "nothing" else fields}}
    answer = api.refused(cast.subject(C), "GET", path(cast, C), 422, "invalid-request", word, **options)
    assert [error["location"] for error in answer.json()["errors"]] == [["query", "fields"]]


def test_a_part_is_a_read_and_has_a_tag_of_its_own(api: Api, cast: Cast) -> None:
    """It is on record like the whole; its tag begins with the same version, and stands for these members alone."""
    before = api.service.reads.recorded
    part, whole = ask(cast, C, "sessions"), cast.send(C, "GET", path(cast, C))
    assert api.service.reads.recorded == before + 2
    tags = part.headers["ETag"], whole.headers["ETag"]
    assert tags[0] != tags[1]
    assert len({tag.partition(".")[0] for tag in tags}) == 1
    assert ask(cast, C, "sessions", **{"If-None-Match": tags[0]}).status_code == 304
    assert ask(cast, C, "sessions", **{"If-None-Match": tags[1]}).status_code == 200
