"""The whole of a restore: from a backup, or a database restored by other means, to a cell that opens again.

1. Everything that can be checked before anything changes, is: the backup's own digest, whose it is, and that the key
   copies lead from its epoch to the live root.
2. The schema is brought up to date, and the backup loaded in one transaction, into an empty cell only.
3. The key tree is brought up to its root and on into a new epoch (``restore``). Until then the cell doesn't open.
4. Where events were lost that the log had signed, the log begins its next time line (``ops.log.lines``). The restore is
   put on record, and in each engagement what was erased since the backup (``reconcile``); the views are built anew.

A crash after 2 leaves a cell that doesn't open, after 3 one that does and whose views are behind: run it again, without
the backup. One restore works at a time, and none while a process holds keys of the cell.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

import psycopg

from crypto.errors import CryptoError, RootForeign, Tampered, TreeAhead
from crypto.ports import RootRecord
from crypto.tombstones import extend
from domain.application import Request
from domain.errors import WrongMoment
from domain.keys import CellRestored, RecordStep, keys_stream_id
from domain.principals import SERVICE_ID
from ops.erasure.backup import BackupError, Manifest, load
from ops.erasure.copies import CopiesError, KeyCopies
from ops.erasure.epochs import AnotherEraserError, Done, Epochs, Observe
from ops.erasure.journal import StepJournal
from ops.erasure.reconcile import reconcile
from ops.erasure.restore import Restored, StillInUse, bring_forward, check_time_line, check_unused
from ops.erasure.trial import try_out
from ops.keys.vault import KeyPlaces, Vault
from ops.log.errors import LogError
from ops.store.migrate import migrate
from ops.wiring import CellService, open_cell, open_vault


class RecoveryError(Exception):
    """A restore can't go on. Says why; names no path."""


@dataclass(frozen=True)
class Recovered:
    """A cell that opens again: how its keys were brought forward, how many events it has, and what its log does now.

    ``log`` is the origin under which the log goes on, where events were lost that it had signed, or why it can't go
    on yet; empty where it goes on as before.
    """

    keys: Restored
    events: int
    log: str = ""


@dataclass(frozen=True)
class Recovery:
    """Where a restore happens.

    Attributes:
        url: the database.
        owner_url: the same, as the login that owns the schema.
        cell: the schema.
        places: the root store and the key copies.
        at: the time (UTC).
    """

    url: str
    owner_url: str
    cell: str
    places: KeyPlaces
    at: datetime

    def run(self, folder: Path | None, observe: Observe, rebuild: Callable[[CellService], None]) -> Recovered:
        """Restore from a backup's folder, or, without one, what is in the database.

        Args:
            folder: the backup; None when the database was restored by other means.
            observe: told after each step of the new epoch.
            rebuild: builds all views of the open cell anew.

        Raises:
            RecoveryError: it can't be done now; says whether anything was changed.
            StillInUse: a process holds keys of the cell; nothing was changed.
            BackupError: the folder isn't a whole backup of this cell, or the cell isn't empty.
            CopiesError, CryptoError: backup, key copies and root don't belong together; nothing was changed.
        """
        live = self._live()
        if folder is None:
            self._check_database()
        else:
            self._check_backup(Manifest.read(folder), live)
        migrate(self.owner_url, self.cell)
        with open_vault(self.url, self.cell, self.places) as (_, vault):
            steps: list[Done] = []

            def note(done: Done) -> None:
                steps.append(done)
                observe(done)

            epochs = Epochs(vault, note)
            try:
                with epochs.alone():
                    restored = self._bring_forward(vault, epochs, folder, live)
                    return self._finish(restored, steps, rebuild)
            except AnotherEraserError as error:
                raise RecoveryError("another restore or an erasure is under way in this cell") from error

    def _live(self) -> RootRecord:
        live = self.places.roots.record()
        if live is None:
            raise RecoveryError("the root store is empty: a backup opens with the root store of its own cell only")
        self.places.roots.wrap(live.epoch, bytes(32), b"is it whole?")
        return live

    def _check_database(self) -> None:
        with psycopg.connect(self.url) as connection:
            found = connection.execute("SELECT to_regclass(%s)", [f"{self.cell}.key_state"]).fetchone()
        if found is None or found[0] is None:
            raise RecoveryError("there is no such cell in this database; to load a backup, name its folder")

    def _check_backup(self, made: Manifest, live: RootRecord) -> None:
        if made.cell != self.cell:
            raise BackupError("the backup is of a cell of another name")
        if UUID(made.deployment) != live.deployment:
            raise RecoveryError("the backup belongs to another deployment than the root store")
        if made.epoch > live.epoch and made.epoch not in self.places.roots.epochs():
            raise TreeAhead
        check_chain(self.places.copies, made, live)

    def _bring_forward(self, vault: Vault, epochs: Epochs, folder: Path | None, live: RootRecord) -> Restored:
        check_unused(vault)
        state = vault.tree.state()
        if folder is None and state is None:
            raise RecoveryError("the cell is empty; to load a backup, name its folder")
        if folder is None and state is not None and state.deployment != live.deployment:
            raise RootForeign
        try_out(self.places.roots, self.places.copies, live.deployment, live.epoch + 1)
        if folder is not None:
            load(self.owner_url, self.cell, folder)
        try:
            return bring_forward(vault, epochs, self.at)
        except (CryptoError, CopiesError, StillInUse) as error:
            if folder is None:
                raise
            raise RecoveryError(
                f"the backup is loaded and doesn't open yet ({error}); put that right, then restore without a folder"
            ) from error

    def _finish(self, restored: Restored, steps: list[Done], rebuild: Callable[[CellService], None]) -> Recovered:
        with open_cell(self.url, self.cell, self.places) as service:
            log = _next_line(service)
            journal = StepJournal(service.write_side, self.at, lambda _: None)
            for done in steps:
                journal.note(done)
            reconcile(service, self.at)
            self._record(service, restored)
            rebuild(service)
            return Recovered(restored, service.recorder.max_notification_id() or 0, log and _published(service, log))

    def _record(self, service: CellService, restored: Restored) -> None:
        fact = CellRestored(
            epoch=restored.to_epoch,
            behind=restored.from_epoch,
            tombstones=max(restored.to_epoch - 1 - restored.from_epoch, 0),
            tombstone_head=service.vault.tombstone_head(restored.to_epoch),
        )
        stream = keys_stream_id(restored.to_epoch)
        request = Request(SERVICE_ID, self.at, uuid5(stream, fact.topic), fact.topic.encode())
        with suppress(WrongMoment):  # on record already
            service.write_side.execute(stream, RecordStep(fact), request)


def _next_line(service: CellService) -> str:
    """Begin the log's next time line where the restore gave up events that were signed; before anything is recorded."""
    try:
        line = service.log.lines.begin_next_if_behind()
    except LogError as error:
        return f"the log can't go on: {error}"
    return "" if line is None else "begun"


def _published(service: CellService, log: str) -> str:
    if log != "begun":
        return log
    try:
        return service.log.publish_now().checkpoint.origin
    except LogError as error:
        return f"the log can't go on: {error}"


def check_chain(copies: KeyCopies, made: Manifest, live: RootRecord) -> None:
    """Check that the key copies lead from a backup's epoch to the live root; silence is success.

    Raises:
        CopyMissing, CopyDamaged, CopyForeign, CopyDiffers: an epoch's copy can't be used.
        TimeLineGivenUp: an older backup was restored since.
        Tampered: the chain leads elsewhere: the backup, the copies or the root are of another history.
    """
    head = bytes.fromhex(made.tombstone_head)
    for epoch in range(made.epoch + 1, live.epoch + 1):
        switch = copies.read(live.deployment, epoch)
        check_time_line(switch, made.epoch)
        head = extend(head, switch.tombstone)
        if switch.state.tombstone_head != head:
            raise Tampered
    if made.epoch <= live.epoch and head != live.tombstone_head:
        raise Tampered
