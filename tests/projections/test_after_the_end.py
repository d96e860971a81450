"""What each reader reads when a reading has ended: exactly what the matrix leaves, from the very moment on.

In most of these tests no eraser runs: a reader is refused by the record alone. Each refusal stands beside the same read
a second earlier, which is given.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from domain import contract, erasure, reporting
from domain.clause import ELSEWHERE
from domain.disposal import accesses, add_months
from domain.errors import NotFound
from domain.sight import sight_of
from domain.vocabulary import ErasureGround, Item, Role
from ops.embedded import EmbeddedPostgres
from ops.erasure.eraser import Eraser
from ops.store.migrate import migrate
from projections.opened import Story
from tests.erasing import erase
from tests.stage import C, E, M, O, Stage, open_service, tell
from tests.support import Cell

SECOND: Final = timedelta(seconds=1)
SAYS: Final = {"statement": "said"}
WIDE: Final = {
    Item.OBJECTIVES: frozenset({O}),
    Item.SESSION_DATES: frozenset({O, M}),
    Item.PROGRESS_SUMMARY: frozenset({O, M}),
    Item.INDICATOR_READINGS: frozenset({O, M}),
    Item.SPONSOR_VOICE: frozenset({M}),
    Item.FOLLOW_UP: frozenset({M}),
}
"""The clause that permits all that a clause can."""

NOT_TOLD: Final = ELSEWHERE | {Item.DISCLOSURES}
"""What the story that is told here says nothing about."""

FROZEN: Final = {
    Item.ENGAGEMENT, Item.CREDENTIALS, Item.CONFLICTS, Item.CONTRACT_TEXT, Item.CHECKPOINT, Item.PROGRESS_SUMMARY,
    Item.SPONSOR_VOICE, Item.COMMITMENT_STATUS, Item.RESOURCES, Item.FULFILMENT,
}  # fmt: skip
MANAGER_KEEPS: Final = FROZEN - {Item.SPONSOR_VOICE} | {Item.COMMITMENTS}  # the voice came before any permission
COACH_KEEPS: Final = FROZEN | {
    Item.COMMITMENTS, Item.NO_RESULT_ANALYSIS, Item.EVALUATION, Item.REFERRAL, Item.DEALINGS, Item.ACKNOWLEDGEMENTS,
}  # fmt: skip
CONCERNS: Final = {Item.COACHEE_CONCERN, Item.MANAGER_CONCERN, Item.SPONSOR_CONCERN}
ORGANISATION_KEEPS: Final = FROZEN | {Item.DEALINGS, Item.ACKNOWLEDGEMENTS, Item.ORGANISATION_CONTEXT}
NOT_THE_COACHEES: Final = {Item.COACH_NOTES, Item.MANAGER_CONCERN, Item.SPONSOR_CONCERN, Item.ORGANISATION_CONTEXT}
LEFT: Final[Mapping[Role, tuple[set[Item], set[Item], set[Item]]]] = {
    O: (ORGANISATION_KEEPS, ORGANISATION_KEEPS, ORGANISATION_KEEPS),
    M: (MANAGER_KEEPS | {Item.FOLLOW_UP}, MANAGER_KEEPS, MANAGER_KEEPS),
    C: (
        COACH_KEEPS
        | {Item.CONTRACT_DRAFT, Item.OBJECTIVES, Item.DEMANDS, Item.BANANA_SKINS, Item.APPROACH, Item.REALITY}
        | {Item.SESSION_DATES, Item.SESSION_CONTENT, Item.COACH_NOTES, Item.PROGRESS_PROPOSAL, Item.FOLLOW_UP}
        | CONCERNS | {Item.WAIVERS, Item.DECISIONS, Item.RELATIONSHIP_CONTRACT, Item.ORGANISATION_CONTEXT},
        COACH_KEEPS
        | {Item.CONTRACT_DRAFT, Item.OBJECTIVES, Item.DEMANDS, Item.BANANA_SKINS, Item.APPROACH, Item.REALITY}
        | {Item.SESSION_DATES, Item.SESSION_CONTENT, Item.COACH_NOTES, Item.PROGRESS_PROPOSAL}
        | CONCERNS | {Item.WAIVERS, Item.DECISIONS, Item.RELATIONSHIP_CONTRACT, Item.ORGANISATION_CONTEXT},
        COACH_KEEPS,
    ),
    E: (everything := set(Item) - NOT_TOLD - NOT_THE_COACHEES, everything, everything),
}  # fmt: skip
"""The items that each reads after the end, after the follow-up and after retention: by hand, from the matrix."""

PARTIES: Final = pytest.mark.parametrize("role", [O, M, C, E], ids=lambda role: role.word)


def items(story: Story) -> set[Item]:
    """What a story is about."""
    return {Item(part.item) for part in story}


@pytest.fixture(scope="module")
def ended(postgres: EmbeddedPostgres, database_url: str) -> Iterator[Stage]:
    """A whole engagement under the widest clause, ended, with one follow-up; no key was erased."""
    migrate(database_url, "after_the_end")
    with open_service(Cell("after_the_end", database_url, postgres.data)) as service:
        stage = tell(Stage(service), sessions=5, permits=WIDE)
        stage.act(C, reporting.RecordFollowUp(SAYS))
        yield stage


def moments(stage: Stage) -> list[datetime]:
    """When something ends: at the end, after the follow-up, after retention."""
    end = stage.state().ended_at
    assert end is not None
    return [end, add_months(end, 6), add_months(end, 60)]


@PARTIES
def test_after_the_end_each_reads_what_the_matrix_leaves(ended: Stage, role: Role) -> None:
    """At each of the three moments exactly the items of the table; before the end everything that was theirs."""
    before = items(ended.story(role, ended.before_the_end()))
    for moment, left in zip(moments(ended), LEFT[role], strict=True):
        told = ended.story(role, moment)
        assert items(told) == left
        assert {item for one in told.ended for item in one.items} == (before | {Item.FOLLOW_UP}) - left - (
            {Item.FOLLOW_UP} if role is O else set()
        )
        assert all(one.receipt is None for one in told.ended)


@PARTIES
def test_a_reading_ends_at_its_moment_and_not_before(ended: Stage, role: Role) -> None:
    """A second before each end it is read, at the end it isn't; nobody was told to erase anything."""
    for place, moment in enumerate(moments(ended)):
        earlier = items(ended.story(role, moment - SECOND))
        now = items(ended.story(role, moment))
        assert now <= earlier
        lost = {O: (True, False, False), M: (True, True, False), C: (True, True, True), E: (False, False, False)}
        assert (now < earlier) == lost[role][place]


@PARTIES
def test_the_view_says_what_ended_since_when_and_why(ended: Stage, role: Role) -> None:
    """Each entry has the moment, the ground and the lifetime of the clause, in order; the coachee's list is empty."""
    end, follow_up, retention = moments(ended)
    shown = {one["ground"]: one for one in ended.view(role, retention)["ended"]}
    expected = {
        "closure": (end, "closure"),
        "follow_up_end": (follow_up, "follow_up"),
        "retention_end": (retention, "retention"),
    }
    grounds = {O: ["closure"], M: ["closure", "follow_up_end"], C: list(expected), E: []}[role]
    assert list(shown) == grounds
    for ground in grounds:
        since, lifetime = expected[ground]
        assert shown[ground]["since"] == since.isoformat().replace("+00:00", "Z")
        assert (shown[ground]["lifetime"], shown[ground]["receipt"]) == (lifetime, None)


@PARTIES
def test_no_version_goes_down(ended: Stage, role: Role) -> None:
    """The view's version is what the write side compares If-Match with, before and after every end."""
    for moment in (ended.before_the_end(), *moments(ended)):
        sight = ended.sight(role, moment)
        assert ended.view(role, moment)["version"] == sight.tag == f"v{ended.state().seen_by(role)}"
        assert ended.state().seen_by(role, sight.principal) == sight.version


@PARTIES
def test_an_end_renumbers_nothing(ended: Stage, role: Role) -> None:
    """What is left has the numbers that it had, and says the same."""
    before = {part.number: part for part in ended.story(role, ended.before_the_end())}
    for moment in moments(ended):
        left = {part.number: part for part in ended.story(role, moment)}
        assert left.items() <= before.items()


def test_all_that_is_folded_without_the_keys_is_whole(ended: Stage) -> None:
    """Views of what is left are folded as ever: the same sections, and no word of what ended."""
    end, _, retention = moments(ended)
    for role in (O, M, C):
        before, after = ended.view(role, end - SECOND), ended.view(role, retention)
        assert before.keys() == after.keys()
        assert after["engagement"]["status"] == "closed"
        assert after["contract"]["in_force"] == 1
        assert after["contract"]["versions"][0]["text"].keys() == {"terms"}
        assert after["sessions"] == after["indicator_readings"] == []
        assert [summary["status"] for summary in after["summaries"]] == ["agreed"]
    told = str(ended.view(C, retention))
    assert "coach says note" not in told
    assert "coachee says problem" not in told
    assert "coach says note" in str(ended.view(C, retention - SECOND))


def test_the_same_is_read_before_and_after_the_eraser(stage: Stage) -> None:
    """Erasing changes nothing of a view but this: what ended has its receipt now."""
    tell(stage, permits=WIDE)
    stage.advance()
    before: dict[Role, Any] = {role: stage.view(role) for role in (O, M, C, E)}
    report = Eraser(stage.service).run(stage.at)
    assert report.erased > 0
    for role, shown in before.items():
        after = stage.view(role)
        (erasure_of, *more) = stage.state().ledger.erasures.values()
        assert more == []
        assert erasure_of.receipt is not None
        for one in after["ended"]:
            assert one.pop("receipt") == {
                "erasure_id": str(erasure_of.id),
                "epoch": report.epoch,
                "tombstone_head": erasure_of.receipt.tombstone_head.hex(),
            }
        for one in shown["ended"]:
            assert one.pop("receipt") is None
        assert after == shown


def test_a_former_manager_keeps_the_record_and_reads_no_more_of_it(stage: Stage) -> None:
    """Who left reads what is frozen up to then and why the rest ended; the newcomer reads from then on."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force(permits=WIDE)
    version = stage.state().seen_by(M)
    former = stage.replace(M)
    stage.put_contract_in_force(permits=WIDE)
    stage.advance()
    write, view = stage.service.write_side, stage.service.views[M]
    sight = sight_of(write, stage.engagement_id, former, stage.at)
    shown = view.read(sight)
    assert shown["version"] == f"v{version}"
    assert [one["ground"] for one in shown["ended"]] == ["party_left"]
    assert [one["text"].keys() for one in shown["contract"]["versions"]] == [{"terms"}]
    assert shown["engagement"]["names"].get("line_manager") is None
    newcomer = stage.view(M)
    assert newcomer["engagement"]["status"] == "joined"
    assert [one["contract_version"] for one in newcomer["contract"]["versions"]] == [2]
    assert newcomer["ended"] == []
    for person, sees in ((former, shown), (stage.people[M], newcomer)):
        assert sees["version"] == f"v{stage.state().seen_by(M, person)}"
    numbers = {part.number for part in view.story(sight)}
    assert max(numbers) == len(view.located(sight))


def test_a_former_coach_reads_the_own_notebook_until_retention(stage: Stage) -> None:
    """Retention counts from leaving; the one who took over has a notebook of their own and sees none of the other."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force()
    stage.write_note()
    former = stage.replace(C)
    left = stage.at
    stage.write_note()
    stage.advance()
    write, view = stage.service.write_side, stage.service.views[C]

    def notes(person: UUID, at: datetime) -> int:
        return len(view.read(sight_of(write, stage.engagement_id, person, at))["notes"])

    assert notes(former, add_months(left, 60) - timedelta(minutes=2)) == 1
    assert notes(former, add_months(left, 60)) == 0
    assert notes(stage.people[C], stage.at) == 1
    with pytest.raises(NotFound):
        sight_of(write, stage.engagement_id, stage.people[Role.COACHING_SUPERVISOR], stage.at)


def test_a_request_taken_back_gives_everything_back(stage: Stage) -> None:
    """From the coachee's request the others read no more; taken back in the cooling-off, they read on."""
    tell(stage, cooling_off_days=14)
    before = items(stage.story(C))
    stage.act(E, erasure.RequestErasure(SAYS))
    denied = stage.view(C)
    assert {one["ground"] for one in denied["ended"]} == {"closure", "erasure_request"}
    assert denied["notes"] == []
    (waiting,) = denied["secrecy"]["erasure_requests"]
    assert (waiting["ground"], waiting["cancelled"]) == ("erasure_request", None)
    stage.act(E, erasure.CancelErasure(SAYS))
    assert items(stage.story(C)) == before
    (taken_back,) = stage.view(C)["secrecy"]["erasure_requests"]
    assert taken_back["cancelled"]["by"] == "coachee"


def test_a_withdrawn_permission_ends_its_item_alone(stage: Stage) -> None:
    """The organisation loses the one item at once, and is told so; everything else it reads on."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.put_contract_in_force(permits=WIDE)
    stage.hold_session(1)
    before = items(stage.story(O))
    stage.act(E, erasure.WithdrawPermission(Item.SESSION_DATES, SAYS))
    shown = stage.view(O)
    assert before - items(stage.story(O)) == {Item.SESSION_DATES}
    (over,) = shown["ended"]
    assert (over["items"], over["ground"]) == (["session_dates"], "consent_withdrawn")
    assert shown["sessions"] == []
    (told,) = shown["secrecy"]["withdrawn"]
    assert told["item"] == "session_dates"
    assert shown["contract"]["in_force"] == 1
    assert stage.state().contract.permits(Item.OBJECTIVES)


def test_keys_that_are_gone_without_a_word_on_record_are_told_as_such(stage: Stage) -> None:
    """Where the key tree knows of an erasure and the record doesn't, a view shows what lives and says what ended."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    version, digest = stage.draft()
    stage.act(M, contract.AssentToContract(version, digest))
    assert stage.view(M)["contract"]["versions"]
    state = stage.state()
    kept = {one.slot_id for one in accesses(state, state.terms) if one.role is M and one.lifetime is not None}
    drafts = {key for _, _, key in state.places_of(Item.CONTRACT_DRAFT)}
    doomed = [one.slot_id for one in accesses(state, state.terms) if one.role is M and one.key_id in drafts]
    assert set(doomed) < kept
    erase(stage.service, doomed)
    shown = stage.view(M)
    assert shown["contract"]["versions"] == []
    assert shown["ended"] == [
        {"items": ["contract_draft"], "since": None, "ground": None, "lifetime": None, "receipt": None}
    ]
    assert shown["version"] == f"v{stage.state().seen_by(M)}"
    assert stage.view(E)["contract"]["versions"]


def test_an_order_ends_everything_and_says_which(stage: Stage) -> None:
    """When all of a party's grants were ordered to go, nothing is read and every item is told."""
    tell(stage)
    state = stage.state()
    before = items(stage.story(O, stage.before_the_end()))
    living = [one for one in accesses(state, state.terms) if one.role is O and state.ledger.lives(one.slot_id)]
    command = erasure.RecordErasureRequested(
        UUID(int=7), ErasureGround.OPERATOR_ORDER, tuple(one.doomed for one in living), SAYS
    )
    stage.act_as_service(command)
    told = stage.story(O)
    assert items(told) == set()
    assert {item for one in told.ended for item in one.items} == before
    assert {one.ground for one in told.ended} == {ErasureGround.OPERATOR_ORDER, ErasureGround.CLOSURE}
