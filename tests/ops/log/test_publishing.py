"""The loop: a checkpoint within a second of new events, and a log that can't go on says so and holds up nobody."""

import shutil
from time import monotonic

import pytest
import structlog

from ops.log.publishing import LONGEST_PAUSE, Publishing
from ops.log.rows import Published
from ops.wiring import CellService
from tests.ops.log.leaves import fill
from tests.ops.log.test_witnesses import until
from tests.stage import Stage
from tests.support import Cell


class Outsider:
    """Keeps what it is offered."""

    def __init__(self) -> None:
        self.offered: list[Published] = []
        self.running = False

    def start(self) -> None:
        """Begin."""
        self.running = True

    def offer(self, published: Published) -> None:
        """Take a checkpoint."""
        self.offered.append(published)

    def stop(self) -> None:
        """End."""
        self.running = False


@pytest.fixture
def outsider() -> Outsider:
    """Somebody who is offered checkpoints."""
    return Outsider()


@pytest.fixture
def loop(service: CellService, outsider: Outsider) -> Publishing:
    """A loop that isn't started."""
    return Publishing(service.log.publisher, service.connections, [outsider])


def test_a_checkpoint_follows_within_a_second(service: CellService, loop: Publishing, outsider: Outsider) -> None:
    """An event is covered by a published checkpoint less than a second after it was recorded: the median of five."""
    stage, waited = Stage(service), []
    loop.start()
    try:
        until(service.log.latest)
        for number in range(5):
            stage.register(str(number))
            size, begun = service.recorder.max_notification_id() or 0, monotonic()
            until(lambda size=size: service.log.latest().size >= size)  # type: ignore[misc, union-attr]
            waited.append(monotonic() - begun)
        assert outsider.running
    finally:
        loop.stop()
    assert sorted(waited)[2] < 1.0
    sizes = [one.size for one in outsider.offered]
    assert sizes == sorted(set(sizes))
    assert not outsider.running


def test_a_log_that_cannot_go_on_says_so_once(cell: Cell, service: CellService, loop: Publishing) -> None:
    """Without its folder the loop tries at longer and longer intervals, and goes on when the folder is back."""
    assert loop.turn() < 1
    folder = cell.places.log.folder
    away = folder.with_name("away")
    shutil.move(folder, away)
    fill(cell, 5)
    with structlog.testing.capture_logs() as said:
        pauses = [loop.turn() for _ in range(8)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= 2
    assert pauses[-1] == LONGEST_PAUSE
    assert [(line["event"], line["error"]) for line in said] == [("log_stopped", "LogFolderMissing")]
    shutil.move(away, folder)
    assert loop.turn() < 1
    assert service.log.latest().size == 5  # type: ignore[union-attr]


def test_events_go_on_while_the_log_does_not(cell: Cell, service: CellService, loop: Publishing) -> None:
    """A record that was put back is signed no more, and takes new events all the same."""
    fill(cell, 20)
    loop.turn()
    with cell.connect(forge=True) as connection:
        connection.execute("DELETE FROM events WHERE position > 10")
        connection.execute("UPDATE log_state SET size = 10")
    with structlog.testing.capture_logs() as said:
        assert loop.turn() >= 1
    assert [line["error"] for line in said] == ["LogRolledBack"]
    Stage(service).register("somebody")
    assert service.recorder.max_notification_id() == 12
