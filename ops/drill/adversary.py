"""What somebody can open who kept everything and holds every key that is left: tried, until nothing new opens.

    roots that are left → root pages → slot pages → entries, the scopes' among them → slot keys
        → custody: the parties' private keys → grants: compartment keys, and keys of disclosed parts → parts

One round is the whole closure: nothing that is sealed in a part is a key, and nothing below the tree leads back to it.

Not everything is tried against everything. What is left out, and why nothing is lost that could have opened:

- A root page of an epoch is tried with that epoch's wraps and tombstone heads only. The wrap's context binds the epoch,
  and the page's associated data bind epoch and head: with any others AES-GCM refuses, whatever the key.
- A page is tried with the values of its own place in its parent. Its key was drawn when it was sealed and was put
  there; no other place ever held it.
- A slot's key is made of the values of the place that its row names, with every scope. The mark in the row is its
  scope's over id and place, and the rows are all versions that ever were: it was never provisioned elsewhere.
- A grant is tried under the keys of the slot that its row names, since the slot's id is in its associated data, and in
  its own stream and for its own key, since these are, too; as every role's, and as a disclosure of every part of its
  stream. Where the outer lock opens, the inner one is tried with every private key.
- A custody is tried for the principal that its row names, which is in its associated data.
- A part is tried with every compartment key that was found, wherever it comes from: here nothing is left out. A
  disclosed part's key is tried at the place that its own label names.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from crypto.encoding import lp
from crypto.errors import CryptoError
from crypto.grant import DisclosedPart, Disclosing, open_custody, open_disclosure_grant, open_grant
from crypto.history import Unwrap, reachable
from crypto.part import SUITE, CompartmentKey, open_part
from crypto.party_keys import PartyKeys
from crypto.slots import SCOPES, SlotKey, derive_scope, slot_secret
from crypto.tree import ROOT, SCOPES_PAGE
from ops.drill.history import Grant, History, Part

_SUITE: Final = bytes((SUITE,))

Place = tuple[UUID, int, int]
"""Stream, version, index: where sealed bytes lie."""


@dataclass(frozen=True)
class Reach:
    """What an adversary got.

    Attributes:
        entries: by location in the tree, every value that was found there. Secret.
        slots: by slot, every key that it could have, one for each scope. Secret.
        private: the private keys that were found or given, by principal. Secret.
        grants: the grants that opened, both locks of them, and the custodies.
        parts: the parts that opened; facts, which are part 0 of their event, apart.
        facts: the facts that opened.
        tried: how many sealed parts and facts there were.
    """

    entries: Mapping[bytes, Collection[bytes]] = field(repr=False)
    slots: Mapping[UUID, Collection[SlotKey]] = field(repr=False)
    private: Mapping[UUID, PartyKeys] = field(repr=False)
    grants: frozenset[Grant] = field(repr=False)
    parts: frozenset[Part] = field(repr=False)
    facts: frozenset[Part] = field(repr=False)
    tried: int

    @property
    def places(self) -> frozenset[Place]:
        """Where the opened parts lie."""
        return frozenset((part.stream, part.version, part.idx) for part in self.parts)

    def secrets(self) -> set[bytes]:
        """Every key of 32 bytes that was found in the tree or made of it: entries, page keys and slot keys."""
        entries = {value for values in self.entries.values() for value in values}
        return entries | {slot.secret for slots in self.slots.values() for slot in slots}


class _Shown(NamedTuple):
    """The key of a disclosed part, with the disclosure."""

    of: Disclosing
    part: DisclosedPart


class Adversary:
    """Somebody with a history, and with what is left of the root stores when they first try.

    Args:
        history: everything that was ever written.
        unwrap: what is left of the roots: ``RootStore.unwrap``, or a control's (``ops.drill.kept_roots``).
        private: private keys that they hold already, by principal: a former party's own, say.
    """

    def __init__(self, history: History, unwrap: Unwrap, private: Mapping[UUID, PartyKeys] | None = None) -> None:
        self._history, self._unwrap, self._private = history, unwrap, dict(private or {})
        self._tree: tuple[Mapping[bytes, set[bytes]], dict[UUID, list[SlotKey]]] | None = None
        self._places: dict[UUID, set[tuple[int, int]]] = defaultdict(set)
        for part in history.parts:
            self._places[part.stream].add((part.version, part.idx))

    def reach(self, only: UUID | None = None) -> Reach:
        """Try everything.

        Args:
            only: use no private keys but this principal's, to see what one party's keys still open.
        """
        if self._tree is None:
            entries = self._entries()
            self._tree = entries, dict(self._slots(entries))
        entries, slots = self._tree
        private, custodies = self._custodies(slots)
        if only is not None:
            private = {principal: keys for principal, keys in private.items() if principal == only}
        opened = dict(self._grants(slots, private))
        keys = dict.fromkeys(held for held in opened.values() if isinstance(held, CompartmentKey))
        shown = [held for held in opened.values() if isinstance(held, _Shown)]
        readable = {part for part in self._history.parts if _Reader.shows(shown, part)}
        readable |= _Reader(keys).read(self._history.parts - readable)
        return Reach(
            entries=entries,
            slots=slots,
            private=private,
            grants=frozenset(opened) | custodies,
            parts=frozenset(part for part in readable if part.idx),
            facts=frozenset(part for part in readable if not part.idx),
            tried=len(self._history.parts),
        )

    def _entries(self) -> Mapping[bytes, set[bytes]]:
        """Every child of every page that opens, under whichever root: one epoch's root page at a time."""
        found: dict[bytes, set[bytes]] = defaultdict(set)
        lower = [page for page in self._history.pages if page.path != ROOT]
        roots = defaultdict(list)
        for page in self._history.pages - set(lower):
            roots[page.epoch].append(page)
        for deployment in self._history.deployments:
            for epoch, wraps in self._history.wraps.items():
                pages, heads = [*roots[epoch], *lower], self._history.heads[epoch]
                here = reachable(deployment, {epoch: wraps}, pages, heads, self._unwrap)
                for location, values in here.items():
                    found[location] |= values
        return found

    def _slots(self, entries: Mapping[bytes, Collection[bytes]]) -> Iterator[tuple[UUID, list[SlotKey]]]:
        """Every key that each slot could have."""
        scopes = [
            derive_scope(name, entry)
            for index, name in enumerate(SCOPES)
            for entry in entries.get(SCOPES_PAGE + bytes((index,)), ())
        ]
        locations: dict[UUID, set[bytes]] = defaultdict(set)
        for lock in self._history.locks:
            locations[lock.slot_id].add(lock.page + bytes((lock.idx,)))
        for slot_id, places in locations.items():
            values = {value for place in places for value in entries.get(place, ())}
            made = {slot_secret(scope, slot_id, value) for scope in scopes for value in values}
            yield slot_id, [SlotKey(slot_id, secret) for secret in made]

    def _custodies(self, slots: Mapping[UUID, Iterable[SlotKey]]) -> tuple[dict[UUID, PartyKeys], set[Grant]]:
        private, opened = dict(self._private), set()
        for grant in self._history.grants:
            for slot in slots.get(grant.slot_id, ()):
                with suppress(CryptoError):
                    private[grant.key_id] = open_custody(slot, grant.key_id, grant.sealed)
                    opened.add(grant)
        return private, opened

    def _grants(
        self, slots: Mapping[UUID, Iterable[SlotKey]], private: Mapping[UUID, PartyKeys]
    ) -> Iterator[tuple[Grant, CompartmentKey | _Shown]]:
        likely: dict[UUID, dict[UUID, PartyKeys]] = defaultdict(dict)  # who opened something in a stream, comes first
        for grant in self._history.grants:
            for slot, meaning in self._unlocked(grant, slots.get(grant.slot_id, ())):
                for principal, keys in {**likely[grant.stream], **private}.items():
                    with suppress(CryptoError):
                        yield grant, _open(slot, keys, grant, meaning)
                        likely[grant.stream][principal] = keys
                        break

    def _unlocked(self, grant: Grant, slots: Iterable[SlotKey]) -> Iterator[tuple[SlotKey, str | Disclosing]]:
        """With which key, and as whose grant or which disclosure, the outer lock opens; mostly in no way at all."""
        for meaning, bound in self._meanings(grant):
            for slot in slots:
                with suppress(CryptoError):
                    slot.open(grant.sealed, bound)
                    yield slot, meaning
                    return

    def _meanings(self, grant: Grant) -> Iterator[tuple[str | Disclosing, bytes]]:
        """All that a grant may be, each with what its outer lock is bound to then (FORMAT.md 7)."""
        stream, key, slot = (one.bytes for one in (grant.stream, grant.key_id, grant.slot_id))
        for role in SCOPES:
            yield role, lp(b"driehoek/grant/v1", _SUITE, stream, key, slot, role.encode())
        for version, index in self._places[grant.stream]:
            where = version.to_bytes(4, "big"), index.to_bytes(2, "big")
            bound = lp(b"driehoek/disclosure/v1", _SUITE, key, stream, *where, slot)
            yield Disclosing(grant.key_id, grant.stream, version, index), bound


class _Reader:
    """Tries keys on parts."""

    def __init__(self, keys: Iterable[CompartmentKey]) -> None:
        self._keys = list(keys)
        self._likely: dict[UUID, CompartmentKey] = {}

    def read(self, parts: Iterable[Part]) -> set[Part]:
        """The parts that open."""
        return {part for part in parts if self._opens(part)}

    def _opens(self, part: Part) -> bool:
        """Try what opened another part with the same key id beside it, then everything."""
        likely = self._likely.get(part.key_id)
        for key in (*((likely,) if likely else ()), *self._keys):
            with suppress(CryptoError):
                open_part(key, part.stream, part.version, part.idx, part.sealed)
                self._likely[part.key_id] = key
                return True
        return False

    @staticmethod
    def shows(shown: Iterable[_Shown], part: Part) -> bool:
        """Whether one of these disclosures is of this part, and opens it."""
        place = (part.stream, part.version, part.idx)
        for one in shown:
            if (one.of.originator_id, one.of.originator_version, one.of.index) == place:
                with suppress(CryptoError):
                    one.part.open(*place, part.sealed)
                    return True
        return False


def _open(slot: SlotKey, keys: PartyKeys, grant: Grant, meaning: str | Disclosing) -> CompartmentKey | _Shown:
    if isinstance(meaning, str):
        return open_grant(slot, keys, grant.stream, meaning, grant.key_id, grant.sealed)
    return _Shown(meaning, open_disclosure_grant(slot, keys, meaning, grant.sealed))
