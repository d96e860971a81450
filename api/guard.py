"""The first gate: what a body may be before anything tries to understand it.

Size is counted while it arrives, not believed from a header. Bytes that aren't UTF-8, a body that isn't declared as
JSON, or one that is nested deeper than anybody writes, never reach a parser that might quote them in an error.
"""

import json
from typing import Any, Final

from fastapi_rfc9457 import Problem
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.refusing import send_problem

_BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Guard:
    """ASGI middleware around the application.

    Args:
        app: what it protects.
        max_body: bytes that a body may have.
    """

    def __init__(self, app: ASGIApp, max_body: int) -> None:
        self._app, self._max_body = app, max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its whole body, or answer it."""
        if scope["type"] != "http" or scope["method"] not in _BODY_METHODS:
            await self._app(scope, receive, send)
            return
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            if len(body) > self._max_body:
                await send_problem(problems.BodyTooLarge(), scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        if (problem := _wrong_with(scope, bytes(body))) is not None:
            await send_problem(problem, scope, receive, send)
            return
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self._app(scope, replay, send)


def _wrong_with(scope: Scope, body: bytes) -> Problem | None:
    if not body:
        return None
    declared = dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip().lower()
    if declared != b"application/json":
        return problems.UnsupportedMediaType()
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return problems.BodyNotUtf8()
    try:
        parsed = json.loads(text, object_pairs_hook=_members, parse_constant=_refuse)
        if "\\u" in text:
            # An escaped lone surrogate is JSON but no text: nothing could store or show it.
            json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return problems.BodyNotJson()
    return None


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object's members. One that is named twice would be lost in silence (RFC 8259 section 4)."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _refuse(_: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError
