"""From one epoch to the next: the steps after which erased keys are gone for good (crypto.md, erasure protocol).

====== ==================== ===================================================================================
step   done                 a crash right after it
====== ==================== ===================================================================================
2      ``staged``           the tree hasn't changed: the staged root is discarded, the erasure starts over
3      ``committed``        the tree is one epoch ahead of the live root, whose successor is staged: go on at 4
4      ``copied``           as 3; copying the same epoch again changes nothing
5      ``switched``         the new root is live and the old one still exists: go on at the fence
5      ``fenced``           as ``switched``; processes that moved on stay where they are
5      ``destroyed``        the old root is gone; what is left is to say so (steps 1 and 6: ``ops.erasure.eraser``)
====== ==================== ===================================================================================

Every step is idempotent, so ``resume`` needs to know no more than what is there: the tree's epoch and the roots'.

The commit is sent on the connection that holds the eraser's lock. A server works off what it was sent even when the
sender is dead; so whoever gets the lock next finds it committed or never to be, and a root that looks left over really
is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from threading import Event
from typing import Final
from uuid import UUID

import psycopg

from crypto.errors import RootDamaged, TreeBehind
from crypto.ports import RootRecord, Switch, Tombstone, TreeState
from ops.erasure.copies import CopyDamaged, CopyDiffers
from ops.keys.vault import Vault
from ops.store.connections import Held, library_error
from ops.store.tree import PostgresTreeStore

LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended(current_schema || '/erasure', 0))"
# The lock of ``tree_lock()`` (migration 0002), taken for longer than one transaction.
STILL: Final = "SELECT pg_advisory_lock(hashtextextended('driehoek tree ' || current_schema(), 0))"
_GO_ON: Final = "SELECT pg_advisory_unlock(hashtextextended('driehoek tree ' || current_schema(), 0))"
_LET_GO: Final = "SELECT pg_advisory_unlock_all()"
_PAUSE: Final = 0.02


class Step(Enum):
    """A step that was done, durably."""

    STAGED = "staged"
    COMMITTED = "committed"
    COPIED = "copied"
    SWITCHED = "switched"
    FENCED = "fenced"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class Done:
    """A step of one epoch, as it is told to who watches.

    Attributes:
        step: which.
        switch: the epoch's change; None while it is only staged.
        epoch: which epoch it makes.
        count: places copied to, or processes waited for, where the step has such a number.
        digest: of what was copied (32 bytes), or empty.
    """

    step: Step
    epoch: int
    switch: Switch | None = None
    count: int = 0
    digest: bytes = b""


Observe = Callable[[Done], None]


class AnotherEraserError(Exception):
    """Another process is changing the tree's epoch at this moment."""

    def __init__(self) -> None:
        super().__init__("another process is erasing keys at this moment; try again when it is done")


class NotAloneError(Exception):
    """A turn outside ``Epochs.alone``."""

    def __init__(self) -> None:
        super().__init__("only who is alone may change the tree's epoch")


class Epochs:
    """Moves a tree on by one epoch, and finishes what a crash left.

    Args:
        vault: the tree and its roots.
        observe: told after each step; it may not return at all, and nothing is lost.
    """

    def __init__(self, vault: Vault, observe: Observe = lambda _: None) -> None:
        self._vault, self._observe = vault, observe
        self._alone: PostgresTreeStore | None = None
        self._held: Held | None = None
        self._still = False
        self._wait = Event()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one, in all processes, who changes the epoch; a process that dies is no longer the one.

        Raises:
            AnotherEraserError: somebody else is.
            eventsourcing.persistence.PersistenceError: the database can't be reached.
        """
        with closing(self._connect()) as connection:
            held = Held(connection)
            with held.use():
                row = connection.execute(LOCK).fetchone()
            if row is None or not row[0]:
                raise AnotherEraserError
            self._held, self._alone = held, PostgresTreeStore(held)
            try:
                yield  # the locks go with the connection, whatever ends it
            finally:
                with suppress(psycopg.Error):  # at once: the server notices the end of a connection when it likes
                    connection.execute(_LET_GO)
                self._held, self._alone, self._still = None, None, False

    def hold_still(self) -> None:
        """Let nobody store a page or a slot, or take or renew a lease, until the next commit. Call ``alone``."""
        if self._held is None:
            raise NotAloneError
        with self._held.use() as connection:
            connection.execute(STILL)
        self._still = True

    def _go_on(self) -> None:
        if self._held is not None and self._still:
            with self._held.use() as connection:
                connection.execute(_GO_ON)
            self._still = False

    def _connect(self) -> psycopg.Connection:
        try:
            return self._vault.connections.open("listen")
        except psycopg.Error as error:
            raise library_error(error) from None

    def turn(self, plan: Callable[[TreeState], Switch]) -> Switch:
        """Carry out a change of the tree; ``plan`` makes it once the next root is staged. Call ``alone``.

        Raises:
            crypto.errors.RootStoreError, ops.erasure.copies.CopyDiffers: before anything changed in the tree.
            ops.erasure.copies.CopiesUnwritable: after; ``resume`` goes on.
        """
        state = self._state()
        return self._turn(state.epoch + 1, lambda: plan(state), PostgresTreeStore.commit)

    def turn_restored(self, live: TreeState, missing: Sequence[Tombstone], plan: Callable[[], Switch]) -> Switch:
        """Carry out the fresh start of a tree that was restored and is behind its live root; otherwise as ``turn``.

        Args:
            live: the tree's state as of the live root.
            missing: the tombstones that the restored tree is too old to have.
            plan: makes the change once the next root is staged.
        """
        return self._turn(live.epoch + 1, plan, lambda tree, switch: tree.restore(missing, switch))

    def _turn(
        self, epoch: int, plan: Callable[[], Switch], commit: Callable[[PostgresTreeStore, Switch], bool]
    ) -> Switch:
        if self._alone is None:
            raise NotAloneError
        if epoch in self._vault.copies.epochs():
            raise CopyDiffers  # of another history: found out now, and not when the tree has moved on
        self._stage(epoch)
        self._observe(Done(Step.STAGED, epoch))
        switch = plan()
        if not commit(self._alone, switch):
            raise AnotherEraserError
        self._go_on()
        self._finish(switch)
        return switch

    def _stage(self, epoch: int) -> None:
        roots, deployment = self._vault.roots, self._state().deployment
        try:
            roots.stage(deployment, epoch)
        except RootDamaged:
            roots.destroy(epoch)  # left over, and not whole: nothing can hang from it
            roots.stage(deployment, epoch)

    def resume(self, *, again: bool = False) -> Switch | None:
        """Finish or discard what a crash left; the epoch's change that was finished, if any. Call ``alone``.

        ``again`` finishes the present epoch even when nothing shows that it isn't: each step is done once more, which
        changes nothing and is told again.

        Raises:
            crypto.errors.TreeBehind, TreeAhead, RootForeign, Tampered: database and roots don't belong together; a
                restore is needed.
        """
        self._vault.keyring.check()
        state, live = self._state(), self._vault.roots.record()
        others = self._vault.roots.epochs() - {state.epoch}
        for ahead in sorted(epoch for epoch in others if epoch > state.epoch):
            if ahead in self._vault.copies.epochs():
                # It was committed and copied, in a database that this one is older than: a restore takes it up.
                raise TreeBehind
            self._vault.roots.destroy(ahead)  # staged for a change that was never committed
        retired = any(epoch < state.epoch for epoch in others)
        if not (again or retired or live is None or live.epoch < state.epoch):
            return None
        switch = self._vault.tree.last_switch()
        if switch is None:  # the founding epoch: there is nothing before it
            return None
        self._finish(switch)
        return switch

    def _finish(self, switch: Switch) -> None:
        vault, state = self._vault, switch.state
        self._observe(Done(Step.COMMITTED, state.epoch, switch))
        digest = self._copy(switch)
        self._observe(Done(Step.COPIED, state.epoch, switch, len(vault.copies.folders), digest))
        vault.roots.switch(RootRecord(state.deployment, state.epoch, state.page_head, state.tombstone_head))
        self._observe(Done(Step.SWITCHED, state.epoch, switch))
        waited = self._fence(state.epoch)
        self._observe(Done(Step.FENCED, state.epoch, switch, waited))
        # The one before in any case: what isn't whole any more, or is open to others, isn't among the epochs.
        for retired in sorted({state.epoch - 1, *(epoch for epoch in vault.roots.epochs() if epoch < state.epoch)}):
            vault.roots.destroy(retired)
        self._observe(Done(Step.DESTROYED, state.epoch, switch))

    def _copy(self, switch: Switch) -> bytes:
        """Copy what changed, read it back and open it; the digest of what was copied."""
        copies, state = self._vault.copies, switch.state
        if state.epoch in copies.epochs():
            # Copied before a crash. Pages that were added to the tree since hang from these and needn't be there.
            with suppress(CopyDamaged):  # then it is written again
                copied = copies.read(state.deployment, state.epoch)
                if copied.state == state:
                    switch = copied
        digest = copies.write(state.deployment, switch)
        self._vault.keyring.verify(copies.read(state.deployment, state.epoch))
        return digest

    def _fence(self, epoch: int) -> int:
        """Wait until no process holds a key of an older epoch; how many had to be waited for."""
        self._vault.fence.catch_up()
        waited: set[UUID] = set()
        while laggards := self._vault.leases.laggards(epoch):
            waited.update(lease.process for lease in laggards)
            self._wait.wait(_PAUSE)
        return len(waited)

    def _state(self) -> TreeState:
        return self._vault.tree.pages([])[0]
