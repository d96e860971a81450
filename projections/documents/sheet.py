"""A document before it is set: blocks of text in an order, and who sets it.

A block is a JSON object with one member that says what it is. There is no markup in it: the template shows every text
as text, so what people typed can't become anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, Protocol

Language = Literal["nl", "fr", "en"]
"""The languages in which documents speak."""

LANGUAGES: Final[tuple[Language, ...]] = ("nl", "fr", "en")

Block = Mapping[str, Any]


def heading(text: str, level: int = 1) -> Block:
    """A heading, of level 1 to 3."""
    return {"heading": text, "level": level}


def paragraph(text: str) -> Block:
    """A paragraph; its line ends stay."""
    return {"paragraph": text}


def note(text: str) -> Block:
    """A paragraph of what the document says about itself."""
    return {"note": text}


def code(text: str) -> Block:
    """A hash, a key or an id: set in a fixed width, broken anywhere."""
    return {"code": text}


def bullets(entries: Sequence[str | Sequence[Block]]) -> Block:
    """A list of texts, or of blocks."""
    return {"bullets": [[paragraph(one)] if isinstance(one, str) else list(one) for one in entries]}


def terms(entries: Sequence[tuple[str, str | Sequence[Block]]]) -> Block:
    """Names, each with what it stands for."""
    return {"terms": [[name, [paragraph(of)] if isinstance(of, str) else list(of)] for name, of in entries]}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """A table with a row of headings."""
    return {"table": [list(row) for row in rows], "head": list(head)}


@dataclass(frozen=True)
class Sheet:
    """A document that is ready to be set.

    Attributes:
        language: of what the document says itself; what people wrote stays in theirs.
        title: the document's name, on its first page and in its metadata; holds nothing that people wrote.
        footer: stands at the foot of each page, before the page's number.
        page: how the number is named, e.g. "page".
        at: the moment of the record that the document is of (UTC); its time in the metadata.
        blocks: what it says.
    """

    language: Language
    title: str
    footer: str
    page: str
    at: datetime
    blocks: Sequence[Block] = field(repr=False)

    def data(self) -> dict[str, Any]:
        """What the template is given."""
        return {
            "language": self.language,
            "title": self.title,
            "footer": self.footer,
            "page": self.page,
            "blocks": list(self.blocks),
        }


class CannotBeSet(Exception):  # noqa: N818 - a finding, named by what was found
    """A document can't be made: there is too much of it, or nobody is free to make it now."""

    def __init__(self) -> None:
        super().__init__("a document can't be set now")


class Press(Protocol):
    """Sets documents."""

    def set(self, sheet: Sheet) -> bytes:
        """A document as PDF/UA-1: the same sheet gives the same bytes.

        Raises:
            CannotBeSet: see there.
        """
        ...
