"""A cell that an older version of the program stored: today's program reads it, checks it, proves it and goes on.

``kept/1`` was made by ``make`` at commit a60a000, the last one whose facts all had version 1. Nothing in it is made by
the program that is tested: its bytes were sealed, signed and logged then.
"""

import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from crypto.encoding import loads
from crypto.part import open_part
from domain import reporting
from domain.adherence.catalogue import findings
from domain.adherence.findings import Result
from domain.adherence.history import History
from domain.adherence.parameters import FIRST
from domain.audit import BundleScope
from domain.facts import REGISTRY, UPCASTS
from domain.intake import EngagementRequested
from domain.reads import ReadRecorded
from domain.vocabulary import CheckpointDecision, EngagementKind, Role, RuleId
from ops.audit.fsck.run import check_cell
from ops.audit.scope import Scope
from ops.embedded import EmbeddedPostgres
from ops.erasure.backup import Manifest, load
from ops.erasure.eraser import Eraser
from ops.store.migrate import migrate
from ops.wiring import open_cell
from tests.evidence import bundle_of, policy_of, verified
from tests.ops.older.make import CELL
from tests.stage import C, E, M, O, Stage
from tests.support import Cell

KEPT: Final = Path(__file__).parent / "kept" / "1"


@pytest.fixture(scope="module")
def older(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Stage]:
    """The cell, loaded under the schema of then and brought up to date, with its cast."""
    cell = Cell(CELL, database_url, postgres.data)
    migrate(cell.url, cell.name, Manifest.read(KEPT / "backup").revision)
    load(cell.url, cell.name, KEPT / "backup")
    migrate(cell.url, cell.name)
    with tarfile.open(KEPT / "home.tar") as archive:
        archive.extractall(cell.home, filter="tar")
    with open_cell(cell.url, cell.name, cell.places) as service:
        stage = Stage(service, salt="later")
        stage.people = {role: Stage(service).called(role.value) for role in (O, M, C, E, Role.COACHING_SUPERVISOR)}
        (asked,) = [event for event in events(stage) if isinstance(event.fact, EngagementRequested)]
        stage.engagement_id, stage.organisation = asked.originator_id, asked.fact.organisation
        stage.at = max(event.timestamp for event in events(stage) if event.originator_id == asked.originator_id)
        yield stage
    shutil.rmtree(cell.home)


def events(stage: Stage) -> list[Any]:
    """Everything on record, as today's program reads it."""
    mapper, rows = stage.service.write_side.mapper, stage.service.recorder.select_notifications(1, 1_000)
    return [mapper.to_domain_event(row) for row in rows]


def as_stored(stage: Stage) -> list[tuple[str, int]]:
    """Topic and version of everything on record, as the bytes say it."""
    oversight = stage.service.service.oversight
    rows: list[Any] = list(stage.service.recorder.select_notifications(1, 1_000))
    opened = [loads(open_part(oversight, r.originator_id, r.originator_version, 0, r.state)) for r in rows]
    return [(fact[0], fact[1]) for _, fact, *_ in opened]


def test_all_older_versions_are_among_what_was_kept(older: Stage) -> None:
    """Every version of a fact that is read today, and is no longer written, is here as it was stored."""
    stored = as_stored(older)
    assert set(UPCASTS) <= set(stored)
    assert {version for _, version in stored} == {1}
    assert any(REGISTRY[topic].version > 1 for topic, _ in stored)


def test_facts_are_read_as_the_present_ones(older: Stage) -> None:
    """Each event comes back as today's fact; what version 1 didn't know has the value that says so."""
    facts = [event.fact for event in events(older)]
    assert [(fact.topic, fact.version) for fact in facts] == [
        (topic, REGISTRY[topic].version) for topic, _ in as_stored(older)
    ]
    asked = next(fact for fact in facts if isinstance(fact, EngagementRequested))
    assert (asked.kind, asked.programme, asked.level) == (EngagementKind.INDIVIDUAL, None, None)
    assert any(isinstance(fact, ReadRecorded) for fact in facts)


def test_the_aggregate_replays(older: Stage) -> None:
    """The engagement stands where it stood: contract in force, sessions closed, checkpoint held, ended."""
    state = older.state()
    assert state.contract.active is not None
    drafted = state.contract.active.drafted
    assert (drafted.contract_version, drafted.policy, drafted.aggregate_k) == (1, 1, 5)
    assert (len(drafted.demands_on_manager), len(drafted.resources)) == (1, 1)
    assert state.sessions.closed == 5
    assert state.ended is not None


@pytest.mark.parametrize(
    ("role", "reads", "never"),
    [
        (O, ["sponsor_organisation says title", "coach says answer", "coach says summary"], "says banana_skin"),
        (M, ["coach says summary", "sponsor_organisation says title"], "says expectation"),
        (C, ["coach says note", "coachee says expectation", "coachee says banana_skin"], "says entry"),
        (E, ["coachee says entry", "coachee says impression", "coach says analysis"], "says note"),
    ],
    ids=["organisation", "manager", "coach", "coachee"],
)
def test_each_view_is_built_from_it(older: Stage, role: Role, reads: list[str], never: str) -> None:
    """Built from the first event, each party's view tells what it told then, and keeps back what it kept back."""
    told = json.dumps(older.view(role))
    assert [text in told for text in (*reads, never)] == [True] * len(reads) + [False]


def test_what_was_assessed_is_shown(older: Stage) -> None:
    """A checkpoint of version 1, which the coach assessed and decided in one go, is told as that."""
    state = older.view(E)
    assert "keep_unchanged" in json.dumps(state)
    (assessed,) = [event.fact for event in events(older) if event.fact.topic == "results.assessed"]
    assert assessed.clear_results is False
    assert assessed.decision is CheckpointDecision.KEEP_UNCHANGED


def test_it_is_judged_by_the_rules_of_today(older: Stage) -> None:
    """Each of the forty rules says something of facts that were stored before it was written."""
    history = History(older.engagement_id)
    for event in events(older):
        if event.originator_id == older.engagement_id:
            history.add(event)
    found = {one.rule: one.result for one in findings(history, FIRST, older.at)}
    assert found.keys() == set(RuleId)
    assert (found[RuleId.P2], found[RuleId.P21], found[RuleId.P5]) == (Result.MET,) * 3
    assert (found[RuleId.P16], found[RuleId.P36]) == (Result.VIOLATED, Result.NOT_COMPUTABLE)


def test_the_timeline_tells_it(older: Stage) -> None:
    """A supervisor of then reads the events of then, with the facts of now."""
    older.advance()
    supervisor = older.people[Role.COACHING_SUPERVISOR]
    told, _ = older.service.timeline.page(supervisor, after=0, limit=200)
    assert {"engagement.requested", "contract.drafted", "results.assessed"} <= {one["event"] for one in told}


def test_the_store_is_sound(older: Stage) -> None:
    """Each check of the store holds, what was signed then included."""
    report = check_cell(older.service, lambda _done, _all: None)
    assert report.sound
    assert report.checked["checkpoints"] == 2


def test_a_bundle_of_it_verifies(older: Stage, tmp_path: Path) -> None:
    """The offline verifier takes a bundle whose events are of both times, under the keys of then."""
    older.service.log.publish_now()
    scope = Scope(BundleScope.ENGAGEMENT, older.engagement_id)
    report = verified(bundle_of(older.service, scope, tmp_path / "bundle"), policy_of(older.service))
    assert report.verified, report.findings


def test_it_goes_on(older: Stage) -> None:
    """A follow-up is added today and read beside what was written then; what was due is erased, and all stays sound."""
    older.act(C, reporting.RecordFollowUp({"notes": "today"}))
    assert older.view(E)["follow_ups"][-1]["notes"] == "today"
    assert Eraser(older.service).run(older.at).erased > 0
    assert {one["ground"] for one in older.view(M)["ended"]} == {"closure"}
    assert all(one["receipt"] for one in older.view(M)["ended"])
    assert "coach says note" in json.dumps(older.view(C))
    assert check_cell(older.service, lambda _done, _all: None).sound
