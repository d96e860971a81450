"""Opens what a programme tells (``api.backend.ProgrammeParts``), with the organisation's own keys."""

from collections.abc import Collection

from crypto.errors import Tampered
from domain.errors import NotFound
from domain.events import Content
from domain.programme import Programme
from domain.reads import Place, Ticket
from domain.vocabulary import Item
from ops.keys.role_keys import RoleKeys
from ops.openers import RoleOpener
from ops.store.recorder import CellRecorder
from projections.ports import SealedAt


class ProgrammeOpener:
    """Opens parts of programmes as the organisation.

    Args:
        keys: the capability of sponsor organisations.
        recorder: where the parts lie.
    """

    def __init__(self, keys: RoleKeys, recorder: CellRecorder) -> None:
        self._keys, self._recorder = keys, recorder

    def open(self, programme: Programme, versions: Collection[int], ticket: Ticket) -> list[Content]:
        """What the events with these versions say, in their order.

        Raises:
            NotFound: there is no such programme.
            domain.reads.NotOnRecord: the ticket isn't for a read on the organisation's behalf of all of them.
            crypto.errors.CryptoError: the organisation's keys are gone, or it isn't what was recorded.
        """
        if programme.organisation is None:
            raise NotFound
        wanted = [place for place in programme.places_of(Item.PROGRAMME) if place[0] in versions]
        ticket.check(programme.organisation, [Place(programme.id, version, version) for version, _, _ in wanted])
        if len(wanted) != len(set(versions)):
            raise Tampered
        rows = {(row.originator_version, row.idx): row.sealed for row in self._recorder.parts(programme.id)}
        if any((version, index) not in rows for version, index, _ in wanted):
            raise Tampered
        sealed = [
            SealedAt(programme.id, version, index, key_id, rows[version, index]) for version, index, key_id in wanted
        ]
        return [payload["content"] for payload in RoleOpener(self._keys).open_parts(sealed, programme.organisation)]
