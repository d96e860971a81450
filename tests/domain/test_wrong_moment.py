"""Every command at the wrong moments, and at a right one beside them."""

from typing import Any

import pytest

from domain import (
    access,
    candidacy,
    concerns,
    dealings,
    engagement,
    erasure,
    holds,
    limits,
    parties,
    personal,
    practice,
    principals,
    reporting,
    waivers,
)
from domain.decisions import DECISIONS, Command
from domain.errors import CATALOGUE
from domain.policies import POLICIES
from domain.principals import Cell
from domain.vocabulary import Role
from tests.domain.acting import ORGANISATION, PEOPLE, given
from tests.domain.moments import ENDED, EXAMPLES, MET
from tests.domain.wrong_moments import ACCEPTED, APPOINTED, FOUNDED, REFUSED, Facts, aggregate_of, example

OF_AN_ENGAGEMENT = [kind for kind, (aggregate, _) in DECISIONS.items() if aggregate is engagement.Engagement]
BEFORE_A_COACH = {
    engagement.RequestEngagement,
    candidacy.MeetCoach,
    candidacy.ChooseCoach,
    candidacy.OfferProfile,
    candidacy.PledgeEthics,
    candidacy.DeclineCandidacy,
    engagement.EndEngagement,
    reporting.StateVoice,
    parties.ReplaceLineManager,
    waivers.WaiveRule,
}
AT_ANY_TIME = {
    erasure.RequestErasure,
    erasure.CancelErasure,
    erasure.WithdrawPermission,
    holds.PlaceHold,
    holds.LiftHold,
    access.RequestAccess,
    access.AnswerAccess,
    reporting.RecordFollowUp,
    limits.AnswerReferral,
    concerns.RaiseConcern,
    concerns.AnswerConcern,
    dealings.DeclareDealing,
    reporting.WaiveFollowUp,
}
"""What waits for no coach, and comes after the end, too."""


@pytest.mark.parametrize(
    ("kind", "facts", "by", "changes", "name"),
    REFUSED,
    ids=[f"{row[0].__name__}-{number}-{row[4]}" for number, row in enumerate(REFUSED)],
)
def test_wrong_moment_refused(kind: type[Command], facts: Facts, by: Role, changes: dict[str, Any], name: str) -> None:
    """A command at the wrong moment is refused with the name that the catalogue has for it."""
    assert given(aggregate_of(kind), *facts).refuses(by, example(kind, **changes)) == name


@pytest.mark.parametrize("kind", ACCEPTED, ids=lambda kind: kind.__name__)
def test_right_moment_accepted(kind: type[Command]) -> None:
    """The example of each command happens at its right moment, so the refusals above aren't for another reason."""
    facts, by = ACCEPTED[kind]
    assert given(aggregate_of(kind), *facts).when(by, EXAMPLES[kind])


def test_every_command_has_examples() -> None:
    """No command is left out of these tables."""
    assert ACCEPTED.keys() == EXAMPLES.keys() == DECISIONS.keys()


def test_every_state_dependent_command_has_a_wrong_moment() -> None:
    """Each command that can come at a wrong moment is shown to be refused then; personal writing always may be done."""
    always = {personal.WriteNote, personal.WriteEntry, practice.LogDevelopment}
    refused = {row[0] for row in REFUSED} | (set(OF_AN_ENGAGEMENT) - {engagement.RequestEngagement})
    assert DECISIONS.keys() - refused == always


@pytest.mark.parametrize(
    "kind", [kind for kind in OF_AN_ENGAGEMENT if kind not in AT_ANY_TIME], ids=lambda kind: kind.__name__
)
def test_nothing_happens_after_the_end(kind: type[Command]) -> None:
    """An ended engagement refuses every command of its course; candidates aren't told that it is why (R24)."""
    if kind is engagement.RequestEngagement:  # the application refuses a second request for the same stream
        return
    for by in POLICIES[kind]:
        name = "candidacy-over" if by is Role.CANDIDATE else "engagement-ended"
        assert given(engagement.Engagement, *ENDED).refuses(by, EXAMPLES[kind]) == name


@pytest.mark.parametrize("kind", OF_AN_ENGAGEMENT, ids=lambda kind: kind.__name__)
def test_a_coach_comes_first(kind: type[Command]) -> None:
    """Before a coach is chosen everything waits for one, but for intake, the organisation's voice and breaking off."""
    answer = given(engagement.Engagement, *MET).answer(next(iter(POLICIES[kind])), EXAMPLES[kind])
    waits = {access.RequestAccess, concerns.RaiseConcern}
    assert (answer == "no-coach-yet") is (kind not in (BEFORE_A_COACH | AT_ANY_TIME) - waits)


def test_every_refusal_of_a_decision_is_reached() -> None:
    """The tables here and the rules of the document and of the application use up the whole catalogue."""
    decided = {row[4] for row in REFUSED} | {"engagement-ended", "no-coach-yet"}
    by_the_application = {
        "not-found", "stale-version", "idempotency-key-reused", "unknown-person", "unknown-organisation",
        "unknown-programme", "unknown-escrow", "retention-over", "cooling-period-over", "not-a-supervisor",
        "unknown-engagement", "decision-of-the-coachee",
    }  # fmt: skip
    of_the_document = {
        "no-objectives", "too-many-objectives", "objective-quality-missing", "indicator-missing", "demands-missing",
        "expectations-missing", "interests-missing", "coaching-request-missing", "complaint-route-missing",
        "follow-up-without-time", "aggregate-too-small", "timing-missing", "empty-reporting-clause",
        "clause-permits-too-much",
        "clause-without-compartment", "clause-lifetime-out-of-range",
    }  # fmt: skip
    assert CATALOGUE.keys() == decided | by_the_application | of_the_document


def test_people_and_overseers_by_role() -> None:
    """A supervisor's appointment doesn't keep the same person from being appointed as auditor."""
    assert given(Cell, FOUNDED, APPOINTED).when(Role.SERVICE, example(principals.AppointOverseer, role=Role.AUDITOR))
    assert ORGANISATION not in PEOPLE.values()
