"""What a witness checks, keeps and signs (C2SP tlog-witness, add-checkpoint).

Of each log it keeps one file, the last checkpoint that it signed. Comparing with it and replacing it happen under one
lock, and the file is on disk before the signature is given out: no two requests, processes or crashes can make it sign
two checkpoints of one log that contradict each other.
"""

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from crypto.errors import Malformed
from crypto.log.signing import SEED_SIZE, NoteSigner, lines_of
from crypto.log.witnessing import AddCheckpoint
from crypto.verifier.merkle import EMPTY_ROOT, check_consistency
from crypto.verifier.notes import COSIGNATURE, ED25519, ML_DSA_44, Checkpoint, Note, VerifierKey
from crypto.verifier.refused import Refused
from ops.locked_folder import LockedFolder, OpenFolder, Refusals
from ops.witness.errors import (
    WatchesNothing,
    WitnessDamaged,
    WitnessMissing,
    WitnessOpen,
    WitnessRenamed,
    WitnessUnusable,
)

FORMAT: Final = "driehoek-witness/1"
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

_KEYS: Final = "keys"
_KINDS: Final = (COSIGNATURE, ML_DSA_44)
_REFUSALS: Final = Refusals(WitnessMissing, WitnessUnusable, WitnessOpen)


@dataclass(frozen=True)
class Answer:
    """What is answered to a request: the HTTP status, the body, and its type."""

    status: int
    body: str
    media_type: str = TEXT


class _No(Exception):  # noqa: N818 - an answer, on its way out
    """The answer is no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def signers_in(home: Path, name: str | None, *, make: bool) -> list[NoteSigner]:
    """The keys of the witness in a folder: Ed25519 and ML-DSA-44.

    Args:
        home: the folder.
        name: the witness's name; None to take it from the folder.
        make: whether to make folder and keys where there are none, which needs a name.

    Raises:
        ops.witness.errors.WitnessError: there are none, they can't be used, or are of another name.
    """
    with LockedFolder(home, _REFUSALS).opened(make_it=make) as folder:
        raw = folder.read(_KEYS, secret=True)
        if raw is None:
            if not make:
                raise WitnessMissing
            if name is None:
                raise WitnessRenamed
            seeds = [[kind, secrets.token_hex(SEED_SIZE)] for kind in _KINDS]
            raw = json.dumps({"format": FORMAT, "name": name, "seeds": seeds}).encode() + b"\n"
            _signers(raw, name)
            folder.write(_KEYS, raw)
        return _signers(raw, name)


def _signers(raw: bytes, name: str | None) -> list[NoteSigner]:
    try:
        read: dict[str, Any] = json.loads(raw)
        if read["format"] != FORMAT:
            raise WitnessDamaged
        if name not in (None, read["name"]):
            raise WitnessRenamed
        return [NoteSigner(read["name"], kind, bytes.fromhex(seed)) for kind, seed in read["seeds"]]
    except (ValueError, LookupError, TypeError, Malformed) as error:
        raise WitnessDamaged from error


def watched(vkeys: Iterable[str]) -> dict[str, list[VerifierKey]]:
    """Logs by origin, each with the keys that may sign it.

    Raises:
        WatchesNothing: there is none, or one isn't a log's key.
    """
    logs: dict[str, list[VerifierKey]] = {}
    for vkey in vkeys:
        try:
            key = VerifierKey.parse(vkey)
        except Refused:
            raise WatchesNothing from None
        if key.kind not in (ED25519, ML_DSA_44):
            raise WatchesNothing
        logs.setdefault(key.name, []).append(key)
    if not logs:
        raise WatchesNothing
    return logs


class Witness:
    """A witness of some logs.

    Args:
        home: its folder.
        signers: its keys.
        logs: the logs it watches, by origin, with their keys.
        clock: seconds since 1970.
    """

    def __init__(
        self, home: Path, signers: list[NoteSigner], logs: Mapping[str, list[VerifierKey]], clock: Callable[[], int]
    ) -> None:
        self._folder = LockedFolder(home, _REFUSALS)
        self._signers, self._logs, self._clock = signers, logs, clock
        self._by_hash = {sha256(origin.encode()).hexdigest(): origin for origin in logs}

    def add(self, raw: bytes) -> Answer:
        """Answer a request to add a checkpoint.

        Raises:
            ops.witness.errors.WitnessError: the folder can't be used; nothing was signed.
        """
        try:
            return self._add(raw)
        except _No as no:
            return no.answer

    def checkpoint(self, origin_hash: str) -> Answer:
        """The last checkpoint that was signed of a log, by the SHA-256 of its origin in hex."""
        origin = self._by_hash.get(origin_hash)
        if origin is None:
            return Answer(404, "unknown log\n")
        with self._folder.opened() as folder:
            raw = folder.read(_name(origin), secret=False)
        return Answer(404, "nothing was signed of this log yet\n") if raw is None else Answer(200, raw.decode())

    def _add(self, raw: bytes) -> Answer:
        asked = self._read(raw)
        note, origin = asked.note, asked.note.text.partition("\n")[0]
        if origin not in self._logs:
            raise _No(Answer(404, "unknown log\n"))
        keys = self._signed(note, self._logs[origin])
        checkpoint = _checkpoint(note)
        if asked.old > checkpoint.size:
            raise _No(Answer(400, "the old size is larger than the checkpoint's\n"))
        with self._folder.opened() as folder:
            known = _known(folder, origin)
            if asked.old != known.size:
                raise _No(Answer(409, f"{known.size}\n", SIZE))
            _check(known, checkpoint, asked.proof)
            time = self._clock()
            ours = "".join(f"{signer.line(note.text, time)}\n" for signer in self._signers)
            theirs = "".join(f"{line}\n" for line in lines_of(note, keys))
            folder.write(_name(origin), f"{note.text}\n{theirs}{ours}".encode())
        return Answer(200, ours)

    def _read(self, raw: bytes) -> AddCheckpoint:
        try:
            return AddCheckpoint.parse(raw)
        except Refused as refused:
            reason = refused.reason
        note = raw.partition(b"\n\n")[2]
        try:
            Note.parse(note)
        except Refused:
            # A known log's note with signatures that aren't any counts as one that isn't signed.
            if note.partition(b"\n")[0].decode("utf-8", "replace") in self._logs:
                raise _No(Answer(403, f"invalid signature: {reason}\n")) from None
        raise _No(Answer(400, f"{reason}\n"))

    def _signed(self, note: Note, keys: list[VerifierKey]) -> set[VerifierKey]:
        try:
            signed = {one.key for one in note.signed_by(keys)}
        except Refused:
            # Keys of type 06 sign trees only: where there is none, those of type 01 say whose fault that is.
            signed = self._signed(note, rest) if (rest := _without_trees(note, keys)) else set()
        if not signed:
            raise _No(Answer(403, "invalid signature\n"))
        return signed


def _without_trees(note: Note, keys: list[VerifierKey]) -> list[VerifierKey]:
    """The keys that can sign a note whose text is no possible tree; none where it is one."""
    try:
        Checkpoint.parse(note.text)
    except Refused:
        rest = [key for key in keys if key.kind == ED25519]
        return rest if len(rest) < len(keys) else []
    return []


def _checkpoint(note: Note) -> Checkpoint:
    try:
        return Checkpoint.parse(note.text)
    except Refused as refused:
        empty = note.text.split("\n")[1:2] == ["0"]
        raise _No(Answer(422 if empty else 400, f"{refused.reason}\n")) from None


def _known(folder: OpenFolder, origin: str) -> Checkpoint:
    raw = folder.read(_name(origin), secret=False)
    if raw is None:
        return Checkpoint(origin, 0, EMPTY_ROOT)
    try:
        known = Checkpoint.parse(Note.parse(raw).text)
    except Refused:
        raise WitnessDamaged from None
    if known.origin != origin:
        raise WitnessDamaged
    return known


def _check(known: Checkpoint, checkpoint: Checkpoint, proof: tuple[bytes, ...]) -> None:
    """Check that a checkpoint extends the one that is known; from the empty tree nothing is to be proved."""
    if not known.size and proof:
        raise _No(Answer(422, "invalid consistency proof: from the empty tree there is none\n"))
    try:
        if known.size:
            check_consistency(known.size, checkpoint.size, known.root, checkpoint.root, proof)
    except Refused as refused:
        raise _No(Answer(422, f"invalid consistency proof: {refused.reason}\n")) from None


def _name(origin: str) -> str:
    return f"{sha256(origin.encode()).hexdigest()}.checkpoint"
