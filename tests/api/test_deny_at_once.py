"""A reader is refused the moment their reading ends: no worker erased anything, and a second earlier it is given."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from domain.application import Request
from domain.disposal import accesses, add_months
from domain.engagement import Engagement
from domain.erasure import RecordErasureRequested
from domain.principals import SERVICE_ID
from domain.vocabulary import ErasureGround, Role
from tests.api.acts import draft, perform, play
from tests.api.people import ROLES, Api, C, Cast, E, M, O, marker
from tests.api.test_endings import erase_what_is_due

SECOND: Final = timedelta(seconds=1)
MONTHS: Final = {"retention_months": 2, "follow_up_months": 1}
WIDE: Final = {
    "confidentiality": {
        **MONTHS,
        "permits": {
            "objectives": ["sponsor_organisation"],
            "session_dates": ["sponsor_organisation", "line_manager"],
            "progress_summary": ["sponsor_organisation", "line_manager"],
            "follow_up": ["line_manager"],
        },
    }
}


@pytest.fixture(scope="module")
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a contract that permits much, two sessions, a note and a follow-up, ended; no eraser runs here."""
    cast = play(new_cast(), "closed")
    cast.act(C, "POST", "/contract/drafts", draft("said", **WIDE))
    for who, name in ((M, "assent"), (E, "assent"), *((who, "sign") for who in ROLES), (C, "activate")):
        perform(cast, who, name)
    perform(cast, C, "schedule")
    perform(cast, C, "note")
    perform(cast, E, "journal")
    for who, name in ((C, "end"), (C, "follow_up")):
        perform(cast, who, name)
    return cast


def ended_at(cast: Cast) -> datetime:
    """When the engagement ended."""
    return datetime.fromisoformat(cast.view(E)["engagement"]["ended"]["at"])


def entries(cast: Cast, who: str) -> set[str]:
    """The items in somebody's stream."""
    path = f"/v1/views/{who}/engagements/{cast.engagement}/stream"
    return {entry["item"] for entry in cast.send(who, "GET", path, params={"limit": "200"}).json()["entries"]}


CASES: Final[tuple[tuple[str, int, str, set[str]], ...]] = (
    (O, 0, "closure", {"objectives", "session_dates"}),
    (M, 0, "closure", {"objectives", "session_dates", "contract_draft", "demands", "banana_skins"}),
    (M, 1, "follow_up_end", {"follow_up"}),
    (C, 1, "follow_up_end", {"follow_up"}),
    (C, 2, "retention_end", {"session_dates", "session_content", "coach_notes", "objectives", "contract_draft"}),
    (E, 2, "", set()),
)


@pytest.mark.parametrize(("who", "months", "ground", "lost"), CASES, ids=[f"{c[0]} {c[2]}" for c in CASES])
def test_it_is_read_until_the_second_before(
    api: Api, cast: Cast, who: str, months: int, ground: str, lost: set[str]
) -> None:
    """View and stream give it a second before, neither at the moment itself; the view says since when and why."""
    moment = add_months(ended_at(cast), months)
    seen = cast.version(who)
    with api.at(moment - SECOND):
        assert lost <= entries(cast, who)
        before = cast.view(who)
    with api.at(moment):
        assert not lost & entries(cast, who)
        after = cast.view(who)
    assert before["version"] == after["version"] == seen
    told = [one for one in after["ended"] if one["ground"] == ground]
    assert {item for one in told for item in one["items"]} >= lost
    assert not [one for one in before["ended"] if one["ground"] == ground]
    assert all(datetime.fromisoformat(one["since"]) == moment and one["receipt"] is None for one in told)
    assert (after == before) == (not lost)


def test_no_key_was_erased_for_that(api: Api, cast: Cast) -> None:
    """The positive control: every slot of the engagement still opens; it is the record that denies."""
    state = api.service.write_side.load(Engagement, UUID(cast.engagement))
    assert state.ledger.erased == set()
    slots = api.service.vault.tree.slots([one.slot_id for one in accesses(state, state.terms)])
    assert {slot.erased for slot in slots.values()} == {None}


def test_a_reader_with_nothing_left_gets_the_receipt(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Ordered to go, all of the manager's is 410 at once, with the ground; once erased, with the receipt; never 500."""
    cast = play(new_cast(), "active")
    engagement = UUID(cast.engagement)
    state = api.service.write_side.load(Engagement, engagement)
    manager = state.parties[Role.LINE_MANAGER]
    doomed = tuple(one.doomed for one in accesses(state, state.terms) if one.principal == manager)
    view = f"/v1/views/{M}/engagements/{cast.engagement}"
    assert cast.send(M, "GET", view).status_code == 200
    request = Request(SERVICE_ID, api.clock(), uuid4(), api.service.digest(b"order"))
    command = RecordErasureRequested(uuid4(), ErasureGround.OPERATOR_ORDER, doomed)
    api.service.write_side.execute(engagement, command, request)
    for erased in (False, True):
        if erased:
            assert erase_what_is_due(api) >= len(doomed)
        for path in (view, f"{view}/stream"):
            gone: dict[str, Any] = api.refused(cast.subject(M), "GET", path, 410, "reading-ended", marker()).json()
            assert {over["lifetime"] for over in gone["ended"]} == {"closure", "kept"}
            assert {(over["ground"], "receipt" in over) for over in gone["ended"]} == {("operator_order", erased)}
        (listed,) = cast.send(M, "GET", "/v1/engagements").json()["entries"]
        assert (listed["status"], listed["title"], listed["id"]) == ("gone", None, cast.engagement)
        assert cast.send(M, "GET", cast.below("/grants")).json()["entries"]
        assert len(cast.send(M, "GET", cast.below("/receipts")).json()["entries"]) == erased
        for who in (O, C, E):
            assert cast.view(who)["contract"]["in_force"] == 1


def test_who_lost_everything_is_given_what_comes_after(api: Api, new_cast: Callable[..., Cast]) -> None:
    """An order reaches what there was: what is said afterwards lies under new keys, and is read again."""
    cast = play(new_cast(), "active")
    engagement = UUID(cast.engagement)
    state = api.service.write_side.load(Engagement, engagement)
    manager = state.parties[Role.LINE_MANAGER]
    doomed = tuple(one.doomed for one in accesses(state, state.terms) if one.principal == manager)
    seen = cast.version(M)
    request = Request(SERVICE_ID, api.clock(), uuid4(), api.service.digest(b"order"))
    api.service.write_side.execute(
        engagement, RecordErasureRequested(uuid4(), ErasureGround.OPERATOR_ORDER, doomed), request
    )
    perform(cast, C, "meeting")
    view = cast.view(M)
    assert view["engagement"]["meeting"]["present"] == ["coach"]
    assert view["version"] == f"v{int(seen.removeprefix('v')) + 1}"
    assert view["contract"]["versions"] == []
    assert {one["ground"] for one in view["ended"]} == {"operator_order"}
