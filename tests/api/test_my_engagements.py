"""The list of one's own engagements: what a person asks before they know any id."""

from collections.abc import Callable

import pytest

from tests.api.acts import play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with one engagement that has a coach."""
    return play(new_cast(), "coached")


@pytest.mark.parametrize("who", ROLES)
def test_a_party_finds_the_engagement(cast: Cast, who: str) -> None:
    """Id, the name of one's own view, its version, status and title: as the view itself says."""
    listed = cast.send(who, "GET", "/v1/engagements").json()
    view = cast.view(who)
    assert listed["next"] is None
    assert listed["entries"] == [
        {
            "id": cast.engagement,
            "view": view["view"],
            "version": view["version"],
            "status": view["engagement"]["status"],
            "title": view["engagement"]["title"],
            "names": view["engagement"]["names"],
        }
    ]


def test_a_stranger_has_an_empty_list(cast: Cast) -> None:
    """Nothing is an empty page, not an error; it says nothing about what there is."""
    answer = cast.send(STRANGER, "GET", "/v1/engagements")
    assert (answer.status_code, answer.json()) == (200, {"entries": [], "next": None})


def test_pages_are_walked_newest_first(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Two engagements of one coachee on pages of one; another's cursor is refused."""
    cast = new_cast()
    first = play(cast, "coached").engagement
    cast.engagement = ""
    second = play(cast, "coached").engagement
    page = cast.send(E, "GET", "/v1/engagements", params={"limit": "1"}).json()
    assert [entry["id"] for entry in page["entries"]] == [second]
    rest = cast.send(E, "GET", "/v1/engagements", params={"limit": "1", "cursor": page["next"]}).json()
    assert [entry["id"] for entry in rest["entries"]] == [first]
    assert rest["next"] is None
    refused = cast.send(C, "GET", "/v1/engagements", params={"cursor": page["next"]})
    assert refused.status_code == 400
    assert api.size() > 0
