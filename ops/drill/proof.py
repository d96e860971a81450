"""What an erasure took from one party, shown four ways on a cell that was really played.

Counted are the parts that the party could read until its access ended. Before the erasure its keys open them; after it
they don't; somebody with everything that was ever written, today's root and the party's own private key doesn't either;
and the same somebody, had they kept the old root, would.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.disposal import ended_for
from domain.stream import Stream
from domain.vocabulary import PARTIES, Role
from ops.drill.adversary import Adversary, Reach
from ops.drill.history import History
from ops.drill.kept_roots import UnwrappedRoots
from ops.erasure.eraser import Eraser
from ops.wiring import CellService

_NOBODY: Final = frozenset[UUID]()


@dataclass(frozen=True)
class RevocationProof:
    """How many of the parts that a party may no longer read are opened, by whom.

    Attributes:
        party: the role, as a word of the vocabulary; None when nobody's access has ended.
        opened_before: by the party's keys, before the erasure.
        opened_after: by the party's keys, after it.
        opened_by_history_adversary: with every byte ever written, the live root and the party's private key.
        opened_by_control: the same, with the old root kept.
    """

    party: str | None
    opened_before: int
    opened_after: int
    opened_by_history_adversary: int
    opened_by_control: int

    @property
    def holds(self) -> bool:
        """Whether the party lost all of it, and the control shows that the search would have seen it."""
        lost = (self.opened_after, self.opened_by_history_adversary)
        return lost == (0, 0) and self.opened_by_control == self.opened_before


def revocation_proof(service: CellService, engagement_id: UUID, at: datetime) -> RevocationProof:
    """Erase what is due in a cell, and show what that took from the party of an engagement that lost most.

    The views and the agenda have to be up to date; nobody else writes meanwhile.

    Raises:
        As ``ops.erasure.eraser.Eraser.run``.
    """
    write = service.write_side
    engagement = write.stream(engagement_id)
    before = History.of_now(service.connections)
    role, ended = max(_ended(engagement, at).items(), key=lambda one: _count(before, one[1]), default=(None, _NOBODY))
    if role is None or not ended:
        return RevocationProof(None, 0, 0, 0, 0)
    principal, vault = engagement.parties[role], service.vault
    kept = UnwrappedRoots(vault.roots)
    kept.keep(before)
    opened_before = _opened(Adversary(before, vault.roots.unwrap).reach(only=principal), ended)
    eraser = Eraser(service)
    while eraser.run(at).more:
        pass
    everything = History.of_now(service.connections)
    everything.add(before)
    everything.add_copies(vault.copies.folders)
    openable = service.roles[role].openable(principal).keys() & ended
    return RevocationProof(
        party=role.word,
        opened_before=opened_before,
        opened_after=_count(everything, frozenset(openable)),
        opened_by_history_adversary=_opened(Adversary(everything, vault.roots.unwrap).reach(only=principal), ended),
        opened_by_control=_opened(Adversary(everything, kept.unwrap).reach(only=principal), ended),
    )


def _ended(stream: Stream, at: datetime) -> dict[Role, frozenset[UUID]]:
    """The keys of a stream with which each party may no longer read."""
    present = {role: stream.parties[role] for role in PARTIES if role in stream.parties}
    return {role: ended_for(stream, stream.terms, principal, at) for role, principal in present.items()}


def _count(history: History, keys: frozenset[UUID]) -> int:
    return sum(1 for part in history.parts if part.key_id in keys)


def _opened(reach: Reach, keys: frozenset[UUID]) -> int:
    return sum(1 for part in reach.parts if part.key_id in keys)
