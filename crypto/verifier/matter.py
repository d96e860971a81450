"""What a record is about: engagements with roles and clauses, keys with their holders, events with their authors."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from crypto.verifier.clause import Clause
from crypto.verifier.formats import Leaf, label

TOPICS: Final = (
    " cell.founded person.registered organisation.registered overseer.appointed engagement.requested coach.chosen "
    "party.replaced engagement.ended hold.placed hold.lifted contract.drafted contract.signed contract.activated "
    "permission.withdrawn compartment.opened compartment.shared part.disclosed erasure.requested erasure.cancelled "
    "keys.erased tree.rekeyed root.destroyed evidence.exported team_member.admitted team_member.left "
    "programme.started practice.supervision_place_registered practice.supervision_place_left "
)
FORMS: Final = {"engagement.requested": 2, "contract.drafted": 2, "coach.met": 2, "voice.stated": 2} | {
    "session.work_recorded": 2,
    "results.assessed": 2,
    "read.recorded": 2,
}
"""The newest version of facts that have more than one; older ones are read, too (FORMAT.md 12)."""


@dataclass
class Engagement:
    """Who is in it as whom; who left, when and with which retention; versions (hash, clause, signers); holds; team."""

    roles: dict[str, bytes] = field(default_factory=dict)
    left: dict[bytes, tuple[int, int]] = field(default_factory=dict)
    versions: list[tuple[bytes, Clause, dict[str, bytes]]] = field(default_factory=list)
    clause: Clause = field(default_factory=Clause)
    over: int | None = None
    holds: dict[bytes, bytes] = field(default_factory=dict)
    team: set[bytes] = field(default_factory=set)

    def reads_as(self, role: str, who: bytes, compartment: str) -> bool:
        """Whether somebody is in a coached team, whose members read as the coachee does, the coachee's own apart."""
        return role == "E" and who in self.team and compartment != "coachee"


@dataclass
class Key:
    """A compartment's key: where it was opened, for what, and to whom it was granted as whom, by slot."""

    opened: "Event"
    wanted: tuple[str, dict[str, str], str | None]
    generation: int
    slots: dict[bytes, tuple[str, bytes]]

    @property
    def label(self) -> bytes:
        """What is bound into its parts (FORMAT.md 4)."""
        name, lifetimes, item = self.wanted
        times = "+".join(f"{role}.{lifetimes[role]}" for role in "OMCESP" if role in lifetimes)
        return label(name, f"{times}/{item}" if item else times, self.generation, sorted(lifetimes))


@dataclass(frozen=True)
class Event:
    """An event: its leaf, the leaf's index, and who acted as whom."""

    index: int
    leaf: Leaf
    role: str
    by: bytes


def personal_stream(stream: bytes, name: str, who: bytes) -> bytes:
    """Return the stream of somebody's notebook or diary on an engagement."""
    return uuid5(UUID(bytes=stream), f"{name}/{UUID(bytes=who)}").bytes
