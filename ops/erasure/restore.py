"""After a restore: bring the key tree of a restored database up to its live root, and on into a new epoch.

The epochs that the database has missed are read from the key copies and checked as a chain. Then, in one new epoch and
by the same steps as an erasure, their tombstones are replayed, every page is rekeyed, and every entry that this
database doesn't use becomes fresh random: what was erased meanwhile stays erased, and the time line that the restore
gave up dies. Until that is committed the tree stays behind its root, and the application doesn't open it. Views are
built anew afterwards; that is the caller's, who opens the cell.

Nobody else may use the cell meanwhile: while a process holds a lease nothing is begun, and from then until the new
epoch is committed nobody gets one. A process that still runs on another database isn't seen from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crypto.anchor import record_of
from crypto.errors import KeyNeverProvisioned, RootForeign, RootMissing, Tampered
from crypto.ports import RootRecord, Switch, Tombstone, TreeState
from crypto.tombstones import extend
from crypto.tree import SCOPES_PAGE, ancestors, is_slot, is_slot_page
from domain.facts import instant_to_stored
from ops.erasure.copies import CopiesError
from ops.erasure.epochs import Epochs
from ops.keys.vault import Vault

_ANY_EPOCH: Final = 2**62


class TimeLineGivenUp(CopiesError):  # noqa: N818 - named by what happened, as in crypto.errors
    """A restore of an older backup came in between: what was written after that one is unreadable for good."""

    message = "another restore began before this backup was made, and gave up the time line that it is of"


class StillInUse(Exception):  # noqa: N818 - named by what is the case, as in crypto.errors
    """A process holds keys of this cell: what it stores now would be lost."""

    def __init__(self) -> None:
        super().__init__("processes hold keys of this cell: stop them; what a dead one holds ends in seconds")


@dataclass(frozen=True)
class Restored:
    """What a restore did to the tree.

    Attributes:
        from_epoch: the database's epoch before.
        to_epoch: its epoch now.
        erased: how many slots were erased by replayed tombstones.
        living: how many slots live.
    """

    from_epoch: int
    to_epoch: int
    erased: int
    living: int


def bring_forward(vault: Vault, epochs: Epochs, at: datetime) -> Restored:
    """Bring the tree up to its root and on. Call within ``epochs.alone``; safe to repeat after a crash.

    Raises:
        ops.erasure.copies.CopyMissing, CopyDamaged: an epoch's copy isn't there, or isn't whole, in any place.
        TimeLineGivenUp: an older backup was restored since.
        crypto.errors.TreeAhead: the database is newer than the root.
        RootForeign, RootMissing, Tampered: root, copies and database don't belong together.
        StillInUse: another process holds a lease.
    """
    before = _state(vault)
    if before.deployment != _live(vault).deployment:
        raise RootForeign
    _roll_forward(vault)
    live = _live(vault)
    if before.epoch > live.epoch:
        # Only this very restore can be further on: it crashed after it committed its new epoch.
        epochs.resume()
        live = _live(vault)
    epochs.hold_still()
    check_unused(vault)
    state = _state(vault)
    missed = _missed(vault, state, live)
    newest = missed[-1].state if missed else state
    overlay = {page.path: page for switch in missed for page in switch.pages}
    tombstones = [switch.tombstone for switch in missed]
    taken, erased = _taken(vault, tombstones)
    vault.keyring.drop()
    for ahead in sorted(epoch for epoch in vault.roots.epochs() if epoch > live.epoch):
        vault.roots.destroy(ahead)  # it may have sealed a tree that was lost: never use it again
    time_us = instant_to_stored(at)
    switch = epochs.turn_restored(newest, tombstones, lambda: vault.keyring.refresh(newest, overlay, taken, time_us))
    living = sum(1 for place in taken if is_slot(place))
    return Restored(before.epoch, switch.state.epoch, erased, living)


def check_unused(vault: Vault) -> None:
    """Check that no other process holds a lease, on whatever epoch.

    Raises:
        StillInUse: one does.
    """
    if any(lease.process != vault.fence.process for lease in vault.leases.laggards(_ANY_EPOCH)):
        raise StillInUse


def check_time_line(missed: Switch, epoch: int) -> None:
    """Check that a switch which a database of this epoch has missed didn't give up the database's time line.

    A restore's switch leads on from the epoch of its backup, all others from the one before. Within one epoch the
    copies don't tell an earlier moment from a later one.

    Raises:
        TimeLineGivenUp: it did.
    """
    if missed.before < epoch:
        raise TimeLineGivenUp


def _roll_forward(vault: Vault) -> None:
    """Finish a switch that was copied but not switched to before the database was lost: its copy counts as done."""
    live = _live(vault)
    following = live.epoch + 1
    if following not in vault.roots.epochs() or following not in vault.copies.epochs():
        return
    switch = vault.copies.read(live.deployment, following)
    if switch.state.tombstone_head != extend(live.tombstone_head, switch.tombstone):
        raise Tampered
    vault.keyring.verify(switch)
    vault.roots.switch(record_of(switch.state))


def _missed(vault: Vault, state: TreeState, live: RootRecord) -> list[Switch]:
    """The epochs between the database's and the live one, checked as a chain before any of them is used."""
    switches = [vault.copies.read(state.deployment, epoch) for epoch in range(state.epoch + 1, live.epoch + 1)]
    head, page_head = state.tombstone_head, state.page_head
    for switch in switches:
        check_time_line(switch, state.epoch)
        head, page_head = extend(head, switch.tombstone), switch.state.page_head
        if switch.state.tombstone_head != head:
            raise Tampered
    if (head, page_head) != (live.tombstone_head, live.page_head):
        raise Tampered
    return switches


def _taken(vault: Vault, tombstones: Sequence[Tombstone]) -> tuple[set[bytes], int]:
    """The places in use once these tombstones hold, slot pages and living slots; and how many slots they erase."""
    gone = {location for tombstone in tombstones for location in tombstone.locations}
    dead = {slot_id for tombstone in tombstones for slot_id in tombstone.slots}
    pages = [
        path
        for path in vault.tree.all_paths()
        if is_slot_page(path) and path != SCOPES_PAGE and not gone.intersection((path, *ancestors(path)))
    ]
    taken, erased = set(pages), 0
    for slot in vault.tree.slots_within([b""]):
        place = slot.page + bytes((slot.index,))
        if slot.erased is not None:
            continue
        if slot.slot_id in dead or gone.intersection((place, *ancestors(place))):
            erased += 1
        else:
            taken.add(place)
    return taken, erased


def _live(vault: Vault) -> RootRecord:
    live = vault.roots.record()
    if live is None:
        raise RootMissing
    return live


def _state(vault: Vault) -> TreeState:
    state = vault.tree.state()
    if state is None:
        raise KeyNeverProvisioned
    return state
