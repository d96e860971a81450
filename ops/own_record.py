"""Opens what a person recorded of themself (``api.backend.OwnRecord``), with their own keys."""

from collections.abc import Collection, Mapping

from crypto.errors import Tampered
from domain.events import Content
from domain.principals import Person
from domain.reads import Place, Ticket
from domain.vocabulary import Item
from domain.webhooks import Webhook
from ops.keys.role_keys import RoleKeys
from ops.openers import RoleOpener
from ops.store.recorder import CellRecorder
from projections.ports import SealedAt


class OwnRecordOpener:
    """Opens parts of a person's own stream as that person.

    Args:
        keys: the capability of persons towards their own.
        recorder: where the parts lie.
    """

    def __init__(self, keys: RoleKeys, recorder: CellRecorder) -> None:
        self._keys, self._recorder = keys, recorder

    def open(self, person: Person, versions: Collection[int], ticket: Ticket) -> Mapping[int, Content]:
        """What the events with these versions say, by version.

        Raises:
            domain.reads.NotOnRecord: the ticket isn't for a read by this person of all of them.
            crypto.errors.CryptoError: the person's keys are gone, or it isn't what was recorded.
        """
        ticket.check(person.id, [Place(person.id, version, version) for version in versions])
        return _opened(self._keys, self._recorder, person, versions)


class WebhookAddresses:
    """Where webhooks go. The service uses an address for its person and shows it to nobody: that is no read.

    Args:
        keys: the capability of persons towards their own.
        recorder: where the parts lie.
    """

    def __init__(self, keys: RoleKeys, recorder: CellRecorder) -> None:
        self._keys, self._recorder = keys, recorder

    def of(self, person: Person, webhook: Webhook) -> str:
        """A webhook's URL.

        Raises:
            crypto.errors.CryptoError: the person's keys are gone, or it isn't what was recorded.
        """
        return str(_opened(self._keys, self._recorder, person, (webhook.version,))[webhook.version]["url"])


def _opened(keys: RoleKeys, recorder: CellRecorder, person: Person, versions: Collection[int]) -> Mapping[int, Content]:
    wanted = [place for place in person.places_of(Item.OWN_RECORD) if place[0] in versions]
    rows = {(row.originator_version, row.idx): row.sealed for row in recorder.parts(person.id)}
    if len(wanted) != len(set(versions)) or any(place[:2] not in rows for place in wanted):
        raise Tampered
    sealed = [SealedAt(person.id, version, index, key_id, rows[version, index]) for version, index, key_id in wanted]
    opened = RoleOpener(keys).open_parts(sealed, person.id)
    return {at.version: payload["content"] for at, payload in zip(sealed, opened, strict=True)}
