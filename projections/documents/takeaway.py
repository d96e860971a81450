"""The coachee's export as documents: what a person reads (:mod:`projections.export_page`), to print and to keep.

An export may be long, and a document is made in memory. So it comes in volumes, each begun when the one before is full:
however long a journal is, no more than one volume of it is in memory.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from projections.documents.copy import Copy
from projections.documents.sheet import Block, Sheet, heading, note, table
from projections.documents.told import NOTHING, told
from projections.export_texts import TEXTS
from projections.opened import Opened

Json = Mapping[str, Any]

FULL: Final = 200_000
"""Characters of content at which a volume is full: about a hundred pages. One part may be longer."""

_PROGRAMS: Final = frozenset({"salt", "salts", "commitments", "document_hash", "signature"})
"""What programs check, and people find in ``export.json``."""


def volumes(
    parts: Iterable[Opened], disclosed: Sequence[Json], access: Sequence[Json], receipts: Sequence[Json], copy: Copy
) -> Iterator[Sheet]:
    """The volumes, at least one.

    Args:
        parts: everything that the coachee reads, in order.
        disclosed: what others disclosed to the coachee.
        access: who may read what, and until when.
        receipts: of what was erased.
        copy: which copy it is.
    """
    texts = TEXTS[copy.language]
    number, size = 1, 0
    blocks: list[Block] = [note(texts["intro"])]
    for part in parts:
        length = len(json.dumps(part.content, ensure_ascii=False))
        if size and size + length > FULL:
            yield _volume(number, blocks, copy)
            number, size, blocks = number + 1, 0, []
        size += length
        blocks += _part(part, copy)
    if disclosed:
        blocks.append(heading(texts["disclosed"]))
    for one in disclosed:
        blocks += told(one, copy.language, without=_PROGRAMS)
    blocks += [heading(texts["access"]), _access(access, copy)]
    if receipts:
        blocks += [heading(texts["receipts"]), note(texts["receipts_intro"])]
    for one in receipts:
        statement = one["statement"]
        shown = {name: statement[name] for name in ("erasure", "ground", "requested_at", "erased_at", "epoch")}
        blocks += told(shown, copy.language)
    yield _volume(number, blocks, copy)


def _volume(number: int, blocks: Sequence[Block], copy: Copy) -> Sheet:
    title = TEXTS[copy.language]["title"]
    return copy.sheet(title if number == 1 else f"{title}, {copy.word('part')} {number}", *blocks)


def _part(part: Opened, copy: Copy) -> list[Block]:
    texts = TEXTS[copy.language]
    by = texts.get(part.by, part.by)
    return [
        heading(texts.get(part.item, part.item)),
        note(f"{part.at} · {by}"),
        *told(part.content, copy.language, without=_PROGRAMS),
    ]


def _access(entries: Sequence[Json], copy: Copy) -> Block:
    texts = TEXTS[copy.language]
    rows = [
        [
            texts.get(entry["role"], entry["role"]),
            ", ".join(texts.get(item, item) for item in entry["items"]),
            entry["ends_at"] or NOTHING,
            texts["erased"] if entry["erased"] else NOTHING,
        ]
        for entry in entries
    ]
    return table([texts[name] for name in ("who", "what", "until", "gone")], rows)
