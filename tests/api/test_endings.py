"""Endings over HTTP: who takes over, what is withdrawn, erased or held, and the follow-up; as each party sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from crypto.party_keys import PartyKeys
from domain.application import Request
from domain.holds import LiftHold, PlaceHold
from domain.principals import SERVICE_ID, RegisterEscrow
from domain.vocabulary import HoldGround
from ops.erasure.eraser import Eraser
from tests.api.acts import ACTS, draft, perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, marker

FORTNIGHT = {"confidentiality": {"permits": {"progress_summary": [O.replace("-", "_")]}, "cooling_off_days": 14}}


def erase_what_is_due(api: Api) -> int:
    """Let the views and the eraser do their work now; how many slots are gone."""
    for builder in api.service.builders.values():
        while builder.advance(api.service.connections):
            pass
    return Eraser(api.service).run(api.clock()).erased


def refuse(cast: Cast, who: str, name: str, status: int, problem: str, **changes: Any) -> None:
    """An act that must be refused."""
    act, word = ACTS[name], marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{cast.version(who)}"'}
    said = {**(act.say(cast, word) or {}), **changes}
    cast.api.refused(
        cast.subject(who), act.method, act.address(cast), status, problem, word, json=said, headers=headers
    )


def former(cast: Cast, role: str, subject_of: str) -> Cast:
    """The same people, with somebody else in a role's place."""
    other = Cast(cast.api, cast.run, dict(cast.ids), cast.organisation, cast.engagement)
    other.subject = lambda who: f"{subject_of if who == role else who}-{cast.run}"  # type: ignore[method-assign]
    return other


def test_a_line_manager_is_replaced(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Everybody is told; who comes signs the next version; who left reads what is kept and acts no more."""
    cast = play(new_cast(), "active")
    said = {**(ACTS["replace"].say(cast, "Zoë") or {}), "statement": "Inge moved on"}
    cast.act(O, "POST", "/parties", said)
    for who in (O, C, E):
        view = cast.view(who)
        assert view["engagement"]["names"]["line_manager"] == "Zoë"
        assert view["secrecy"]["replaced"][0]["statement"] == "Inge moved on"
        assert view["contract"]["in_force"] == 1
    kept = cast.view(M)
    assert {one["ground"] for one in kept["ended"]} == {"party_left"}
    assert [one["text"].keys() for one in kept["contract"]["versions"]] == [{"terms"}]
    assert "Zoë" not in str(kept)
    word = marker()
    headers = {"Idempotency-Key": word, "If-Match": f'"{kept["version"]}"'}
    body = ACTS["end"].say(cast, word)
    api.refused(cast.subject(M), "POST", cast.below("/closure"), 404, "not-found", word, json=body, headers=headers)
    now = former(cast, M, STRANGER)
    joined = now.view(M)
    assert joined["engagement"]["status"] == "joined"
    assert joined["contract"] == {"in_force": None, "versions": []}
    perform(now, C, "draft")
    for author in (M, E):
        perform(now, author, "assent")
    for who in ROLES:
        perform(now, who, "sign")
    perform(now, C, "activate")
    assert now.view(M)["contract"]["in_force"] == 2
    for one in (cast, now):  # both find it in their list
        assert [entry["id"] for entry in one.send(M, "GET", "/v1/engagements").json()["entries"]] == [cast.engagement]


def test_a_version_on_its_way_is_void_for_everybody(new_cast: Callable[..., Cast]) -> None:
    """When somebody takes over before it is in force, nobody is asked to sign it any more."""
    cast = play(new_cast(), "half signed")
    assert [one["do"] for one in cast.view(M)["to_do"]] == ["sign_contract"]
    perform(cast, O, "replace")
    for who in (O, C, E):
        assert [one["status"] for one in cast.view(who)["contract"]["versions"]] == ["void"]
        assert not [one for one in cast.view(who)["to_do"] if "contract" in one["do"]]


def test_a_coach_is_replaced_by_the_coachee(new_cast: Callable[..., Cast]) -> None:
    """The new coach begins with an empty notebook; the former one keeps theirs, and nobody comes back."""
    cast = play(new_cast(), "active")
    perform(cast, C, "note")
    refuse(cast, O, "replace", 403, "not-your-role", role="coach")
    body = {"role": "coach", "person_id": cast.ids[STRANGER], "name": "another coach"}
    cast.act(E, "POST", "/parties", body)
    now = former(cast, C, STRANGER)
    perform(now, C, "note", word="the other one's")
    assert [note["note"] for note in cast.view(C)["notes"]] == ["said"]
    assert [note["note"] for note in now.view(C)["notes"]] == ["the other one's"]
    refuse(now, E, "replace", 422, "former-party", role="coach", person_id=cast.ids[C])
    refuse(now, E, "replace", 422, "same-person-in-two-roles", role="coach", person_id=cast.ids[M])


def test_an_erasure_is_asked_for_and_taken_back(new_cast: Callable[..., Cast]) -> None:
    """From the request the coach reads no session; taken back, the coach reads on; after the cooling-off it is late."""
    cast = new_cast()
    play(cast, "second")
    cast.act(C, "POST", "/contract/drafts", draft("said", **FORTNIGHT))
    for who, name in ((M, "assent"), (E, "assent"), *((who, "sign") for who in ROLES), (C, "activate"), (C, "end")):
        perform(cast, who, name)
    assert cast.view(C)["sessions"]
    perform(cast, E, "erase")
    view = cast.view(C)
    assert view["sessions"] == []
    assert "erasure_request" in {one["ground"] for one in view["ended"]}
    assert view["secrecy"]["erasure_requests"][0]["ground"] == "erasure_request"
    assert cast.view(E)["sessions"]
    refuse(cast, E, "erase", 409, "erasure-already-requested")
    refuse(cast, C, "follow_up", 409, "erasure-already-requested")
    word = marker()
    cast.api.refused(
        cast.subject(C), "POST", cast.below("/notes"), 409, "erasure-already-requested", word,
        json={"note": word}, headers={"Idempotency-Key": word},
    )  # fmt: skip
    perform(cast, E, "keep")
    assert cast.view(C)["sessions"]
    assert cast.view(C)["secrecy"]["erasure_requests"][0]["cancelled"]["by"] == "coachee"
    perform(cast, E, "erase")
    with cast.api.ahead(timedelta(days=14)):
        refuse(cast, E, "keep", 409, "cooling-off-over")


def test_an_erasure_reaches_everybody_but_the_coachee(api: Api, new_cast: Callable[..., Cast]) -> None:
    """Without a cooling-off it is done at once: the coach's view says so with a receipt, the coachee loses nothing."""
    cast = play(new_cast(), "ended")
    before = cast.view(E)
    perform(cast, E, "erase")
    assert erase_what_is_due(api) > 0
    over = cast.view(C)["ended"]
    assert {one["ground"] for one in over} == {"closure", "erasure_request"}
    assert all(one["receipt"]["epoch"] > 1 for one in over)
    after = cast.view(E)
    assert after["ended"] == []
    assert {n: s for n, s in after.items() if n not in ("version", "secrecy")} == {
        n: s for n, s in before.items() if n not in ("version", "secrecy")
    }


def test_a_withdrawn_permission_is_read_no_more(new_cast: Callable[..., Cast]) -> None:
    """The organisation loses agreed summaries, past and future, at once; coach and coachee go on with theirs."""
    cast = play(new_cast(), "reviewed")
    assert cast.view(O)["summaries"]
    perform(cast, E, "withdraw")
    for who in (O, M):
        view = cast.view(who)
        assert view["summaries"] == []
        assert [(one["items"], one["ground"]) for one in view["ended"]] == [(["progress_summary"], "consent_withdrawn")]
        assert view["secrecy"]["withdrawn"][0]["item"] == "progress_summary"
    perform(cast, C, "propose")
    perform(cast, E, "agree", 2)
    assert cast.view(O)["summaries"] == []
    assert len(cast.view(E)["summaries"]) == 2
    refuse(cast, E, "withdraw", 409, "nothing-permitted")


def test_a_follow_up_is_recorded_and_read_for_its_months(new_cast: Callable[..., Cast]) -> None:
    """Coach and coachee read it after the end; after the months of follow-up the coachee alone does."""
    cast = play(new_cast(), "ended")
    perform(cast, C, "follow_up")
    assert [cast.view(who)["follow_ups"][0]["notes"] for who in (C, E)] == ["said", "said"]
    assert cast.view(M)["follow_ups"] == []
    with cast.api.ahead(timedelta(days=190)):
        assert cast.view(C)["follow_ups"] == []
        assert cast.view(E)["follow_ups"][0]["notes"] == "said"
        refuse(cast, C, "follow_up", 409, "follow-up-over")


def test_a_hold_is_told_and_stands_in_the_way_of_erasure(api: Api, new_cast: Callable[..., Cast]) -> None:
    """All four read that there is one, and when it was lifted; until then erasure on request is refused."""
    cast = play(new_cast(), "ended")
    write = api.service.write_side
    digest = api.service.digest(b"hold")

    def request() -> Request:
        return Request(SERVICE_ID, api.clock(), uuid4(), digest)

    escrow = uuid4()
    write.execute(escrow, RegisterEscrow(PartyKeys.generate().public.kem, 2, 3), request())
    hold, engagement = uuid4(), UUID(cast.engagement)
    write.place_hold(
        engagement, PlaceHold(hold, HoldGround.LITIGATION, escrow, {"statement": "a court asks"}), request()
    )
    for who in ROLES:
        (told,) = cast.view(who)["secrecy"]["holds"]
        assert (told["ground"], told["statement"], told["lifted"]) == ("litigation", "a court asks", None)
    refuse(cast, E, "erase", 409, "on-hold")
    held = [one for one in cast.send(E, "GET", cast.below("/grants")).json()["entries"] if one["role"] == "escrow"]
    assert held
    assert {one["ends_at"] for one in held} == {None}
    write.execute(engagement, LiftHold(hold, {"statement": "the court is done"}), request())
    for who in ROLES:
        assert cast.view(who)["secrecy"]["holds"][0]["lifted"]["statement"] == "the court is done"
    perform(cast, E, "erase")


@pytest.mark.parametrize("name", ["withdraw", "erase", "follow_up", "replace"])
def test_an_ending_that_is_asked_for_twice_happens_once(new_cast: Callable[..., Cast], name: str) -> None:
    """The same request under the same key is answered again, and not done again."""
    cast = play(new_cast(), "active" if name in ("replace", "withdraw") else "ended")
    act = ACTS[name]
    who, said = act.by[0], act.say(cast, "said")
    headers = {"Idempotency-Key": cast.api.new_key(), "If-Match": f'"{cast.version(who)}"'}
    first = cast.send(who, act.method, act.address(cast), json=said, headers=headers)
    size = cast.api.acts()
    again = cast.send(who, act.method, act.address(cast), json=said, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert cast.api.acts() == size
