"""A key that is dropped between its making and its event's record: the action starts over, and is done once."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from domain.application import Request
from domain.events import RecordedEvent
from tests.stage import Stage


def dropping(stage: Stage, monkeypatch: pytest.MonkeyPatch, times: float) -> list[int]:
    """Let an epoch end between provision and record, as often as said; how often actions came to be recorded."""
    write_side: Any = stage.service.write_side
    record: Callable[[Sequence[RecordedEvent], Request], None] = write_side.record
    came: list[int] = []

    def recorded(events: Sequence[RecordedEvent], request: Request) -> None:
        came.append(len(events))
        if len(came) <= times:
            stage.service.vault.fence.drop()
        record(events, request)

    monkeypatch.setattr(write_side, "record", recorded)
    return came


def test_the_action_starts_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropped once: the second attempt is recorded, with keys that open; what was told is there, once."""
    stage.introduce()
    size = stage.service.recorder.max_notification_id() or 0
    came = dropping(stage, monkeypatch, 1)
    stage.request_engagement()
    assert len(came) == 2
    assert stage.service.recorder.max_notification_id() == size + came[-1]
    stage.advance()
    assert stage.view(next(iter(stage.state().parties)))["engagement"]["title"]


def test_without_a_drop_one_attempt_does(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Positive control: the same action, nothing dropped."""
    stage.introduce()
    came = dropping(stage, monkeypatch, 0)
    stage.request_engagement()
    assert len(came) == 1


def test_an_action_that_never_keeps_its_keys_is_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dropped every time: told to come again in the end, and nothing is on record."""
    stage.introduce()
    size = stage.service.recorder.max_notification_id()
    dropping(stage, monkeypatch, float("inf"))
    with pytest.raises(OperationalError):
        stage.request_engagement()
    assert stage.service.recorder.max_notification_id() == size
