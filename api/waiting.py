"""Writes that wait for the log (RFC 7240): ``Prefer: wait=checkpoint``.

The answer to such a write comes once a signed checkpoint covers what it recorded, and says so in
``Preference-Applied``.
write, and the proof that this leaf is in the tree that the checkpoint signs. Whoever keeps it can show for ever that
their act was on record then; an auditor finds the leaf at that place. The leaf itself isn't given: its version counts
what others did out of sight.

A preference isn't an order: where no checkpoint comes in time the answer is the same without a receipt, and without
``Preference-Applied``. The write is on record all the same; sent again under its ``Idempotency-Key`` it waits again.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Final, NamedTuple
from uuid import UUID

import anyio
from pydantic import BaseModel, Field
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATIENCE: Final = 10.0
"""Seconds that a write waits for a checkpoint."""

AT_ONCE: Final = 8
"""Writes that wait in a thread at the same time; the others wait for them, and hold none."""

APPLIED: Final = "wait=checkpoint"
_PREFERENCE: Final = re.compile(
    r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s;,"]*)))?\s*(?:;[^,]*)?', re.ASCII
)
_WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class LogReceipt(BaseModel):
    """That a write is in the log: to keep, and to be checked without this service."""

    leaf_hash: str = Field(description="SHA-256 of the leaf that records it (RFC 6962 section 2.1), in hexadecimal.")
    proof: str = Field(description="The proof of inclusion with the signed checkpoint (`c2sp.org/tlog-proof@v1`).")


class Covered(NamedTuple):
    """A write that a signed checkpoint covers, and its receipt where one is given."""

    receipt: LogReceipt | None


Wait = Callable[[UUID, float], Covered | None]
"""Waits until a checkpoint covers what a command recorded, at most so many seconds; None where none does by then."""


def wants(lines: list[str]) -> bool:
    """Whether the lines of a ``Prefer`` field ask for it: of several ``wait`` the first counts (RFC 7240 section 2)."""
    for one in ",".join(lines).split(","):
        found = _PREFERENCE.fullmatch(one)
        if found is not None and found[1].lower() == "wait":
            return (found[2] or found[3] or "") == "checkpoint"
    return False


class Waiting:
    """ASGI middleware that holds answers to writes back until a checkpoint covers them.

    Args:
        app: what it stands around; it says in ``state.command`` what a request is recorded as.
        wait: waits, in a thread.
    """

    def __init__(self, app: ASGIApp, wait: Wait) -> None:
        self._app, self._wait, self._threads = app, wait, anyio.CapacityLimiter(AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer when it is time."""
        waits = scope["type"] == "http" and scope["method"] in _WRITING
        if not waits or not wants(Headers(scope=scope).getlist("prefer")):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        start: Message | None = None
        body = bytearray()

        async def kept(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self._app(scope, receive, kept)  # done: from here on nothing is held but this answer
        if start is None:
            return
        command = state.get("command")
        succeeded = 200 <= start["status"] < 300  # noqa: PLR2004 - the class of successes
        covered = await self._covered(command) if succeeded and command is not None else None
        head, told = (start, bytes(body)) if covered is None else _applied(start, bytes(body), covered)
        await send(head)
        await send({"type": "http.response.body", "body": told})

    async def _covered(self, command: UUID) -> Covered | None:
        until = time.monotonic() + PATIENCE

        def wait() -> Covered | None:
            return self._wait(command, max(until - time.monotonic(), 0.0))

        with anyio.move_on_after(PATIENCE):
            return await anyio.to_thread.run_sync(wait, limiter=self._threads)
        return None


def _applied(start: Message, body: bytes, covered: Covered) -> tuple[Message, bytes]:
    """An answer that says what was waited for, and holds the receipt where it has a place for one."""
    headers = MutableHeaders(raw=list(start["headers"]))
    headers["Preference-Applied"] = APPLIED
    if covered.receipt is not None and headers.get("content-type") == "application/json":
        told = json.loads(body)
        if "receipt" in told:
            told["receipt"] = covered.receipt.model_dump()
            body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            headers["Content-Length"] = str(len(body))
    return {**start, "headers": headers.raw}, body
