"""How opened parts are folded: empty states, contract versions, what a clause hides, and what waits for whom."""

import json
from typing import Any

import pytest

from domain import contract, engagement, reporting
from domain.vocabulary import Ending, Item, Role
from projections.opened import Story
from projections.reading import FOLDS
from tests.stage import C, E, M, O, Stage, tell

PARTIES = [O, M, C, E]
NOBODY: frozenset[Role] = frozenset()


@pytest.mark.parametrize("role", PARTIES, ids=lambda role: role.word)
def test_an_empty_story_has_every_section(role: Role) -> None:
    """A view of nothing is a view: each section is there, empty, and it can be sent as JSON."""
    shown = FOLDS[role][1](Story([]))
    assert shown["to_do"] == []
    assert shown["contract"] == {"in_force": None, "versions": []}
    assert shown["engagement"]["status"] == "unknown"
    assert shown["secrecy"] == {"replaced": [], "withdrawn": [], "erasure_requests": [], "holds": []}
    assert shown.get("disclosures", {}) in ({}, {"access_requests": [], "made": []})
    told = {"contract", "engagement", "secrecy", "disclosures"}
    assert all(value in ([], None) for name, value in shown.items() if name not in told)
    json.dumps(shown)


@pytest.mark.parametrize("role", PARTIES, ids=lambda role: role.word)
def test_a_young_engagement_has_the_same_sections_as_an_old_one(stage: Stage, role: Role) -> None:
    """The members of a view are the same at the request and at the end."""
    stage.introduce()
    stage.request_engagement()
    if role is not C:
        young = stage.view(role)
        assert young["version"] == "v1"
        assert young["engagement"]["status"] == "requested"
        assert young.keys() - {"version"} == FOLDS[role][1](Story([])).keys()
    old = tell(Stage(stage.service, "old")).view(role)
    assert old.keys() - {"version"} == FOLDS[role][1](Story([])).keys()
    assert old["engagement"]["status"] == "closed"


def test_contract_versions_follow_each_other(stage: Stage) -> None:
    """Drafted, offered, active, and replaced by an amendment; a version that nobody assented to stays a draft."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    one, digest = stage.draft()
    assert _statuses(stage, E) == {1: "drafted"}
    assert _statuses(stage, O) == {}  # the organisation sees what both authors agreed to show
    for author in (E, M):
        stage.act(author, contract.AssentToContract(one, digest))
    assert _statuses(stage, E) == _statuses(stage, O) == {1: "offered"}
    for party in PARTIES:
        stage.act(party, contract.SignContract(one, digest))
    stage.act(C, contract.ActivateContract(one))
    stage.draft()
    assert _statuses(stage, E) == {1: "active", 2: "drafted"}
    third = stage.put_contract_in_force()
    assert third == 3
    assert _statuses(stage, E) == {1: "replaced", 2: "drafted", 3: "active"}
    assert _statuses(stage, O) == {1: "replaced", 3: "active"}
    assert stage.view(M)["contract"]["in_force"] == 3


def _statuses(stage: Stage, role: Role) -> dict[int, str]:
    return {v["contract_version"]: v["status"] for v in stage.view(role)["contract"]["versions"]}


def test_an_offered_contract_shows_each_party_its_sections(stage: Stage) -> None:
    """The same hash for all four, and to each the sections that the version's own clause gives them."""
    tell(stage)
    at = stage.before_the_end()
    versions = {role: stage.view(role, at)["contract"]["versions"][0] for role in PARTIES}
    assert len({version["document_hash"] for version in versions.values()}) == 1
    assert versions[O]["text"].keys() == {"terms"}
    assert versions[O]["proof"]["salts"].keys() == {"terms"}
    assert versions[O]["proof"]["commitments"].keys() == {"terms", "objectives", "demands", "banana_skins"}
    for role in (M, C, E):
        assert versions[role]["text"].keys() == {"terms", "objectives", "demands", "banana_skins"}
        assert [signature["by"] for signature in versions[role]["signatures"]] == [party.word for party in PARTIES]


@pytest.mark.parametrize(
    ("permitted", "seen_by"),
    [({Item.OBJECTIVES: frozenset({O})}, {C, E}), ({Item.SESSION_DATES: frozenset({O, M})}, {O, M, C, E})],
    ids=["hidden", "permitted"],
)
def test_sessions_are_hidden_or_shown_by_the_clause(stage: Stage, permitted: Any, seen_by: set[Role]) -> None:
    """The second session's date shows where the clause says so, and to O and M without a word of what was said."""
    tell(stage, permits=permitted)
    for role in PARTIES:
        shown = {session["session"]: session for session in stage.view(role, stage.before_the_end())["sessions"]}
        assert (2 in shown) == (role in seen_by)
        assert (1 in shown) == (role in {C, E})  # the first one fell under the default clause
        if role in {O, M} & seen_by:
            assert shown[2].keys() == {"session", "status", "starts_at", "ends_at", "place", "closed"}
        if role in {C, E}:
            assert shown[2]["status"] == "closed"
            assert shown[2]["work"][0]["themes"] == "coach says themes"
            assert shown[2]["quadrants"] == ["inner_individual", "outer_collective"]


def test_a_voice_keeps_its_answer(stage: Stage) -> None:
    """Two statements, one answer: it stands with the statement that it answers."""
    stage.introduce()
    stage.request_engagement()
    for statement in ("first", "second"):
        stage.act(O, reporting.StateVoice({"statement": statement}))
    stage.choose_coach()
    stage.act(C, reporting.AnswerVoice(2, {"answer": "to the second"}))
    first, second = stage.view(O)["voice"]
    assert (first["statement"], first["answer"]) == ("first", None)
    assert second["answer"]["answer"] == "to the second"
    assert stage.view(M)["voice"] == []


def test_a_summary_is_shown_as_proposed_and_then_as_agreed(stage: Stage) -> None:
    """Proposed between coach and coachee; once agreed, the same text for those whom the clause names."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force()
    stage.act(C, reporting.ProposeSummary({"summary": "we go on"}))
    assert [s["status"] for s in stage.view(E)["summaries"]] == ["proposed"]
    assert stage.view(O)["summaries"] == stage.view(M)["summaries"] == []
    stage.act(E, reporting.AgreeSummary(1))
    for role in PARTIES:
        (summary,) = stage.view(role)["summaries"]
        assert (summary["status"], summary["summary"]) == ("agreed", "we go on") or summary["summary"] == "we go on"


def test_an_agreed_summary_s_number_tells_of_no_proposal(stage: Stage) -> None:
    """X2: after three proposals, of which the third was agreed, organisation and manager read of one summary."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force()
    for said in ("first", "second", "third"):
        stage.act(C, reporting.ProposeSummary({"summary": said}))
    stage.act(E, reporting.AgreeSummary(3))
    for role in (O, M):
        assert [(one["number"], one["summary"]) for one in stage.view(role)["summaries"]] == [(1, "third")]
    for role in (C, E):
        shown = [(one["number"], one["status"]) for one in stage.view(role)["summaries"]]
        assert shown == [(1, "proposed"), (2, "proposed"), (3, "agreed")]


def test_what_waits_follows_the_course(stage: Stage) -> None:
    """To do, at each moment and for each reader: assent, sign, activate, answer, agree; nothing after the end."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    assert _waiting(stage) == {}
    stage.act(O, reporting.StateVoice({"statement": "how is it going?"}))
    assert _waiting(stage) == {C: ["answer_voice"]}
    stage.act(C, reporting.AnswerVoice(1, {"answer": "well"}))
    version, digest = stage.draft()
    assert _waiting(stage) == {M: ["assent_to_contract"], E: ["assent_to_contract"]}
    stage.act(M, contract.AssentToContract(version, digest))
    assert _waiting(stage) == {E: ["assent_to_contract"]}
    stage.act(E, contract.AssentToContract(version, digest))
    assert _waiting(stage) == {role: ["sign_contract"] for role in PARTIES}
    for party in PARTIES:
        stage.act(party, contract.SignContract(version, digest))
    assert _waiting(stage) == {C: ["activate_contract"]}
    stage.act(C, contract.ActivateContract(version))
    stage.act(E, reporting.ProposeSummary({"summary": "we go on"}))
    assert _waiting(stage) == {C: ["agree_summary"]}
    stage.act(C, engagement.EndEngagement(Ending.BROKEN_OFF, {"statement": "it is over"}))
    assert _waiting(stage) == {}
    assert stage.view(O)["engagement"]["status"] == "broken_off"


def _waiting(stage: Stage) -> dict[Role, list[str]]:
    shown = {role: [one["do"] for one in stage.view(role)["to_do"]] for role in PARTIES}
    return {role: waiting for role, waiting in shown.items() if waiting}


def test_the_outcome_stays_between_coach_and_coachee(stage: Stage) -> None:
    """Whether it was fulfilled or not, the triangle learns that it is closed; the two learn how (R21)."""
    tell(stage)
    assert {stage.view(role)["engagement"]["status"] for role in PARTIES} == {"closed"}
    assert {stage.view(role)["evaluation"]["ending"] for role in (C, E)} == {"fulfilled"}
    for role in (O, M):
        assert "fulfilled" not in json.dumps(stage.view(role))
