"""Opens what a coach's practice tells (``api.backend.PracticeParts``), with its reader's own keys."""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from crypto.errors import Tampered
from domain.practice import Practice
from domain.reads import Place, Ticket
from domain.vocabulary import Role
from ops.keys.role_keys import RoleKeys
from ops.openers import RoleOpener
from ops.store.recorder import CellRecorder
from projections.opened import Opened
from projections.ports import SealedAt


class PracticeOpener:
    """Opens parts of practices, as the coach or as the coach's supervisor.

    Args:
        roles: the capabilities by role.
        recorder: where the parts lie.
        buried: whether these slots were erased for good.
    """

    def __init__(
        self, roles: Mapping[Role, RoleKeys], recorder: CellRecorder, buried: Callable[[Collection[UUID]], bool]
    ) -> None:
        self._roles, self._recorder, self._buried = roles, recorder, buried

    def open(
        self, practice: Practice, role: Role, person: UUID, numbered: Sequence[tuple[int, int]], ticket: Ticket
    ) -> list[Opened]:
        """What the events of these versions say, in their order; each version with its number for this reader.

        Raises:
            domain.reads.NotOnRecord: the ticket isn't for a read by this person of all of them.
            crypto.errors.CryptoError: it isn't what was recorded.
        """
        ticket.check(person, [Place(practice.id, version, version) for _, version in numbered])
        numbers = {version: number for number, version in numbered}
        sealed = [
            SealedAt(row.originator_id, row.originator_version, row.idx, row.key_id, row.sealed)
            for row in self._recorder.parts(practice.id)
            if row.originator_version in numbers
        ]
        if sorted(one.version for one in sealed) != sorted(numbers):
            raise Tampered
        payloads = RoleOpener(self._roles[role], self._buried).open_living(sealed, person)
        return [
            Opened.of(numbers[one.version], one.stream, one.version, payload)
            for one, payload in zip(sealed, payloads, strict=True)
            if payload is not None
        ]
