"""The export as a page that a person reads: one file without scripts, images or anything fetched, in their language.

What people typed stands there as text, whatever it is and in whichever direction it runs. Words of the method and names
of fields are translated as far as there are texts; anything else is shown as it was recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from projections.export_texts import FIELDS, TEXTS, Language
from projections.opened import Opened

_STYLE: Final = (
    "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;line-height:1.5}"
    "dt{font-weight:bold;margin-top:.5em}dd{margin:0 0 0 1em;white-space:pre-wrap;overflow-wrap:anywhere}"
    "article{border-top:1px solid #999}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .5em;text-align:left;overflow-wrap:anywhere}"
)
_HIDDEN: Final = frozenset({"salt", "salts", "commitments", "document_hash", "signature"})
"""What programs check, and people find in ``export.json``."""

Json = Mapping[str, Any]


def page(
    parts: Iterable[Opened], disclosed: Sequence[Json], access: Sequence[Json], receipts: Sequence[Json],
    language: Language,
) -> Iterator[str]:  # fmt: skip
    """The page, piece by piece.

    Args:
        parts: everything that the coachee reads, in order.
        disclosed: what others disclosed to the coachee.
        access: who may read what, and until when.
        receipts: of what was erased.
        language: of what the page says itself.
    """
    words = _Words(language)
    yield (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words("title")}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{words('title')}</h1><p>{words('intro')}</p>\n"
    )
    for part in parts:
        yield (
            f"<article><h2>{words(part.item)}</h2><p><time>{escape(part.at)}</time> · {words(part.by)}</p>"
            f"{words.told(part.content)}</article>\n"
        )
    if disclosed:
        yield f"<h1>{words('disclosed')}</h1>\n"
    for one in disclosed:
        yield f"<article>{words.told(one)}</article>\n"
    yield f"<h1>{words('access')}</h1>{_table(access, words)}\n"
    if receipts:
        yield f"<h1>{words('receipts')}</h1><p>{words('receipts_intro')}</p>\n"
    for receipt in receipts:
        yield f"<article>{words.told(_summary(receipt))}</article>\n"
    yield "</body></html>\n"


def _summary(receipt: Json) -> Json:
    """What a person wants to know of a receipt; the rest is for checking it."""
    statement = receipt["statement"]
    return {name: statement[name] for name in ("erasure", "ground", "requested_at", "erased_at", "epoch")}


def _table(entries: Sequence[Json], words: "_Words") -> str:
    head = "".join(f"<th>{words(name)}</th>" for name in ("who", "what", "until", "gone"))
    rows = []
    for entry in entries:
        items = ", ".join(words(item) for item in entry["items"])
        cells = (words(entry["role"]), items, escape(entry["ends_at"] or "–"), words("erased") * bool(entry["erased"]))
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


class _Words:
    """Words in one language, made safe for a page."""

    def __init__(self, language: Language) -> None:
        self._texts, self._fields = TEXTS[language], FIELDS[language]

    def __call__(self, name: str) -> str:
        """A word of the method."""
        return escape(self._texts.get(name, name))

    def told(self, value: object) -> str:
        """What was recorded, as a list of terms."""
        match value:
            case Mapping():
                shown = ((name, said) for name, said in value.items() if name not in _HIDDEN)
                inner = "".join(f'<dt>{self._field(name)}</dt><dd dir="auto">{self.told(s)}</dd>' for name, s in shown)
                return f"<dl>{inner}</dl>"
            case list() | tuple():
                return "".join(f'<div dir="auto">{self.told(said)}</div>' for said in value) or "–"
            case bool():
                return escape(self._texts["yes" if value else "no"])
            case None | "":
                return "–"
            case _:
                return escape(str(value))

    def _field(self, name: object) -> str:
        text = str(name)
        return escape(self._fields.get(text) or self._texts.get(text, text))
