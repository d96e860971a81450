"""Lists in pages: go through all entries, or page by page; the next page is asked for when it is wanted."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, TypeVar, cast

from driehoek_client.answers import Answer
from driehoek_client.problems import Unexpected

P = TypeVar("P")
E = TypeVar("E")


class Pages(Generic[P, E]):
    """A list. Going through it gives entries; ``pages()`` gives pages, whose ``next`` is the cursor to go on from.

    Each pass asks the server anew, and each page that is read is on record.
    """

    def __init__(self, turn: Callable[[str | None], Answer[Any]], member: str) -> None:
        self._turn, self._member = turn, member

    def __iter__(self) -> Iterator[E]:
        for page in self.pages():
            yield from cast("dict[str, list[E]]", page)[self._member]

    def pages(self) -> Iterator[P]:
        """The pages' bodies, from the first, or from the cursor that was given, to the last."""
        cursor: str | None = None
        while True:
            page = self._turn(cursor).body
            yield page
            cursor = _following(page, cursor)
            if cursor is None:
                return


class AsyncPages(Generic[P, E]):
    """The same, to be gone through with ``async for``."""

    def __init__(self, turn: Callable[[str | None], Awaitable[Answer[Any]]], member: str) -> None:
        self._turn, self._member = turn, member

    async def __aiter__(self) -> AsyncIterator[E]:
        async for page in self.pages():
            for entry in cast("dict[str, list[E]]", page)[self._member]:
                yield entry

    async def pages(self) -> AsyncIterator[P]:
        """The pages' bodies, from the first, or from the cursor that was given, to the last."""
        cursor: str | None = None
        while True:
            page = (await self._turn(cursor)).body
            yield page
            cursor = _following(page, cursor)
            if cursor is None:
                return


def _following(page: Any, before: str | None) -> str | None:
    """The next page's cursor; a page that names itself would never end."""
    cursor: str | None = page["next"]
    if cursor is not None and cursor == before:
        raise Unexpected
    return cursor
