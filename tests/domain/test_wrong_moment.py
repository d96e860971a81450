"""Every command at the wrong moments, and at a right one beside them."""

import dataclasses
from typing import Any

import pytest

from domain import contract, engagement, erasure, holds, parties, personal, principals, reporting, session
from domain.decisions import DECISIONS, Command
from domain.endings import ErasureCancelled
from domain.errors import CATALOGUE
from domain.facts import Fact
from domain.policies import POLICIES
from domain.principals import (
    Cell,
    CellFounded,
    EscrowRegistered,
    OrganisationRegistered,
    OverseerAppointed,
    PersonRegistered,
)
from domain.vocabulary import CheckpointDecision, Ending, ErasureGround, Item, Role
from tests.domain import moments
from tests.domain.acting import AT, ORGANISATION, PEOPLE, C, E, M, O, given
from tests.domain.moments import (
    ACTIVE,
    COACHED,
    DRAFTED,
    ENDED,
    EXAMPLES,
    KEYS,
    MET,
    OFFERED,
    OPENED,
    REPLACED,
    REQUESTED,
    SIGNED,
)

Facts = tuple[Fact, ...]

FOUNDED = CellFounded(kem_public=b"", signing_public=b"", custody=moments.RECIPIENT)
APPOINTED = OverseerAppointed(
    person=PEOPLE[Role.COACHING_SUPERVISOR], role=Role.COACHING_SUPERVISOR, recipient=moments.RECIPIENT
)
PERSON = PersonRegistered(kem_public=KEYS.kem_public, signing_public=b"", custody=moments.RECIPIENT)
FIRM = OrganisationRegistered(
    representative=PEOPLE[O], kem_public=b"", signing_public=b"", custody=moments.RECIPIENT
)  # fmt: skip
ANSWERED = (*moments.VOICED, reporting.VoiceAnswered(voice=1))
AGREED = (*moments.PROPOSED, reporting.SummaryAgreed(summary=1, by=E))
SECOND_DRAFT = (*ACTIVE, moments.drafted(2))
ASKED_FOR_ERASURE = (*ENDED, moments.ERASURE_REQUESTED)
TAKEN_BACK = (*ASKED_FOR_ERASURE, ErasureCancelled(erasure_id=moments.ERASURE))
DUE_ALREADY = (*ENDED, dataclasses.replace(moments.ERASURE_REQUESTED, due_at=AT))
ESCROW = EscrowRegistered(kem_public=b"kem", quorum=2, shares=3)
LIFTED = (*moments.HELD, holds.HoldLifted(hold_id=moments.HOLD))
ERASED = (OPENED, moments.ERASURE_ORDERED, moments.ERASED)


def example(kind: type[Command], **changes: Any) -> Command:
    """The example of a command, but for the changes."""
    return dataclasses.replace(EXAMPLES[kind], **changes)


# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (principals.RegisterPerson, (PERSON,), Role.SELF, {}, "already-registered"),
    (principals.RegisterOrganisation, (FIRM,), Role.SELF, {}, "already-registered"),
    (principals.FoundCell, (FOUNDED,), Role.SERVICE, {}, "already-registered"),
    (principals.FoundCell, (), Role.COACHING_SUPERVISOR, {}, "not-your-role"),
    (principals.AppointOverseer, (FOUNDED, APPOINTED), Role.SERVICE, {}, "already-registered"),
    (principals.AppointOverseer, (FOUNDED,), Role.COACHING_SUPERVISOR, {}, "operator-only"),
    (principals.AppointOverseer, (FOUNDED,), Role.SERVICE, {"role": Role.COACH}, "not-an-overseer"),
    (engagement.RequestEngagement, (), O, {"line_manager": PEOPLE[E]}, "same-person-in-two-roles"),
    (engagement.RequestEngagement, (), O, {"line_manager": PEOPLE[O]}, "same-person-in-two-roles"),
    (engagement.RequestEngagement, (), O, {"coachee": PEOPLE[O]}, "same-person-in-two-roles"),
    (engagement.MeetCoach, COACHED, E, {}, "coach-already-chosen"),
    (engagement.ChooseCoach, COACHED, E, {}, "coach-already-chosen"),
    (engagement.ChooseCoach, REQUESTED, E, {}, "coach-never-met"),
    (engagement.ChooseCoach, MET, E, {"meeting": 2}, "coach-never-met"),
    (engagement.ChooseCoach, MET, E, {"meeting": -1}, "coach-never-met"),
    (engagement.ChooseCoach, MET, E, {"coach": PEOPLE[M]}, "same-person-in-two-roles"),
    (engagement.ChooseCoach, MET, E, {"coach": PEOPLE[E]}, "same-person-in-two-roles"),
    (engagement.ChooseCoach, MET, E, {"coach": PEOPLE[O]}, "same-person-in-two-roles"),
    (engagement.EndEngagement, COACHED, C, {"ending": Ending.FULFILLED}, "contract-not-active"),
    (engagement.EndEngagement, ACTIVE, M, {"ending": Ending.FULFILLED}, "not-your-role"),
    (contract.AssentToContract, COACHED, E, {}, "no-draft"),
    (contract.AssentToContract, DRAFTED, E, {"contract_version": 2}, "another-contract-version"),
    (contract.AssentToContract, DRAFTED, E, {"document_hash": bytes(32)}, "another-contract-version"),
    (contract.AssentToContract, SECOND_DRAFT, E, {}, "another-contract-version"),
    (contract.AssentToContract, (*DRAFTED, moments.assented(E)), E, {}, "already-assented"),
    (contract.AssentToContract, OFFERED, E, {}, "already-offered"),
    (contract.SignContract, COACHED, C, {}, "no-draft"),
    (contract.SignContract, DRAFTED, C, {}, "not-offered"),
    (contract.SignContract, (*DRAFTED, moments.assented(E)), C, {}, "not-offered"),
    (contract.SignContract, OFFERED, C, {"document_hash": bytes(32)}, "another-contract-version"),
    (contract.SignContract, OFFERED, C, {"signature": bytes(64)}, "signature-invalid"),
    (contract.SignContract, (*OFFERED, *moments.signed(C)), C, {}, "already-signed"),
    (contract.ActivateContract, COACHED, C, {}, "no-draft"),
    (contract.ActivateContract, DRAFTED, C, {}, "signature-missing"),
    (contract.ActivateContract, OFFERED, C, {}, "signature-missing"),
    (contract.ActivateContract, SIGNED, C, {"contract_version": 2}, "another-contract-version"),
    (contract.ActivateContract, ACTIVE, C, {}, "already-active"),
    (session.ScheduleSession, COACHED, C, {"session": 0}, "session-out-of-order"),
    (session.ScheduleSession, COACHED, C, {"session": 2}, "session-out-of-order"),
    (session.ScheduleSession, (*COACHED, *moments.closed(1)), C, {}, "session-out-of-order"),
    (session.ScheduleSession, (*COACHED, *moments.ready(1)), C, {"session": 2}, "session-still-open"),
    (session.ReviewSession, COACHED, E, {}, "unknown-session"),
    (session.ReviewSession, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.ReviewSession, (*COACHED, *moments.ready(1)), E, {"objectives": frozenset({1})}, "contract-not-active"),
    (session.ReviewSession, (*ACTIVE, *moments.ready(1)), E, {"objectives": frozenset({2})}, "unknown-objective"),
    (session.ReviewSession, (*ACTIVE, *moments.ready(1)), E, {"objectives": frozenset({0})}, "unknown-objective"),
    (session.ReviewSession, (*COACHED, moments.scheduled(1), moments.reviewed(1)), E, {}, "already-reviewed"),
    (session.StateExpectation, COACHED, E, {}, "unknown-session"),
    (session.StateExpectation, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.StateExpectation, (*COACHED, *moments.accepted(1)), E, {}, "expectation-already-accepted"),
    (
        session.StateExpectation,
        (*ACTIVE, *moments.held(1, 1), moments.scheduled(2)),
        E,
        {"session": 2},
        "review-missing",
    ),
    (session.AcceptExpectation, COACHED, C, {}, "unknown-session"),
    (session.AcceptExpectation, (*COACHED, *moments.ready(1)), C, {}, "expectation-missing"),
    (session.AcceptExpectation, (*COACHED, *moments.accepted(1)), C, {}, "expectation-already-accepted"),
    (session.AcceptExpectation, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.StartWork, COACHED, C, {}, "unknown-session"),
    (session.StartWork, (*COACHED, *moments.ready(1)), C, {}, "acceptance-missing"),
    (session.StartWork, (*COACHED, *moments.expected(1)), C, {}, "acceptance-missing"),
    (session.StartWork, (*COACHED, *moments.working(1)), C, {}, "work-already-started"),
    (session.StartWork, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.RecordWork, COACHED, C, {}, "unknown-session"),
    (session.RecordWork, (*COACHED, *moments.accepted(1)), C, {}, "work-not-started"),
    (session.RecordWork, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.GiveFeedback, COACHED, E, {}, "unknown-session"),
    (session.GiveFeedback, (*COACHED, *moments.accepted(1)), E, {}, "work-not-started"),
    (session.GiveFeedback, (*COACHED, *moments.closed(1)), E, {}, "session-closed"),
    (session.CloseSession, COACHED, C, {}, "unknown-session"),
    (session.CloseSession, (*COACHED, *moments.accepted(1)), C, {}, "work-not-started"),
    (session.CloseSession, (*COACHED, *moments.closed(1)), C, {}, "session-closed"),
    (session.AssessResults, (*ACTIVE, *moments.held(1, 4)), C, {}, "checkpoint-too-early"),
    (session.AssessResults, moments.AFTER_FIVE, C, {"clear_results": False}, "checkpoint-decision-missing"),
    (reporting.AnswerVoice, COACHED, C, {}, "unknown-voice"),
    (reporting.AnswerVoice, moments.VOICED, C, {"voice": 2}, "unknown-voice"),
    (reporting.AnswerVoice, ANSWERED, C, {}, "already-answered"),
    (reporting.ReadIndicator, SIGNED, E, {}, "contract-not-active"),
    (reporting.ReadIndicator, ACTIVE, E, {"objective": 0}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"objective": 2}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"indicator": 0}, "unknown-objective"),
    (reporting.ReadIndicator, ACTIVE, E, {"indicator": 3}, "unknown-objective"),
    (reporting.AgreeSummary, ACTIVE, E, {}, "unknown-summary"),
    (reporting.AgreeSummary, moments.PROPOSED, C, {}, "own-proposal"),
    (reporting.AgreeSummary, AGREED, E, {}, "already-agreed"),
    (reporting.AgreeSummary, (*COACHED, moments.PROPOSED[-1]), E, {}, "contract-not-active"),
    (reporting.AgreeSummary, moments.PROPOSED, E, {"carried": None}, "content-changed"),
    (parties.ReplaceLineManager, COACHED, O, {"line_manager": PEOPLE[E]}, "same-person-in-two-roles"),
    (parties.ReplaceLineManager, COACHED, O, {"line_manager": PEOPLE[M]}, "same-person-in-two-roles"),
    (parties.ReplaceLineManager, REPLACED, O, {"line_manager": PEOPLE[M]}, "former-party"),
    (parties.ReplaceCoach, REPLACED, E, {"coach": PEOPLE[M]}, "former-party"),
    (parties.ReplaceCoach, REPLACED, E, {}, "same-person-in-two-roles"),
    (contract.SignContract, (*OFFERED, REPLACED[-1]), C, {}, "no-draft"),
    (erasure.RequestErasure, ACTIVE, E, {}, "engagement-going-on"),
    (erasure.RequestErasure, ASKED_FOR_ERASURE, E, {}, "erasure-already-requested"),
    (erasure.RequestErasure, moments.HELD, E, {}, "on-hold"),
    (erasure.CancelErasure, ENDED, E, {}, "no-erasure-requested"),
    (erasure.CancelErasure, TAKEN_BACK, E, {}, "no-erasure-requested"),
    (erasure.CancelErasure, DUE_ALREADY, E, {}, "cooling-off-over"),
    (erasure.WithdrawPermission, COACHED, E, {}, "nothing-permitted"),
    (erasure.WithdrawPermission, ACTIVE, E, {"item": Item.REALITY}, "nothing-permitted"),
    (erasure.RecordErasureRequested, (OPENED, moments.ERASURE_ORDERED), Role.SERVICE, {}, "erasure-already-requested"),
    (erasure.RecordErasureRequested, (), Role.SERVICE, {}, "unknown-grant"),
    (erasure.RecordErasureRequested, (OPENED,), Role.SERVICE, {"grants": ()}, "unknown-grant"),
    (erasure.RecordErasureRequested, ERASED, Role.SERVICE, {"erasure_id": PEOPLE[E]}, "already-erased"),
    (erasure.RecordErasureRequested, (OPENED,), Role.SERVICE, {"ground": ErasureGround.CLOSURE}, "not-due"),
    (erasure.RecordErased, (OPENED,), Role.SERVICE, {}, "unknown-erasure"),
    (erasure.RecordErased, ERASED, Role.SERVICE, {}, "already-erased"),
    (principals.RegisterEscrow, (ESCROW,), Role.SERVICE, {}, "already-registered"),
    (principals.RegisterEscrow, (), Role.SERVICE, {"quorum": 1}, "escrow-quorum"),
    (principals.RegisterEscrow, (), Role.SERVICE, {"quorum": 4}, "escrow-quorum"),
    (holds.PlaceHold, moments.HELD, Role.SERVICE, {}, "already-on-hold"),
    (holds.PlaceHold, LIFTED, Role.SERVICE, {}, "already-on-hold"),
    (holds.PlaceHold, moments.HELD, Role.SERVICE, {"hold_id": ORGANISATION, "escrow": ORGANISATION}, "another-escrow"),
    (holds.LiftHold, ENDED, Role.SERVICE, {}, "not-on-hold"),
    (holds.LiftHold, LIFTED, Role.SERVICE, {}, "not-on-hold"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    principals.RegisterPerson: ((), Role.SELF),
    principals.RegisterOrganisation: ((), Role.SELF),
    principals.FoundCell: ((), Role.SERVICE),
    principals.AppointOverseer: ((FOUNDED,), Role.SERVICE),
    engagement.RequestEngagement: ((), O),
    engagement.MeetCoach: (REQUESTED, E),
    engagement.ChooseCoach: (MET, E),
    engagement.ExplainApproach: (COACHED, C),
    engagement.DescribeReality: (COACHED, E),
    engagement.HoldTripartiteMeeting: (COACHED, C),
    engagement.EndEngagement: (REQUESTED, M),
    contract.DraftContract: (COACHED, C),
    contract.AssentToContract: (DRAFTED, E),
    contract.SignContract: (OFFERED, C),
    contract.ActivateContract: (SIGNED, C),
    session.ScheduleSession: (COACHED, C),
    session.ReviewSession: ((*COACHED, moments.scheduled(1)), E),
    session.StateExpectation: ((*COACHED, moments.scheduled(1)), E),
    session.AcceptExpectation: ((*COACHED, *moments.expected(1)), C),
    session.StartWork: ((*COACHED, *moments.accepted(1)), C),
    session.RecordWork: ((*COACHED, *moments.working(1)), C),
    session.GiveFeedback: ((*COACHED, *moments.working(1)), E),
    session.CloseSession: ((*COACHED, *moments.working(1)), C),
    session.AssessResults: (moments.AFTER_FIVE, C),
    reporting.StateVoice: (REQUESTED, O),
    reporting.AnswerVoice: (moments.VOICED, C),
    reporting.ReadIndicator: (ACTIVE, E),
    reporting.ProposeSummary: (COACHED, C),
    reporting.AgreeSummary: (moments.PROPOSED, E),
    personal.WriteNote: ((), C),
    personal.WriteEntry: ((), E),
    parties.ReplaceLineManager: (COACHED, O),
    parties.ReplaceCoach: (COACHED, E),
    erasure.RequestErasure: (ENDED, E),
    erasure.CancelErasure: (ASKED_FOR_ERASURE, E),
    erasure.WithdrawPermission: (ACTIVE, E),
    erasure.RecordErasureRequested: ((OPENED,), Role.SERVICE),
    principals.RegisterEscrow: ((), Role.SERVICE),
    holds.PlaceHold: (ACTIVE, Role.SERVICE),
    holds.LiftHold: (moments.HELD, Role.SERVICE),
    erasure.RecordErased: ((OPENED, moments.ERASURE_ORDERED), Role.SERVICE),
}

OF_AN_ENGAGEMENT = [kind for kind, (aggregate, _) in DECISIONS.items() if aggregate is engagement.Engagement]
BEFORE_A_COACH = {
    engagement.RequestEngagement,
    engagement.MeetCoach,
    engagement.ChooseCoach,
    engagement.EndEngagement,
    reporting.StateVoice,
    parties.ReplaceLineManager,
}
AT_ANY_TIME = {
    erasure.RequestErasure,
    erasure.CancelErasure,
    erasure.WithdrawPermission,
    holds.PlaceHold,
    holds.LiftHold,
}
"""What waits for no coach, and comes after the end, too."""


@pytest.mark.parametrize(
    ("kind", "facts", "by", "changes", "name"),
    REFUSED,
    ids=[f"{row[0].__name__}-{number}-{row[4]}" for number, row in enumerate(REFUSED)],
)
def test_wrong_moment_refused(kind: type[Command], facts: Facts, by: Role, changes: dict[str, Any], name: str) -> None:
    """A command at the wrong moment is refused with the name that the catalogue has for it."""
    assert given(DECISIONS[kind][0], *facts).refuses(by, example(kind, **changes)) == name


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.__name__)
def test_right_moment_accepted(kind: type[Command]) -> None:
    """The example of each command happens at its right moment, so the refusals above aren't for another reason."""
    facts, by = ACCEPTED[kind]
    assert given(DECISIONS[kind][0], *facts).when(by, EXAMPLES[kind])


def test_every_command_has_examples() -> None:
    """No command is left out of these tables."""
    assert ACCEPTED.keys() == EXAMPLES.keys() == DECISIONS.keys()


def test_every_state_dependent_command_has_a_wrong_moment() -> None:
    """Each command that can come at a wrong moment is shown to be refused then; personal writing always may be done."""
    always = {personal.WriteNote, personal.WriteEntry}
    refused = {row[0] for row in REFUSED} | (set(OF_AN_ENGAGEMENT) - {engagement.RequestEngagement})
    assert DECISIONS.keys() - refused == always


@pytest.mark.parametrize(
    "kind", [kind for kind in OF_AN_ENGAGEMENT if kind not in AT_ANY_TIME], ids=lambda kind: kind.__name__
)
def test_nothing_happens_after_the_end(kind: type[Command]) -> None:
    """An ended engagement refuses every command of its course, whoever of those who may give it asks."""
    if kind is engagement.RequestEngagement:  # the application refuses a second request for the same stream
        return
    for by in POLICIES[kind]:
        assert given(engagement.Engagement, *ENDED).refuses(by, EXAMPLES[kind]) == "engagement-ended"


@pytest.mark.parametrize("kind", OF_AN_ENGAGEMENT, ids=lambda kind: kind.__name__)
def test_a_coach_comes_first(kind: type[Command]) -> None:
    """Before a coach is chosen everything waits for one, but for intake, the organisation's voice and breaking off."""
    answer = given(engagement.Engagement, *MET).answer(next(iter(POLICIES[kind])), EXAMPLES[kind])
    assert (answer == "no-coach-yet") is (kind not in BEFORE_A_COACH | AT_ANY_TIME)


def test_every_refusal_of_a_decision_is_reached() -> None:
    """The tables here and the rules of the document and of the application use up the whole catalogue."""
    decided = {row[4] for row in REFUSED} | {"engagement-ended", "no-coach-yet"}
    by_the_application = {
        "not-found", "stale-version", "idempotency-key-reused", "unknown-person", "unknown-organisation",
        "unknown-escrow",
    }  # fmt: skip
    of_the_document = {
        "no-objectives", "too-many-objectives", "objective-quality-missing", "indicator-missing", "demands-missing",
        "expectations-missing", "timing-missing", "empty-reporting-clause", "clause-permits-too-much",
        "clause-without-compartment", "clause-lifetime-out-of-range",
    }  # fmt: skip
    assert CATALOGUE.keys() == decided | by_the_application | of_the_document


def test_no_result_needs_a_decision_only_when_unclear() -> None:
    """With clear results the engagement goes on; without, it is amended or deliberately kept (P22)."""
    after = given(engagement.Engagement, *moments.AFTER_FIVE)
    for decision in (CheckpointDecision.AMEND, CheckpointDecision.KEEP_UNCHANGED):
        assert after.when(C, example(session.AssessResults, clear_results=False, decision=decision))


def test_people_and_overseers_by_role() -> None:
    """A supervisor's appointment doesn't keep the same person from being appointed as auditor."""
    assert given(Cell, FOUNDED, APPOINTED).when(Role.SERVICE, example(principals.AppointOverseer, role=Role.AUDITOR))
    assert ORGANISATION not in PEOPLE.values()
