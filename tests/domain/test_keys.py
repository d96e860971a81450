"""The record of the key tree: every step of an epoch once, however often it is told."""

import pytest

from domain.errors import NotFound, WrongMoment
from domain.keys import (
    STEPS,
    CellRestored,
    Keys,
    OfEpoch,
    ProcessesFenced,
    RecordStep,
    RootDestroyed,
    RootStaged,
    TreeCopied,
    TreeRekeyed,
    keys_stream_id,
)
from domain.vocabulary import Role
from tests.domain.acting import given
from tests.stage import E, Stage


def steps(epoch: int) -> list[OfEpoch]:
    """An example of every step."""
    return [
        RootStaged(epoch=epoch),
        TreeRekeyed(epoch=epoch, pages=3, slots=7, tombstone_head=bytes(32), page_head=bytes(32)),
        TreeCopied(epoch=epoch, places=2, digest=bytes(32)),
        ProcessesFenced(epoch=epoch, processes=1),
        RootDestroyed(epoch=epoch),
        CellRestored(epoch=epoch, behind=1, tombstones=2, tombstone_head=bytes(32)),
    ]


def test_every_step_is_recorded_once_for_each_epoch() -> None:
    """A step that is told again changes nothing; the same step of the next epoch is another one."""
    case = given(Keys)
    assert [type(step) for step in steps(2)] == list(STEPS)
    for epoch in (2, 3):
        for step in steps(epoch):
            assert not case.state.has(type(step), epoch)
            case.then(Role.SERVICE, RecordStep(step))
            assert case.state.has(type(step), epoch)
            assert case.refuses(Role.SERVICE, RecordStep(step)) == "already-recorded"


def test_a_crash_leaves_steps_that_come_later() -> None:
    """A step that a crash left untold can follow those that came after it."""
    case = given(Keys, RootStaged(epoch=2), RootDestroyed(epoch=2))
    assert case.when(Role.SERVICE, RecordStep(ProcessesFenced(epoch=2, processes=0)))


def test_the_service_alone_records_steps(stage: Stage) -> None:
    """On a real store the service begins the stream and goes on in it; a person doesn't even find it."""
    stage.introduce()
    for step in steps(2):
        stage.act_as_service(RecordStep(step), keys_stream_id(2))
    with pytest.raises(WrongMoment):
        stage.act_as_service(RecordStep(RootStaged(epoch=2)), keys_stream_id(2))
    with pytest.raises(NotFound):
        stage.act(E, RecordStep(RootStaged(epoch=3)), keys_stream_id(2))
    state = stage.service.write_side.stream(keys_stream_id(2))
    assert isinstance(state, Keys)
    assert {step.topic for step in STEPS} == state.epochs[2]
    stage.act_as_service(RecordStep(RootStaged(epoch=3)), keys_stream_id(3))
