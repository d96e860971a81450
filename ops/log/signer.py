"""Signs checkpoints: only what extends the last one, which is on disk before a signature is given out.

The folder is the log's memory, outside the database. A database that was put back to an earlier moment, or two copies
of one that went on separately, can't get two signatures that contradict each other: whoever comes second is refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from crypto.log.signing import signed
from crypto.verifier.merkle import check_consistency
from crypto.verifier.notes import Checkpoint, Note, VerifierKey
from crypto.verifier.refused import Refused
from ops.log.errors import (
    LogFolderDamaged,
    LogFolderForeign,
    LogFolderMissing,
    LogFolderOld,
    LogForked,
    LogGoesOn,
    LogRenamed,
    LogRolledBack,
)
from ops.log.folder import KINDS, LogFolder, LogKeys, OpenLogFolder, fresh_seeds


@dataclass(frozen=True)
class LastSigned:
    """The last checkpoint on the present time line, and its note."""

    checkpoint: Checkpoint
    note: bytes

    @property
    def is_handover(self) -> bool:
        """Whether keys that take over signed beside those that they take over from."""
        return len(Note.parse(self.note).signatures) > len(KINDS)


@dataclass(frozen=True)
class Seen:
    """What was in the folder: its keys, and the last checkpoint on the present time line (None before the first)."""

    keys: LogKeys
    last: LastSigned | None


class Signer:
    """A log's signer.

    Args:
        folder: where keys and the last checkpoint are.
        deployment: whose log it is; a folder of another deployment is refused.
        name: the log's name, which a folder keeps from its first day on.
    """

    def __init__(self, folder: LogFolder, deployment: UUID, name: str) -> None:
        self._folder, self._deployment, self._name = folder, deployment, name

    @contextmanager
    def turn(self, *, begun: bool) -> Iterator["Turn"]:
        """Be the only one who signs. Makes the folder and the keys where the log was never begun.

        Args:
            begun: whether the record says that checkpoints were signed; then nothing is made.

        Raises:
            LogFolderMissing, LogFolderUnusable, LogFolderOpen, LogFolderDamaged: there is no folder to sign from.
            LogFolderForeign, LogRenamed: it is another log's.
        """
        with self._folder.opened(make_it=not begun) as folder:
            keys = folder.keys()
            if keys is None:
                if begun or folder.checkpoint() is not None:
                    raise LogFolderMissing
                keys = LogKeys(self._deployment, self._name, 1, fresh_seeds())
                folder.write_keys(keys)
            if keys.deployment != self._deployment:
                raise LogFolderForeign
            if keys.name != self._name:
                raise LogRenamed
            yield Turn(folder, keys)

    def look(self) -> "Seen | None":
        """What is in the folder now; None where nothing was begun in it. Makes nothing. Raises as ``turn``."""
        with suppress(LogFolderMissing), self.turn(begun=True) as turn:
            return Seen(turn.keys, turn.last)
        return None

    @contextmanager
    def founding(self, line: int, last: str) -> Iterator["Turn"]:
        """Begin a new time line in an empty folder, its keys being lost; ``last`` is the last known checkpoint's text.

        Raises:
            LogGoesOn: the folder has keys.
        """
        with self._folder.opened(make_it=True) as folder:
            if folder.keys() is not None:
                raise LogGoesOn
            keys = LogKeys(self._deployment, self._name, line, fresh_seeds(), given_up=(last,))
            folder.write_keys(keys)
            yield Turn(folder, keys)


class Turn:
    """One turn at the folder.

    Attributes:
        keys: what signs.
        last: the last checkpoint on the present time line; None before the first.
    """

    def __init__(self, folder: OpenLogFolder, keys: LogKeys) -> None:
        self._folder, self.keys = folder, keys
        self.last = self._last()

    @property
    def announces(self) -> bool:
        """Whether the record has to say something before the next checkpoint: keys take over, or a line begins."""
        return bool(self.keys.staged) or (bool(self.keys.given_up) and self.last is None)

    def knows(self, line: int, size: int) -> bool:
        """Whether the folder knows of a checkpoint that was published; else it was put back to an earlier moment."""
        return (line, size) <= (self.keys.line, 0 if self.last is None else self.last.checkpoint.size)

    def check_known(self, line: int, size: int) -> None:
        """Check that the folder knows of a checkpoint that was published.

        Raises:
            LogFolderOld: it doesn't.
        """
        if not self.knows(line, size):
            raise LogFolderOld

    def check_size(self, size: int) -> None:
        """Check that the record has all that was signed.

        Raises:
            LogRolledBack: it hasn't.
        """
        if self.last is not None and size < self.last.checkpoint.size:
            raise LogRolledBack

    def sign(self, size: int, root: bytes, proof: Sequence[bytes], time: int) -> LastSigned:
        """Sign the tree of ``size`` leaves, or give out again what was signed of it.

        Args:
            size: how many leaves; at least 1.
            root: its root (32 bytes).
            proof: of consistency from the last signed size; empty for the first checkpoint, or the same size.
            time: seconds since 1970.

        Returns:
            The checkpoint and its note, which is on disk.

        Raises:
            LogRolledBack, LogForked: it doesn't extend the last checkpoint.
            LogFolderUnusable: the folder can't be written; nothing was signed.
        """
        self.check_size(size)
        checkpoint = Checkpoint(self.keys.origin, size, root)
        if self.last is not None:
            before = self.last.checkpoint
            try:
                check_consistency(before.size, size, before.root, root, proof)
            except Refused:
                raise LogForked from None
            if before.size == size:
                self._hand_over()
                return self.last
        note = signed(checkpoint, self.keys.signers, time)
        self._folder.write_checkpoint(note)
        self.last = LastSigned(checkpoint, note)
        self._hand_over()
        return self.last

    def stage(self) -> None:
        """Stage keys that take over at the next checkpoint; raises as ``sign``."""
        self._become(self.keys.staging())

    def next_line(self, line: int, given_up: Checkpoint) -> None:
        """Go on under a later time line, with fresh keys; ``given_up`` is the last checkpoint before it."""
        self._become(self.keys.on_line(line, given_up.text))
        self.last = None

    def _hand_over(self) -> None:
        if self.keys.staged and self.last is not None:
            successors = [signer.key for signer in self.keys.successors]
            if len(Note.parse(self.last.note).signed_by(successors)) == len(successors):
                self._become(self.keys.handed_over())

    def _become(self, keys: LogKeys) -> None:
        if keys != self.keys:
            self._folder.write_keys(keys)
            self.keys = keys

    def _last(self) -> LastSigned | None:
        raw = self._folder.checkpoint()
        if raw is None:
            return None
        try:
            note = Note.parse(raw)
            checkpoint = Checkpoint.parse(note.text)
            if checkpoint.origin != self.keys.origin:
                if not self.keys.was(checkpoint.origin):
                    raise LogFolderDamaged
                return None
            retired = [VerifierKey.parse(vkey) for vkey in self.keys.retired]
            if not note.signed_by([*(signer.key for signer in self.keys.signers), *retired]):
                raise LogFolderDamaged
        except Refused:
            raise LogFolderDamaged from None
        return LastSigned(checkpoint, raw)
