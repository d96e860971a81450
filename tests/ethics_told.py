"""What the profession's code asks, played on a stage: concerns, a limit, a referral, a waiver, a dealing."""

from domain import concerns, dealings, limits, waivers
from domain.vocabulary import ConcernKind, DealingKind, Role, RuleId, WaiverGround
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
