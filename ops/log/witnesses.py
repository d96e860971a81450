"""Asks witnesses to sign, in rounds, and keeps what they signed.

A round asks about one checkpoint, so that a quorum comes together on one. Every witness is asked at the same time, each
with its own limit of time; the round ends as soon as the quorum is reached, and one that is still at it then is left to
finish and misses a round. One that fails is asked again after a pause that doubles. Nothing here holds up a checkpoint,
let alone an event.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpx
import structlog

from crypto.log.tiles import TiledTree
from crypto.verifier.notes import Note
from crypto.verifier.policy import Policy
from ops.log import rows
from ops.log.asking import Place, Signatures, WitnessAhead, WitnessFailed, ask
from ops.log.outside import Outside
from ops.log.rows import Published
from ops.log.tiles import read_tile
from ops.store.connections import Connections

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema || '/cosign', 0))"
_log = structlog.get_logger()


@dataclass(frozen=True)
class Timing:
    """How long things take at most, in seconds.

    Attributes:
        pause: between two rounds at least.
        answer: what a witness has for one answer, from the first byte to the last.
        first, longest: the pause after a failure, which doubles from the one to the other.
    """

    pause: float = 1.0
    answer: float = 10.0
    first: float = 2.0
    longest: float = 300.0


@dataclass
class _Asked:
    """A witness, and how it is doing."""

    place: Place
    signed: tuple[int, int] = (0, 0)
    failures: int = 0
    not_before: float = 0.0
    busy: bool = False


class Witnesses(Outside):
    """The witnesses of a policy that have a URL.

    Args:
        policy: whom to ask, and what quorum counts as witnessed. Keys with one URL are one witness.
        connections: the cell.
        timing: how long things take at most.
    """

    def __init__(self, policy: Policy, connections: Connections, timing: Timing | None = None) -> None:
        self._policy, self._connections, self._timing = policy, connections, timing or Timing()
        super().__init__("witnesses", self._timing.answer)
        self._asked = [_Asked(place) for place in _places(policy)]
        self._reached = (0, 0)
        self._tasks: set[asyncio.Task[None]] = set()

    async def turn(self, client: httpx.AsyncClient) -> None:
        """One round, or waiting until there is something to ask."""
        target, now = self.newest, asyncio.get_running_loop().time()
        waiting = [] if target is None else [one for one in self._asked if one.signed < _key(target) and not one.busy]
        ready = [one for one in waiting if one.not_before <= now]
        if target is None or not ready:
            pause = min((one.not_before - now for one in waiting), default=None)
            await self.woken(pause)
            return
        pending = {asyncio.create_task(self._ask(client, one, target)) for one in ready}
        self._tasks |= pending  # the loop itself keeps no task alive
        while pending and self._reached < _key(target):
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            self._tasks -= done
        self._tasks = {task for task in self._tasks if not task.done()}
        await asyncio.sleep(self._timing.pause)

    async def end(self) -> None:
        """Cancel the questions that are open, and wait until they have let go of their connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _ask(self, client: httpx.AsyncClient, one: _Asked, target: Published) -> None:
        one.busy = True
        try:
            async with asyncio.timeout(self._timing.answer):
                signatures = await ask(client, one.place, target, self._proof)
            if await asyncio.to_thread(self._keep, target, signatures):
                self._reached = max(self._reached, _key(target))
            one.signed, one.failures = _key(target), 0
        except WitnessAhead as ahead:
            if self.newest is not None and ahead.size <= self.newest.size:
                one.signed = _key(target)  # it has signed a later one since
            else:
                _log.error("witness_ahead", witness=one.place.number)
                self._failed(one, ahead.word)
        except WitnessFailed as failed:
            self._failed(one, failed.word)
        except Exception as error:  # noqa: BLE001 - whatever a witness does, the others are asked; the type says enough
            self._failed(one, type(error).__name__)
        finally:
            one.busy = False
            self.wake.set()

    def _failed(self, one: _Asked, why: str) -> None:
        one.failures += 1
        pause = min(self._timing.first * 2 ** min(one.failures - 1, 16), self._timing.longest)
        one.not_before = asyncio.get_running_loop().time() + pause
        if one.failures == 1:
            _log.warning("witness_put_off", error=why, witness=one.place.number)

    async def _proof(self, old: int, size: int) -> list[bytes]:
        return await asyncio.to_thread(self._consistency, old, size)

    def _consistency(self, old: int, size: int) -> list[bytes]:
        with self._connections.use("project") as connection:
            return TiledTree(size, lambda tile: read_tile(connection, tile)).consistency(old)

    def _keep(self, target: Published, signatures: Signatures) -> bool:
        """Put signatures below a checkpoint, each key's once; whether the quorum is reached with them."""
        with self._connections.use("project") as connection, connection.transaction():
            connection.execute(_LOCK)
            found = Published.found(connection, "WHERE line = %s AND size = %s", target.line, target.size)
            if not found:
                return False  # a later one has replaced it
            note = Note.parse(found[0].note)
            present = {one.key for one in note.signed_by(self._policy.witnesses.values())}
            added = "".join(f"{line}\n" for key, line in signatures.items() if key not in present).encode()
            reached = self._satisfied(found[0].note + added)
            rows.cosign(connection, found[0], added, reached=reached)
        return reached

    def _satisfied(self, note: bytes) -> bool:
        signed = {one.key for one in Note.parse(note).signed_by(self._policy.witnesses.values())}
        names = frozenset(name for name, key in self._policy.witnesses.items() if key in signed)
        return self._policy.satisfied(names)


def _key(published: Published) -> tuple[int, int]:
    return published.line, published.size


def _places(policy: Policy) -> Iterable[Place]:
    """The witnesses with a URL, each once."""
    by_url: dict[str, Place] = {}
    for key in policy.witnesses.values():
        url = policy.urls.get(key)
        if url is not None:
            by_url.setdefault(url, Place(len(by_url) + 1, url, [])).keys.append(key)
    return by_url.values()
