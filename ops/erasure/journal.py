"""The steps of each epoch on record: who reads the log sees when keys were staged, erased, copied and destroyed."""

from datetime import datetime
from uuid import uuid5

from crypto.founding import FIRST_EPOCH
from crypto.ports import TreeState
from domain.application import Driehoek, Request
from domain.keys import (
    Keys,
    OfEpoch,
    ProcessesFenced,
    RecordStep,
    RootDestroyed,
    RootStaged,
    TreeCopied,
    TreeRekeyed,
    keys_stream_id,
)
from domain.principals import SERVICE_ID
from ops.erasure.epochs import Done, Observe, Step


class StepJournal:
    """Notes each step in its epoch's stream, then tells who watches.

    Args:
        write_side: records.
        at: the time that the steps are recorded with (UTC).
        watch: told afterwards.
    """

    def __init__(self, write_side: Driehoek, at: datetime, watch: Observe) -> None:
        self._write_side, self._at, self._watch = write_side, at, watch

    def lacks(self, state: TreeState | None) -> bool:
        """Whether the present epoch was made, and its last step isn't on record."""
        if state is None or state.epoch == FIRST_EPOCH:
            return False
        return not self._write_side.load(Keys, keys_stream_id(state.epoch)).has(RootDestroyed, state.epoch)

    def note(self, done: Done) -> None:
        """A step was done; done again after a crash, it is answered from the record."""
        if (step := _as_fact(done)) is not None:
            stream = keys_stream_id(done.epoch)
            request = Request(SERVICE_ID, self._at, uuid5(stream, step.topic), step.topic.encode())
            self._write_side.execute(stream, RecordStep(step), request)
        self._watch(done)


def _as_fact(done: Done) -> OfEpoch | None:
    switch = done.switch
    match done.step:
        case Step.STAGED:
            return RootStaged(epoch=done.epoch)
        case Step.COMMITTED if switch is not None:
            state = switch.state
            return TreeRekeyed(
                epoch=done.epoch,
                pages=len(switch.pages),
                slots=len(switch.tombstone.slots),
                tombstone_head=state.tombstone_head,
                page_head=state.page_head,
            )
        case Step.COPIED:
            return TreeCopied(epoch=done.epoch, places=done.count, digest=done.digest)
        case Step.FENCED:
            return ProcessesFenced(epoch=done.epoch, processes=done.count)
        case Step.DESTROYED:
            return RootDestroyed(epoch=done.epoch)
        case _:
            return None  # the switch of roots shows in what follows it
