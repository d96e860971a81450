"""What persons' own records say at this very moment: which API keys are revoked, which logins are ended.

What was read of a record is remembered with the version of the stream that it was read at, and used only while the
database says that this still is the newest: so a revocation works at once, in each process, for each request that comes
after it. That costs one indexed lookup a request.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final
from uuid import UUID

from domain.loading import Loading
from domain.principals import Person

REMEMBERED: Final = 4_096
"""Persons whose records are remembered."""


class Records:
    """Persons' records; safe for threads.

    Args:
        write_side: loads a person's record.
        newest: the newest version of a stream, as the database has it now; 0 where there is none.
    """

    def __init__(self, write_side: Loading, newest: Callable[[UUID], int]) -> None:
        self._write_side, self._newest = write_side, newest
        self._known: OrderedDict[UUID, Person] = OrderedDict()
        self._lock = Lock()

    def now(self, person: UUID) -> Person:
        """A person's record as it is now, to look at and not to change; an empty one of whoever isn't registered."""
        newest = self._newest(person)
        with self._lock:
            known = self._known.get(person)
            if known is not None and known.version == newest:
                self._known.move_to_end(person)
                return known
        loaded = self._write_side.load(Person, person)
        if loaded.version:  # strangers can make up as many persons as they like
            with self._lock:
                self._known[person] = loaded
                self._known.move_to_end(person)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
        return loaded
