"""The record of the key tree: each epoch's steps, from the root that was staged to the root that was destroyed.

Erasing takes several steps in several places (crypto.md, erasure protocol), none of which the record itself makes
happen. Whoever reads it sees of every epoch how far it came: *staged* → *rekeyed* → *copied* → *fenced* →
*destroyed*; and of a restore, from how far behind. A step may be told again after a crash, and counts once. Each epoch
has a stream of its own, so that looking at one stays as quick after ten thousand others.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from domain.decisions import Command, Context, decides
from domain.errors import WrongMoment
from domain.events import Happening, RecordedEvent
from domain.facts import Fact, fact
from domain.principals import CELL_ID, NAMESPACE, SERVICE_ID
from domain.stream import Stream
from domain.vocabulary import Role

KEYS_ID: Final = uuid5(NAMESPACE, "keys")
"""Names the cell's key tree; every cell is a schema of its own, so the id can be the same in each."""


def keys_stream_id(epoch: int) -> UUID:
    """The stream of one epoch's steps."""
    return uuid5(KEYS_ID, str(epoch))


@dataclass(frozen=True, kw_only=True)
class OfEpoch(Fact):
    """Any step of one epoch. ``epoch`` is the one that is being made."""

    epoch: int


@fact("root.staged")
class RootStaged(OfEpoch):
    """A fresh root key for the epoch exists, durably, and nothing hangs from it yet."""


@fact("tree.rekeyed")
class TreeRekeyed(OfEpoch):
    """The tree hangs from the staged root: what was doomed has fresh random in its place.

    ``pages`` were sealed anew and ``slots`` erased; ``tombstone_head`` is the head of the chain of tombstones and
    ``page_head`` the SHA-256 of the sealed root page (32 bytes each).
    """

    pages: int
    slots: int
    tombstone_head: bytes
    page_head: bytes


@fact("tree.copied")
class TreeCopied(OfEpoch):
    """The changed pages lie in ``places`` more, were read back and opened; ``digest`` is the copy's SHA-256."""

    places: int
    digest: bytes


@fact("processes.fenced")
class ProcessesFenced(OfEpoch):
    """No process holds keys of an earlier epoch any more; so many had to be waited for."""

    processes: int


@fact("root.destroyed")
class RootDestroyed(OfEpoch):
    """The root key of the epoch before is destroyed: what was erased is gone, also from every backup."""


@fact("cell.restored")
class CellRestored(OfEpoch):
    """A database that was behind its root was brought up to it and rekeyed as a whole.

    ``behind`` is the epoch that it was found at, ``tombstones`` how many erasures were done again, ``tombstone_head``
    the chain's head after them (32 bytes).
    """

    behind: int
    tombstones: int
    tombstone_head: bytes


STEPS: Final[tuple[type[OfEpoch], ...]] = (
    RootStaged,
    TreeRekeyed,
    TreeCopied,
    ProcessesFenced,
    RootDestroyed,
    CellRestored,
)
"""Every step, in the order in which an epoch takes them."""


@dataclass
class Keys(Stream):
    """How far an epoch came: the topics of its steps on record."""

    epochs: dict[int, set[str]] = field(default_factory=dict)

    @property
    def parties(self) -> Mapping[Role, UUID]:
        """The service alone."""
        return {Role.SERVICE: SERVICE_ID}

    def role_of(self, person: UUID) -> Role | None:
        """The service alone."""
        return Role.SERVICE if person == SERVICE_ID else None

    @property
    def group(self) -> UUID:
        """The stream has no keys of its own; were there any, they'd lie with the cell's."""
        return CELL_ID

    def has(self, step: type[OfEpoch], epoch: int) -> bool:
        """Whether a step of an epoch is on record."""
        return step.topic in self.epochs.get(epoch, ())


def _took(keys: Keys, happened: OfEpoch, _: RecordedEvent) -> None:
    keys.epochs.setdefault(happened.epoch, set()).add(happened.topic)


for _step in STEPS:
    Keys.evolves(_step)(_took)


@dataclass(frozen=True, repr=False)
class RecordStep(Command):
    """The service records a step that was done, once for each epoch."""

    step: OfEpoch


@decides(Keys, RecordStep)
def _record_step(keys: Keys, command: RecordStep, _: Context) -> list[Happening]:
    if keys.has(type(command.step), command.step.epoch):
        raise WrongMoment("already-recorded")
    return [Happening(command.step)]
