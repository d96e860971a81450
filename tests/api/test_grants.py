"""Who may see what until when, and receipts: each party's own, the coachee's of everybody, and checked offline."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from crypto.errors import BadSignature, Malformed
from crypto.receipt import canonical, check_receipt
from domain.principals import CELL_ID
from tests.api.acts import perform, play
from tests.api.people import ROLES, STRANGER, Api, C, Cast, E, M, O, marker
from tests.api.test_endings import erase_what_is_due


@pytest.fixture(scope="module")
def cast(api: Api, new_cast: Callable[..., Cast]) -> Cast:
    """People with an ended engagement, notes and a journal; what was due is erased."""
    cast = new_cast()
    play(cast, "reviewed")
    perform(cast, C, "note")
    perform(cast, E, "journal")
    perform(cast, C, "end")
    assert erase_what_is_due(api) > 0
    return cast


def grants(cast: Cast, who: str) -> list[dict[str, Any]]:
    """Somebody's list of grants."""
    answer = cast.send(who, "GET", cast.below("/grants"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return list(answer.json()["entries"])


def receipts(cast: Cast, who: str) -> list[dict[str, Any]]:
    """Somebody's list of receipts."""
    answer = cast.send(who, "GET", cast.below("/receipts"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    return list(answer.json()["entries"])


@pytest.mark.parametrize("who", ROLES)
def test_a_party_sees_its_own_grants(cast: Cast, who: str) -> None:
    """Each sees until when they read what; nobody but the coachee sees another's."""
    found = grants(cast, who)
    roles = {one["role"] for one in found}
    own = who.replace("-", "_")
    assert roles == ({role.replace("-", "_") for role in ROLES} if who == E else {own})
    assert {one["principal_id"] for one in found if one["role"] == own} == {
        cast.organisation if who == O else cast.ids[who]
    }
    ended = cast.view(who)["ended"]
    over = [one for one in found if one["role"] == own and one["erased"]]
    assert [(one["items"], one["ends_at"], one["ground"], one["lifetime"], one["receipt"]) for one in over] == [
        (one["items"], one["since"], one["ground"], one["lifetime"], one["receipt"]) for one in ended
    ]
    assert all(one["since"] for one in found if one["erased"] is not None)


def test_the_coachee_sees_when_each_reading_ends(cast: Cast) -> None:
    """What ended with the engagement is gone; the coach's rest has its day, years from now; what is kept has none."""
    found = {(one["role"], one["lifetime"]): one for one in grants(cast, E) if one["erased"] is not None}
    assert found["line_manager", "closure"]["erased"] is True
    assert found["coach", "kept"]["ends_at"] is None
    assert "coachee_journal" in found["coachee", "kept"]["items"]
    retention = [one for one in grants(cast, E) if one["lifetime"] == "retention" and one["erased"] is False]
    assert retention
    assert {one["ground"] for one in retention} == {"retention_end"}


def test_of_notes_the_coachee_learns_what_the_contract_says(new_cast: Callable[..., Cast], cast: Cast) -> None:
    """The same entry whether or not the coach ever wrote one; the coach's own list knows the difference."""
    without = play(new_cast(), "ended")
    told = []
    for one in (cast, without):
        (entry,) = [grant for grant in grants(one, E) if grant["items"] == ["coach_notes"]]
        assert (entry["since"], entry["erased"], entry["ground"]) == (None, None, "retention_end")
        told.append({name: entry[name] for name in ("role", "lifetime", "ground", "erased", "receipt")})
    assert told[0] == told[1]
    assert "coach_notes" in str(grants(cast, C))
    assert "coach_notes" not in str(grants(without, C))


def test_of_others_concerns_the_coachee_learns_no_more(api: Api, new_cast: Callable[..., Cast]) -> None:
    """R12: whether organisation or manager ever worried shows in no grant, nor in a receipt's number of slots."""
    told: list[tuple[list[Any], list[str]]] = []
    for worries in (True, False):
        cast = play(new_cast(), "active")
        for who in (O, M) if worries else ():
            perform(cast, who, "worry")
        listed = [[one[name] for name in ("role", "items", "lifetime", "erased")] for one in grants(cast, E)]
        assert [M.replace("-", "_"), ["manager_concern"], "closure", None] in listed
        assert any(one["items"] == ["sponsor_concern"] and one["since"] for one in grants(cast, O)) is worries
        perform(cast, C, "end")
        erase_what_is_due(api)
        paths = [cast.below(f"/receipts/{one['erasure_id']}") for one in receipts(cast, E)]
        erased = [check_receipt(cast.send(E, "GET", path).content)[0]["grants"] for path in paths]
        told.append((listed, sorted(one["role"] for each in erased for one in each)))
    assert told[0] == told[1]
    assert M.replace("-", "_") in told[0][1]


def test_a_receipt_is_checked_without_the_service(api: Api, cast: Cast) -> None:
    """Its signature is the service's own, over what was erased, when, why, and the heads of the tree that lacks it."""
    (entry,) = receipts(cast, M)
    path = cast.below(f"/receipts/{entry['erasure_id']}")
    answer = cast.send(M, "GET", path)
    statement, public = check_receipt(answer.content)
    founding: Any = next(iter(api.service.write_side.events.get(CELL_ID)))
    assert public == founding.fact.signing_public
    state = api.service.vault.tree.state()
    assert state is not None
    assert statement["deployment"] == str(state.deployment)
    assert (statement["engagement"], statement["reader"]) == (cast.engagement, cast.ids[M])
    assert (statement["ground"], statement["epoch"]) == ("closure", entry["epoch"])
    assert statement["tombstone_head"] == api.service.vault.tombstone_head(entry["epoch"]).hex()
    assert {grant["role"] for grant in statement["grants"]} == {"line_manager"}
    slots = api.service.vault.tree.slots([UUID(grant["slot"]) for grant in statement["grants"]])
    assert {slot.erased for slot in slots.values()} == {entry["epoch"]}
    assert cast.send(M, "GET", path).content == answer.content


@pytest.mark.parametrize("member", ["epoch", "ground", "tombstone_head", "reader", "grants"])
def test_a_changed_receipt_is_refused(cast: Cast, member: str) -> None:
    """Whatever is changed in the statement, the signature doesn't fit any more; nor is another spelling a receipt."""
    content = cast.send(M, "GET", cast.below(f"/receipts/{receipts(cast, M)[0]['erasure_id']}")).content
    changed = json.loads(content)
    changed["statement"][member] = 7
    with pytest.raises(BadSignature):
        check_receipt(canonical(changed))
    with pytest.raises(Malformed):
        check_receipt(json.dumps(json.loads(content), indent=1).encode())
    with pytest.raises(Malformed):
        check_receipt(content[:-1])
    check_receipt(content)


def test_each_party_has_receipts_of_its_own_keys(api: Api, cast: Cast) -> None:
    """One erasure, and each one's receipt names their own slots only; the coachee's names everybody's."""
    found: dict[str, set[str]] = {}
    for who in ROLES:
        for entry in receipts(cast, who):
            answer = cast.send(who, "GET", cast.below(f"/receipts/{entry['erasure_id']}"))
            statement, _ = check_receipt(answer.content)
            found.setdefault(who, set()).update(grant["slot"] for grant in statement["grants"])
    assert found.keys() == {M, C, E}  # the organisation reads nothing here that ends
    assert found[E] == found[M] | found[C]
    assert not found[M] & found[C]
    (erasure,) = {entry["erasure_id"] for entry in receipts(cast, E)}
    word = marker()
    for subject, status, problem in ((cast.subject(STRANGER), 404, "not-found"), (None, 401, "unauthenticated")):
        for path in ("/grants", "/receipts", f"/receipts/{erasure}"):
            api.refused(subject, "GET", cast.below(path), status, problem, word)
    api.refused(cast.subject(M), "GET", cast.below(f"/receipts/{cast.engagement}"), 404, "not-found", word)
    api.refused(cast.subject(M), "GET", cast.below("/receipts/none"), 404, "not-found", word)


def test_a_young_engagement_has_grants_and_no_receipts(new_cast: Callable[..., Cast]) -> None:
    """Nothing ended yet: everybody's grants have no end, and there is nothing to prove."""
    cast = play(new_cast(), "coached")
    for who in ROLES:
        assert receipts(cast, who) == []
        assert {(one["ends_at"], one["erased"]) for one in grants(cast, who)} <= {(None, False), (None, None)}
