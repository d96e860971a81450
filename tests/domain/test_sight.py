"""What one reader sees: their own keys and nobody else's, ended where the record says so, and a version that holds."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.disposal import Terms, accesses, end_of, ended_for
from domain.endings import ErasureCancelled, ErasureRequested, KeysErased
from domain.erasure import RequestErasure
from domain.errors import NotFound
from domain.intake import EngagementEnded, EngagementRequested
from domain.personal import Notebook
from domain.shown import shown_to
from domain.sight import sight, sight_of
from domain.signers import signers
from domain.standing import proofs, standings
from domain.vocabulary import PARTIES, Ending, ErasureGround, Item, Lifetime, Reason, Role
from tests.domain.acting import AT, PEOPLE
from tests.domain.test_disposal import ERASURE, engagement, every_terms, key_of, slot_of
from tests.stage import C, E, M, O, Stage, tell

INSTANTS: Final = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)).map(lambda at: at.replace(tzinfo=AT.tzinfo))  # noqa: DTZ001 - given a zone


@for_all(INSTANTS, st.sampled_from(PARTIES))
def test_a_sight_is_what_ended_for_says(at: datetime, role: Role) -> None:
    """For any moment the keys that are over are the pure function's, and the rest is granted and living."""
    state = engagement(EngagementEnded(ending=Ending.FULFILLED, by=C))
    seen = sight(state, None, role, PEOPLE[role], at)
    (reach,) = seen.reaches
    assert reach.ended == ended_for(state, state.terms, PEOPLE[role], at) & reach.granted.keys()
    assert reach.granted.keys() == state.keys_of(role, PEOPLE[role])
    assert seen.version == state.seen_by(role, PEOPLE[role])


def test_a_receipt_follows_the_erasure() -> None:
    """Ended at the end, it has no receipt; once the slots are gone it has the one that names them, and a time."""
    requested = EngagementRequested(
        organisation=PEOPLE[O],
        representative=PEOPLE[O],
        line_manager=PEOPLE[M],
        coachee=PEOPLE[E],
        reason=Reason.TAKE_UP_A_ROLE,
    )
    over = EngagementEnded(ending=Ending.FULFILLED, by=C)
    ended = engagement(requested, over)
    doomed = tuple(
        one.doomed for one in accesses(ended, ended.terms) if one.role is M and one.lifetime is Lifetime.UNTIL_CLOSURE
    )
    asked = ErasureRequested(erasure_id=ERASURE, ground=ErasureGround.CLOSURE, grants=doomed, due_at=AT)
    gone = KeysErased(
        erasure_id=ERASURE, epoch=7, tombstone_head=bytes(32), page_head=None, slots=tuple(d.slot_id for d in doomed)
    )
    for facts, count in (((over, asked), 0), ((over, asked, gone), 1)):
        state = engagement(requested, *facts)
        seen = sight(state, None, M, PEOPLE[M], AT)
        found = proofs(seen)
        assert len(found) == count
        for proof in found:
            assert (proof.erasure_id, proof.epoch, proof.erased_at) == (ERASURE, 7, AT)
            assert {one.slot_id for one in proof.grants} == {d.slot_id for d in doomed}
        assert proofs(sight(state, None, O, PEOPLE[O], AT)) == []  # nobody else's
        assert len(proofs(sight(state, None, E, PEOPLE[E], AT))) == count  # but the coachee's


def test_a_request_taken_back_ends_nothing() -> None:
    """While it stands the coach's reading is over; taken back, it isn't."""
    over = EngagementEnded(ending=Ending.FULFILLED, by=C)
    ended, slot = engagement(over), slot_of(Item.REALITY, C)
    doomed = tuple(one.doomed for one in accesses(ended, ended.terms) if one.slot_id == slot)
    asked = ErasureRequested(
        erasure_id=ERASURE, ground=ErasureGround.ERASURE_REQUEST, grants=doomed, due_at=AT + timedelta(days=14)
    )
    for facts, ends in (((over, asked), True), ((over, asked, ErasureCancelled(erasure_id=ERASURE)), False)):
        (reach,) = sight(engagement(*facts), None, C, PEOPLE[C], AT).reaches
        assert (key_of(Item.REALITY) in reach.ended) == ends


@for_all(every_terms, st.sampled_from(Lifetime))
def test_the_end_of_a_lifetime_is_the_end_of_its_grants(terms: Terms, lifetime: Lifetime) -> None:
    """Told without a grant, when and why is what it would be with one that was made before any request."""
    assume(terms.erasure is None or terms.erasure.at >= AT)
    state = engagement()
    for one in accesses(state, terms):
        if one.lifetime is lifetime and one.role is C:
            found = end_of(lifetime, one.principal, terms)
            assert (None if found is None else found[0]) == one.ends_at


def test_a_party_knows_of_its_own_grants_only(stage: Stage) -> None:
    """O, M and C see nobody else's; the coachee sees all, and of the notebook only what was agreed."""
    tell(stage)
    for role in PARTIES:
        seen = stage.sight(role)
        found = standings(seen)
        assert found
        if role is not E:
            assert {(one.role, one.principal) for one in found} == {(role, seen.principal)}
    notebook = stage.service.write_side.load(Notebook, stage.streams(C)[1])
    hidden = {one.slot_id for one in accesses(notebook, notebook.terms)}
    stage.act(E, RequestErasure({}))
    assert any(Item.COACH_NOTES in one.items for one in standings(stage.sight(C)))
    told = [one for one in standings(stage.sight(E)) if Item.COACH_NOTES in one.items]
    assert [(one.since, one.erased, one.ground) for one in told] == [(None, None, ErasureGround.ERASURE_REQUEST)]
    assert hidden.isdisjoint(grant.slot_id for proof in proofs(stage.sight(E)) for grant in proof.grants)


def test_a_predecessor_is_somebody_else(stage: Stage) -> None:
    """Former and present coach have no key in common, in the engagement and in their notebooks."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.write_note()
    former = stage.replace(C)
    stage.write_note()
    write = stage.service.write_side
    one, other = sight_of(write, stage.engagement_id, former, stage.at), stage.sight(C)
    for a in one.reaches:
        for b in other.reaches:
            assert not a.granted.keys() & b.granted.keys()
    assert one.streams[1] != other.streams[1]
    assert {one.principal for one in standings(one)} == {former}
    assert [one.principal for one in standings(stage.sight(E)) if one.items == (Item.COACH_NOTES,)].count(former) == 1


def test_a_stranger_sees_nothing(stage: Stage) -> None:
    """No sight, no disclosure and no engagement: one answer for whoever is nobody here, and for what doesn't exist."""
    tell(stage)
    write, stranger = stage.service.write_side, stage.register("a stranger")
    for engagement_id in (stage.engagement_id, UUID(int=1), stage.people[E]):
        with pytest.raises(NotFound):
            sight_of(write, engagement_id, stranger, stage.at)
        with pytest.raises(NotFound):
            shown_to(write, engagement_id, stranger, stage.at)
    assert shown_to(write, stage.engagement_id, stage.people[O], stage.at) == []
    assert signers(write, UUID(int=1)) == []


def test_signers_are_those_who_signed(stage: Stage) -> None:
    """Each signature's principal and key, the organisation's own among them; a replacement signs with theirs."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force()
    former = stage.replace(M)
    version = stage.put_contract_in_force()
    found = signers(stage.service.write_side, stage.engagement_id)
    assert [(one.contract_version, one.role) for one in found] == [(v, role) for v in (1, version) for role in PARTIES]
    managers = [one for one in found if one.role is M]
    assert [one.principal for one in managers] == [former, stage.people[M]]
    assert len({one.public_key for one in found}) == len(PARTIES) + 1
    assert {one.principal for one in found if one.role is O} == {stage.organisation}
