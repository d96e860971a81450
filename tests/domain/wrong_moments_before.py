"""Tables of what comes before the contract: the wrong moments of each command with its refusal, and a right one."""

from typing import Any

from domain import candidacy, conflicts, contract, intake, parties, relationship, session
from domain.decisions import Command
from domain.facts import Fact
from domain.vocabulary import Role
from tests.domain import moments
from tests.domain.acting import PEOPLE, C, E, Labelled, M, O
from tests.domain.moments import CHOSEN, COACHED, CONFLICTED, DECLINED, MET, NOMINATED, REQUESTED, SIGNED

Facts = tuple[Fact | Labelled, ...]

K = Role.CANDIDATE
PASSED_OVER = (*NOMINATED, intake.CoachChosen(coach=PEOPLE[C], meeting=0))
OFFERED_BY_K = (
    *NOMINATED,
    candidacy.CoachDisclosed(meeting=1, facets=frozenset(), models=0, commitment=bytes(32)),
)
PROPOSED = (*CHOSEN, relationship.RelationshipContractProposed(proposal=1))
AGREED = (*PROPOSED, relationship.RelationshipContractAgreed(proposal=1))
PROPOSED_ANEW = (*AGREED, relationship.RelationshipContractProposed(proposal=2))
ANOTHER_COACH = (*PROPOSED, parties.PartyReplaced(role=C, person=moments.NEWCOMER))
ACKNOWLEDGED = (*CHOSEN, relationship.LimitsAcknowledged(by=E))
UNDECLARED = tuple(one for one in SIGNED if not isinstance(one, conflicts.ConflictDeclared))
IN_LINE = {"in_reporting_line": True}
IN_THE_LINE = (*COACHED, moments.declared(2, conflict=True, in_reporting_line=True))
ACCEPTED_BY_THE_COACHEE = (*CONFLICTED, conflicts.ConflictAccepted(declaration=2, by=E))

# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (candidacy.MeetCoach, COACHED, E, {}, "coach-already-chosen"),
    (candidacy.ChooseCoach, COACHED, E, {}, "coach-already-chosen"),
    (candidacy.ChooseCoach, REQUESTED, E, {}, "coach-never-met"),
    (candidacy.ChooseCoach, MET, E, {"meeting": 2}, "coach-never-met"),
    (candidacy.ChooseCoach, MET, E, {"meeting": -1}, "coach-never-met"),
    (candidacy.MeetCoach, REQUESTED, E, {"coach": PEOPLE[M]}, "same-person-in-two-roles"),
    (candidacy.ChooseCoach, NOMINATED, E, {}, "another-coach-met"),
    (candidacy.ChooseCoach, DECLINED, E, {"coach": PEOPLE[K]}, "coach-declined"),
    (candidacy.ChooseCoach, OFFERED_BY_K, E, {"coach": PEOPLE[K]}, "content-changed"),
    (candidacy.OfferProfile, NOMINATED, K, {"facets": frozenset()}, "profile-empty"),
    (candidacy.OfferProfile, DECLINED, K, {}, "candidacy-over"),
    (candidacy.OfferProfile, MET, K, {}, "candidacy-over"),
    (candidacy.PledgeEthics, PASSED_OVER, K, {}, "candidacy-over"),
    (candidacy.DeclineCandidacy, DECLINED, K, {}, "candidacy-over"),
    (candidacy.DeclineCandidacy, PASSED_OVER, K, {}, "candidacy-over"),
    (candidacy.DiscloseProfile, CHOSEN, C, {"facets": frozenset()}, "profile-empty"),
    (candidacy.ChooseCoach, MET, E, {"coach": PEOPLE[M]}, "same-person-in-two-roles"),
    (candidacy.ChooseCoach, MET, E, {"coach": PEOPLE[E]}, "same-person-in-two-roles"),
    (candidacy.ChooseCoach, MET, E, {"coach": PEOPLE[O]}, "same-person-in-two-roles"),
    (relationship.AgreeRelationshipContract, CHOSEN, E, {}, "unknown-proposal"),
    (relationship.AgreeRelationshipContract, PROPOSED, E, {"proposal": 2}, "unknown-proposal"),
    (relationship.AgreeRelationshipContract, PROPOSED, E, {"proposal": 0}, "unknown-proposal"),
    (relationship.AgreeRelationshipContract, PROPOSED_ANEW, E, {}, "proposal-superseded"),
    (relationship.AgreeRelationshipContract, ANOTHER_COACH, E, {}, "proposal-superseded"),
    (relationship.AgreeRelationshipContract, AGREED, E, {}, "proposal-already-agreed"),
    (relationship.AcknowledgeLimits, ACKNOWLEDGED, E, {}, "already-acknowledged"),
    (conflicts.DeclareConflict, CHOSEN, C, {"ties": False}, "tie-undescribed"),
    (conflicts.DeclareConflict, CHOSEN, C, {"ties": False, "conflict": False, **IN_LINE}, "tie-undescribed"),
    (conflicts.ResolveConflict, COACHED, C, {}, "unknown-conflict"),
    (conflicts.ResolveConflict, CONFLICTED, C, {"declaration": 1}, "unknown-conflict"),
    (conflicts.AcceptConflict, CONFLICTED, M, {"declaration": 3}, "unknown-conflict"),
    (conflicts.AcceptConflict, IN_THE_LINE, E, {}, "tie-in-reporting-line"),
    (conflicts.AcceptConflict, ACCEPTED_BY_THE_COACHEE, E, {}, "conflict-already-accepted"),
    (contract.ActivateContract, UNDECLARED, C, {}, "conflict-undeclared"),
    (contract.ActivateContract, (*SIGNED, moments.declared(2, conflict=True)), C, {}, "conflict-unresolved"),
    (session.StartWork, (*CHOSEN, *moments.accepted(1)), C, {}, "conflict-undeclared"),
    (session.StartWork, (*CONFLICTED, *moments.accepted(1)), C, {}, "conflict-unresolved"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    candidacy.MeetCoach: (REQUESTED, E),
    candidacy.ChooseCoach: (MET, E),
    candidacy.OfferProfile: (NOMINATED, K),
    candidacy.PledgeEthics: (NOMINATED, K),
    candidacy.DeclineCandidacy: (NOMINATED, K),
    candidacy.DiscloseProfile: (CHOSEN, C),
    candidacy.AcknowledgeEthics: (CHOSEN, C),
    relationship.ProposeRelationshipContract: (AGREED, C),
    relationship.AgreeRelationshipContract: (PROPOSED, E),
    relationship.AcknowledgeLimits: (ACKNOWLEDGED, O),
    relationship.RecordOrganisationContext: (CHOSEN, M),
    relationship.ScheduleTripartiteMeeting: (CHOSEN, C),
    conflicts.DeclareConflict: (CHOSEN, C),
    conflicts.ResolveConflict: (CONFLICTED, C),
    conflicts.AcceptConflict: (CONFLICTED, M),
}
