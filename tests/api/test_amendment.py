"""An amendment reaches forward only: what was sealed before it is shown to nobody more, whoever signs or doesn't.

The contract in force keeps the sessions and the objectives from the organisation; an amendment would show them. Nothing
comes of it without the coachee, and with the coachee's signature only what follows is shown. What was sealed before is
read by the organisation in one way: the coachee discloses it, part by part, with an expiry, on record.
"""

import json
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest

from domain.engagement import Engagement
from domain.vocabulary import Role
from tests.api.acts import ACTS, disclosure, draft, perform, play
from tests.api.people import Api, C, Cast, E, M, O, marker
from tests.api.test_disclosures import listed, number_of, read, show
from tests.api.test_endings import refuse

WIDE: Final = {
    "permits": {
        item: ["sponsor_organisation"]
        for item in ("objectives", "session_dates", "progress_summary", "indicator_readings")
    }
}
"""A clause under which the organisation reads all that it could."""

KEPT_BACK: Final = ("objectives", "session_dates", "indicator_readings")
"""Of it, what the contract in force keeps from the organisation."""


@pytest.fixture
def cast(new_cast: Callable[..., Cast]) -> Cast:
    """People with a contract in force and something said under each item; each text has the word *earlier*."""
    cast = play(new_cast(), "reviewed")
    perform(cast, E, "read", word="earlier")
    perform(cast, E, "expect", 2, word="earlier")
    return cast


def told(cast: Cast, who: str) -> dict[int, dict[str, Any]]:
    """What somebody's stream tells, by its numbers."""
    path = f"/v1/views/{who}/engagements/{cast.engagement}/stream?limit=200"
    return {entry["number"]: entry for entry in cast.send(who, "GET", path).json()["entries"]}


def of_sponsor(cast: Cast) -> set[str]:
    """The kept-back items of which the organisation's stream tells something."""
    return {entry["item"] for entry in told(cast, O).values()} & set(KEPT_BACK)


def keys(api: Api, cast: Cast) -> tuple[set[UUID], set[UUID]]:
    """The keys of the engagement: all of them, and those that the organisation was granted."""
    state = api.service.write_side.load(Engagement, UUID(cast.engagement))
    every = {entry.key_id for entry in state.ledger.values()}
    return every, set(state.keys_of(Role.SPONSOR_ORGANISATION, UUID(cast.organisation)))


def amend(cast: Cast, *assenting: str) -> None:
    """Draft the amendment, with these assents."""
    cast.act(C, "POST", "/contract/drafts", draft("amended", confidentiality=WIDE))
    for who in assenting:
        perform(cast, who, "assent")


def test_without_the_coachee_nothing_is_even_offered(api: Api, cast: Cast) -> None:
    """Drafted and assented to by the manager, it is before nobody else: no signature, nothing in force, no new key."""
    before, known = told(cast, O), keys(api, cast)[1]
    amend(cast, M)
    for who in (O, M, C):
        refuse(cast, who, "sign", 409, "not-offered")
    refuse(cast, C, "activate", 409, "signature-missing")
    assert told(cast, O) == before
    assert keys(api, cast)[1] == known


def test_without_the_coachee_s_signature_it_is_not_in_force(api: Api, cast: Cast) -> None:
    """Offered and signed by the other three, it shows the organisation its own text and nothing that was or will be."""
    before, (existing, granted) = told(cast, O), keys(api, cast)
    assert of_sponsor(cast) == set()
    amend(cast, M, E)
    for who in (O, M, C):
        perform(cast, who, "sign")
    refuse(cast, C, "activate", 409, "signature-missing")
    perform(cast, E, "read", word="meanwhile")
    after = told(cast, O)
    assert before.items() <= after.items()
    assert {entry["content"]["contract_version"] for number, entry in after.items() if number not in before} == {2}
    assert "meanwhile" not in json.dumps(after)
    assert "meanwhile" in json.dumps(told(cast, E))
    assert cast.view(O)["contract"]["in_force"] == 1
    assert keys(api, cast)[1] & existing == granted


def test_with_the_signature_it_reaches_forward_only(api: Api, cast: Cast) -> None:
    """In force, it shows what follows; of what was sealed before the organisation reads no more than before."""
    before, (existing, granted) = told(cast, O), keys(api, cast)
    sealed = {number for number, entry in told(cast, E).items() if entry["item"] in KEPT_BACK}
    amend(cast, M, E)
    for who in (O, M, C, E):
        perform(cast, who, "sign")
    perform(cast, C, "activate")
    perform(cast, E, "read", word="later")
    after = told(cast, O)
    assert before.items() <= after.items()
    new = {number: entry for number, entry in after.items() if number not in before}
    assert "later" in json.dumps(new)
    assert "earlier" not in json.dumps(new)
    ours = {entry["at"] for number, entry in told(cast, E).items() if number in sealed}
    assert ours.isdisjoint({entry["at"] for entry in after.values() if entry["item"] in KEPT_BACK})
    every, now = keys(api, cast)
    assert now & existing == granted
    assert now - granted
    assert every > existing


def test_what_was_sealed_before_is_disclosed_by_the_coachee_alone(api: Api, cast: Cast) -> None:
    """Not by the coach, not without a ground: by the coachee's consent, one part, for a time, and on both records."""
    amend(cast, M, E)
    for who in (O, M, C, E):
        perform(cast, who, "sign")
    perform(cast, C, "activate")
    before = told(cast, O)
    mine = disclosure(cast, "said", entry=number_of(cast, C, "indicator_readings"), recipient_id=cast.ids[O])
    refuse(cast, C, "disclose", 422, "disclosure-without-ground", **{n: v for n, v in mine.items() if n != "reason"})
    assert listed(cast, O) == {}
    made = show(cast, E, "indicator_readings", O)
    shown = read(cast, O, made).json()
    assert (shown["item"], shown["ground"], shown["content"]["value"]) == (
        "indicator_readings",
        "coachee_consent",
        "earlier",
    )
    assert listed(cast, O).keys() == {made}
    assert told(cast, O) == before
    for who in (C, E):
        assert made in {one["disclosure_id"] for one in cast.view(who)["disclosures"]["made"]}
    api.refused(cast.subject(M), "GET", cast.below(f"/disclosures/{made}"), 404, "not-found", marker())
    assert ACTS["disclose"].by == (C, E)
