"""The tables of wrong and right moments, for what the profession's ethics ask (limits, concerns, dealings, waivers)."""

from datetime import date
from typing import Any

from domain import concerns, dealings, limits, practice, waivers
from domain.decisions import Command
from domain.facts import Fact
from domain.vocabulary import Role, RuleId, WaiverGround
from tests.domain.acting import PEOPLE, C, E, Labelled, M, O
from tests.domain.moments import ACTIVE, COACHED, DAY, ENDED, REFERRED, REQUESTED, WORRIED

Facts = tuple[Fact | Labelled, ...]

ANSWERED_REFERRAL = (*REFERRED, limits.ReferralAnswered(referral=1, accepted=False))
ANSWERED_CONCERN = (*WORRIED, concerns.ConcernAnswered(concern=1))
OWED = sorted(waivers.OWED_BY_THE_COACH, key=lambda rule: rule.value)
WAIVED = (*COACHED, waivers.RuleWaived(rule=RuleId.P15, by=E, ground=WaiverGround.NOT_APPLICABLE))
PLACED = (practice.SupervisionPlaceRegistered(place=1, supervisor=None, since=DAY),)
LEFT = (*PLACED, practice.SupervisionPlaceLeft(place=1, left_on=DAY))

# command, given these facts, asked by, and with these changes: refused with this name.
REFUSED: list[tuple[type[Command], Facts, Role, dict[str, Any], str]] = [
    (limits.RecommendReferral, COACHED, C, {"limit": 1}, "unknown-limit"),
    (limits.RecommendReferral, COACHED, C, {"limit": -1}, "unknown-limit"),
    (limits.AnswerReferral, COACHED, E, {}, "unknown-referral"),
    (limits.AnswerReferral, ANSWERED_REFERRAL, E, {}, "already-answered"),
    (concerns.RaiseConcern, ENDED, O, {}, "engagement-ended"),
    (concerns.RaiseConcern, ENDED, M, {}, "engagement-ended"),
    (concerns.RaiseConcern, REQUESTED, E, {}, "no-coach-yet"),
    (concerns.AnswerConcern, COACHED, C, {}, "unknown-concern"),
    (concerns.AnswerConcern, WORRIED, C, {"concern": 2}, "unknown-concern"),
    (concerns.AnswerConcern, WORRIED, C, {"by": M}, "unknown-concern"),
    (concerns.AnswerConcern, WORRIED, C, {"by": C}, "unknown-concern"),
    (concerns.AnswerConcern, ANSWERED_CONCERN, C, {}, "already-answered"),
    (concerns.AnswerConcern, (*WORRIED, ENDED[-1]), C, {"by": O}, "engagement-ended"),
    (dealings.DeclareDealing, ACTIVE, C, {}, "engagement-going-on"),
    (dealings.DeclareDealing, ENDED, C, {"counterpart": C}, "unknown-counterpart"),
    (dealings.DeclareDealing, ENDED, C, {"counterpart": Role.CANDIDATE}, "unknown-counterpart"),
    (waivers.WaiveRule, COACHED, E, {"rule": RuleId.P1}, "rule-not-waivable"),
    (waivers.WaiveRule, COACHED, C, {"rule": RuleId.P39}, "rule-not-waivable"),
    (waivers.WaiveRule, WAIVED, C, {}, "already-waived"),
    *((waivers.WaiveRule, COACHED, C, {"rule": rule}, "waiver-of-the-coachee") for rule in OWED),
    (practice.RecordCredential, (), C, {"valid_until": date(2026, 3, 1)}, "credential-dates"),
    (practice.RegisterSupervisionPlace, PLACED, C, {}, "supervision-place-held"),
    (practice.RegisterSupervisionPlace, LEFT, C, {"supervisor": PEOPLE[C]}, "own-supervisor"),
    (practice.LeaveSupervisionPlace, (), C, {}, "unknown-place"),
    (practice.LeaveSupervisionPlace, PLACED, C, {"place": 0}, "unknown-place"),
    (practice.LeaveSupervisionPlace, LEFT, C, {}, "already-left"),
    (practice.RecordSupervision, (), C, {}, "no-supervision-place"),
    (practice.RecordSupervision, LEFT, C, {}, "no-supervision-place"),
]

# command, given these facts, asked by: it happens.
ACCEPTED: dict[type[Command], tuple[Facts, Role]] = {
    limits.SignalCompetenceLimit: (COACHED, C),
    limits.RecommendReferral: (COACHED, C),
    limits.AnswerReferral: (REFERRED, E),
    concerns.RaiseConcern: (COACHED, E),
    concerns.AnswerConcern: (WORRIED, C),
    dealings.DeclareDealing: (ENDED, C),
    waivers.WaiveRule: (REQUESTED, E),
    practice.RecordCredential: ((), C),
    practice.RegisterSupervisionPlace: (LEFT, C),
    practice.LeaveSupervisionPlace: (PLACED, C),
    practice.RecordSupervision: (PLACED, C),
    practice.LogDevelopment: ((), C),
}
