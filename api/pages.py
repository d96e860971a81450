"""Lists in pages: where a cursor leads, and the link to the next page."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from api import problems as p
from api.backend import Backend, CursorRefused, Identity

Limit = Annotated[int, Query(ge=1, le=200, description="Entries a page.")]
Cursor = Annotated[str | None, Query(max_length=100, description="Where to go on, from the page before.")]


def place_of(behind: Backend, asker: Identity, cursor: str) -> int:
    """The place that a cursor stands for.

    Raises:
        api.problems.CursorMalformed: it isn't one that this reader was given.
    """
    try:
        return behind.cursors.open(cursor, asker.person)
    except CursorRefused:
        raise p.CursorMalformed from None


def link(request: Request, response: Response, more: str | None, **asked: Any) -> None:
    """Name the next page in the answer's head, if there is one; what was ``asked`` is asked again."""
    response.headers["Cache-Control"] = "no-store"
    request.state.cursor = more
    if more is not None:
        query = urlencode({name: value for name, value in {**asked, "cursor": more}.items() if value is not None})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'
