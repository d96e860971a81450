"""All forty rules, and the question that is asked of them together: :func:`findings`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from domain.adherence import contracts, endings, ethics, sessions
from domain.adherence.findings import Finding, Result, Severity, Verdict, places
from domain.adherence.history import History
from domain.adherence.parameters import Parameters
from domain.vocabulary import RuleId
from domain.waivers import RuleWaived

Check = Callable[[History, Parameters, datetime], Verdict]

_B, _X, _H, _M, _L = Severity


@dataclass(frozen=True)
class Rule:
    """One rule: its phrase in the seed, how much it matters, and what finds out whether it was kept."""

    id: RuleId
    phrase: str
    severity: Severity
    check: Check

    @property
    def waivable(self) -> bool:
        """Whether coach or coachee may set it aside."""
        return self.severity not in (Severity.REFUSED, Severity.CRITICAL)


def _rules(*rows: tuple[str, Severity, Check]) -> Mapping[RuleId, Rule]:
    ids = list(RuleId)
    return MappingProxyType({id_: Rule(id_, *row) for id_, row in zip(ids, rows, strict=True)})


RULES: Final = _rules(
    ("van bij het begin… driehoekscontract", _B, contracts.p1),
    ("onderneming, coach, gecoachte; ook management", _B, contracts.p2),
    ("grenzen van de vertrouwelijkheid", _B, contracts.p3),
    ("geen transparantie meer", _B, contracts.p4),
    ("stem te laten gelden", _M, contracts.p5),
    ("niet meer dan 3", _B, contracts.p6),
    ("specifiek, meetbaar, ambitieus, bereikbaar", _B, contracts.p7),
    ("waarneembare indicatoren", _B, contracts.p8),
    ("bepaalt de gecoachte samen met", _B, contracts.p9),
    ("eisen (coach; verantwoordelijke)", _B, contracts.p10),
    ("bananenschillen", _M, contracts.p11),
    ("hulpmiddelen", _L, contracts.p12),
    ("deadline, frequentie en duur", _B, contracts.p13),
    ("1ste sessie, stappen 1–4", _H, sessions.p14),
    ("meerdere coaches te ontmoeten", _L, sessions.p15),
    ("methodes, ervaring, referenties, deontologie", _H, sessions.p16),
    ("elke sessie begint met een stand van zaken", _H, sessions.p17),
    ("coach dat aanvaard heeft", _B, sessions.p18),
    ("aan het einde… feedback", _M, sessions.p19),
    ("globale contract te verzekeren", _L, sessions.p20),
    ("einde van 4 coachingsessies", _H, sessions.p21),
    ("analyseren… indien nodig de bepalingen", _H, sessions.p22),
    ("frequentie / deadline", _M, sessions.p23),
    ("contract in gevaar", _B, ethics.p24),
    ("specifieke supervisieplaats", _H, ethics.p25),
    ("wanneer die situatie dat vereist", _H, ethics.p26),
    ("ontwikkeling voortdurend", _L, ethics.p27),
    ("grenzen van de eigen competentie", _H, ethics.p28),
    ("verantwoordelijkheid… beslissingen", _B, ethics.p29),
    ("verhulde therapie", _L, sessions.p30),
    ("af te schuiven op de coach", _M, endings.p31),
    ("4 kwadranten", _L, sessions.p32),
    ("over de schreef gaan", _M, ethics.p33),
    ("cultuur, context, beperkingen", _L, contracts.p34),
    ("zodra die verbintenis vervuld is", _H, endings.p35),
    ("handhaving… beroepsgeheim", _X, endings.p36),
    ("eender welke exploitatie", _H, endings.p37),
    ("follow-up indien nodig", _L, endings.p38),
    ("strikt beroepsgeheim", _X, endings.p39),
    ("ontwikkelingsfasen", _M, ethics.p40),
)
"""The rules in the order of their numbers (requirements.md, C)."""


def findings(history: History, parameters: Parameters, now: datetime) -> tuple[Finding, ...]:
    """What is found about every rule, in their order.

    A rule that was waived and isn't kept is waived: the waiver is what the finding rests on.

    Args:
        history: what happened.
        parameters: the policy that the engagement's contract pins.
        now: the moment to look from; not before the last event.
    """
    waivers = {event.fact.rule: event for event in history.of(RuleWaived)}  # type: ignore[attr-defined]
    return tuple(_finding(rule, history, parameters, now, waivers.get(rule.id)) for rule in RULES.values())


def _finding(rule: Rule, history: History, parameters: Parameters, now: datetime, waiver: object) -> Finding:
    verdict = rule.check(history, parameters, now)
    if waiver is not None and rule.waivable and verdict.result is not Result.MET:
        verdict = Verdict(Result.WAIVED, places([waiver]))  # type: ignore[list-item]
    return Finding(rule.id, verdict.result, verdict.rests_on, verdict.deadline, verdict.cure)
