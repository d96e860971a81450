"""Senders and a receiver that are killed at random: whoever receives sees each change once, in order."""

import json
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from threading import Event, Thread
from typing import Final
from uuid import uuid4

from domain import relationship
from domain.webhooks import RegisterWebhook
from ops.webhooks.delivering import Delivering
from ops.wiring import open_cell
from ops.worker import Worker
from tests.api.webhooks.receiver import NEAR, Hearer, Message, hearing
from tests.processes import NURSERY, PATIENCE
from tests.stage import C, Stage
from tests.support import Cell

ACTS: Final = 30
KILLS: Final = 4
CLAIM: Final = 0.3


def _send(cell: Cell, parent: Connection) -> None:
    """Follow the log and send, until killed; claims are short, so that nobody waits long for those of the dead."""
    with open_cell(cell.url, cell.name, cell.places) as service:
        Worker(service.builders, service.connections).start()
        webhooks = replace(service.webhooks, seconds=CLAIM)
        Delivering(replace(service, webhooks=webhooks), NEAR, (0.01,) * 1_000).start()
        parent.send(None)
        Event().wait()


@contextmanager
def _sender(cell: Cell) -> Iterator[ForkServerProcess]:
    """A process that sends; it is killed at the end, if it still lives."""
    ours, theirs = Pipe()
    process = NURSERY.Process(target=_send, args=(cell, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE)
        ours.recv()
        yield process
    finally:
        process.kill()
        process.join(PATIENCE)
        ours.close()


def _numbers(hearer: Hearer) -> list[int]:
    return [int(json.loads(one.body)["sequence"]) for one in hearer.heard]


def test_a_receiver_sees_each_change_once_whoever_dies(cell: Cell, stage: Stage) -> None:
    """Two senders, killed as they send; a receiver that fails at times, and keeps the last number that it took."""
    dice = random.Random(7)  # noqa: S311 - repeatable

    def answer(request: BaseHTTPRequestHandler) -> int | None:
        chance = dice.random()
        if chance < 0.1:  # dies before it has taken the message
            request.close_connection = True
            return None
        return 500 if chance < 0.2 else 204

    stage.introduce()
    stage.request_engagement()
    stage.choose_coach()
    writer = Thread(target=_write, args=(stage,))
    with ExitStack() as stack:
        hearer = stack.enter_context(hearing(answer))
        hook = RegisterWebhook(uuid4(), 0, {"name": "Agenda", "url": hearer.url})
        coach = stage.people[C]
        stage.service.write_side.execute(coach, hook, stage.request(coach))
        senders = [stack.enter_context(_sender(cell)) for _ in range(2)]
        writer.start()
        for kill in range(KILLS):
            _until(hearer, (kill + 1) * ACTS // (KILLS + 1))
            at = dice.randrange(len(senders))
            senders[at].kill()
            senders[at] = stack.enter_context(_sender(cell))
        writer.join()
        stage.advance()
        wanted = stage.service.changes.count(coach)
        _until(hearer, wanted)
    assert wanted > ACTS
    assert _effects(hearer.heard) == list(range(1, wanted + 1))


def _until(hearer: Hearer, number: int) -> None:
    hearer.until(lambda heard: len(_effects(heard)) >= number)


def _effects(heard: list[Message]) -> list[int]:
    """What a receiver did that keeps the number that it took last: what it knows is taken again and does nothing."""
    done: list[int] = []
    for one in heard:
        number = int(json.loads(one.body)["sequence"])
        assert number <= len(done) + 1, "a change came before another one was taken"
        if one.status == 204 and number == len(done) + 1:
            done.append(number)
    return done


def _write(stage: Stage) -> None:
    for _ in range(ACTS):
        stage.act(C, relationship.RecordOrganisationContext({"culture": "as it is"}))
