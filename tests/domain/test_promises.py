"""Promises of the contract, and what is the coachee's own: facts of each act, and whom its words are for."""

import pytest

from domain.coaching_request import CoachingRequestValidated, StateCoachingRequest, ValidateCoachingRequest
from domain.commitments import (
    CommitmentKept,
    CommitmentReassigned,
    DeliverResource,
    DemandsReviewed,
    KeepCommitment,
    ReassignCommitment,
    ResourceDelivered,
    ReviewDemands,
)
from domain.engagement import Engagement
from domain.experiments import CommitExperiment, DecisionRecorded, ExperimentCommitted, RecordDecision, TryExperiment
from domain.policies import POLICIES
from domain.results import ClosureRequested, MeasureEffect, MeetObjective, RequestClosure
from domain.vocabulary import PARTIES, Item, Role
from tests.domain.acting import C, E, M, given
from tests.domain.moments import ACTIVE, COACHED, SAYS, TYPED, activated, document, drafted, held, offered

SECOND = (*ACTIVE, drafted(2), *offered(2), activated(2))


def test_a_commitment_is_the_manager_s() -> None:
    """The line manager alone keeps it or hands it on, to anybody but the coach, who never gets it (R19, P31, R41)."""
    assert POLICIES[KeepCommitment] == POLICIES[ReassignCommitment] == {M}
    case = given(Engagement, *ACTIVE)
    for role in PARTIES:
        answer = case.answer(M, ReassignCommitment(1, role, SAYS))
        if role is C:
            assert answer == "commitment-to-coach"
        else:
            assert answer[0].fact == CommitmentReassigned(commitment=1, to=role)


def test_the_organisation_learns_the_state_and_not_the_words() -> None:
    """All four learn that a commitment is kept; what was done stays with manager, coach and coachee (R41)."""
    (happening,) = given(Engagement, *ACTIVE).when(M, KeepCommitment(2, SAYS))
    assert happening.fact == CommitmentKept(commitment=2)
    parts = {part.item: part.content for part in happening.parts}
    assert parts.keys() == {Item.COMMITMENTS, Item.COMMITMENT_STATUS}
    assert parts[Item.COMMITMENT_STATUS] == {"commitment": 2, "contract_version": 1, "status": "kept"}
    assert TYPED in str(parts[Item.COMMITMENTS])


@pytest.mark.parametrize("by", PARTIES, ids=lambda role: role.word)
def test_any_party_says_that_a_resource_was_delivered(by: Role) -> None:
    """A delivered resource is before all four, with who says so (R43, P12)."""
    (happening,) = given(Engagement, *ACTIVE).when(by, DeliverResource(2, SAYS))
    assert happening.fact == ResourceDelivered(resource=2, by=by)
    assert [part.item for part in happening.parts] == [Item.RESOURCES]


def test_demands_are_reviewed_by_those_who_made_them() -> None:
    """Coachee and line manager look at the demands on the coach as often as they like (R40)."""
    case = given(Engagement, *ACTIVE)
    for by, met in ((E, True), (M, False), (E, False)):
        (happening,) = case.when(by, ReviewDemands(met, SAYS))
        assert happening.fact == DemandsReviewed(by=by, met=met)
        case.then(by, ReviewDemands(met, SAYS))


def test_the_next_contract_begins_anew() -> None:
    """Numbers are those of the contract in force: what was kept and met under version 1 is open under version 2."""
    once = given(Engagement, *ACTIVE).then(M, KeepCommitment(1, SAYS)).then(E, MeetObjective(1, SAYS))
    assert once.refuses(M, KeepCommitment(1, SAYS)) == "already-kept"
    assert once.refuses(E, MeetObjective(1, SAYS)) == "objective-already-met"
    again = given(Engagement, *ACTIVE, CommitmentKept(commitment=1), *SECOND[len(ACTIVE) :])
    assert again.when(M, KeepCommitment(1, SAYS))
    assert again.refuses(C, RequestClosure(SAYS)) == "objectives-not-met"


def test_one_asks_to_end_when_all_is_met() -> None:
    """With every objective met, and not before, coach or coachee ask to end, before all four (R63)."""
    three = document(objectives=document().objectives * 3).facts(1, bytes(32), C)
    case = given(Engagement, *COACHED, three, *offered(), activated())
    for objective in (3, 1, 2):
        assert case.refuses(C, RequestClosure(SAYS)) == "objectives-not-met"
        case.then(E, MeetObjective(objective, SAYS))
    for by in (C, E):
        (happening,) = case.when(by, RequestClosure(SAYS))
        assert happening.fact == ClosureRequested(by=by)
        assert [part.item for part in happening.parts] == [Item.FULFILMENT]


def test_the_effect_is_measured_beside_the_change() -> None:
    """The coachee measures their change by indicators and the coaching by its effect (R29); both go the same way."""
    case = given(Engagement, *ACTIVE)
    (first,) = case.when(E, MeasureEffect(SAYS))
    (second,) = case.then(E, MeasureEffect(SAYS)).when(E, MeasureEffect(SAYS))
    assert [part.item for part in first.parts] == [Item.INDICATOR_READINGS]
    assert (first.parts[0].content["measurement"], second.parts[0].content["measurement"]) == (1, 2)


def test_experiments_come_out_of_a_session() -> None:
    """The coachee commits to something out of a session at work or over (R46), and tries it as often as they like."""
    case = given(Engagement, *ACTIVE, *held(1, 1))
    (happening,) = case.when(E, CommitExperiment(1, SAYS))
    assert happening.fact == ExperimentCommitted(experiment=1, session=1)
    case.then(E, CommitExperiment(1, SAYS)).then(E, TryExperiment(1, SAYS)).then(E, TryExperiment(1, SAYS))
    assert case.refuses(E, TryExperiment(2, SAYS)) == "unknown-experiment"


@pytest.mark.parametrize("role", PARTIES, ids=lambda role: role.word)
def test_only_the_coachee_decides(role: Role) -> None:
    """A decision is the coachee's (R57, P29): nobody else may record one, and it reaches coach and coachee only."""
    assert (role in POLICIES[RecordDecision]) == (role is E)
    (happening,) = given(Engagement, *COACHED).when(E, RecordDecision(SAYS))
    assert happening.fact == DecisionRecorded(decision=1)
    assert [part.item for part in happening.parts] == [Item.DECISIONS]


def test_the_coach_takes_the_coachee_s_request_on() -> None:
    """The coachee's own request stands beside the organisation's (X1, R54): stated anew until the coach takes it on."""
    assert POLICIES[StateCoachingRequest] == {E}
    assert POLICIES[ValidateCoachingRequest] == {C}
    case = given(Engagement, *COACHED).then(E, StateCoachingRequest(SAYS)).then(E, StateCoachingRequest(SAYS))
    (happening,) = case.when(C, ValidateCoachingRequest(SAYS))
    assert happening.fact == CoachingRequestValidated(statement=2)
    case.then(C, ValidateCoachingRequest(SAYS))
    assert case.refuses(E, StateCoachingRequest(SAYS)) == "coaching-request-validated"
