"""After the end: every cell of the matrix's last column holds for the keys themselves, in every example.

Each example is played over HTTP to its end; then the eraser runs at the closure, at the end of the follow-up and at the
end of the retention. At each moment every party's keys are tried on everything, and what opens of each item is compared
with the column, which is written out below, word by word, and not taken from the code.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import httpx
import pytest

from crypto.leaf import leaf_hash
from crypto.part import CompartmentKey
from domain import access, reporting
from domain.application import Request
from domain.audit import BundleScope
from domain.clause import CHOICES, ELSEWHERE, MATRIX
from domain.contract import PermissionWithdrawn
from domain.decisions import Command
from domain.disclosure import Disclose
from domain.disposal import add_months, due
from domain.document import ContractDrafted
from domain.endings import PartDisclosed
from domain.engagement import Engagement
from domain.facts import Fact
from domain.parties import PartyReplaced
from domain.vocabulary import PARTIES, DisclosureGround, Item, Role
from ops.audit.scope import Scope
from ops.clock import now
from ops.closure import Closure, ReaderClosure
from ops.demo.player import Player
from ops.demo.script import load
from ops.erasure.eraser import Eraser
from ops.given import Place
from ops.wiring import open_cell
from tests.erasing import erase_places
from tests.evidence import bundle_of, policy_of, proves, verified
from tests.live import Tokens
from tests.stage import C, E, M, O, Stage, tell
from tests.support import Cell

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
    Item.CREDENTIALS: ("kept", "O:kept M:kept C:kept E:kept"),
    Item.CONFLICTS: ("kept", "O:kept M:kept C:kept E:kept"),
    Item.COMMITMENTS: ("frozen", "M:kept C:kept E:kept"),
    Item.COMMITMENT_STATUS: ("frozen", "O:kept M:kept C:kept E:kept"),
    Item.REFERRAL: ("E,C", "C:kept E:kept"),
    Item.COACHEE_CONCERN: ("S by policy", "C:retention E:kept"),
    Item.MANAGER_CONCERN: ("S by policy", "M:closure C:retention"),
    Item.SPONSOR_CONCERN: ("S by policy", "O:closure C:retention"),
    # Rows of the requirements that the matrix doesn't name: R13, R12, R20, R60, R43, R57, R63, R65, and waivers.
    Item.COACH_PROFILE: ("", "E:kept"),
    Item.RELATIONSHIP_CONTRACT: ("", "C:retention E:kept"),
    Item.ACKNOWLEDGEMENTS: ("", "O:kept C:kept E:kept"),
    Item.ORGANISATION_CONTEXT: ("", "O:kept M:closure C:retention"),
    Item.RESOURCES: ("", "O:kept M:kept C:kept E:kept"),
    Item.DECISIONS: ("", "C:retention E:kept"),
    Item.FULFILMENT: ("", "O:kept M:kept C:kept E:kept"),
    Item.DEALINGS: ("", "O:kept C:kept E:kept"),
    Item.WAIVERS: ("", "C:retention E:kept"),
}
"""By item the column's words, and what they mean for each party: until when it reads. ``?`` is K: only what the clause
permits that the part was sealed under. Who isn't named never reads. K by itself ends as the clause does, at the end."""


NOT_IN_EVERY_EXAMPLE: Final = {
    Item.CHECKPOINT, Item.NO_RESULT_ANALYSIS,  # not all come to a fourth session
    Item.COACH_PROFILE, Item.CREDENTIALS, Item.CONFLICTS, Item.RELATIONSHIP_CONTRACT, Item.ACKNOWLEDGEMENTS,
    Item.ORGANISATION_CONTEXT, Item.COMMITMENTS, Item.COMMITMENT_STATUS, Item.RESOURCES, Item.DECISIONS, Item.REFERRAL,
    Item.COACHEE_CONCERN, Item.MANAGER_CONCERN, Item.SPONSOR_CONCERN, Item.FULFILMENT, Item.DEALINGS, Item.WAIVERS,
}  # fmt: skip

NOT_ABOUT_THE_COACHEE: Final = (
    Item.COACH_NOTES,
    Item.ORGANISATION_CONTEXT,
    Item.MANAGER_CONCERN,
    Item.SPONSOR_CONCERN,
)


@dataclass
class Played:
    """An engagement that was played to its end; ``at`` is when the playing stopped."""

    stage: Stage
    id: UUID
    people: Mapping[Role, UUID]
    at: datetime

    @property
    def engagement(self) -> Engagement:
        """The engagement as it is now."""
        return self.stage.service.write_side.load(Engagement, self.id)

    def act(self, by: Role, command: Command) -> None:
        """Execute a command as one of the cast."""
        service = self.stage.service
        request = Request(self.people[by], self.at, uuid4(), service.digest(b"act"))
        service.write_side.execute(self.id, command, request)

    def until(self, moment: str) -> datetime:
        """When the eraser runs for a moment."""
        engagement = self.engagement
        assert engagement.ended_at is not None
        terms = engagement.terms
        months = {"closure": 0, "follow-up": terms.follow_up_months, "retention": terms.retention_months}[moment]
        return max(add_months(engagement.ended_at, months), self.at)

    def parts(self) -> Iterator[tuple[Place, Item, int]]:
        """Every part of the engagement's streams, with its item and the version of the clause it was sealed under."""
        write = self.stage.service.write_side
        for stream in self.streams():
            for event in write.events.get(stream):
                for index, label in enumerate(event.labels, start=1):  # type: ignore[attr-defined]
                    yield (stream, event.originator_version, index), label.item, event.clause_version  # type: ignore[attr-defined]

    def streams(self) -> list[UUID]:
        """The engagement's own, the notebook and the journal."""
        self.stage.engagement_id = self.id
        return [*dict.fromkeys(stream for role in (C, E) for stream in self.stage.streams(role))]

    def permits(self) -> dict[int, Mapping[Item, frozenset[Role]]]:
        """What each contract version's clause permits; before there is one, nothing."""
        drafted = [fact for _, fact in self.facts() if isinstance(fact, ContractDrafted)]
        return {0: {}} | {fact.contract_version: fact.permits for fact in drafted}

    def facts(self, stream: UUID | None = None) -> list[tuple[int, Fact]]:
        """What is on record in a stream, by default the engagement's own, by version."""
        events = self.stage.service.write_side.events.get(stream or self.id)
        return [(event.originator_version, event.fact) for event in events]  # type: ignore[attr-defined]

    def shown(self) -> dict[Place, UUID]:
        """Single parts that were disclosed, which the column isn't about, with who reads each until it expires."""
        told = ((stream, fact) for stream in self.streams() for _, fact in self.facts(stream))
        return {
            (s, one.event_version, one.index): one.recipient.principal
            for s, one in told
            if isinstance(one, PartDisclosed)
        }

    def joined(self, role: Role) -> int:
        """From which version of the engagement's stream on whoever is in a role now is there."""
        taken = [version for version, fact in self.facts() if isinstance(fact, PartyReplaced) and fact.role is role]
        return max(taken, default=0)

    def withdrawn(self) -> dict[Item, int]:
        """The items about which a permission was withdrawn, with the version at which that happened."""
        return {fact.item: version for version, fact in self.facts() if isinstance(fact, PermissionWithdrawn)}

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
    permits, withdrawn = played.permits(), played.withdrawn()
    shown, parties = played.shown(), played.engagement.parties
    joined = {role: played.joined(role) for role in PARTIES}
    for place, item, clause in played.parts():
        gone = moment != "before" and place[1] < withdrawn.get(item, 0)
        for role in PARTIES:
            if shown.get(place) == parties[role]:
                continue
            permitted = role in permits[clause].get(item, ()) and not gone
            there = place[0] != played.id or place[1] >= joined[role]
            expected = there and _reads(COLUMN[item][1], role, permitted, moment)
            assert (place in closures[role].places) == expected, (moment, item, role)
            seen.add((item, role, expected))
    return seen


def _closures(played: Played, at: datetime | None) -> dict[Role, Closure]:
    closure = ReaderClosure(played.stage.service, at)
    for one in closure.all():
        assert one.holds, (len(one.outside), len(one.lost))
    return {role: closure.of(principal) for role, principal in played.engagement.parties.items()}


def _go_on(played: Played) -> Played:
    """After the end: a follow-up, and a request for access that is refused."""
    played.act(C, reporting.RecordFollowUp({"said": "how it went on"}))
    played.act(E, access.RequestAccess({"asks": "to see the notes"}))
    number = len(played.engagement.access.requests)
    played.act(C, access.AnswerAccess(number, frozenset(), {"reason": "they were destroyed"}))
    return played


@pytest.fixture
def played(request: pytest.FixtureRequest, stage: Stage, live_api: str, tokens: Tokens) -> Played:
    """One example, played over HTTP and gone on with a little; nothing was erased yet."""
    with httpx.Client(base_url=live_api, timeout=30) as client:
        player = Player(client, tokens, load(request.param), "operator")
        assert sum(1 for _ in player.play()) == len(player.script.steps)
    people = {C: UUID(player.ids["coach"]), E: UUID(player.ids["coachee"])}
    return _go_on(Played(stage, UUID(player.engagement), people, now()))


def _step_by_step(played: Played) -> dict[str, set[tuple[Item, Role, bool]]]:
    """Before anything was erased and at each of the three moments, everything compared."""
    seen = {"before": _compare(played, _closures(played, None), "before")}
    for moment in MOMENTS[1:]:
        at = played.erase(moment)
        seen[moment] = _compare(played, _closures(played, at), moment)
    return seen


@pytest.mark.parametrize("played", EXAMPLES, ids=lambda path: path.stem, indirect=True)
def test_every_cell_of_the_column_holds(played: Played, tmp_path: Path) -> None:
    """At each moment exactly what the column says opens; before it, all that the clauses gave does (the control).

    For every party of every example the closure holds (R53), and evidence of it verifies offline.
    """
    proves(played.stage.service, played.id, tmp_path)
    seen = _step_by_step(played)
    lost = [seen[earlier] - seen[later] for earlier, later in pairwise(MOMENTS)]
    assert all(lost), "something ends at each of the three moments"
    assert {role for _, role, opened in lost[0] if opened} >= {M, C}
    assert {role for _, role, opened in lost[2] if opened} == {C}
    items = {item for item, _, _ in seen["before"]}
    assert items >= set(COLUMN) - NOT_IN_EVERY_EXAMPLE
    assert {item for item, role, opened in seen["retention"] if role is E and opened} == items - {
        *NOT_ABOUT_THE_COACHEE
    }


def test_every_permission_ends_as_the_column_says(stage: Stage) -> None:
    """The same with a clause that permits whatever a clause can permit; at the end something ends for all but E."""
    tell(stage, sessions=6, permits={item: frozenset(MATRIX[item].if_permitted) for item in CHOICES})
    seen = _step_by_step(_go_on(Played(stage, stage.engagement_id, stage.people, stage.at)))
    lost = {
        later: {(item, role) for item, role, opened in seen[earlier] - seen[later] if opened}
        for earlier, later in pairwise(MOMENTS)
    }
    assert {role for _, role in lost["closure"]} == {O, M, C}
    assert lost["follow-up"] == {(Item.FOLLOW_UP, M), (Item.FOLLOW_UP, C)}
    kept = {(item, role) for item, role, opened in seen["retention"] if opened and role in (O, M)}
    assert kept >= {(Item.PROGRESS_SUMMARY, O), (Item.PROGRESS_SUMMARY, M), (Item.SPONSOR_VOICE, O)}


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
    assert not later[M].outside
    assert len(proved[C].outside) > len(later[C].outside) > 0


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


def test_nobody_is_given_what_is_over_before_it_begins(stage: Stage, tmp_path: Path) -> None:
    """After the coach's retention a request is answered and something shown: no key for the coach, so none to erase.

    The coach writes the answer and can't read it again. What was given before is the control: it ended.
    """
    tell(stage)
    played = Played(stage, stage.engagement_id, stage.people, stage.at)
    played.at = played.until("retention") - timedelta(days=1)
    played.act(E, access.RequestAccess({"asks": "what is left"}))
    before = _closures(played, None)[C]
    played.at += timedelta(days=2)
    played.erase("retention")
    version, index, _ = stage.state().places_of(Item.REALITY)[-1]
    friend, until = stage.register("a friend"), played.at + timedelta(days=30)
    played.act(C, access.AnswerAccess(1, frozenset(), {"reason": "nothing is"}))
    played.act(E, Disclose(version, index, friend, DisclosureGround.COACHEE_CONSENT, until, {}))
    told = {place for place, item, _ in played.parts() if item is Item.DISCLOSURES}
    assert len(told) == 3
    asked = told & before.places
    assert len(asked) == 1
    for at in (None, played.at):
        closures = _closures(played, at)
        assert told <= closures[E].places
        assert told.isdisjoint(closures[C].places)
    assert not due(stage.state(), stage.state().terms, played.at)
    stage.advance()
    scope = Scope(BundleScope.ENGAGEMENT, stage.engagement_id)
    bundle = bundle_of(stage.service, scope, tmp_path / "bundle.zip")
    assert verified(bundle, policy_of(stage.service)).verified


def test_the_column_is_complete() -> None:
    """Every item of an engagement has its cell, and the coachee keeps everything that the coachee ever had."""
    assert set(COLUMN) == set(Item) - ELSEWHERE
    for item, (_, cells) in COLUMN.items():
        assert ("E:kept" in cells) == (item not in NOT_ABOUT_THE_COACHEE)


def test_the_record_outlives_everything_that_it_is_about(stage: Stage, cell: Cell) -> None:
    """With every page of an engagement erased nobody reads a word of it, and its record is as whole as before.

    The write model replays to an equal state, the supervisor sees the same bytes, and every leaf and head verifies.
    """
    tell(stage, sessions=6)
    service = stage.service
    before, shown, leaves = stage.state(), _timeline(stage), service.recorder.log_leaves(1, 10_000)
    streams = {stream for role in (C, E) for stream in stage.streams(role)}
    assert {place[0] for place in ReaderClosure(service).of(stage.people[E]).places} >= {stage.engagement_id}
    erase_places(service, service.vault.tree.group_pages(stage.engagement_id))
    with open_cell(cell.url, cell.name, cell.places) as anew:
        stage.service = anew
        closure = ReaderClosure(anew)
        for principal in closure.given.principals:
            opened = {place for place in closure.of(principal).places if place[2]}
            assert streams.isdisjoint(place[0] for place in opened)
            assert any(place[0] == principal for place in opened)  # their own record opens still
        assert stage.state() == before
        assert _timeline(stage) == shown
        for builder in anew.builders.values():
            builder.clear(anew.connections)
        assert _timeline(stage) == shown
        assert anew.recorder.log_leaves(1, 10_000) == leaves
        assert all(leaf_hash(leaf.leaf) == leaf.leaf_hash for leaf in leaves)
        assert len(anew.recorder.select_notifications(1, 10_000)) == len(leaves)
        for stream in streams:
            assert anew.recorder.select_events(stream)  # to its end, held against its head


def _timeline(stage: Stage) -> bytes:
    """All that the supervisor is shown, as it goes over the wire."""
    stage.advance()
    return json.dumps(
        stage.service.timeline.page(stage.people[Role.COACHING_SUPERVISOR], after=0, limit=10_000)
    ).encode()
