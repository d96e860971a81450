"""Legal hold: escrow is granted every key of an engagement and its notebooks, never the journal's, until it is lifted.

On a real store, with a private key that only the test has: what escrow opens is tried with it.
"""

from collections.abc import Iterable
from uuid import UUID, uuid5

import pytest

from crypto.errors import NotInScope
from crypto.grant import open_grant
from crypto.part import CompartmentKey
from crypto.party_keys import PartyKeys
from domain import holds
from domain.disposal import due
from domain.erasure import RecordErased, RecordErasureRequested, RequestErasure
from domain.errors import Invalid, WrongMoment
from domain.personal import Diary, Notebook, personal_stream_id
from domain.principals import NAMESPACE, SERVICE_ID
from domain.vocabulary import ErasureGround, HoldGround, Item, Role
from tests.stage import C, E, Stage, tell

HOLD, ANOTHER = (uuid5(NAMESPACE, name) for name in ("hold", "another hold"))
SAID = {"statement": "a court asks"}


@pytest.fixture
def keys() -> PartyKeys:
    """The escrow's private keys, which the service never sees."""
    return PartyKeys.generate()


def place(stage: Stage, hold: UUID = HOLD) -> None:
    """Place a hold."""
    command = holds.PlaceHold(hold, HoldGround.LITIGATION, stage.escrow, SAID)
    stage.service.write_side.place_hold(stage.engagement_id, command, stage.request(SERVICE_ID))


def lift(stage: Stage, hold: UUID = HOLD) -> None:
    """Lift it."""
    stage.act_as_service(holds.LiftHold(hold, {}))


def held(stage: Stage, keys: PartyKeys, stream: UUID) -> set[UUID]:
    """The keys of a stream that escrow opens, tried with its private key on every grant of its role."""
    recorder, scope = stage.service.recorder, stage.service.roles[Role.ESCROW]._scope
    grants = recorder.grants([entry.key_id for entry in stage.service.write_side.stream(stream).ledger.values()])
    own = scope.open_own([grant.slot_id for grant in grants])
    opened: Iterable[CompartmentKey] = [
        open_grant(own[g.slot_id], keys, stream, Role.ESCROW.value, g.key_id, g.sealed)
        for g in grants
        if g.slot_id in own
    ]
    return {key.key_id for key in opened}


def ledger(stage: Stage, stream: UUID) -> set[UUID]:
    """All keys of a stream."""
    return set(stage.service.write_side.stream(stream).ledger.entries)


def test_escrow_is_granted_every_key_but_the_journals(stage: Stage, keys: PartyKeys) -> None:
    """After a hold escrow opens all keys of engagement and notebook; before it none, and of the journal never any."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    notebook, diary = stage.streams(C)[1], stage.streams(E)[1]
    assert held(stage, keys, stage.engagement_id) == set()
    place(stage)
    for stream in (stage.engagement_id, notebook):
        assert held(stage, keys, stream) == ledger(stage, stream) != set()
    assert held(stage, keys, diary) == set() != ledger(stage, diary)


def test_keys_opened_during_a_hold_go_to_escrow_too(stage: Stage, keys: PartyKeys) -> None:
    """What is opened while the hold lasts, in the engagement and in the notebook, is granted as it is opened."""
    stage.escrow = stage.register_escrow(keys)
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    place(stage)
    before = ledger(stage, stage.engagement_id)
    stage.hold_session(1)
    stage.write_note()
    stage.write_entry()
    assert ledger(stage, stage.engagement_id) > before
    for stream in (stage.engagement_id, stage.streams(C)[1]):
        assert held(stage, keys, stream) == ledger(stage, stream) != set()
    assert held(stage, keys, stage.streams(E)[1]) == set()


def test_the_notebooks_of_all_coaches_are_held(stage: Stage, keys: PartyKeys) -> None:
    """A former coach's notebook is held beside the present one's; one that was never written in is no obstacle."""
    stage.escrow = stage.register_escrow(keys)
    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    stage.write_note()
    former = stage.replace(C)
    place(stage)
    notebook = personal_stream_id(stage.engagement_id, Notebook, former)
    assert held(stage, keys, notebook) == ledger(stage, notebook) != set()
    stage.write_note()
    own = personal_stream_id(stage.engagement_id, Notebook, stage.people[C])
    assert held(stage, keys, own) == ledger(stage, own) != set()


def test_the_service_can_not_open_what_escrow_holds(stage: Stage, keys: PartyKeys) -> None:
    """The desk has no private key of an escrow, so the service's own way of opening a grant ends there."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    key_id = next(key_id for key_id, entry in stage.state().ledger.entries.items() if E in entry.recipients)
    stage.service.drop_keys()
    with pytest.raises(NotInScope):
        stage.service.roles[Role.ESCROW].key(key_id, stage.escrow)
    assert stage.service.roles[E].key(key_id, stage.people[E]).key_id == key_id


def test_people_are_told(stage: Stage, keys: PartyKeys) -> None:
    """All four read that there is a hold, on which ground and why (X12): the service says it with a key of theirs."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    for role in stage.service.views:
        told = stage.story(role).items(Item.ENGAGEMENT)[-1]
        assert (told.topic, told.by, told.content["ground"]) == ("hold.placed", "service", "litigation")
        assert told.content["statement"] == SAID["statement"]


def test_a_hold_is_placed_once_however_often_it_is_asked_for(stage: Stage, keys: PartyKeys) -> None:
    """The same request again records nothing; two holds end when both are lifted."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    request = stage.request(SERVICE_ID)
    command = holds.PlaceHold(HOLD, HoldGround.SAFETY, stage.escrow, SAID)
    write = stage.service.write_side
    write.place_hold(stage.engagement_id, command, request)
    size = stage.service.recorder.max_notification_id()
    assert write.place_hold(stage.engagement_id, command, request).replayed
    assert stage.service.recorder.max_notification_id() == size
    place(stage, ANOTHER)
    lift(stage)
    assert stage.state().escrow == stage.escrow
    lift(stage, ANOTHER)
    assert stage.state().escrow is None


def test_a_lifted_hold_is_due_at_once(stage: Stage, keys: PartyKeys) -> None:
    """While it lasts no grant of escrow is due; once lifted all of them are, on that ground."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    write = stage.service.write_side
    streams = (stage.engagement_id, stage.streams(C)[1])
    far = stage.at.replace(year=stage.at.year + 50)
    for stream in streams:
        state = write.stream(stream)
        assert Role.ESCROW not in {one.role for one in due(state, state.terms, far)}
    lift(stage)
    for stream in streams:
        state = write.stream(stream)
        ended = [one for one in due(state, state.terms, stage.at) if one.role is Role.ESCROW]
        assert {one.key_id for one in ended} == ledger(stage, stream)
        assert {one.ground for one in ended} == {ErasureGround.HOLD_LIFTED}


def test_another_escrows_hold_prolongs_nothing(stage: Stage, keys: PartyKeys) -> None:
    """Lifted, and at once held by another escrow: the first one's grants are due, the second one's aren't."""
    first = stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    lift(stage)
    second = stage.escrow = stage.register_escrow(PartyKeys.generate())
    place(stage, ANOTHER)
    state = stage.state()
    ends = {to: [one for one in due(state, state.terms, stage.at) if one.principal == to] for to in (first, second)}
    assert len(ends[first]) == len(state.ledger.entries)
    assert {one.ground for one in ends[first]} == {ErasureGround.HOLD_LIFTED}
    assert ends[second] == []


def test_a_second_hold_grants_anew_what_was_erased(stage: Stage, keys: PartyKeys) -> None:
    """After escrow's grants were erased a new hold makes new ones, under slots of their own."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    lift(stage)
    state = stage.state()
    gone = tuple(one.doomed for one in due(state, state.terms, stage.at) if one.role is Role.ESCROW)
    stage.act_as_service(RecordErasureRequested(HOLD, ErasureGround.HOLD_LIFTED, gone))
    stage.act_as_service(RecordErased(HOLD, 2, bytes(32)))
    place(stage, ANOTHER)
    slots = {entry.recipients[Role.ESCROW].slot_id for entry in stage.state().ledger.values()}
    assert slots.isdisjoint(one.slot_id for one in gone)
    assert len(slots) == len(gone)


def test_a_notebook_waits_for_escrow(stage: Stage, keys: PartyKeys) -> None:
    """Between the engagement's hold and the notebook's grants nothing of the notebook is due; then it is as before."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    write, notebook = stage.service.write_side, stage.streams(C)[1]
    far = stage.at.replace(year=stage.at.year + 50)
    command = holds.PlaceHold(HOLD, HoldGround.LITIGATION, stage.escrow, SAID)
    stage.act_as_service(command)
    state = write.stream(notebook)
    assert due(state, state.terms, far) == []
    write.grant_to_escrow(notebook, stage.request(SERVICE_ID))
    state = write.stream(notebook)
    assert [one.role for one in due(state, state.terms, far)] == [C]


def test_a_request_for_erasure_waits_for_the_end_of_the_hold(stage: Stage, keys: PartyKeys) -> None:
    """Under a hold the coachee's request is refused; after it, it is taken."""
    stage.escrow = stage.register_escrow(keys)
    tell(stage)
    place(stage)
    with pytest.raises(WrongMoment) as refusal:
        stage.act(E, RequestErasure({}))
    assert refusal.value.name == "on-hold"
    lift(stage)
    stage.act(E, RequestErasure({}))


def test_an_unregistered_escrow_is_refused(stage: Stage) -> None:
    """A person is no escrow, and an unknown id is none."""
    tell(stage)
    for nobody in (stage.people[C], HOLD):
        stage.escrow = nobody
        with pytest.raises(Invalid) as refusal:
            place(stage)
        assert refusal.value.name == "unknown-escrow"
    assert Diary.HOLDABLE is False
