"""Who takes over from whom: what a newcomer gets, what somebody who left keeps, and whose contract it is."""

import pytest

from domain import contract, engagement, parties, personal
from domain.disposal import ended_for
from domain.engagement import Engagement
from domain.errors import Invalid, NotFound
from domain.personal import Notebook, personal_stream_id
from domain.vocabulary import Item, Role
from tests.domain.acting import PEOPLE, C, E, M, O, given
from tests.domain.moments import ACTIVE, COACHED, MET, NEWCOMER, OFFERED, SAYS, hash_of
from tests.stage import Stage

REPLACED_M = parties.PartyReplaced(role=M, person=NEWCOMER)
REPLACED_C = parties.PartyReplaced(role=C, person=NEWCOMER)


@pytest.fixture
def coached(stage: Stage) -> Stage:
    """An engagement with an active contract, a session and a note."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.hold_session(1)
    stage.put_contract_in_force()
    stage.write_note()
    return stage


def test_who_left_acts_no_more_and_still_reads() -> None:
    """The newcomer acts in the role; who left acts in none, and reads as who they were with their own keys."""
    state = given(Engagement, *ACTIVE, REPLACED_M).state
    assert (state.role_of(NEWCOMER), state.role_of(PEOPLE[M])) == (M, None)
    assert state.reader_of(PEOPLE[M]) == (M, PEOPLE[M])
    assert state.reader_of(NEWCOMER) == (M, NEWCOMER)
    assert state.reader_of(PEOPLE[O]) == (O, state.parties[O])
    assert state.reader_of(PEOPLE[Role.AUDITOR]) is None
    assert state.parties[M] == NEWCOMER


def test_the_months_of_who_left_are_those_agreed_then() -> None:
    """A later contract's retention isn't that of somebody who had left before it."""
    state = given(Engagement, *ACTIVE, REPLACED_C).state
    assert state.terms.left[PEOPLE[C]].retention_months == 60
    before_any = given(Engagement, *COACHED, REPLACED_C).state
    assert before_any.terms.left[PEOPLE[C]].retention_months == before_any.clause_in_force.retention_months


def test_the_contract_in_force_stays_and_the_newcomer_has_not_signed_it() -> None:
    """Who comes hasn't signed; a version that all four signed makes that good."""
    case = given(Engagement, *ACTIVE, REPLACED_M)
    assert case.state.contract.active is not None
    assert case.state.unsigned == {M}
    assert given(Engagement, *ACTIVE).state.unsigned == frozenset()
    assert given(Engagement, *COACHED, REPLACED_M).state.unsigned == frozenset()


@pytest.mark.parametrize("replaced", [REPLACED_M, REPLACED_C])
def test_a_version_on_its_way_is_void(replaced: parties.PartyReplaced) -> None:
    """Nobody assents to, signs or activates an offer whose text a newcomer can't read; a new draft goes on counting."""
    case = given(Engagement, *OFFERED, replaced)
    assert case.refuses(E, contract.SignContract(1, hash_of(1))) == "no-draft"
    assert case.refuses(C, contract.ActivateContract(1)) == "no-draft"
    assert case.refuses(E, contract.AssentToContract(1, hash_of(1))) == "no-draft"
    amending = given(Engagement, *ACTIVE, replaced)
    assert amending.refuses(C, contract.ActivateContract(1)) == "already-active"


def test_the_newcomers_draft_sign_and_activate(coached: Stage) -> None:
    """After both were replaced the next version goes its whole way with them, and nobody is unsigned."""
    coached.replace(M)
    coached.replace(C)
    assert coached.state().unsigned == {M, C}
    assert coached.put_contract_in_force() == 2
    assert coached.state().unsigned == frozenset()
    coached.hold_session(2)


def test_a_newcomer_counts_from_nothing(coached: Stage) -> None:
    """What was before isn't the newcomer's to see or count; what comes is; and nobody else's count went down."""
    before = {role: coached.state().seen_by(role) for role in (O, M, C, E)}
    former = coached.replace(M)
    state = coached.state()
    assert state.seen_by(M) == 1  # that they joined
    assert state.seen_by(M, former) == before[M]
    assert all(state.seen_by(role) == before[role] + 1 for role in (O, C, E))
    assert state.keys_of(M).isdisjoint(state.keys_of(M, former))


def test_a_newcomer_is_never_granted_an_older_key(coached: Stage) -> None:
    """However much happens afterwards, no key from before is shared with somebody who came later."""
    old = set(coached.state().ledger.entries)
    newcomers = set()
    for role in (M, C):
        coached.replace(role)
        newcomers.add(coached.people[role])
    coached.put_contract_in_force()
    coached.hold_session(2)
    ledger = coached.state().ledger
    for key_id in old:
        assert newcomers.isdisjoint(to.principal for _, to in ledger.entries[key_id].grants())
    triangle = [entry for entry in ledger.values() if set(entry.need.lifetimes) == {O, M, C, E}]
    assert [entry.generation for entry in triangle if entry.need.permitted is None] == [1, 2, 3]


def test_leaving_ends_what_was_for_a_time(coached: Stage) -> None:
    """From the moment of leaving the former manager is denied what was until closure, and not what is kept."""
    former = coached.replace(M)
    state = coached.state()
    ended = ended_for(state, state.terms, former, coached.at)
    kept = {entry.key_id for entry in state.ledger.values() if entry.need.permitted is None} & state.keys_of(M, former)
    for key_id in state.keys_of(M, former):
        lifetime = state.ledger.entries[key_id].need.lifetimes[M].value
        assert (key_id in ended) is (lifetime != "kept")
    assert kept - ended
    assert ended_for(state, state.terms, coached.people[M], coached.at) == frozenset()


def test_each_coach_has_a_notebook(coached: Stage) -> None:
    """The successor's notebook begins empty, beside the former coach's, whose stream nobody writes in any more."""
    former = coached.replace(C)
    coached.write_note()
    write = coached.service.write_side
    notebooks = [write.stream(one) for one in write.notebooks(coached.engagement_id)]
    assert [one.seen_by(C) for one in notebooks] == [1, 1]
    assert {next(iter(one.parties.values())) for one in notebooks} == {former, coached.people[C]}
    assert {one.group for one in notebooks} == {coached.engagement_id}
    own = personal_stream_id(coached.engagement_id, Notebook, former)
    with pytest.raises(NotFound):
        write.execute(own, personal.WriteNote(coached.engagement_id, SAYS), coached.request(former))


def test_who_left_does_not_come_back(coached: Stage) -> None:
    """Not in the old role, and not in another one."""
    former = coached.replace(M)
    for by, command in (
        (O, parties.ReplaceLineManager(former, SAYS)),
        (E, parties.ReplaceCoach(former, SAYS)),
    ):
        with pytest.raises(Invalid) as refusal:
            coached.act(by, command)
        assert refusal.value.name == "former-party"


def test_a_coach_who_is_chosen_later_gets_what_was_said_before(stage: Stage) -> None:
    """The first to fill a role is shared what was sealed for it, through a line manager's replacement, too."""
    stage.introduce()
    stage.request_engagement()
    stage.replace(M)
    stage.choose_coach()
    state = stage.state()
    shared = [entry for entry in state.ledger.values() if C in entry.need.lifetimes]
    assert {entry.generation for entry in shared} == {1, 2}
    assert all(entry.recipients[C].principal == stage.people[C] for entry in shared)


def test_newcomers_are_on_record_and_new(stage: Stage) -> None:
    """An unknown person can't take over, nor somebody who is a party; before there is a coach none is replaced."""
    stage.introduce()
    stage.request_engagement()
    with pytest.raises(Invalid) as refusal:
        stage.act(O, parties.ReplaceLineManager(NEWCOMER, SAYS))
    assert refusal.value.name == "unknown-person"
    assert given(Engagement, *MET).refuses(E, parties.ReplaceCoach(NEWCOMER, SAYS)) == "no-coach-yet"
    (happening,) = given(Engagement, *MET).when(O, parties.ReplaceLineManager(NEWCOMER, SAYS))
    (part,) = happening.parts
    assert part.item is Item.ENGAGEMENT
    assert part.content.items() >= {"role": "line_manager", "person_id": str(NEWCOMER)}.items()


def test_former_parties_are_found_for_reading_only(coached: Stage) -> None:
    """The write side finds an engagement for who left, to read; to act, it doesn't."""
    former = coached.replace(M)
    write = coached.service.write_side
    assert write.reading(coached.engagement_id, former)[1:] == (M, former)
    with pytest.raises(NotFound):
        write.engagement(coached.engagement_id, former)
    with pytest.raises(NotFound):
        write.reading(coached.engagement_id, NEWCOMER)
    assert isinstance(write.stream(coached.engagement_id), engagement.Engagement)
