"""The coachee's export (X11, GDPR art. 20): all that they can read of an engagement, for programs and for people.

One archive with three files, made in memory and handed out piece by piece; nothing of it is written anywhere:

- ``export.json``: the view, every part as it was recorded (so a contract's sections, salts, commitments and signatures
  can be checked again), who may read what until when, and the receipts of what was erased. Its form is versioned.
- ``export.html``: the same for a person, in one file without scripts, images or anything fetched.
- ``README.txt``: what the two are.

The same state gives the same bytes, whoever asks and when: times are those of the record.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final, Literal

from domain.disposal import Access, accesses
from domain.facts import rfc3339
from domain.sight import Receipt, Sight
from domain.stream import Stream
from projections import coachee_view
from projections.export_texts import TEXTS
from projections.opened import Story

FORMAT: Final = "driehoek-export/1"
Language = Literal["nl", "fr", "en"]

_PIECE: Final = 64 * 1024
# ZIP can't say less than 1980; the times that matter are inside.
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
_STYLE: Final = (
    "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;line-height:1.5}"
    "dt{font-weight:bold;margin-top:.5em}dd{margin:0 0 0 1em;white-space:pre-wrap}article{border-top:1px solid #999}"
    "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em;text-align:left}"
)


def document(sight: Sight, story: Story, disclosed: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The export as one JSON object.

    Args:
        sight: what the coachee sees now.
        story: the parts of it.
        disclosed: what others disclosed to the coachee and can still be read, as JSON objects.
    """
    streams: list[Stream] = [sight.engagement, *([] if sight.own is None else [sight.own])]
    return {
        "format": FORMAT,
        "engagement": str(sight.engagement.id),
        "reader": {"role": sight.role.word, "id": str(sight.principal)},
        "version": sight.tag,
        "as_of": story.parts[-1].at if story.parts else None,
        "view": coachee_view.fold(story),
        "parts": [
            {
                "number": part.number,
                "stream": str(part.stream),
                "event_version": part.version,
                "event": part.topic,
                "item": part.item,
                "at": part.at,
                "by": part.by,
                "content": part.content,
            }
            for part in story
        ],
        "disclosed": [dict(one) for one in disclosed],
        "access": [entry for stream in streams for entry in _access(stream)],
    }


def _access(stream: Stream) -> Iterator[dict[str, Any]]:
    """Who was granted what in a stream, until when, and what became of it: the key record."""
    receipts = stream.ledger.receipts()
    items: dict[Any, set[str]] = {}
    for labels in stream.trail:
        for label in labels:
            items.setdefault(label.key_id, set()).add(label.item.value)
    for one in accesses(stream, stream.terms):
        yield {
            "stream": str(stream.id),
            "items": sorted(items.get(one.key_id, ())),
            "role": one.role.word,
            "principal": str(one.principal),
            "lifetime": None if one.lifetime is None else one.lifetime.value,
            "ends_at": None if one.ends_at is None else rfc3339(one.ends_at),
            "ground": None if one.ground is None else one.ground.value,
            "erased": one.erased,
            "receipt": _receipt(one, Receipt.of(receipts.get(one.slot_id))),
        }


def _receipt(one: Access, receipt: Receipt | None) -> dict[str, Any] | None:
    if receipt is None:
        return None
    return {
        "erasure_id": str(receipt.erasure_id),
        "slot": str(one.slot_id),
        "epoch": receipt.epoch,
        "tombstone_head": receipt.tombstone_head.hex(),
    }


def page(made: Mapping[str, Any], language: Language) -> str:
    """The export as a page that a person reads."""
    texts = TEXTS[language]
    body = [f"<h1>{escape(texts['title'])}</h1>", f"<p>{escape(texts['intro'])}</p>"]
    for part in made["parts"]:
        heading = texts.get(part["item"], part["item"])
        who = texts.get(part["by"], part["by"])
        body.append(
            f"<article><h2>{escape(heading)}</h2><p><time>{escape(part['at'])}</time> · {escape(who)} ·"
            f" {escape(part['event'])}</p>{_described(part['content'])}</article>"
        )
    shown = escape(texts["disclosed"])
    body += [f"<article><h2>{shown}</h2>{_described(one)}</article>" for one in made["disclosed"]]
    body.append(f"<h1>{escape(texts['access'])}</h1>{_table(made['access'], texts)}")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(texts["title"])}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _described(value: object) -> str:
    if isinstance(value, Mapping):
        inner = "".join(f"<dt>{escape(str(name))}</dt><dd>{_described(said)}</dd>" for name, said in value.items())
        return f"<dl>{inner}</dl>"
    if isinstance(value, list):
        return "".join(f"<div>{_described(said)}</div>" for said in value) or "–"
    if value is None:
        return "–"
    return escape(json.dumps(value) if isinstance(value, bool) else str(value))


def _table(entries: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> str:
    rows = [
        (
            texts.get(entry["role"], entry["role"]),
            ", ".join(texts.get(item, item) for item in entry["items"]),
            entry["ends_at"] or "–",
            texts["erased"] if entry["erased"] else "",
        )
        for entry in entries
    ]
    head = "".join(f"<th>{escape(texts[name])}</th>" for name in ("who", "what", "until", "gone"))
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"


def archive(made: Mapping[str, Any], language: Language) -> Iterator[bytes]:
    """The archive, in pieces of up to 64 KiB as they are ready."""
    files = {
        "README.txt": TEXTS[language]["readme"] + "\n",
        "export.json": json.dumps(made, ensure_ascii=False, indent=1) + "\n",
        "export.html": page(made, language),
    }
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with packed.open(entry, "w") as file:
                content = text.encode()
                for start in range(0, len(content), _PIECE):
                    file.write(content[start : start + _PIECE])
                    yield from sink.taken()
    yield from sink.taken()


class _Sink(io.RawIOBase):
    """Where the archive is written to and taken from at once; it can't be wound back, so nothing is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._ready = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Take more."""
        self._ready += data
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """Give away what is ready."""
        if self._ready:
            piece = bytes(self._ready)
            self._ready.clear()
            yield piece
