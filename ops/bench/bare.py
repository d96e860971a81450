"""The other endpoints: bare FastAPI ones that protect nothing, in a process of their own.

``POST /insert`` takes the same body as ours and does one asynchronous ``INSERT`` and its commit, with no token, no
validation beyond JSON, no version, no idempotency, no log. ``GET /courses/{id}`` loads a course with the library and
answers with everything in it.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
import uvicorn
from fastapi import FastAPI, Request
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from ops.bench import peer
from ops.http_server import listen

_TABLE = "CREATE TABLE IF NOT EXISTS bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb NOT NULL)"
_INSERT = "INSERT INTO bare (body) VALUES (%s) RETURNING id"


def application(url: str) -> FastAPI:
    """The web application over a database."""
    pool = AsyncConnectionPool(url, min_size=16, max_size=16, open=False)
    library = peer.Peer(env=peer.environment(url))

    @asynccontextmanager
    async def opened(_: FastAPI) -> AsyncIterator[None]:
        await pool.open(wait=True)
        yield
        await pool.close()

    app = FastAPI(lifespan=opened)

    @app.post("/insert")
    async def insert(request: Request) -> dict[str, int]:
        """One row."""
        body = await request.json()
        async with pool.connection() as connection:
            [(number,)] = await (await connection.execute(_INSERT, (Jsonb(body),))).fetchall()
        return {"id": number}

    @app.get("/courses/{course_id}")
    def course(course_id: UUID) -> dict[int, dict[str, Any]]:
        """Everything in a course."""
        sessions: dict[int, dict[str, Any]] = library.repository.get(course_id).sessions
        return sessions

    return app


def main(url: str) -> None:
    """Serve on loopback until stopped; the first thing printed is the URL."""
    with psycopg.connect(url) as connection:
        connection.execute(_TABLE)
    listening = listen("127.0.0.1", 0)
    sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(application(url), log_config=None, access_log=False, workers=1)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
