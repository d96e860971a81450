"""The worker: views follow by themselves, a lost wake-up costs a moment, and one bad view stops alone."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ops.wiring import CellService
from ops.worker import POLL_SECONDS, ViewProgress, Worker
from tests.processes import PATIENCE, Home
from tests.projections.tables import catch_up, clear, contents
from tests.stage import C, Stage, tell
from tests.support import Cell, within

LISTENING = "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND state IS NOT NULL"


@contextmanager
def working(service: CellService) -> Iterator[ViewProgress]:
    """A worker in a thread of its own, and how far it has come."""
    worker = Worker(service.builders, service.connections)
    worker.start()
    try:
        yield ViewProgress(service)
    finally:
        worker.stop()


def _everything(progress: ViewProgress, service: CellService) -> bool:
    return progress.wait_for_views(tuple(service.builders), 20 * POLL_SECONDS)


def test_views_follow_by_themselves(stage: Stage, cell: Cell) -> None:
    """While an engagement is played nobody builds anything by hand; in the end the views are as if built at once."""
    with working(stage.service) as progress:
        tell(stage)
        assert _everything(progress, stage.service)
    followed = contents(cell)
    clear(stage.service)
    catch_up(stage.service)
    assert contents(cell) == followed


def test_a_lost_notification_only_delays(stage: Stage, cell: Cell) -> None:
    """With the NOTIFY taken out of the store's function the worker looks by itself, and the views follow."""
    stage.introduce()
    with cell.connect() as connection:
        (source,) = connection.execute("SELECT pg_get_functiondef('append'::regproc)").fetchone() or ("",)
        assert "PERFORM pg_notify" in source
        connection.execute(source.replace("PERFORM pg_notify(current_schema(), '');", ""))
    with working(stage.service) as progress:
        assert _everything(progress, stage.service)
        stage.request_engagement()
        assert _everything(progress, stage.service)


def test_a_dead_listening_connection_is_replaced(stage: Stage, cell: Cell) -> None:
    """The server ends the worker's connection; what is recorded afterwards is taken in all the same."""
    stage.introduce()
    with working(stage.service) as progress, cell.connect() as connection:
        assert _everything(progress, stage.service)
        name = f"driehoek listen {cell.name}"
        pids = connection.execute(LISTENING, [name]).fetchall()
        assert len(pids) == 1
        connection.execute("SELECT pg_terminate_backend(%s)", pids[0])
        stage.request_engagement()
        assert _everything(progress, stage.service)


def test_a_forged_view_stops_alone(stage: Stage, cell: Cell, tmp_path: Path) -> None:
    """A view whose progress was forged is left standing and named in the log; the others go on."""
    tell(stage)
    stage.advance()
    with cell.connect(forge=True) as connection:
        connection.execute("UPDATE tracking SET position = 1 WHERE name = 'coach'")
    stage.write_note()
    with _home(cell, tmp_path).start("worker") as process:
        line = json.loads(process.stderr.readline())
        others = tuple(name for name in stage.service.builders if name != "coach")
        assert ViewProgress(stage.service).wait_for_views(others, PATIENCE)
        process.terminate()
    assert {name: line[name] for name in ("event", "view", "error")} == {
        "event": "view_stopped", "view": "coach", "error": "TrackingForged"
    }  # fmt: skip


def _home(cell: Cell, folder: Path) -> Home:
    """Where a worker process finds the test's cell."""
    places = {f"DRIEHOEK_ROOT_{half.upper()}": str(cell.home / "keys" / half) for half in "ab"}
    copies = ":".join(str(cell.home / "copies" / place) for place in "ab")
    database = {"DATABASE_URL": cell.url, "DRIEHOEK_CELL": cell.name, "DRIEHOEK_KEY_COPIES": copies}
    return Home(folder, {**database, **places})


def test_a_killed_worker_process_is_continued(stage: Stage, cell: Cell, tmp_path: Path) -> None:
    """A real ``driehoek worker`` follows along, is killed, and the next one continues to the same rows."""
    home = _home(cell, tmp_path)
    progress = ViewProgress(stage.service)
    stage.introduce()
    with home.start("worker") as process:
        assert _everything(progress, stage.service)
        stage.request_engagement()
        process.kill()
    stage.choose_coach()
    behind = stage.service.builders["coach"].position(stage.service.connections)
    assert behind < (stage.service.recorder.max_notification_id() or 0)
    with home.start("worker") as process:
        assert _everything(progress, stage.service)
        process.terminate()
    followed = contents(cell)
    clear(stage.service)
    catch_up(stage.service)
    assert contents(cell) == followed
    assert stage.view(C)["engagement"]["status"] == "coached"


def test_a_view_that_stays_behind_is_not_waited_for_in_vain(stage: Stage) -> None:
    """With nobody building, the wait ends when its time is over and says so; with a worker it succeeds."""
    stage.introduce()
    progress = ViewProgress(stage.service)
    assert within(5, lambda: progress.wait_for_views(("coach",), 0.01)) is False
    with working(stage.service):
        assert progress.wait_for_views(("coach",), 20) is True
    assert progress.ready() is True


def test_an_unreachable_store_is_not_ready(service: CellService, cell: Cell) -> None:
    """When the store doesn't answer, ready says no instead of raising; the connections come back by themselves."""
    progress = ViewProgress(service)
    assert progress.ready() is True
    with cell.connect() as connection:
        connection.execute("ALTER TABLE log_state RENAME TO gone")
        assert progress.ready() is False
        connection.execute("ALTER TABLE gone RENAME TO log_state")
    assert progress.ready() is True
    with pytest.raises(psycopg.errors.UndefinedTable), cell.connect() as connection:
        connection.execute("TABLE gone")
