"""Between the event and its stored form: seals on the way in, opens the facts on the way out.

The library's ``Mapper`` protocol, at the one place where it knows the stream and the version: both are bound into
every sealed byte, so nothing that was stored can be moved elsewhere (architecture.md, the store).

Stored form, version with care:

- ``topic``: one opaque constant. The real topic is confidential and lies inside the sealed facts.
- ``state``: part 0, the facts, sealed under the oversight key: CBOR of
  ``[1, [topic, version, fields], time_us, actor, role, principal, clause_version, [[item, key_id], ...]]``.
- parts 1..n: each sealed under its compartment's key: CBOR of
  ``{v, topic, item, at (time_us), by (role), clause_version, content}``.
- the leaf's body: everything that outsiders will be able to check, signed by the author's principal.

A part of an event is opened nowhere here: the write side reads facts only.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final
from uuid import UUID, uuid4

from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from crypto.encoding import dumps, encode, loads
from crypto.leaf import author_message, digest, grant_digest, leaf_body, pseudonym
from crypto.part import CompartmentKey, open_part, seal_part
from domain.events import Label, Part, RecordedEvent
from domain.facts import fact_from_stored, instant_from_stored, instant_to_stored
from domain.principals import SERVICE_ID
from domain.vocabulary import Item, Role
from ops.keys.desk import Desk
from ops.keys.role_keys import RoleKeys
from ops.keys.service import ServiceKeys
from ops.store.rows import SealedGrant, SealedPart, SealedStoredEvent

TOPIC: Final = "e1"
"""What the topic column says of every event."""

_FACTS_VERSION: Final = 1
_PART_VERSION: Final = 1
_ROLES: Final = {role.value: role for role in Role}
_ITEMS: Final = {item.value: item for item in Item}


_REMEMBERED: Final = 8_192
"""Events whose opened facts are remembered, by exactly what is stored: other bytes are opened, and found out, anew."""


class SealingMapper(Mapper[UUID]):
    """Seals events for the store and opens their facts.

    Args:
        service: the service's keys, for the facts.
        roles: the capabilities that authors seal with; an author holds a key of whatever they write to.
        desk: signs as the author's principal.
        new_id: event ids.

    Attributes:
        facts: opens an event's facts, given its stream, its version and what is stored (``open_facts``). A stream is
            loaded over and over, by commands and views alike, and decrypting and decoding is most of that.
    """

    def __init__(
        self,
        service: ServiceKeys,
        roles: Mapping[Role, RoleKeys],
        desk: Desk,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        super().__init__(transcoder=JSONTranscoder())  # the protocol wants one; states are CBOR
        self._service, self._roles, self._desk, self._new_id = service, roles, desk, new_id
        self._pseudonym_key = service.key_for("pseudonyms")
        self.facts = lru_cache(maxsize=_REMEMBERED)(partial(open_facts, service.oversight))

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Seal facts and parts, and sign the leaf as the author."""
        event: RecordedEvent = domain_event
        stream, version = event.originator_id, event.originator_version
        time_us = instant_to_stored(event.timestamp)
        oversight = self._service.oversight
        # Facts are of fixed types (domain.facts), so they need no reading back; contents are what people typed.
        state = seal_part(oversight, stream, version, 0, encode(_facts(event, time_us)))
        sealed = [(oversight.key_id, state)]
        if event.labels:
            role, principal = event.sealed_as or (event.role, event.principal)
            with self._roles[role].in_use():
                keys = self._roles[role].open((label.key_id for label in event.labels), principal)
                for index, (label, part) in enumerate(zip(event.labels, event.parts, strict=True), start=1):
                    plaintext = dumps(_part(event, part, time_us))
                    sealed.append((label.key_id, seal_part(keys[label.key_id], stream, version, index, plaintext)))
        message = author_message(
            event_id=self._new_id(),
            stream=stream,
            version=version,
            time_us=time_us,
            actor=pseudonym(self._pseudonym_key, stream, event.actor),
            parts=[(key_id, digest(stream, version, index, s)) for index, (key_id, s) in enumerate(sealed)],
            grants=[grant_digest(stream, g.key_id, g.slot_id, g.sealed) for g in event.grants],
        )
        author = self._service.party if event.principal == SERVICE_ID else self._desk.private(event.principal)
        return SealedStoredEvent(
            originator_id=stream,
            originator_version=version,
            topic=TOPIC,
            state=state,
            leaf_body=leaf_body(message, author.sign(message)),
            parts=tuple(SealedPart(key_id, s) for key_id, s in sealed[1:]),
            grants=tuple(SealedGrant(g.key_id, g.slot_id, g.sealed) for g in event.grants),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> RecordedEvent:
        """Open the facts. The event comes back with labels and without parts."""
        stream = stored_event.originator_id
        version = stored_event.originator_version
        return self.facts(stream, version, stored_event.state)


def open_facts(oversight: CompartmentKey, stream: UUID, version: int, state: bytes) -> RecordedEvent:
    """Open an event's facts with the oversight key (the write side's, or an overseer's own).

    Raises:
        crypto.errors.Tampered: when the bytes were changed, or belong to another stream or version.
    """
    stored = loads(open_part(oversight, stream, version, 0, state))
    _, fact, time_us, actor, role, principal, clause_version, labels = stored
    return RecordedEvent(
        originator_id=stream,
        originator_version=version,
        timestamp=instant_from_stored(time_us),
        actor=_principal(actor),
        role=_ROLES[role],
        principal=_principal(principal),
        fact=fact_from_stored(fact),
        clause_version=clause_version,
        labels=tuple([_label(item, key_id) for item, key_id in labels]),
    )


# A stream's events name the same few people and keys again and again: each is made once. Ids only, nothing secret.


@lru_cache(maxsize=4_096)
def _principal(stored: bytes) -> UUID:
    return UUID(bytes=stored)


@lru_cache(maxsize=16_384)
def _label(item: str, key_id: bytes) -> Label:
    return Label(_ITEMS[item], UUID(bytes=key_id))


def _facts(event: RecordedEvent, time_us: int) -> list[Any]:
    return [
        _FACTS_VERSION,
        event.fact.to_stored(),
        time_us,
        event.actor.bytes,
        event.role.value,
        event.principal.bytes,
        event.clause_version,
        [[label.item.value, label.key_id.bytes] for label in event.labels],
    ]


def _part(event: RecordedEvent, part: Part, time_us: int) -> dict[str, Any]:
    return {
        "v": _PART_VERSION,
        "topic": event.fact.topic,
        "item": part.item.value,
        "at": time_us,
        "by": event.role.value,
        "clause_version": event.clause_version,
        "content": dict(part.content),
    }
