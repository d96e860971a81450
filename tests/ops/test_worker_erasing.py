"""The eraser in real processes: what is due goes by itself, once, whatever dies, and the views never wait for it."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.application import Request
from domain.disposal import accesses
from domain.erasure import RecordErasureRequested
from domain.ledger import Erasure
from domain.principals import SERVICE_ID
from domain.vocabulary import ErasureGround, Role
from ops.clock import now
from ops.demo.player import Player
from ops.demo.script import load
from ops.identity import DevelopmentIssuer
from ops.settings import Settings
from ops.wiring import CellService
from ops.worker import TURN_SECONDS, ViewProgress
from tests.ops.conftest import Played
from tests.processes import Forked, Home
from tests.stage import E, M, O

PATIENCE = 40 * TURN_SECONDS
SCRIPT = """
language = "en"
title = "A short engagement"
story = "Begun, and read by four."
[organisation]
name = "Harbour Works"
[people.representative]
name = "Olivia Stone"
email = "olivia@example.org"
[people.line_manager]
name = "Marek Holt"
email = "marek@example.org"
[people.coach]
name = "Carla Reyes"
email = "carla@example.net"
[people.coachee]
name = "Emma Lind"
email = "emma@example.org"
[people.coaching_supervisor]
name = "Sam Okoro"
email = "sam@example.com"
[[step]]
by = "representative"
do = "request_engagement"
[step.with]
reason = "take_up_a_role"
title = "From expert to lead"
request = "Emma leads a team from May."
[[step]]
by = "coachee"
do = "choose_coach"
[step.with]
meeting = 0
why = "We have worked together before."
"""


def until(what: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so; a failure when it isn't in time."""
    pause, end = Event(), monotonic() + seconds
    while not what():
        assert monotonic() < end, "it didn't happen in time"
        pause.wait(0.2)


def erasures(played: Played, engagement: UUID | None = None) -> list[Erasure]:
    """All requests in an engagement and its notebooks."""
    with played.opened() as service:
        write, of = service.write_side, engagement or played.engagement
        streams = [write.stream(of), *(write.stream(notebook) for notebook in write.notebooks(of))]
        return [one for stream in streams for one in stream.ledger.erasures.values()]


def done(played: Played, *engagements: UUID) -> bool:
    """Whether there are requests in each of these engagements, and all of them have their receipts."""
    found = [erasures(played, engagement) for engagement in engagements or (played.engagement,)]
    return all(found) and all(one.receipt is not None for of in found for one in of)


def roots(played: Played) -> tuple[int, set[int]]:
    """The live root's epoch, and the epochs of all roots that are there."""
    record = played.places.roots.record()
    assert record is not None
    return record.epoch, set(played.places.roots.epochs())


def caught_up(played: Played) -> bool:
    """Whether all views have taken in what is on record now, within the patience."""
    with played.opened() as service:
        return ViewProgress(service).wait_for_views(tuple(service.builders), PATIENCE)


@contextmanager
def worker(played: Played, *arguments: str) -> Iterator[Forked]:
    """A worker process; told to stop at the end, and must. What it logs is kept as it comes."""
    with played.start("worker", *arguments) as process:
        drain = Thread(target=lambda: played.printed.extend(process.stderr))
        drain.start()
        try:
            yield process
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0
            drain.join()


def logged(played: Played, event: str) -> list[dict[str, Any]]:
    """Every line that was logged of an event."""
    lines = [json.loads(line) for said in played.printed for line in said.splitlines()]
    return [line for line in lines if line["event"] == event]


@contextmanager
def a_laggard(played: Played) -> Iterator[None]:
    """Some process that still holds keys of the first epoch: until it is gone, no later one gets past its fence."""
    with played.opened() as service:
        process = uuid4()
        service.vault.leases.renew(process, 1, 3_600)
        try:
            yield
        finally:
            service.vault.leases.forget(process)


def order(service: CellService, engagement: UUID, role: Role) -> None:
    """Put on record that all living grants of a role in an engagement are to go; whoever erases does it."""
    stream = service.write_side.stream(engagement)
    living = [one for one in accesses(stream, stream.terms) if one.role is role and stream.ledger.lives(one.slot_id)]
    command = RecordErasureRequested(uuid4(), ErasureGround.OPERATOR_ORDER, tuple(one.doomed for one in living))
    service.write_side.execute(engagement, command, Request(SERVICE_ID, now(), uuid4(), bytes(32)))


def test_a_worker_erases_what_is_due(played: Played) -> None:
    """Nobody asks: keys of the sponsor's side go when the engagement has ended, and the views are complete."""
    before = {role: played.living(role) for role in (O, M, E)}
    with worker(played):
        until(lambda: done(played))
        assert caught_up(played)
    after = {role: played.living(role) for role in (O, M, E)}
    assert after[M] < before[M]
    assert after[E] == before[E] != set()
    assert roots(played) == (2, {2})
    [line] = logged(played, "keys_erased")
    assert line["count"] == sum(len(one.grants) for one in erasures(played))
    assert (line["epoch"], line["level"]) == (2, "info")


def test_a_server_erases_too(played: Played) -> None:
    """With its worker in the same process; without the worker, or without the eraser, it doesn't."""
    for switch in ("--no-eraser", "--no-worker"):
        with played.serving(switch) as url:
            assert httpx.get(f"{url}/readyz", timeout=60).status_code == 200
            if switch == "--no-eraser":
                assert caught_up(played)
    assert erasures(played) == []
    with played.serving():
        until(lambda: done(played))
    assert roots(played) == (2, {2})


def test_the_eraser_can_be_switched_off(played: Played) -> None:
    """The views follow and nothing is erased, although it is due; the command then erases it."""
    with worker(played, "--no-eraser"):
        assert caught_up(played)
    assert erasures(played) == []
    assert roots(played) == (1, {1})
    assert played.answer("keys", "run")["erased"] > 0


def test_two_workers_erase_everything_once(played: Played) -> None:
    """Both see what is due, in four engagements; each slot is in one tombstone, each request has one receipt."""
    with worker(played), worker(played):
        others = [played.play(salt) for salt in ("one", "two", "three")]
        until(lambda: done(played, played.engagement, *others))
        assert caught_up(played)
    live, there = roots(played)
    assert there == {live}
    with played.opened() as service:
        tombstones = service.vault.tree.tombstones(0)
        service.vault.check_tombstones()
    slots = [slot for tombstone in tombstones for slot in tombstone.slots]
    assert len(slots) == len(set(slots)) > 0
    asked = [one for engagement in (played.engagement, *others) for one in erasures(played, engagement)]
    assert sorted(slots) == sorted(grant.slot_id for one in asked for grant in one.grants)
    named = [erasure for tombstone in tombstones for erasure in tombstone.erasures]
    assert sorted(named) == sorted(one.id for one in asked)
    assert logged(played, "erasure_put_off") == []


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "told to stop"])
def test_a_worker_that_stops_in_the_middle_is_continued(played: Played, kill: bool) -> None:
    """It ends while it waits at the fence, the old root still there; the next one destroys it and gives receipts."""
    with a_laggard(played):
        with played.start("worker") as process:
            until(lambda: roots(played)[0] == 2)
            assert roots(played)[1] == {1, 2}
            process.kill() if kill else process.terminate()
            process.communicate(timeout=PATIENCE)
        assert process.returncode == (-9 if kill else 0)
        assert roots(played) == (2, {1, 2})
        assert not done(played)
        assert "isn't destroyed" in played.answer("keys", "status")["unfinished"]
    with worker(played):
        until(lambda: done(played))
    assert roots(played) == (2, {2})
    with played.opened() as service:
        assert [tombstone.epoch for tombstone in service.vault.tree.tombstones(0)] == [2]


@pytest.mark.parametrize(("place", "in_its_place"), [("keys/a", Path.mkdir), ("copies", Path.touch)])
def test_a_place_out_of_reach_puts_the_erasure_off(
    played: Played, place: str, in_its_place: Callable[[Path], None], tmp_path: Path
) -> None:
    """The views go on without it; the worker says so by the error's type alone, and erases once the place is back."""
    here, away = played.path / place, tmp_path / "away"
    with worker(played):
        until(lambda: done(played))
        with played.opened() as service:
            size = service.recorder.max_notification_id() or 0
            here.rename(away)
            in_its_place(here)
            order(service, played.engagement, E)
            assert ViewProgress(service).wait_for_views(tuple(service.builders), PATIENCE)
            assert (service.recorder.max_notification_id() or 0) > size
            until(lambda: logged(played, "erasure_put_off") != [])
        shutil.rmtree(here) if here.is_dir() else here.unlink()
        away.rename(here)
        until(lambda: done(played))
    assert sum(one.ground is ErasureGround.OPERATOR_ORDER for one in erasures(played)) == 1
    live, there = roots(played)
    assert there == {live}
    put_off = logged(played, "erasure_put_off")
    assert {frozenset(line) for line in put_off} == {frozenset({"event", "error", "level", "timestamp"})}


def test_a_server_forgets_what_another_process_erased(home: Home, tmp_path: Path) -> None:
    """It read and cached the manager's keys; after a command erased them it answers that reading has ended, and why."""
    script = tmp_path / "script.toml"
    script.write_text(SCRIPT)
    assert home.run("migrate").returncode == 0
    issuer = DevelopmentIssuer(Settings(home=home.path, _env_file=None))  # type: ignore[call-arg]
    with home.serving("--no-eraser") as url, httpx.Client(base_url=url, timeout=30) as client:
        player = Player(client, lambda subject: issuer.token(subject, now()), load(script), "operator")
        assert len(list(player.play())) == 2
        path = f"/v1/views/line-manager/engagements/{player.engagement}"
        for _ in range(2):  # control: it read, the second time with keys in memory
            assert player.send("line_manager", "GET", path).json()["engagement"]["title"] == "From expert to lead"
        order = ("keys", "revoke", player.engagement, "--role", "line_manager", "--reason", "because", "--yes")
        erased = home.answer(*order)
        assert home.answer("keys", "status")["processes"] == {str(erased["epoch"]): 1}
        after = player.send("line_manager", "GET", path)
        assert after.status_code == 410
        assert "From expert to lead" not in after.text
        [ended] = after.json()["ended"]
        assert ended["ground"] == "operator_order"
        assert (ended["receipt"]["epoch"], ended["receipt"]["erasure_id"]) == (erased["epoch"], erased["erasures"][0])
        # control: everybody else reads on, in the same server
        assert player.view("coachee")["engagement"]["title"] == "From expert to lead"
