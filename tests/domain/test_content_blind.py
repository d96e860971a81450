"""The write model never needs content: with every sealed part gone, each decision is the same as before.

A whole engagement is told on a real store. Then every row of ``parts`` is destroyed by a superuser with all triggers
off, and a second process opens the cell, so that no cache can help. What it loads must be equal, and what it decides.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from crypto.errors import CryptoError
from crypto.party_keys import PartyKeys
from domain import contract, engagement, reporting, results, session
from domain.adherence.parameters import FIRST
from domain.audit import Audit, audit_stream_id
from domain.decisions import DECISIONS, Command, Context
from domain.engagement import Engagement
from domain.errors import Invalid, Refusal
from domain.events import RecordedEvent
from domain.keys import Keys, keys_stream_id
from domain.logbook import LOGBOOK_ID, Logbook
from domain.personal import PERSONAL, personal_stream_id
from domain.policies import POLICIES
from domain.practice import Practice, practice_stream_id
from domain.principals import CELL_ID, SERVICE_ID, Cell, Escrow, Organisation, Person
from domain.programme import Programme
from domain.stream import Stream
from domain.vocabulary import PARTIES, CheckpointDecision, Ending, Item, Role
from ops.keys.custodian import Notary
from ops.store.rows import StoreError
from ops.wiring import CellService, open_cell
from projections.locators import ViewForged
from projections.ports import SealedAt
from projections.reading import ViewBehind
from tests.domain.moments import EXAMPLES
from tests.stage import START, Stage, tell
from tests.support import Cell as Schema

SALT = bytes(32)
TYPED = " says "
"""Stands in every text that the cast types."""


@pytest.fixture
def told(stage: Stage) -> Stage:
    """A whole engagement of five sessions, checkpoint and end included; the views haven't looked at it yet."""
    stage.escrow = stage.register_escrow(PartyKeys.generate())
    return tell(stage, sessions=5)


def destroy_parts(cell: Schema) -> int:
    """Destroy all content of a cell; how many parts there were."""
    with cell.connect(forge=True) as connection:
        return connection.execute("DELETE FROM parts").rowcount


def streams(stage: Stage) -> list[tuple[type[Stream], UUID]]:
    """Every stream of the cell."""
    people = [(Person, person) for person in stage.people.values()]
    own = [(kind, personal_stream_id(stage.engagement_id, kind, stage.people[role])) for kind, role in PERSONAL.items()]
    others: list[tuple[type[Stream], UUID]] = [
        (Organisation, stage.organisation),
        (Programme, stage.programme),
        (Practice, practice_stream_id(stage.people[Role.COACH])),
        (Cell, CELL_ID),
        (Keys, keys_stream_id(2)),
        (Escrow, stage.escrow),
    ]
    others.append((Logbook, LOGBOOK_ID))
    others.append((Audit, audit_stream_id(stage.engagement_id)))
    return [(Engagement, stage.engagement_id), *others, *people, *own]


def asked(stage: Stage, service: CellService) -> Iterator[tuple[str, Any]]:
    """Every command, asked of every prefix of its stream as every role that may, with what was decided."""
    notary = Notary(service.desk)
    for kind, stream_id in streams(stage):
        events: list[Any] = list(service.write_side.events.get(stream_id))
        for moment in range(len(events) + 1):
            state: Any = kind.replay(stream_id, events[:moment])
            if kind in PERSONAL:
                state.owner = stage.people[PERSONAL[kind]]
            for command in commands(stage, state, kind):
                for role in POLICIES[type(command)]:
                    decided = decide(state, command, context(stage, state, role, notary))
                    yield f"{type(command).__name__}/{role.word}/{moment}", decided


def commands(stage: Stage, state: Any, kind: type[Stream]) -> Iterator[Command]:
    """Each command of an aggregate, with the numbers and hashes that fit the state, and some that don't."""
    for command, example in EXAMPLES.items():
        if not issubclass(kind, DECISIONS[command][0]):
            continue
        yield example
        for changes in variations(stage, state, command):
            yield dataclasses.replace(example, **changes)


def variations(stage: Stage, state: Any, command: type[Command]) -> list[dict[str, Any]]:
    """What to change in the example of a command, so that it fits one moment or another of what was told."""
    if issubclass(command, session.OfSession):
        return [{"session": number} for number in range(2, 6)]
    if command in (contract.AssentToContract, contract.SignContract) and state.contract.current is not None:
        return [{"document_hash": state.contract.current.drafted.document_hash}]
    others: dict[type[Command], list[dict[str, Any]]] = {
        engagement.EndEngagement: [{"ending": ending} for ending in Ending],
        results.AssessResults: [{"clear_results": False}],
        results.AnalyseNoResult: [{"decision": decision} for decision in CheckpointDecision],
        engagement.RequestEngagement: [{"coachee": stage.people[Role.SPONSOR_ORGANISATION]}],
    }
    return others.get(command, [])


def context(stage: Stage, state: Any, role: Role, notary: Notary) -> Context:
    """A role's context, with the parties' real keys and nothing left to chance."""
    actor = stage.people.get(role, SERVICE_ID if role is Role.SERVICE else state.id)
    principal = stage.organisation if role is Role.SPONSOR_ORGANISATION else actor
    return Context(actor, role, principal, START, notary, lambda: SALT, lambda: FIRST)


def decide(state: Stream, command: Command, in_context: Context) -> Any:
    """What a decision yields: happenings, or the refusal's name."""
    try:
        return DECISIONS[type(command)][1](state, command, in_context)
    except Refusal as refusal:
        return refusal.name


def test_every_decision_is_the_same_without_content(told: Stage, cell: Schema) -> None:
    """With all parts destroyed, another process loads equal states and decides everything as before."""
    service = told.service
    states = [service.write_side.load(kind, stream_id) for kind, stream_id in streams(told)]
    before = list(asked(told, service))
    assert destroy_parts(cell) > 50
    with open_cell(cell.url, cell.name, cell.places) as another:
        assert [another.write_side.load(kind, stream_id) for kind, stream_id in streams(told)] == states
        after = list(asked(told, another))
    assert [name for name, _ in after] == [name for name, _ in before]
    assert [name for (name, one), (_, other) in zip(before, after, strict=True) if one != other] == []
    # The table says something: every command was asked, some happened, some were refused for different reasons.
    happened = {name.split("/")[0] for name, decided in before if not isinstance(decided, str)}
    assert {name.split("/")[0] for name, _ in before} == {kind.__name__ for kind in DECISIONS}
    assert len(happened) > len(DECISIONS) * 2 / 3
    assert len({decided for _, decided in before if isinstance(decided, str)}) > 15


def test_the_comparison_notices_another_decision(told: Stage) -> None:
    """Positive control: asked of the streams without their end, the table isn't the same."""
    whole = dict(asked(told, told.service))
    events: list[Any] = list(told.service.write_side.events.get(told.engagement_id))
    end = next(one.originator_version for one in events if one.fact.topic == "engagement.ended")
    assert whole[f"StateVoice/sponsor_organisation/{end}"] == "engagement-ended"
    assert whole[f"StateVoice/sponsor_organisation/{end - 1}"] != "engagement-ended"


def test_facts_come_back_without_parts(told: Stage) -> None:
    """Also with all content in place, what the write side reads back has labels and no content."""
    for _, stream_id in streams(told):
        for event in told.service.write_side.events.get(stream_id):
            assert isinstance(event, RecordedEvent)
            assert (event.parts, event.grants) == ((), ())
    assert told.state().places_of(Item.CONTRACT_TEXT)


def test_work_goes_on_without_the_content_of_the_past(stage: Stage, cell: Schema) -> None:
    """After the loss sessions, drafts and signatures go on; only what carries an old text along is refused."""
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.hold_session(1)
    version, digest = stage.draft()
    stage.act(Role.COACH, reporting.ProposeSummary({"summary": "lost"}))
    stage.act(Role.COACHEE, contract.AssentToContract(version, digest))
    destroy_parts(cell)
    with pytest.raises(Invalid) as refusal:
        stage.act(Role.LINE_MANAGER, contract.AssentToContract(version, digest))
    assert refusal.value.name == "content-changed"
    stage.put_contract_in_force()
    stage.hold_session(2)
    with pytest.raises(Invalid) as refusal:
        stage.act(Role.COACHEE, reporting.AgreeSummary(1))
    assert refusal.value.name == "content-changed"
    stage.act(Role.COACH, reporting.ProposeSummary({"summary": "said again"}))
    stage.act(Role.COACHEE, reporting.AgreeSummary(2))
    opener, last = (
        stage.service.views[Role.SPONSOR_ORGANISATION].opener,
        stage.service.recorder.parts(stage.engagement_id)[-1],
    )
    place = (last.originator_id, last.originator_version, last.idx)
    (payload,) = opener.open_parts([SealedAt(*place, last.key_id, last.sealed)], stage.organisation)
    assert payload["content"]["summary"] == "said again"


def test_a_view_that_knew_the_parts_says_that_they_are_gone(told: Stage, cell: Schema) -> None:
    """A view whose locators lead nowhere any more is refused, instead of showing less than it should."""
    for role in PARTIES:
        assert TYPED in str(told.view(role))
    destroy_parts(cell)
    for role in PARTIES:
        with pytest.raises(ViewForged) as error:
            told.view(role)
        assert TYPED not in str(error.value)


def test_a_view_made_after_the_loss_is_refused(told: Stage, cell: Schema) -> None:
    """Built from a log without content a view lacks what the record says that its reader was told: it is refused."""
    destroy_parts(cell)
    for role in PARTIES:
        with pytest.raises(ViewBehind) as error:
            told.view(role)
        assert TYPED not in str(error.value)


def test_a_lost_event_is_not_passed_over(told: Stage, cell: Schema) -> None:
    """Positive control: destroy the facts of one event and the engagement doesn't load any more."""
    load = told.service.write_side.load
    assert load(Engagement, told.engagement_id).version > 0
    with cell.connect(forge=True) as connection:
        changed = connection.execute(
            "UPDATE events SET state = decode(repeat('00', 300), 'hex') WHERE originator_id = %s"
            " AND originator_version = 5",
            (told.engagement_id,),
        )
        assert changed.rowcount == 1
    with pytest.raises((CryptoError, StoreError)) as error:
        load(Engagement, told.engagement_id)
    assert TYPED not in str(error.value)
