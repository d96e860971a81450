"""How a cell's keys stand: what is where, what is due, and whether everything agrees. Looks; changes and opens nothing.

It answers also for a cell that doesn't open, which is when somebody needs it most.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from crypto.errors import CryptoError, RootStoreError
from crypto.ports import RootRecord, TreeState
from domain.facts import rfc3339
from ops.keys.vault import Vault
from ops.roots.files import FileRoots
from ops.store.census import Census, census

NOT_FOUNDED: Final = "this cell isn't founded yet; run driehoek migrate"


@dataclass(frozen=True)
class Standing:
    """How the keys of one cell stand.

    Attributes:
        problems: why the cell doesn't open, or isn't what it should be; empty when all is well.
        state: the tree's; None before it was founded.
        live: the live root's record; None when there is none, or it can't be read.
        places: each place of the root store with one word on it.
        on_one_device: whether both halves of root keys lie on one device; None when there are no halves, or no telling.
        copies: each folder of key copies with one word on it.
        counts: how many there are.
        processes: how many processes hold keys, by their epoch.
        chain_holds: whether the tombstones lead to the head that the tree names.
        unfinished: what a switch to another epoch has left to do; empty when none is under way.
    """

    problems: tuple[str, ...]
    state: TreeState | None
    live: RootRecord | None
    places: Mapping[str, str]
    on_one_device: bool | None
    copies: Mapping[str, str]
    counts: Census
    processes: Mapping[int, int] = field(default_factory=dict)
    chain_holds: bool = True
    unfinished: str = ""

    @property
    def opens(self) -> bool:
        """Whether the cell opens and everything agrees."""
        return not self.problems

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        counts = self.counts
        return {
            "opens": self.opens,
            "problems": list(self.problems),
            "deployment": str(self.state.deployment) if self.state else None,
            "epoch": self.state.epoch if self.state else None,
            "root": {
                "epoch": self.live.epoch if self.live else None,
                "places": dict(self.places),
                "on_one_device": self.on_one_device,
            },
            "copies": dict(self.copies),
            "pages": counts.pages,
            "slots": {"active": counts.active, "erased": counts.erased},
            "agenda": {
                "due": counts.due,
                "waiting": counts.waiting,
                "next": rfc3339(counts.next_look) if counts.next_look else None,
                "unread": counts.unread,
            },
            "processes": {str(epoch): count for epoch, count in self.processes.items()},
            "tombstones": {"count": counts.tombstones, "agree": self.chain_holds},
            "unfinished": self.unfinished or None,
        }


def standing(vault: Vault, now: datetime) -> Standing:
    """How the keys stand now.

    Raises:
        eventsourcing.persistence.PersistenceError: the database can't be asked.
    """
    counts = census(vault.connections, now)
    state, problems = vault.tree.state(), []
    try:
        vault.keyring.check()
    except CryptoError as error:
        problems.append(str(error) if state is not None else NOT_FOUNDED)
    live = _live(vault)
    chain_holds = state is None or _chain_holds(vault)
    if not chain_holds:
        problems.append("the tombstones don't lead to the head that the key tree names")
    leases = vault.leases.laggards(state.epoch + 1) if state else []
    return Standing(
        problems=tuple(problems),
        state=state,
        live=live,
        places=vault.roots.places(),
        on_one_device=_on_one_device(vault),
        copies=vault.copies.status(),
        counts=counts,
        processes=Counter(lease.epoch for lease in leases),
        chain_holds=chain_holds,
        unfinished=_unfinished(vault, state, live),
    )


def _live(vault: Vault) -> RootRecord | None:
    try:
        return vault.roots.record()
    except RootStoreError:
        return None


def _chain_holds(vault: Vault) -> bool:
    try:
        vault.check_tombstones()
    except CryptoError:
        return False
    return True


def _on_one_device(vault: Vault) -> bool | None:
    if not isinstance(vault.roots, FileRoots):
        return None
    try:
        return vault.roots.on_one_device()
    except RootStoreError:
        return None


def _unfinished(vault: Vault, state: TreeState | None, live: RootRecord | None) -> str:
    """What ``Epochs.resume`` would find; an erasure that is at it at this moment looks the same."""
    if state is None or live is None or state.epoch < live.epoch:
        return ""
    try:
        others = vault.roots.epochs() - {state.epoch}
    except RootStoreError:
        return ""
    if live.epoch < state.epoch:
        return "the tree has moved on, and its root isn't live yet"
    if any(epoch < state.epoch for epoch in others):
        return "the root before isn't destroyed yet"
    return "a root is staged, and the tree hasn't moved on" if others else ""
