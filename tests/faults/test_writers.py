"""Eight processes write, one follower reads: nothing is missed, nothing is reordered, nothing acknowledged is lost."""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Self
from uuid import UUID, uuid4

from eventsourcing.persistence import Notification

from ops.store.recorder import CellRecorder
from tests.support import Cell

WRITERS = 8
ROOT = Path(__file__).parents[2]


@dataclass
class Follower:
    """A subscription read to the end by a thread of its own."""

    recorder: CellRecorder
    seen: list[Notification] = field(default_factory=list)
    error: BaseException | None = None

    def __post_init__(self) -> None:
        """Start at the beginning of the log."""
        self._changed = Condition()
        self._subscription = self.recorder.subscribe(gt=0)
        self._thread = Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        try:
            with self._subscription:
                for notification in self._subscription:
                    with self._changed:
                        self.seen.append(notification)
                        self._changed.notify()
        except BaseException as error:  # noqa: BLE001 - told to the test
            with self._changed:
                self.error = error
                self._changed.notify()

    def read_to(self, position: int, seconds: float = 20) -> list[Notification]:
        """Everything seen, once `position` has been."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.seen) >= position or self.error is not None, seconds)
        assert self.error is None
        return self.seen

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._subscription.stop()
        self._thread.join(10)


class Writers:
    """The writer program, and its lines as they come."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in: IO[bytes] = process.stdin
        self._out = process.stdout.fileno()
        self._rest = b""
        self._deadline = time.monotonic() + seconds

    def tell(self, *words: object) -> None:
        """One line to the program."""
        self._in.write((" ".join(map(str, words)) + "\n").encode())
        self._in.flush()

    def lines(self, until: Callable[[], bool]) -> Iterator[list[str]]:
        """The program's lines, split, until `until()`; fails when time is up."""
        while not until():
            ready, _, _ = select.select([self._out], [], [], max(0, self._deadline - time.monotonic()))
            assert ready, "the writers are not done in time"
            *whole, self._rest = (self._rest + os.read(self._out, 1 << 16)).split(b"\n")
            for line in whole:
                yield line.decode().split()


@contextmanager
def _writers(cell: Cell, seconds: float = 40) -> Iterator[Writers]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.faults.writers", cell.name, cell.url]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield Writers(process, seconds)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _check(recorder: CellRecorder, seen: list[Notification], acks: list[tuple[UUID, int, int, int]]) -> None:
    """Gapless and in order, every stream contiguous and authentic, and each acknowledged event at its position."""
    assert [event.id for event in seen] == list(range(1, len(seen) + 1))
    assert recorder.max_notification_id() == len(seen)
    versions: dict[object, int] = {}
    for event in seen:
        assert event.originator_version == versions.get(event.originator_id, 0) + 1
        versions[event.originator_id] = event.originator_version
    for stream, version in list(versions.items())[::20]:
        assert isinstance(stream, UUID)
        assert len(recorder.select_events(stream)) == version
    for stream, version, position, count in acks:
        for step in range(count):
            event = seen[position - 1 + step]
            assert (event.originator_id, event.originator_version) == (stream, version + step)


def test_a_follower_misses_nothing_of_eight_writers(cell: Cell, recorder: CellRecorder) -> None:
    """20,000 events by eight processes at once: one follower sees each of them, once, in order, without a gap."""
    total = 20_000
    acks: list[tuple[UUID, int, int, int]] = []
    done: set[str] = set()
    with Follower(recorder) as follower, _writers(cell) as writers:
        for number in range(WRITERS):
            writers.tell("start", number, f"seed-{number}", total // WRITERS)
        for writer, what, *words in writers.lines(lambda: len(done) == WRITERS):
            if what == "ack":
                acks.append((UUID(words[0]), *map(int, words[1:])))  # type: ignore[arg-type]
            elif what == "done":
                done.add(writer)
        seen = follower.read_to(total)
    assert len(seen) == total
    assert sum(ack[3] for ack in acks) == total
    _check(recorder, seen, acks)


def test_writers_that_are_killed_lose_nothing_they_acknowledged(cell: Cell, recorder: CellRecorder) -> None:
    """Writers are killed outright at random moments and started again: the log stays whole, and so does every promise.

    What a writer had sent and heard nothing of may be recorded or not; the log may hold more than was acknowledged.
    """
    chance = random.Random(20260101)  # noqa: S311 - repeatable on purpose
    per_writer, kills = 500, 24
    acks: list[tuple[UUID, int, int, int]] = []
    acknowledged = dict.fromkeys(map(str, range(WRITERS)), 0)
    pids: dict[str, int] = {}
    done: set[str] = set()
    next_kill = 50
    with Follower(recorder) as follower, _writers(cell) as writers:
        for number in range(WRITERS):
            writers.tell("start", number, f"seed-{number}", per_writer)
        for writer, what, *words in writers.lines(lambda: len(done) == WRITERS):
            if what == "pid":
                pids[writer] = int(words[0])
            elif what == "done":
                done.add(writer)
            elif what == "ack":
                acks.append((UUID(words[0]), *map(int, words[1:])))  # type: ignore[arg-type]
                acknowledged[writer] += int(words[3])
            running = sorted(set(pids) - done)
            if kills and running and len(acks) >= next_kill:
                victim = chance.choice(running)
                os.kill(pids.pop(victim), signal.SIGKILL)
                writers.tell("start", victim, f"again-{kills}", max(1, per_writer - acknowledged[victim]))
                kills, next_kill = kills - 1, len(acks) + chance.randint(1, 60)
        assert kills == 0
        size = recorder.max_notification_id() or 0
        seen = follower.read_to(size)
    assert sum(ack[3] for ack in acks) >= WRITERS * per_writer
    assert len(seen) == size >= sum(ack[3] for ack in acks)
    _check(recorder, seen, acks)


def test_one_command_sent_by_two_processes_is_recorded_once(cell: Cell, recorder: CellRecorder) -> None:
    """Two processes race with the same command, twenty times: one records it, the other is told where."""
    with _writers(cell) as writers:
        for round_ in range(1, 21):
            command_id, stream = uuid4(), uuid4()
            answers: list[list[str]] = []
            writers.tell("write", command_id, stream)
            writers.tell("write", command_id, stream)
            for line in writers.lines(lambda: len(answers) == 2):  # noqa: B023 - asked within this round
                answers.append(line)  # noqa: PERF402 - the loop ends by what it has collected
            assert sorted(answers) == [["recorded", f"[{round_}]"], ["replayed", f"[{round_}]"]]
    assert recorder.max_notification_id() == 20
