"""Somebody else's look at a log, remembered from one time to the next.

The follower believes a checkpoint when its own policy's log has signed it and the quorum of witnesses has, and keeps
the last one that it believed. The next one must extend it: the follower works the proof out by itself, from the tiles.
If it doesn't, the log has been rolled back, or tells different people different things; both signed notes are kept
then, and together they convict it to everybody.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crypto.errors import Malformed
from crypto.log.tiles import Tile, TiledTree
from crypto.verifier.merkle import HASH_SIZE, check_consistency
from crypto.verifier.notes import MAX_NOTE, Checkpoint, Note
from crypto.verifier.policy import Policy
from crypto.verifier.refused import Refused
from ops.audit.errors import LogContradicted, LogUnbelievable, StateDamaged
from ops.secret_file import write_once

Fetch = Callable[[str, int], bytes]
"""Gives what a log has under a path (C2SP tlog-tiles), at most so many bytes."""

_CHECKPOINT: Final = "checkpoint"


@dataclass(frozen=True)
class Followed:
    """A checkpoint that is believed, and the size of the one that was believed before; None the first time."""

    checkpoint: Checkpoint
    before: int | None


def follow(fetch: Fetch, policy: Policy, state: Path) -> Followed:
    """Look at a log once, and remember what is believed.

    Args:
        fetch: gives what the log has.
        policy: whose signatures count.
        state: the file with the note that was believed last; made the first time.

    Raises:
        LogUnbelievable: what the log shows isn't signed as the policy wants it, isn't whole, or is another log's.
        LogContradicted: it contradicts what was believed before; both notes are kept beside ``state``.
        StateDamaged: the file isn't a note that the policy believes.
    """
    raw = fetch(_CHECKPOINT, MAX_NOTE)
    try:
        shown = policy.judge(Note.parse(raw)).checkpoint
    except Refused as refused:
        raise LogUnbelievable(refused.reason) from None
    believed = _believed(state, policy)
    if believed is None:
        _remember(state, raw)
        return Followed(shown, None)
    if shown.origin != believed.origin:
        raise LogUnbelievable("the log goes under another name than it did")
    why = _contradiction(fetch, believed, shown)
    if why is not None:
        raise LogContradicted(why, _keep_both(state, believed, shown, raw))
    _remember(state, raw)
    return Followed(shown, believed.size)


def _contradiction(fetch: Fetch, believed: Checkpoint, shown: Checkpoint) -> str | None:
    """Why a checkpoint can't come after another; None where it does."""
    if shown.size < believed.size:
        return "the log was rolled back: it shows fewer events than before"
    if shown.size == believed.size:
        return None if shown.root == believed.root else "the log was forked: it shows other events than before"
    if believed.size == 0:
        return None

    def read(tile: Tile) -> bytes:
        return fetch(tile.path, tile.width * HASH_SIZE)

    try:
        proof = TiledTree(shown.size, read).consistency(believed.size)
        check_consistency(believed.size, shown.size, believed.root, shown.root, proof)
    except (Refused, Malformed):
        return "the log was forked, or its tiles are false: nothing proves that it extends what it showed before"
    return None


def _believed(state: Path, policy: Policy) -> Checkpoint | None:
    try:
        with state.open("rb") as file:
            raw = file.read(MAX_NOTE + 1)
    except FileNotFoundError:
        return None
    try:
        return policy.judge(Note.parse(raw)).checkpoint
    except Refused:
        raise StateDamaged from None


def _remember(state: Path, note: bytes) -> None:
    """Replace the note that is believed; a crash leaves one or the other."""
    staged = state.with_name(f".{state.name}.{secrets.token_hex(8)}")
    try:
        write_once(staged, note)
        staged.replace(state)
    finally:
        with suppress(FileNotFoundError):
            staged.unlink()
    folder = os.open(state.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _keep_both(state: Path, believed: Checkpoint, shown: Checkpoint, raw: bytes) -> tuple[Path, Path]:
    """The two notes, in files of their own; ``state`` stays as it is. The same contradiction is kept once."""
    kept = (
        state.with_name(f"{state.name}.believed-{believed.size}-{believed.root.hex()[:16]}"),
        state.with_name(f"{state.name}.shown-{shown.size}-{shown.root.hex()[:16]}"),
    )
    for path, note in zip(kept, (state.read_bytes(), raw), strict=True):
        with suppress(FileExistsError):
            write_once(path, note)
    return kept
