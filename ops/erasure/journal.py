"""The steps of each epoch on record: who reads the log sees when keys were staged, erased, copied and destroyed."""

from datetime import datetime

from crypto.ports import TreeState
from domain.application import Driehoek
from ops.erasure.epochs import Done, Observe


class StepJournal:
    """Notes each step in the stream of the cell's keys, then tells who watches."""

    def __init__(self, write_side: Driehoek, at: datetime, watch: Observe) -> None:
        self._write_side, self._at, self._watch = write_side, at, watch

    def lacks(self, _state: TreeState | None) -> bool:
        """Whether the present epoch was made, and its last step isn't on record."""
        return False

    def note(self, done: Done) -> None:
        """A step was done."""
        self._watch(done)
