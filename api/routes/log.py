"""The transparency log for appointed auditors, at the paths and in the form of C2SP tlog-tiles.

Checkpoint and hash tiles tell nothing of anybody, and an auditor's tools look often: these aren't recorded reads.
Entries are leaf records, with pseudonyms, times and which keys were used: reading them is recorded, with the positions.
To everybody else nothing is here.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Response

from api.asking import Asker, InBackend
from api.recording import InReads, of_nobody
from api.routes.acting import reads
from api.routes.audit import auditor
from domain.errors import NotFound
from domain.reads import View

router = APIRouter(prefix="/v1/audit/log", tags=["audit"])

NOTE: Final = "text/plain; charset=utf-8"
HASHES: Final = "application/octet-stream"
MOMENTARY: Final = "private, max-age=1"
FOR_EVER: Final = "private, max-age=31536000, immutable"
"""What has a place in the tree stays as it is, as long as the checkpoint's origin does."""

Level = Annotated[str, Path(description="The tile's level, 0 to 63.")]
Place = Annotated[str, Path(description="Its index in groups of three digits, and its width where it isn't full.")]


def _answers(media_type: str, what: str) -> dict[int | str, dict[str, Any]]:
    kind = media_type.partition(";")[0]
    shown = {"description": what, "content": {kind: {"schema": {"type": "string", "format": "binary"}}}}
    return {200: shown, **reads()}


@router.get(
    "/checkpoint",
    response_class=Response,
    responses=_answers(NOTE, "The latest signed note."),
    dependencies=[Depends(of_nobody)],
)
def read_checkpoint(behind: InBackend, asker: Asker) -> Response:
    """The latest checkpoint (C2SP tlog-checkpoint), with the signatures of witnesses as far as they are there."""
    auditor(behind, asker)
    return _answer(behind.log.checkpoint(), NOTE, MOMENTARY)


@router.get(
    "/tile/entries/{place:path}",
    response_class=Response,
    responses=_answers(HASHES, "Leaf records, each behind its length (u16, big-endian)."),
)
def read_entries(place: Place, behind: InBackend, asker: Asker, recorded: InReads) -> Response:
    """A bundle of entries: the leaf records at 256 neighbouring positions, or at the first of them."""
    auditor(behind, asker)
    positions = behind.log.entries_at(place)
    if positions is None:
        raise NotFound
    ticket = recorded.audit(View.LOG, log=positions)
    return _answer(behind.log.entries(positions, ticket), HASHES, "no-store")


@router.get(
    "/tile/{level}/{place:path}",
    response_class=Response,
    responses=_answers(HASHES, "Hashes, 32 bytes each."),
    dependencies=[Depends(of_nobody)],
)
def read_tile(level: Level, place: Place, behind: InBackend, asker: Asker) -> Response:
    """A tile of the Merkle tree, full or as wide as the latest checkpoint's tree has it, or narrower."""
    auditor(behind, asker)
    return _answer(behind.log.tile(level, place), HASHES, FOR_EVER)


def _answer(body: bytes | None, media_type: str, caching: str) -> Response:
    if body is None:
        raise NotFound
    return Response(body, headers={"Content-Type": media_type, "Cache-Control": caching})
