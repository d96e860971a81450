"""Time stamps over checkpoints (RFC 3161): when the record was at least so far, by somebody else's clock.

Every hour the newest checkpoint's text is stamped, if there is a newer one than the last that was. An authority that is
away is asked again after a pause that doubles; nothing else waits for it.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx
import structlog

from crypto.errors import Malformed
from crypto.log.stamping import Authorities, StampRequest
from crypto.verifier.refused import Refused
from crypto.verifier.timestamps import MAX_TIMESTAMP
from ops.clock import now
from ops.log import rows
from ops.log.errors import LogStampsUnusable
from ops.log.outside import Outside
from ops.log.rows import Published
from ops.store.connections import Connections

_MAX_PEM: Final = 1 << 20
_OK: Final = 200
_log = structlog.get_logger()


class StampFailed(Exception):  # noqa: N818 - named by what happened
    """An authority gave no time stamp. ``word`` says why, and is one of a fixed few."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Hours:
    """How long things take, in seconds.

    Attributes:
        every: between two time stamps at least.
        answer: what an authority has for its answer, from the first byte to the last.
        first, longest: the pause after a failure, which doubles from the one to the other.
    """

    every: float = 3600.0
    answer: float = 30.0
    first: float = 10.0
    longest: float = 3600.0


def read_authorities(path: Path | None) -> Authorities:
    """The authorities that are trusted.

    Raises:
        LogStampsUnusable: no file is set, it can't be read, or it holds no certificate.
    """
    if path is None:
        raise LogStampsUnusable(
            "DRIEHOEK_TSA_URL needs DRIEHOEK_TSA_CERT: the authority's certificate, or its issuer's"
        )
    try:
        with path.open("rb") as file:
            return Authorities(file.read(_MAX_PEM))
    except OSError as error:
        raise LogStampsUnusable(f"DRIEHOEK_TSA_CERT can't be read: {error.strerror}") from error
    except Malformed:
        raise LogStampsUnusable("DRIEHOEK_TSA_CERT holds no certificate (PEM)") from None


class Stamps(Outside):
    """A time stamp authority.

    Args:
        url: where it takes requests.
        authorities: whose stamps are kept.
        connections: the cell.
        hours: how long things take.
    """

    def __init__(
        self, url: str, authorities: Authorities, connections: Connections, hours: Hours | None = None
    ) -> None:
        self._url, self._authorities, self._connections = url, authorities, connections
        self._hours = hours or Hours()
        super().__init__("stamps", self._hours.answer)
        self._failures = 0

    async def turn(self, client: httpx.AsyncClient) -> None:
        """Have the newest checkpoint stamped when an hour has gone since the last, or wait until then."""
        target = self.newest
        if target is None or target.stamp is not None:
            await self.woken(None)
            return
        try:
            wait = await asyncio.to_thread(self._wait)
            if wait > 0:
                await asyncio.sleep(wait)
                return
            async with asyncio.timeout(self._hours.answer):
                response = await self._ask(client, StampRequest.of(_text(target)))
            await asyncio.to_thread(self._keep, target, response)
        except StampFailed as failed:
            await self._failed(failed.word)
        except Exception as error:  # noqa: BLE001 - whatever an authority does, it is asked again; the type says enough
            await self._failed(type(error).__name__)
        else:
            self._failures = 0

    async def _ask(self, client: httpx.AsyncClient, request: StampRequest) -> bytes:
        headers = {"Content-Type": "application/timestamp-query", "Accept-Encoding": "identity"}
        body = bytearray()
        async with client.stream("POST", self._url, content=request.der, headers=headers) as answer:
            if answer.status_code != _OK:
                raise StampFailed(f"status-{answer.status_code}")
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > MAX_TIMESTAMP:
                    raise StampFailed("garbage")
        try:
            self._authorities.check(request, bytes(body))
        except Refused:
            raise StampFailed("refused") from None
        return bytes(body)

    async def _failed(self, why: str) -> None:
        self._failures += 1
        if self._failures == 1:
            _log.warning("stamp_put_off", error=why)
        await asyncio.sleep(min(self._hours.first * 2 ** min(self._failures - 1, 16), self._hours.longest))

    def _wait(self) -> float:
        """Seconds until the next stamp is due."""
        with self._connections.use("project") as connection:
            last = Published.found(connection, "WHERE stamp IS NOT NULL ORDER BY at DESC LIMIT 1")
        return (last[0].at + timedelta(seconds=self._hours.every) - now()).total_seconds() if last else 0.0

    def _keep(self, target: Published, response: bytes) -> None:
        with self._connections.use("project") as connection:
            rows.stamp(connection, target, response)


def _text(published: Published) -> bytes:
    """What is stamped of a checkpoint: its text, without signatures."""
    return published.note.rpartition(b"\n\n")[0] + b"\n"
