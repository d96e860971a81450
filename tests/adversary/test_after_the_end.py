"""After the end: every cell of the matrix's last column holds for the keys themselves, in every example.

Each example is played over HTTP to its end; then the eraser runs at the closure, at the end of the follow-up and at the
end of the retention. At each moment every party's keys are tried on everything, and what opens of each item is compared
with the column, which is written out below, word by word, and not taken from the code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import httpx
import pytest

from crypto.part import CompartmentKey
from domain import access, reporting
from domain.application import Request
from domain.decisions import Command
from domain.disposal import add_months
from domain.document import ContractDrafted
from domain.engagement import Engagement
from domain.vocabulary import PARTIES, Item, Role
from ops.clock import now
from ops.closure import Closure, ReaderClosure
from ops.demo.player import Player
from ops.demo.script import load
from ops.erasure.eraser import Eraser
from ops.given import Place
from tests.live import Tokens
from tests.stage import C, E, M, O, Stage

EXAMPLES: Final = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
MOMENTS: Final = ("before", "closure", "follow-up", "retention")
"""Before anything was erased, and after the eraser ran at the engagement's end, the follow-up's and the retention's."""

COLUMN: Final[Mapping[Item, tuple[str, str]]] = {
    Item.ENGAGEMENT: ("O/M keep a minimal record", "O:kept M:kept C:kept E:kept"),
    Item.CONTRACT_TEXT: ("frozen", "O:kept M:kept C:kept E:kept"),
    Item.BANANA_SKINS: ("M revoked", "M:closure C:retention E:kept"),
    Item.OBJECTIVES: ("K until closure", "O?closure M:closure C:retention E:kept"),
    Item.COACHES_MET: ("E only", "E:kept"),
    Item.REALITY: ("C to retention", "C:retention E:kept"),
    Item.SESSION_DATES: ("K", "O?closure M?closure C:retention E:kept"),
    Item.SESSION_CONTENT: ("C to retention", "C:retention E:kept"),
    Item.COACH_NOTES: ("shred at retention", "C:retention"),
    Item.COACHEE_JOURNAL: ("E only", "E:kept"),
    Item.PROGRESS_SUMMARY: ("frozen", "O?kept M?kept C:kept E:kept"),
    Item.INDICATOR_READINGS: ("E", "O?closure M?closure C:closure E:kept"),
    Item.QUADRANT_TAGS: ("E", "C:closure E:kept"),
    Item.CHECKPOINT: ("kept", "O:kept M:kept C:kept E:kept"),
    Item.NO_RESULT_ANALYSIS: ("E,C", "C:kept E:kept"),
    Item.SPONSOR_VOICE: ("frozen", "O:kept M?kept C:kept E:kept"),
    # Rows that the matrix doesn't have: the contract's drafts and demands, the approach, a proposal not agreed yet,
    # the outcome, the follow-up (R66) and the record of disclosures (X10).
    Item.CONTRACT_DRAFT: ("", "M:closure C:retention E:kept"),
    Item.DEMANDS: ("", "M:closure C:retention E:kept"),
    Item.APPROACH: ("", "C:retention E:kept"),
    Item.PROGRESS_PROPOSAL: ("", "C:retention E:kept"),
    Item.EVALUATION: ("", "C:kept E:kept"),
    Item.FOLLOW_UP: ("", "M?follow-up C:follow-up E:kept"),
    Item.DISCLOSURES: ("", "C:retention E:kept"),
}
"""By item the column's words, and what they mean for each party: until when it reads. ``?`` is K: only what the clause
permits that the part was sealed under. Who isn't named never reads. K by itself ends as the clause does, at the end."""


@dataclass
class Played:
    """An example that was played to its end."""

    stage: Stage
    player: Player

    @property
    def engagement(self) -> Engagement:
        """The engagement as it is now."""
        return self.stage.service.write_side.load(Engagement, UUID(self.player.engagement))

    def act(self, who: str, command: Command) -> None:
        """Execute a command as one of the cast."""
        actor, service = UUID(self.player.ids[who]), self.stage.service
        service.write_side.execute(self.engagement.id, command, Request(actor, now(), uuid4(), service.digest(b"act")))

    def until(self, moment: str) -> datetime:
        """When the eraser runs for a moment."""
        engagement = self.engagement
        assert engagement.ended_at is not None
        terms = engagement.terms
        months = {"closure": 0, "follow-up": terms.follow_up_months, "retention": terms.retention_months}[moment]
        return max(add_months(engagement.ended_at, months), now())

    def parts(self) -> Iterator[tuple[Place, Item, int]]:
        """Every part of the engagement's streams, with its item and the version of the clause it was sealed under."""
        write = self.stage.service.write_side
        for stream in self.streams():
            for event in write.events.get(stream):
                for index, label in enumerate(event.labels, start=1):  # type: ignore[attr-defined]
                    yield (stream, event.originator_version, index), label.item, event.clause_version  # type: ignore[attr-defined]

    def streams(self) -> list[UUID]:
        """The engagement's own, the notebook and the journal."""
        self.stage.engagement_id = self.engagement.id
        return [*dict.fromkeys(stream for role in (C, E) for stream in self.stage.streams(role))]

    def permits(self) -> dict[int, Mapping[Item, frozenset[Role]]]:
        """What each contract version's clause permits; before there is one, nothing."""
        facts = [event.fact for event in self.stage.service.write_side.events.get(self.engagement.id)]  # type: ignore[attr-defined]
        return {0: {}} | {fact.contract_version: fact.permits for fact in facts if isinstance(fact, ContractDrafted)}

    def erase(self, moment: str) -> datetime:
        """Bring the agenda up to date and run the eraser."""
        self.stage.advance()
        at = self.until(moment)
        while Eraser(self.stage.service).run(at).more:
            continue
        return at


def _reads(words: str, role: Role, permitted: bool, moment: str) -> bool:
    """Whether the column lets a role read a part at a moment."""
    for cell in words.split():
        if cell[0] == role.value and (cell[1] == ":" or permitted):
            end = cell[2:]
            return end == "kept" or MOMENTS.index(end) > MOMENTS.index(moment)
    return False


def _compare(played: Played, closures: Mapping[Role, Closure], moment: str) -> set[tuple[Item, Role, bool]]:
    """Hold what opens against the column; the cells that were seen, each with whether something opened."""
    seen: set[tuple[Item, Role, bool]] = set()
    permits = played.permits()
    for place, item, clause in played.parts():
        for role in PARTIES:
            expected = _reads(COLUMN[item][1], role, role in permits[clause].get(item, ()), moment)
            assert (place in closures[role].places) == expected, (moment, item, role)
            seen.add((item, role, expected))
    return seen


def _closures(played: Played, at: datetime | None) -> dict[Role, Closure]:
    closure = ReaderClosure(played.stage.service, at)
    for one in closure.all():
        assert one.holds, (len(one.outside), len(one.lost))
    return {role: closure.of(principal) for role, principal in played.engagement.parties.items()}


@pytest.fixture
def played(request: pytest.FixtureRequest, stage: Stage, live_api: str, tokens: Tokens) -> Played:
    """One example, with a follow-up and a request for access after its end; nothing was erased yet."""
    with httpx.Client(base_url=live_api, timeout=30) as client:
        player = Player(client, tokens, load(request.param), "operator")
        assert sum(1 for _ in player.play()) == len(player.script.steps)
    made = Played(stage, player)
    made.act("coach", reporting.RecordFollowUp({"said": "how it went on"}))
    made.act("coachee", access.RequestAccess({"asks": "to see the notes"}))
    made.act("coach", access.AnswerAccess(1, frozenset(), {"reason": "they were destroyed"}))
    return made


@pytest.mark.parametrize("played", EXAMPLES, ids=lambda path: path.stem, indirect=True)
def test_every_cell_of_the_column_holds(played: Played) -> None:
    """At each moment exactly what the column says opens; before it, all that the clauses gave does (the control)."""
    seen = {"before": _compare(played, _closures(played, None), "before")}
    for moment in MOMENTS[1:]:
        at = played.erase(moment)
        seen[moment] = _compare(played, _closures(played, at), moment)
    lost = [seen[earlier] - seen[later] for earlier, later in pairwise(MOMENTS)]
    assert all(lost), "something ends at each of the three moments"
    assert {role for _, role, opened in lost[0] if opened} >= {M, C}
    assert {role for _, role, opened in lost[2] if opened} == {C}
    for item, role, _ in seen["retention"]:
        if role is E:
            assert (item is not Item.COACH_NOTES) == ((item, E, True) in seen["retention"])


@pytest.mark.parametrize("played", EXAMPLES[:1], ids=lambda path: path.stem, indirect=True)
def test_keys_that_nobody_erased_show(played: Played) -> None:
    """Control: when the eraser didn't run, what has ended opens still, and the closure of that moment says so."""
    at = played.until("retention")
    closure = ReaderClosure(played.stage.service, at)
    parties = played.engagement.parties
    proved = {role: closure.of(principal) for role, principal in parties.items()}
    assert {role for role, one in proved.items() if one.outside} >= {M, C}
    assert not proved[E].outside
    played.erase("closure")
    later = {role: ReaderClosure(played.stage.service, at).of(principal) for role, principal in parties.items()}
    assert not later[M].outside or M in _follow_up_readers(played)
    assert len(proved[C].outside) > len(later[C].outside) > 0


def _follow_up_readers(played: Played) -> frozenset[Role]:
    return played.engagement.clause_in_force.permits.get(Item.FOLLOW_UP, frozenset())


@pytest.mark.parametrize("played", EXAMPLES[:1], ids=lambda path: path.stem, indirect=True)
def test_a_widened_grant_is_seen_after_the_end_too(played: Played) -> None:
    """Control: a key that the coachee kept, in the organisation's hands, shows as places outside."""
    at = played.erase("retention")
    closure = ReaderClosure(played.stage.service, at)
    organisation, coachee = played.engagement.parties[O], played.engagement.parties[E]
    assert closure.of(organisation).holds
    keys: Mapping[UUID, CompartmentKey] = played.stage.service.roles[E].openable(coachee)
    extra = next(key for key in keys.values() if key.compartment == "alliance")
    assert closure.of(organisation, {extra.key_id: extra}).outside


def test_the_column_is_complete() -> None:
    """Every item of an engagement has its cell, and only the coachee keeps everything that the coachee ever had."""
    assert set(COLUMN) == set(Item) - {Item.OWN_RECORD}
    for item, (_, cells) in COLUMN.items():
        assert ("E:kept" in cells) == (item is not Item.COACH_NOTES)
