"""What the profession's code asks, played on a stage: concerns, a limit, a referral, a waiver, a dealing."""

from datetime import date

from domain import concerns, dealings, limits, practice, waivers
from domain.application import Outcome
from domain.decisions import Command
from domain.vocabulary import (
    ConcernKind,
    CredentialKind,
    DealingKind,
    DevelopmentKind,
    Role,
    RuleId,
    WaiverGround,
)
from tests.stage import C, E, M, O, Stage

RAISED = {O: ConcernKind.BOUNDARY, M: ConcernKind.INFLUENCE, E: ConcernKind.PACE}


def raise_and_answer(stage: Stage, by: Role) -> None:
    """Somebody's first concern, with the coach's answer."""
    words = stage.words
    stage.act(by, concerns.RaiseConcern(RAISED[by], {"statement": words(by, "concern")}))
    stage.act(C, concerns.AnswerConcern(by, 1, {"answer": words(C, f"answer_to_{by.word}")}))


def refer(stage: Stage) -> None:
    """The coach signals a limit and refers the coachee, who answers."""
    words = stage.words
    stage.act(C, limits.SignalCompetenceLimit({"statement": words(C, "limit")}))
    stage.act(C, limits.RecommendReferral(1, {"recommendation": words(C, "referral")}))
    stage.act(E, limits.AnswerReferral(1, True, {"answer": words(E, "answer_to_referral")}))


def worry(stage: Stage) -> None:
    """All of it that may come while an engagement goes on."""
    for by in RAISED:
        raise_and_answer(stage, by)
    refer(stage)
    said = {"statement": stage.words(E, "waiver")}
    stage.act(E, waivers.WaiveRule(RuleId.P15, WaiverGround.COACHEE_WISH, said))


def declare(stage: Stage) -> None:
    """After the end the coach declares what they begin with the organisation."""
    said = {"begins_on": "2026-12-01", "statement": stage.words(C, "dealing")}
    stage.act(C, dealings.DeclareDealing(DealingKind.TRAINING, O, said))


def as_coach(stage: Stage, command: Command) -> Outcome:
    """The coach does something in their own practice."""
    return stage.act(C, command, practice.practice_stream_id(stage.people[C]))


def keep_practice(stage: Stage) -> None:
    """The coach's practice: a credential, a place with the stage's supervisor, a supervision, development."""
    words, day = stage.words, date(2026, 1, 10)
    said = {"name": words(C, "credential"), "issuer": words(C, "issuer")}
    as_coach(stage, practice.RecordCredential(CredentialKind.ACCREDITATION, day, date(2029, 1, 10), said))
    place = {"name": words(C, "supervision_place"), "arrangement": words(C, "arrangement")}
    as_coach(stage, practice.RegisterSupervisionPlace(stage.people[Role.COACHING_SUPERVISOR], day, place))
    about = frozenset({stage.engagement_id})
    as_coach(stage, practice.RecordSupervision(day, 90, about, {"notes": words(C, "supervision")}))
    as_coach(stage, practice.LogDevelopment(DevelopmentKind.READING, day, 3, {"description": words(C, "development")}))
