"""The coachee's export (X11, GDPR art. 20): all that they can read of an engagement, for programs and for people.

One archive, handed out piece by piece as it is made; nothing of it is written anywhere, and nothing
but the engagement's own view is ever in memory as a whole:

- ``export.json``: the view, every part as it was recorded (the journal's, too), who signed which contract version, what
  was disclosed to the coachee, who may read what until when, and the signed receipts of what was erased. Its form is
  versioned and described in docs/reference/export.md.
- ``export.html``: the same for a person (:mod:`projections.export_page`).
- ``export.pdf``, and ``export-2.pdf`` and so on for a long one: the same to print (:mod:`projections.documents`).
- ``README.txt``: what these are.

The same state gives the same bytes, whoever asks and when: times are those of the record, and nothing is compressed,
since not every library compresses alike.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.sight import Sight
from domain.signers import Signer
from domain.standing import standings
from projections import coachee_view, secrecy, sections
from projections.documents.copy import Copy
from projections.documents.sheet import Press
from projections.documents.takeaway import volumes
from projections.export_page import page
from projections.export_texts import TEXTS, Language
from projections.opened import Opened, Story

FORMAT: Final = "driehoek-export/1"

_PIECE: Final = 64 * 1024
# ZIP can't say less than 1980; the times that matter are inside.
_NOTHING_YET: Final = "1980-01-01T00:00:00Z"
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Export:
    """What goes into an archive.

    Attributes:
        sight: what the coachee sees now.
        story: the parts of the engagement itself, for the view.
        pieces: everything that the coachee reads, in order, some parts at a time; asked for once by each file.
        disclosed: what others disclosed to the coachee and can still be read.
        signers: who signed the contract's versions.
        receipts: of what was erased, as the service signs them.
    """

    sight: Sight
    story: Story = field(repr=False)
    pieces: Callable[[], Iterable[Sequence[Opened]]] = field(repr=False)
    disclosed: Sequence[Json] = field(default=(), repr=False)
    signers: Sequence[Signer] = ()
    receipts: Sequence[Json] = ()

    @property
    def access(self) -> list[dict[str, Any]]:
        """The key record: who may read what, and until when."""
        return [secrecy.standing(one) for one in standings(self.sight)]

    def parts(self) -> Iterator[Opened]:
        """Everything that the coachee reads, in order."""
        for piece in self.pieces():
            yield from piece


def document(export: Export) -> Iterator[str]:
    """``export.json``, piece by piece (X11)."""
    shown = coachee_view.fold(export.story)
    del shown["journal"]  # its entries are among the parts, however many they are
    yield _opening(
        {
            "format": FORMAT,
            "engagement": str(export.sight.engagement.id),
            "reader": {"role": export.sight.role.word, "id": str(export.sight.principal)},
            "version": export.sight.tag,
            "view": shown,
            "signers": [
                {
                    "contract_version": one.contract_version,
                    "by": one.role.word,
                    "principal": str(one.principal),
                    "public_key": one.public_key.hex(),
                }
                for one in export.signers
            ],
            "disclosed": list(export.disclosed),
            "access": export.access,
            "receipts": list(export.receipts),
        }
    )
    separator = ""
    for part in export.parts():
        yield separator + json.dumps(_part(part), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _opening(members: Json) -> str:
    """A JSON object that is left open for its last member, the parts."""
    return json.dumps(members, ensure_ascii=False, indent=1).rstrip("}\n ") + ',\n "parts": [\n'


def _part(part: Opened) -> dict[str, Any]:
    return {
        "number": part.number,
        "event": part.topic,
        "item": part.item,
        "at": part.at,
        "by": part.by,
        "content": part.content,
    }


def archive(export: Export, language: Language, press: Press, number: str) -> Iterator[bytes]:
    """The archive, in pieces of about 64 KiB as they are ready.

    Args:
        export: what goes into it.
        language: of what it says itself.
        press: sets its documents.
        number: of this copy (:class:`projections.documents.copy.Copy`).

    Raises:
        projections.documents.sheet.CannotBeSet: a document of it can't be set now.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packed:
        for name, pieces in _files(export, language, press, number):
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.external_attr = 0o600 << 16
            with packed.open(entry, "w", force_zip64=True) as file:
                for content in pieces:
                    for start in range(0, len(content), _PIECE):
                        file.write(content[start : start + _PIECE])
                        yield from sink.taken(_PIECE)
    yield from sink.taken()


def _files(export: Export, language: Language, press: Press, number: str) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The files, each with its content in pieces."""
    shown = page(export.parts(), export.disclosed, export.access, export.receipts, language)
    yield "README.txt", [TEXTS[language]["readme"].encode() + b"\n"]
    yield "export.json", (piece.encode() for piece in document(export))
    yield "export.html", (piece.encode() for piece in shown)
    sheets = volumes(export.parts(), export.disclosed, export.access, export.receipts, _copy(export, language, number))
    for volume, sheet in enumerate(sheets, start=1):
        yield "export.pdf" if volume == 1 else f"export-{volume}.pdf", [press.set(sheet)]


def _copy(export: Export, language: Language, number: str) -> Copy:
    """Which copy the documents are; of the moment of what was told last."""
    at = max((one.at for one in export.story), default=_NOTHING_YET)
    names = sections.engagement(export.story)["names"]
    engagement = str(export.sight.engagement.id)
    return Copy(number, language, engagement, export.sight.role.word, datetime.fromisoformat(at), names)


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

    def taken(self, least: int = 1) -> Iterator[bytes]:
        """Give away what is ready, once there is enough of it."""
        if len(self._ready) >= least:
            piece = bytes(self._ready)
            self._ready.clear()
            yield piece
