"""Clients of an HTTP server, in a process of their own: each sends a request, waits for its answer, and sends the next.

They speak as little HTTP as will do, over connections that stay open, so that the machine is left to the servers.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

_END: Final = b"\r\n\r\n"


@dataclass(frozen=True)
class Client:
    """What one client asks, again and again.

    Attributes:
        method, path: of the request.
        fields: header fields.
        body: JSON text, or empty.
        version: the version that its first ``If-Match`` names; each later one is that of the answer before. Empty
            where it sends none.
    """

    method: str
    path: str
    fields: dict[str, str]
    body: str = ""
    version: str = ""


@dataclass(frozen=True)
class Measured:
    """What came of a round.

    Attributes:
        rate: answers a second, of all clients together.
        median, slowest: half, and 99 in 100, of the answers came within so many seconds.
        versions: the last version that each client was told.
    """

    rate: float
    median: float
    slowest: float
    versions: tuple[str, ...]


def ask(url: str, clients: Sequence[Client], each: int) -> Measured:
    """Have all clients ask at the same time, each so many times.

    Raises:
        RuntimeError: an answer wasn't a success.
    """
    asked = {"url": url, "each": each, "clients": [vars(client) for client in clients]}
    command = [sys.executable, "-m", "ops.bench.crowd"]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    told = json.loads(done.stdout)
    times = quantiles(told["seconds"], n=100)
    return Measured(len(told["seconds"]) / told["took"], times[49], times[98], tuple(told["versions"]))


async def _one(at: tuple[str, int], client: Client, each: int, start: asyncio.Event, seconds: list[float]) -> str:
    reader, writer = await asyncio.open_connection(*at)
    await start.wait()
    version = client.version
    for number in range(each):
        began = perf_counter()
        writer.write(_request(client, version, number))
        head = await reader.readuntil(_END)
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        await reader.readexactly(int(fields[b"content-length"]))
        seconds.append(perf_counter() - began)
        if not head.startswith(b"HTTP/1.1 2"):
            raise RuntimeError(head.split(b"\r\n", 1)[0].decode())
        version = fields.get(b"etag", b"").decode().strip('W/"')
    writer.close()
    return version


def _request(client: Client, version: str, number: int) -> bytes:
    body = client.body.encode()
    fields = {"host": "localhost", **client.fields}
    if body:
        fields |= {"content-type": "application/json", "content-length": str(len(body))}
    if client.version:
        fields |= {"if-match": f'"{version}"', "idempotency-key": f"{id(client)}-{perf_counter()}-{number}"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"{client.method} {client.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


async def _all(asked: dict[str, Any]) -> dict[str, Any]:
    url, start, seconds = urlsplit(asked["url"]), asyncio.Event(), list[float]()
    at = url.hostname or "", url.port or 80
    tasks = [
        asyncio.create_task(_one(at, Client(**client), asked["each"], start, seconds)) for client in asked["clients"]
    ]
    await asyncio.sleep(0.2)  # all are connected
    start.set()
    began = perf_counter()
    versions = await asyncio.gather(*tasks)
    return {"took": perf_counter() - began, "seconds": seconds, "versions": versions}


if __name__ == "__main__":
    json.dump(asyncio.run(_all(json.load(sys.stdin))), sys.stdout)
