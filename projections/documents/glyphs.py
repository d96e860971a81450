"""Which characters a document shows as they are; every other is shown by its number, like ‹U+0007›.

A PDF/UA document has a glyph for each of its characters, and the fonts are the bundled ones alone. They cover what
Unicode assigns in the Basic Multilingual Plane and much above it; not covered are controls, private use and rare
planes. What overrides the direction of text (UAX 9) is spelled out too: in a contract that people sign, the order in
which words are seen is the order in which they were written.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any, Final

FONTS: Final = Path(__file__).parent / "fonts"
TEMPLATES: Final = Path(__file__).parent / "templates"

_LINES: Final = ("\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
"""What else ends a line (``str.splitlines``)."""

_LONGEST_WORD: Final = 40
"""Characters without a space after which a line may end anywhere: a page is about 90 wide."""

_PLAIN_UP_TO: Final = 0x17F
"""The last code point that every face has alone and that joins with no neighbour, but for combining marks."""


@cache
def _covered() -> tuple[list[int], list[int]]:
    """The first and the last code points of each run that is shown as it is."""
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").splitlines()
    runs = [line.split("-") for line in lines if not line.startswith("#")]
    return [int(run[0], 16) for run in runs], [int(run[-1], 16) for run in runs]


def covered(character: str) -> bool:
    """Whether a character is shown as it is."""
    firsts, lasts = _covered()
    place = bisect_right(firsts, ord(character)) - 1
    return place >= 0 and ord(character) <= lasts[place]


def spelled(character: str) -> str:
    """A character by its number."""
    return f"\u2039U+{ord(character):04X}\u203a"


def shown(text: str, *, plainly: bool = False) -> str:
    """A text of characters that can be shown, in lines that end with a line feed.

    Args:
        text: any text.
        plainly: show only letters that stand for themselves; for the rare sequence that no one font has whole.
    """
    for end in _LINES:
        text = text.replace(end, "\n")
    text = unicodedata.normalize("NFC", text.replace("\t", " "))
    as_it_is = _plain if plainly else covered
    return breakable("".join(one if one == "\n" or as_it_is(one) else spelled(one) for one in text))


def breakable(text: str) -> str:
    """The same with places in it at which a line may end, where it runs on and on without any."""
    out, run, before = [], 0, ""
    for one in text:
        run = 0 if one in " \n\u200b" else run + 1
        if run > _LONGEST_WORD and before != "\u200d" and unicodedata.category(one)[0] in "LNP":
            out.append("\u200b")
            run = 1
        out.append(one)
        before = one
    return "".join(out)


def _plain(character: str) -> bool:
    return covered(character) and ord(character) <= _PLAIN_UP_TO


def in_all(value: Any, *, plainly: bool = False) -> Any:
    """The same with every text in a JSON value."""
    match value:
        case str():
            return shown(value, plainly=plainly)
        case dict():
            return {name: in_all(one, plainly=plainly) for name, one in value.items()}
        case list() | tuple():
            return [in_all(one, plainly=plainly) for one in value]
        case _:
            return value
