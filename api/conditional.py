"""Answers that the asker has already (RFC 9110 section 13.1.2): ``ETag``, ``If-None-Match``, 304.

Whatever a GET shows somebody carries a tag: a keyed digest of the very bytes that this asker would be sent. So a tag
can't tell more than the answer does, changes exactly when the answer does, be it because time has passed, and says
nothing to whoever finds it in the log of a proxy. Everything happens as if there were no ``If-None-Match``: the asker
is known, the read is on record, what ended is refused. Only the bytes stay here.

A 304 is a read: whoever gets it knows from then on that what they kept is what they would see now.

Answers are ``no-store``: no browser and no proxy may keep what people confided beyond its erasure. A program that keeps
an answer on purpose asks with its tag all the same; RFC 9110 wants no cache for that.

Files in pieces (bundles, exports) and streams have no tag: their end isn't known when they begin.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.recording import unrecorded

_OPAQUE: Final = r'"[\x21\x23-\x7e\x80-\xff]*"'
_TAG: Final = re.compile(rf"[\t ,]*(?:W/)?({_OPAQUE})[\t ]*(?=,|$)")
_NOTHING: Final = re.compile(r"[\t ,]*")
_LABEL: Final = b"driehoek/etag/v1\n"
_DIGEST_BYTES: Final = 16
_OF_THE_BODY: Final = frozenset({"content-length", "content-type", "content-disposition", "repr-digest"})
_OK, _NOT_MODIFIED = 200, 304


def matches(wanted: list[str], tag: str) -> bool:
    """Whether a tag is among those of ``If-None-Match``, compared weakly (RFC 9110 sections 8.8.3.2 and 13.1.2).

    Args:
        wanted: the field's lines; what isn't a list of tags matches nothing, and the answer is sent whole.
        tag: of what there is, weak or strong.
    """
    field = ",".join(wanted)
    if field.strip("\t ") == "*":
        return True
    found, at = set(), 0
    while one := _TAG.match(field, at):
        found.add(one[1])
        at = one.end()
    return _NOTHING.fullmatch(field, at) is not None and tag.removeprefix("W/") in found


class Conditional:
    """ASGI middleware that knows answers by their tags.

    Args:
        app: what it stands around; it records reads.
        digest: a keyed digest (32 bytes).
    """

    def __init__(self, app: ASGIApp, digest: Callable[[bytes], bytes]) -> None:
        self._app, self._digest = app, digest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and of its answer what the asker doesn't have yet."""
        if scope["type"] != "http" or scope["method"] != "GET" or unrecorded(scope["path"]):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        wanted = Headers(scope=scope).getlist("if-none-match")
        held: Message | None = None

        async def watched(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and message["status"] == _OK:
                held = message
                return
            if held is not None:
                start, held = held, None
                if not message.get("more_body", False):
                    start = self._tagged(start, message.get("body", b""), state.get("cursor"), wanted)
                await send(start)
                if start["status"] == _NOT_MODIFIED:
                    message = {"type": "http.response.body", "body": b""}
            await send(message)

        await self._app(scope, receive, watched)

    def _tagged(self, start: Message, body: bytes, cursor: str | None, wanted: list[str]) -> Message:
        """The head of an answer with its tag, or what stands for it where the asker has it."""
        headers = MutableHeaders(raw=list(start["headers"]))
        headers.setdefault("Cache-Control", "no-store")
        headers["ETag"] = tag = self._tag(headers, body, cursor)
        if matches(wanted, tag):
            raw = [(name, value) for name, value in headers.raw if name.decode("latin-1") not in _OF_THE_BODY]
            return {**start, "status": _NOT_MODIFIED, "headers": raw}
        return {**start, "headers": headers.raw}

    def _tag(self, headers: MutableHeaders, body: bytes, cursor: str | None) -> str:
        """An answer's tag: behind the asker's version, where the route told one.

        A cursor is sealed anew each time that it is given, and any of them leads on: such pages are the same, though
        not byte for byte, and their tags weak.
        """
        weak = cursor is not None and cursor.encode() in body
        shown = body.replace(cursor.encode(), b"") if cursor is not None and weak else body
        kind = headers.get("content-type", "").encode()
        digest = self._digest(b"\n".join((_LABEL, kind, shown)))[:_DIGEST_BYTES]
        opaque = urlsafe_b64encode(digest).decode().rstrip("=")
        version = headers.get("etag", "").strip('"')
        return f'{"W/" if weak else ""}"{f"{version}." if version else ""}{opaque}"'
