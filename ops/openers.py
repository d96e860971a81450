"""Opens parts and facts for reading, with one role's capability each (``projections.ports``)."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from crypto.encoding import loads
from crypto.errors import KeyErased, Tampered
from crypto.grant import Disclosing
from crypto.heads import check_mac, mac
from crypto.part import CompartmentKey, open_part
from domain.endings import PartDisclosed
from domain.errors import NotFound
from domain.events import Content, RecordedEvent
from domain.reads import Place, Ticket
from domain.stream import Stream
from domain.vocabulary import Item, Role
from ops.keys.custodian import sealed_at
from ops.keys.role_keys import RoleKeys
from ops.mapper import open_facts
from ops.store.recorder import CellRecorder
from projections.ports import SealedAt


class RoleOpener:
    """``PartOpener``: parts as one role, with a principal's own keys.

    Args:
        keys: the role's capability.
        buried: whether these slots were erased for good, as the chain of tombstones has it; by default none was.
    """

    def __init__(self, keys: RoleKeys, buried: Callable[[Collection[UUID]], bool] = lambda _: False) -> None:
        self._keys, self._buried = keys, buried

    def open_parts(self, parts: Sequence[SealedAt], principal: UUID) -> list[dict[str, Any]]:
        """The payloads, in order.

        Raises:
            crypto.errors.CryptoError: when one of them isn't the role's, or isn't what was recorded.
        """
        with self._keys.in_use():
            keys = self._keys.open((part.key_id for part in parts), principal)
            return [_opened(keys[at.key_id], at) for at in parts]

    def open_living(self, parts: Sequence[SealedAt], principal: UUID) -> list[dict[str, Any] | None]:
        """The payloads, in order; None for a part whose key is erased.

        Raises:
            crypto.errors.Tampered: when a key is said to be erased that no tombstone names.
            crypto.errors.CryptoError: when one of them isn't the role's, or isn't what was recorded.
        """
        with self._keys.in_use():
            keys = self._living(dict.fromkeys(part.key_id for part in parts), principal)
            return [_opened(keys[at.key_id], at) if at.key_id in keys else None for at in parts]

    def _living(self, key_ids: Iterable[UUID], principal: UUID) -> dict[UUID, CompartmentKey]:
        try:
            return self._keys.open(key_ids, principal)
        except KeyErased:  # at this very moment, or on a record that a restore set back: rare, so one by one
            living: dict[UUID, CompartmentKey] = {}
            for key_id in key_ids:
                try:
                    living |= self._keys.open([key_id], principal)
                except KeyErased:
                    if not (gone := self._keys.gone(key_id)):
                        raise  # not the key: the reader's own keys
                    if not self._buried(gone):
                        raise Tampered from None
            return living


def _opened(key: CompartmentKey, at: SealedAt) -> dict[str, Any]:
    payload: dict[str, Any] = loads(open_part(key, at.stream, at.version, at.index, at.sealed))
    return payload


class OverseerOpener:
    """``FactsOpener``: facts with an overseer's own grant of the oversight key."""

    def __init__(self, keys: RoleKeys, oversight_key: UUID) -> None:
        self._keys, self._oversight_key = keys, oversight_key

    def open_facts(self, stream: UUID, version: int, state: bytes, overseer: UUID) -> RecordedEvent:
        """An event's facts."""
        return open_facts(self._keys.key(self._oversight_key, overseer), stream, version, state)


class Recall:
    """``domain.ports.Reader``: what a role said or read before, to carry it along."""

    def __init__(
        self, roles: dict[Role, RoleKeys], recorder: CellRecorder, buried: Callable[[Collection[UUID]], bool]
    ) -> None:
        self._roles, self._recorder, self._buried = roles, recorder, buried

    def recall(self, stream: Stream, role: Role, item: Item) -> list[Content]:
        """The contents of an item in a stream, in order.

        Raises:
            NotFound: when the role holds no key of it, or no longer.
        """
        readable = stream.openable_by(role)
        places = [place for place in stream.places_of(item) if place[2] in readable]
        if not places:
            raise NotFound
        wanted = {(version, index) for version, index, _ in places}
        sealed = [
            SealedAt(row.originator_id, row.originator_version, row.idx, row.key_id, row.sealed)
            for row in self._recorder.parts(stream.id)
            if (row.originator_version, row.idx) in wanted
        ]
        payloads = RoleOpener(self._roles[role], self._buried).open_living(sealed, stream.parties[role])
        contents: list[Content] = [payload["content"] for payload in payloads if payload is not None]
        if not contents:
            raise NotFound
        return contents


class DisclosureOpener:
    """Opens parts that were disclosed to a person, with the capability of persons towards their own (``Role.SELF``)."""

    def __init__(self, keys: RoleKeys, recorder: CellRecorder) -> None:
        self._keys, self._recorder = keys, recorder

    def open(self, stream: UUID, disclosed: PartDisclosed, person: UUID, now: datetime) -> dict[str, Any]:
        """A disclosed part's payload, as the mapper sealed it.

        Args:
            stream: where the part lies.
            disclosed: the disclosure, from that stream's ledger.
            person: who reads.
            now: the time.

        Raises:
            NotFound: it isn't this person's, or has expired.
            crypto.errors.CryptoError: the disclosure was erased, or isn't what was recorded.
        """
        if disclosed.recipient.principal != person or disclosed.expires_at <= now:
            raise NotFound
        place = (stream, disclosed.event_version, disclosed.index)
        with self._keys.in_use():
            opened = self._keys.disclosed(Disclosing(disclosed.disclosure_id, *place), person)
            payload: dict[str, Any] = loads(opened.open(*place, sealed_at(self._recorder, *place)))
        return payload


class RecordedDisclosures:
    """``api.backend.Disclosures``: opens a disclosed part once it is on record that its recipient reads it."""

    def __init__(self, opener: DisclosureOpener) -> None:
        self._opener = opener

    def open(
        self, stream: UUID, disclosed: PartDisclosed, person: UUID, now: datetime, ticket: Ticket
    ) -> dict[str, Any]:
        """A disclosed part's payload; arguments and errors as ``DisclosureOpener.open``.

        Raises:
            domain.reads.NotOnRecord: the ticket is for something else.
        """
        ticket.check_read_by(person, Place(stream, disclosed.event_version, disclosed.event_version))
        return self._opener.open(stream, disclosed, person, now)


class MacSeal:
    """``projections.ports.Seal`` with a key of one purpose."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, *fields: bytes) -> bytes:
        """32 bytes over the fields."""
        return mac(self._key, "driehoek/view/v1", *fields)

    def check(self, expected: bytes, *fields: bytes) -> None:
        """Raise ``crypto.errors.Tampered`` when the fields aren't those that were sealed."""
        check_mac(self._key, expected, "driehoek/view/v1", *fields)
