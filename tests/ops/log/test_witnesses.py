"""Witnesses are asked side by side; whatever one of them does, the quorum of the others counts and nothing waits."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crypto.log.signing import NoteSigner
from crypto.log.witnessing import AddCheckpoint
from crypto.verifier.notes import COSIGNATURE, Note, VerifierKey
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from ops.log.errors import LogPolicyUnusable
from ops.log.policies import for_verifiers, load
from ops.log.publishing import Publishing
from ops.log.rows import Published
from ops.log.witnesses import Timing, Witnesses
from ops.wiring import CellService
from ops.witness.app import create_app
from ops.witness.witness import Witness, signers_in
from tests.ops.log.copies import keys_of
from tests.ops.log.leaves import fill
from tests.served import served
from tests.support import Cell

QUICK = Timing(pause=0.01, answer=1.0, first=0.05, longest=0.2)
PATIENCE = 20.0
Answer = Callable[[Request], Awaitable[Response]]


def until(what: Callable[[], Any]) -> None:
    """Wait until something is so."""
    pause, end = Event(), monotonic() + PATIENCE
    while not what():
        assert monotonic() < end
        pause.wait(0.01)


@dataclass
class Rig:
    """A cell whose log was begun, and the policy of whoever runs it, line by line."""

    cell: Cell
    service: CellService
    folder: Path
    stack: ExitStack
    lines: list[str] = field(default_factory=list)
    witnesses: list[Path] = field(default_factory=list)

    def honest(self) -> str:
        """Run one more witness; its URL."""
        home = self.folder / f"witness-{len(self.lines)}"
        self.witnesses.append(home)
        signers = signers_in(home, f"witness.example.org/{len(self.lines)}", make=True)
        logs: dict[str, list[VerifierKey]] = {}
        for key in keys_of(self.service):
            logs.setdefault(key.name, []).append(key)
        url = self.stack.enter_context(served(create_app(Witness(home, signers, logs, lambda: 1_700_000_000))))
        return self.named(signers[0].key, url)

    def odd(self, *answers: Answer) -> None:
        """Run witnesses that answer as they like, each under a path of its own."""

        async def app(scope: Any, receive: Any, send: Any) -> None:
            number = int(scope["path"].split("/")[1])
            await (await answers[number](Request(scope, receive)))(scope, receive, send)

        url = self.stack.enter_context(served(app))
        for number in range(len(answers)):
            self.named(_odd_key(number).key, f"{url}/{number}")

    def named(self, key: VerifierKey, url: str) -> str:
        """Name a witness in the policy."""
        self.lines.append(f"witness w{len(self.lines)} {key} {url}")
        return url

    def policy(self, threshold: int) -> Policy:
        """So many of all of them."""
        names = " ".join(f"w{number}" for number in range(len(self.lines)))
        text = "\n".join([*self.lines, f"group all-of-them {threshold} {names}", "quorum all-of-them"])
        (self.folder / "policy").write_text(text + "\n")
        return load(self.folder / "policy")

    @contextmanager
    def asking(self, threshold: int = 1) -> Iterator[Witnesses]:
        """Ask them, about the present checkpoint to begin with."""
        made = Witnesses(self.policy(threshold), self.service.connections, QUICK)
        made.start()
        try:
            made.offer(self.service.log.publish_now())
            yield made
        finally:
            made.stop()

    def grow(self, asking: Witnesses, events: int = 5) -> Published:
        """Record something, publish it, and offer it."""
        size = self.service.log.publish_now().size
        fill(self.cell, size + events)
        latest = self.service.log.publish_now()
        asking.offer(latest)
        return latest

    def witnessed(self, size: int) -> Published:
        """The checkpoint of this size, once the quorum signed it."""
        until(lambda: (found := self.service.log.witnessed()) is not None and found.size >= size)
        found = self.service.log.witnessed()
        assert found is not None
        return found


def _odd_key(number: int = 0) -> NoteSigner:
    return NoteSigner("odd.example.org", COSIGNATURE, bytes([number]) * 32)


@pytest.fixture
def rig(cell: Cell, service: CellService, folder: Path) -> Iterator[Rig]:
    """A cell without witnesses yet."""
    service.log.publish_now()
    with ExitStack() as stack:
        yield Rig(cell, service, folder, stack)


def test_two_of_three(rig: Rig) -> None:
    """With one witness silent the other two make the quorum, on one checkpoint after the other; verifiers agree."""
    for _ in range(2):
        rig.honest()
    rig.odd(_hangs)
    with rig.asking(2) as asking:
        for _ in range(3):
            latest = rig.grow(asking)
            witnessed = rig.witnessed(latest.size)
            assert witnessed.note.startswith(latest.note)
        ours = Policy.parse(for_verifiers(keys_of(rig.service), rig.folder / "policy").encode())
        assert len(ours.judge(Note.parse(witnessed.note)).witnesses) == 2
        with pytest.raises(Refused):
            ours.judge(Note.parse(latest.note))  # before they signed it
        three = Policy.parse(
            for_verifiers(keys_of(rig.service), rig.folder / "policy").encode().replace(b" 2 ", b" 3 ")
        )
        with pytest.raises(Refused):
            three.judge(Note.parse(witnessed.note))


async def _hangs(_: Request) -> Response:
    await asyncio.Event().wait()
    raise AssertionError


async def _garbage(_: Request) -> Response:
    return Response(b"\x00\xff" * 100)


async def _empty(_: Request) -> Response:
    return Response(b"")


async def _endless(_: Request) -> Response:
    return Response(b"x" * 1_000_000)


async def _another_key(request: Request) -> Response:
    text = AddCheckpoint.parse(await request.body()).note.text
    line = NoteSigner("odd.example.org", COSIGNATURE, b"x" * 32).line(text, 1)
    return Response(f"{line}\n".encode())


async def _another_tree(request: Request) -> Response:
    text = AddCheckpoint.parse(await request.body()).note.text
    other = text.replace("\n", "\n1", 1)
    return Response(f"{_odd_key().line(other, 1)}\n".encode())


async def _no_time(request: Request) -> Response:
    return Response(f"{_odd_key().line(AddCheckpoint.parse(await request.body()).note.text, 0)}\n".encode())


async def _elsewhere(_: Request) -> Response:
    return RedirectResponse("http://127.0.0.1:1/")


async def _far_ahead(_: Request) -> Response:
    return Response(b"123456789\n", 409)


async def _no_size(_: Request) -> Response:
    return Response(b"-1\n", 409)


async def _unsteady(request: Request) -> Response:
    old = AddCheckpoint.parse(await request.body()).old
    return Response(b"%d\n" % (1 - min(old, 1)), 409)


def _says(status: int) -> Answer:
    async def answer(_: Request) -> Response:
        return Response(b"no\n", status)

    return answer


ODD = [_hangs, _garbage, _empty, _endless, _another_key, _another_tree, _no_time, _elsewhere, _far_ahead, _no_size,
       _unsteady, *map(_says, (400, 403, 404, 422, 500, 503))]  # fmt: skip


def test_a_crowd_of_odd_witnesses_holds_up_nobody(rig: Rig) -> None:
    """One honest witness among everything that a witness can do wrong: its signature is there, and none of theirs."""
    rig.honest()
    rig.odd(*ODD)
    with rig.asking(1) as asking:
        for _ in range(3):
            latest = rig.grow(asking)
            witnessed = rig.witnessed(latest.size)
            (signed,) = Note.parse(witnessed.note).signed_by(load(rig.folder / "policy").witnesses.values())
            assert signed.key.name == "witness.example.org/0"


@pytest.mark.parametrize("answer", [_another_key, _another_tree, _no_time, _garbage], ids=lambda one: one.__name__[1:])
def test_what_a_witness_did_not_sign_does_not_count(rig: Rig, answer: Answer) -> None:
    """A signature by another key, over another tree or without a time isn't kept, let alone counted."""
    asked, twice = list[bytes](), Event()

    async def noticed(request: Request) -> Response:
        asked.append(await request.body())
        if len(asked) > 1:
            twice.set()
        return await answer(request)

    rig.odd(noticed)
    with rig.asking(1):
        assert twice.wait(PATIENCE)  # it was asked again: the first answer has been judged
        assert rig.service.log.witnessed() is None
        assert len(Note.parse(rig.service.log.publish_now().note).signatures) == 2


def test_a_witness_that_was_reset_or_is_behind_catches_up(rig: Rig) -> None:
    """Told another size than it was thought to have, the log proves from there; also from the beginning."""
    rig.honest()
    with rig.asking() as asking:
        rig.witnessed(rig.grow(asking).size)
        (state,) = rig.witnesses[0].glob("*.checkpoint")
        earlier = state.read_bytes()
        rig.witnessed(rig.grow(asking, 300).size)
        state.write_bytes(earlier)
        rig.witnessed(rig.grow(asking).size)
        state.unlink()
        rig.witnessed(rig.grow(asking).size)
    with rig.asking() as asking:  # a new process, which knows nothing of it
        rig.witnessed(rig.grow(asking).size)


def test_a_witness_that_comes_back_signs_without_anything_new(rig: Rig) -> None:
    """One that couldn't be reached is asked again by and by about the checkpoint that stands."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
    home = rig.folder / "late"
    signers = signers_in(home, "late.example.org", make=True)
    rig.named(signers[0].key, f"http://127.0.0.1:{port}/prefix")
    with rig.asking() as asking:
        latest = rig.grow(asking)
        until(lambda: asking._asked[0].failures > 1)
        logs = {latest.checkpoint.origin: keys_of(rig.service)}
        app = create_app(Witness(home, signers, logs, lambda: 1_700_000_000))
        outer = _below("/prefix", app)
        with served(outer, port):
            assert rig.witnessed(latest.size).size == latest.size


def _below(prefix: str, app: Any) -> Any:
    async def outer(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "path": scope["path"].removeprefix(prefix)}, receive, send)

    return outer


def test_a_silent_port_costs_the_log_nothing(rig: Rig) -> None:
    """A host that accepts and never says a word: checkpoints go on, and stopping doesn't wait for it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        rig.named(_odd_key().key, f"http://127.0.0.1:{silent.getsockname()[1]}")
        slow = Timing(answer=600.0)
        loop = Publishing(
            rig.service.log.publisher,
            rig.service.connections,
            [Witnesses(rig.policy(1), rig.service.connections, slow)],
        )
        loop.start()
        accepted, _ = silent.accept()
        fill(rig.cell, 50)
        until(lambda: rig.service.log.latest().size == 50)  # type: ignore[union-attr]
        before = monotonic()
        loop.stop()
        assert monotonic() - before < 5
        accepted.close()


@pytest.mark.parametrize("text", ["quorum nobody\n", "witness w\n", "\x00", "log x\nquorum none\n"])
def test_a_policy_that_is_none(folder: Path, text: str) -> None:
    """A file that isn't a policy, or isn't there, is refused before anything runs; the reason names no path."""
    (folder / "policy").write_text(text)
    for path in (folder / "policy", folder / "absent", folder):
        with pytest.raises(LogPolicyUnusable) as refused:
            load(path)
        assert str(folder) not in str(refused.value)
