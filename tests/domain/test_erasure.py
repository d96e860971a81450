"""Erasure as people ask for it and as the service records it, on a real store."""

import dataclasses
from datetime import timedelta

import pytest

from domain import contract, erasure, reporting
from domain.disposal import by_ground, due, ended_for, pending_erasures
from domain.endings import Doomed, ErasureRequested
from domain.engagement import Engagement
from domain.errors import Invalid, NotFound, NotYours, WrongMoment
from domain.principals import SERVICE_ID, Person
from domain.stream import Stream
from domain.vocabulary import ErasureGround, Item, Lifetime, Role
from tests.domain.acting import AT, given
from tests.domain.moments import COACHED, ENDED, ERASURE, SAYS, activated, drafted, offered
from tests.stage import C, E, M, O, Stage, tell

FORTNIGHT = timedelta(days=14)
DRAFT = (*COACHED, dataclasses.replace(drafted(), cooling_off_days=14))
WIDE = {Item.PROGRESS_SUMMARY: frozenset({O, M}), Item.SESSION_DATES: frozenset({O, M})}


def stream(stage: Stage, role: Role | None = None) -> Stream:
    """The engagement, or a role's personal stream, with its terms."""
    return stage.service.write_side.stream(stage.engagement_id if role is None else stage.streams(role)[1])


def record_due(stage: Stage, state: Stream) -> int:
    """Record what is due of a stream, request and receipt; how many slots."""
    slots = 0
    for number, (ground, grants) in enumerate(by_ground(due(state, state.terms, stage.at)).items()):
        erasure_id = type(state.id)(int=state.id.int + number)
        stage.act_as_service(erasure.RecordErasureRequested(erasure_id, ground, grants), state.id)
        stage.act_as_service(erasure.RecordErased(erasure_id, 2, bytes(32)), state.id)
        slots += len(grants)
    return slots


def test_at_the_end_the_service_records_what_is_due(stage: Stage) -> None:
    """O's and M's grants until closure are due at once; once recorded they are over, and nothing more is due."""
    tell(stage, permits=WIDE)
    state = stream(stage)
    found = due(state, state.terms, stage.at)
    assert {(one.role, one.lifetime) for one in found} <= {(r, Lifetime.UNTIL_CLOSURE) for r in (O, M, C)}
    assert {one.role for one in found} == {O, M, C}
    assert record_due(stage, state) == len(found)
    state = stream(stage)
    assert due(state, state.terms, stage.at) == []
    assert state.ledger.erased == {one.slot_id for one in found}


def test_counts_do_not_go_down(stage: Stage) -> None:
    """After an erasure everybody's version is what it was, and what lives is less."""
    tell(stage, permits=WIDE)
    before = {role: stream(stage).seen_by(role) for role in (O, M, C, E)}
    openable = stream(stage).openable_by(M)
    record_due(stage, stream(stage))
    state = stream(stage)
    assert {role: state.seen_by(role) for role in before} == before
    assert state.openable_by(M) < openable
    assert state.keys_of(M) >= openable


def test_the_coachee_asks_for_erasure_and_takes_it_back(stage: Stage) -> None:
    """From the request the others are denied; taken back within the cooling-off they read on, and after it too late."""
    tell(stage, cooling_off_days=14)
    stage.act(E, erasure.RequestErasure(SAYS))
    for role in (None, C):
        state = stream(stage, role)
        assert ended_for(state, state.terms, stage.people[C], stage.at)
        assert ErasureGround.ERASURE_REQUEST not in by_ground(due(state, state.terms, stage.at))
    stage.at += FORTNIGHT - timedelta(hours=1)
    stage.act(E, erasure.CancelErasure(SAYS))
    assert ended_for(stream(stage, C), stream(stage, C).terms, stage.people[C], stage.at) == frozenset()
    stage.act(E, erasure.RequestErasure(SAYS))
    stage.at += FORTNIGHT
    with pytest.raises(WrongMoment) as refusal:
        stage.act(E, erasure.CancelErasure(SAYS))
    assert refusal.value.name == "cooling-off-over"


def test_a_request_reaches_the_notes_and_leaves_what_is_kept(stage: Stage) -> None:
    """Once due, the engagement's request is pending and the notebook's grants are due on its ground; kept ones stay."""
    tell(stage, cooling_off_days=14)
    stage.act(E, erasure.RequestErasure(SAYS))
    stage.at += FORTNIGHT
    state = stream(stage)
    (pending,) = pending_erasures(state, state.terms, stage.at)
    lifetimes = {state.ledger.entries[g.key_id].need.lifetimes[g.role] for g in pending.grants}
    assert Lifetime.KEPT not in lifetimes
    assert E not in {grant.role for grant in pending.grants}
    notebook = stream(stage, C)
    assert by_ground(due(notebook, notebook.terms, stage.at)).keys() == {ErasureGround.ERASURE_REQUEST}
    assert record_due(stage, notebook) == 1
    diary = stream(stage, E)
    assert due(diary, diary.terms, stage.at + timedelta(days=40_000)) == []


def test_after_a_request_nothing_more_is_written_about_the_coachee(stage: Stage) -> None:
    """The coach writes no note and records no follow-up any more; the coachee still writes the journal."""
    tell(stage)
    stage.write_note()
    stage.act(C, reporting.RecordFollowUp(SAYS))
    stage.act(E, erasure.RequestErasure(SAYS))
    with pytest.raises(WrongMoment) as refusal:
        stage.write_note()
    assert refusal.value.name == "erasure-already-requested"
    with pytest.raises(WrongMoment):
        stage.act(C, reporting.RecordFollowUp(SAYS))
    stage.write_entry()


def test_a_withdrawn_permission_takes_its_own_keys_only(stage: Stage) -> None:
    """O and M lose the one item's grants, past and future, and nothing else; coach and coachee lose nothing."""
    tell(stage, permits=WIDE)
    before = {role: stream(stage).openable_by(role) for role in (O, M, C, E)}
    stage.act(E, erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS))
    state = stream(stage)
    assert isinstance(state, Engagement)
    summary = {entry.key_id for entry in state.ledger.values() if entry.need.permitted is Item.PROGRESS_SUMMARY}
    assert summary
    for role in (O, M):
        assert before[role] - state.openable_by(role) == summary
    for role in (C, E):
        assert state.openable_by(role) >= before[role]
    assert state.clause_in_force.disposition(Item.PROGRESS_SUMMARY).audience == {C, E}
    assert state.clause_in_force.disposition(Item.SESSION_DATES).audience == {O, M, C, E}
    (pending,) = pending_erasures(state, state.terms, stage.at)
    assert pending.ground is ErasureGround.CONSENT_WITHDRAWN


def test_what_follows_a_withdrawal_goes_without_it(stage: Stage) -> None:
    """The next summary is sealed to coach and coachee; a new contract that permits it again begins a new generation."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force(permits=WIDE)

    def summary(number: int) -> set[Role]:
        stage.act(C, reporting.ProposeSummary({"summary": "said"}))
        stage.act(E, reporting.AgreeSummary(number))
        *_, (_, _, key_id) = stream(stage).places_of(Item.PROGRESS_SUMMARY)
        return set(stream(stage).ledger.entries[key_id].recipients)

    assert summary(1) == {O, M, C, E}
    stage.act(E, erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS))
    assert summary(2) == {C, E}
    stage.put_contract_in_force(permits=WIDE)
    assert summary(3) == {O, M, C, E}
    generations = [e.generation for e in stream(stage).ledger.values() if e.need.permitted is Item.PROGRESS_SUMMARY]
    assert generations == [1, 2]


def test_a_withdrawal_holds_for_a_version_on_its_way(stage: Stage) -> None:
    """Signed by all but not in force yet: once active, it doesn't bring back what was withdrawn meanwhile."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    version, digest = stage.draft(permits=WIDE)
    for author in (E, M):
        stage.act(author, contract.AssentToContract(version, digest))
    for party in (O, M, C, E):
        stage.act(party, contract.SignContract(version, digest))
    stage.act(E, erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS))
    stage.act(C, contract.ActivateContract(version))
    assert stage.state().clause_in_force.permits.keys() == {Item.SESSION_DATES}
    stage.put_contract_in_force(permits=WIDE)
    assert stage.state().clause_in_force.permits.keys() == WIDE.keys()


def test_a_permission_with_nothing_said_under_it_is_withdrawn_without_erasing(stage: Stage) -> None:
    """Nothing was sealed under it yet, so there is nothing to erase; the permission is gone all the same."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force(permits=WIDE)
    stage.act(E, erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS))
    assert stream(stage).ledger.erasures == {}
    with pytest.raises(WrongMoment) as refusal:
        stage.act(E, erasure.WithdrawPermission(Item.PROGRESS_SUMMARY, SAYS))
    assert refusal.value.name == "nothing-permitted"


def test_an_erased_grant_is_never_given_back(stage: Stage) -> None:
    """A present party whose grant was erased gets the next generation, not the key again."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    state = stream(stage)
    entry = next(e for e in state.ledger.values() if set(e.need.lifetimes) == {O, M, C, E})
    doomed = Doomed(entry.key_id, C, entry.recipients[C].slot_id)
    ordered = erasure.RecordErasureRequested(ERASURE, ErasureGround.OPERATOR_ORDER, (doomed,))
    stage.act_as_service(ordered)
    stage.act_as_service(erasure.RecordErased(ERASURE, 2, bytes(32)))
    stage.put_contract_in_force()
    again = [e for e in stream(stage).ledger.values() if e.need.slug == entry.need.slug]
    assert [e.generation for e in again] == [1, 2]
    assert again[0].recipients[C] == entry.recipients[C]
    assert entry.key_id not in stream(stage).openable_by(C)


@pytest.mark.parametrize("ground", [g for g in ErasureGround if g is not ErasureGround.OPERATOR_ORDER])
def test_the_service_records_nothing_that_is_not_due(stage: Stage, ground: ErasureGround) -> None:
    """Whatever ground is given, a kept grant isn't due, nor one whose time hasn't come; on its own ground, one is."""
    tell(stage)
    state = stream(stage)
    doomed = [
        Doomed(entry.key_id, role, to.slot_id)
        for entry in state.ledger.values()
        for role, to in entry.grants()
        if entry.need.lifetimes[role] in (Lifetime.KEPT, Lifetime.RETENTION)
    ]
    for grant in doomed[:6]:
        with pytest.raises(Invalid) as refusal:
            stage.act_as_service(erasure.RecordErasureRequested(ERASURE, ground, (grant,)))
        assert refusal.value.name == "not-due"
    one = due(state, state.terms, stage.at)[0]
    assert one.ground is not None
    stage.act_as_service(erasure.RecordErasureRequested(ERASURE, one.ground, (one.doomed,)))


def test_only_the_service_records_and_only_what_is_there(stage: Stage) -> None:
    """A party is told that it isn't theirs, a stranger and an unknown stream are not found."""
    tell(stage)
    command = erasure.RecordErased(ERASURE, 2, bytes(32))
    with pytest.raises(NotYours):
        stage.act(E, command)
    with pytest.raises(NotFound):
        stage.service.write_side.execute(stage.engagement_id, command, stage.request(ERASURE))
    with pytest.raises(NotFound):
        stage.act_as_service(command, ERASURE)


def test_a_persons_record_can_be_erased_on_an_order(stage: Stage) -> None:
    """Also a person's stream carries erasures: of the record's key, and of the slot that their own keys lie under."""
    stage.introduce()
    person = stage.service.write_side.load(Person, stage.people[E])
    grants = tuple(Doomed(key_id, role, slot) for slot, (key_id, role) in person.slots().items())
    assert len(grants) == 2
    stage.act_as_service(erasure.RecordErasureRequested(ERASURE, ErasureGround.OPERATOR_ORDER, grants), stage.people[E])
    stage.act_as_service(erasure.RecordErased(ERASURE, 2, bytes(32)), stage.people[E])
    assert stage.service.write_side.stream(stage.people[E]).ledger.erased == {grant.slot_id for grant in grants}


def test_a_service_command_that_comes_twice_is_answered(stage: Stage) -> None:
    """The eraser's own request, repeated after a crash, is answered from the record."""
    tell(stage)
    state = stream(stage)
    ((ground, grants), *_) = by_ground(due(state, state.terms, stage.at)).items()
    request = stage.request(SERVICE_ID)
    command = erasure.RecordErasureRequested(ERASURE, ground, grants)
    first, second = (stage.service.write_side.execute(stage.engagement_id, command, request) for _ in range(2))
    assert (first.replayed, second.replayed) == (False, True)


def test_the_cooling_off_is_the_contracts() -> None:
    """Without one the request is due at once; with one, so many days later."""
    (happening,) = given(Engagement, *ENDED).when(E, erasure.RequestErasure(SAYS))
    assert isinstance(happening.fact, ErasureRequested)
    assert happening.fact.due_at == AT
    patient = (*DRAFT, *offered(), activated(), ENDED[-1])
    (happening,) = given(Engagement, *patient).when(E, erasure.RequestErasure(SAYS))
    assert isinstance(happening.fact, ErasureRequested)
    assert happening.fact.due_at == AT + FORTNIGHT
