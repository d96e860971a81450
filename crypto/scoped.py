"""One scope's keyring: opens and provisions that scope's slots, and nothing else.

It can't erase, can't open another scope's slots, and holds no way back to the scopes' own page. A process that serves
one scope gets this alone; what only has to tell whose slots are whose gets its ``marks``.

Three states of a slot are kept apart for ever: *never provisioned*, *active* and *erased*. A missing key never means
"make one", and an id is never used again.

Whether a slot is active is said by its row, which is read at every opening; what is kept in memory are opened pages of
one epoch. A row that was read while the tree moved to another epoch isn't believed: it is read again.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID, uuid4

from crypto.errors import KeyErased, KeyNeverProvisioned, NotInScope, Tampered
from crypto.places import Place, Places
from crypto.ports import StoredSlot, TreeStore
from crypto.slots import Marks, Scope, SlotKey, slot_secret
from crypto.tree import FANOUT


class ScopedKeyring:
    """The slots of one scope: opens and provisions them. Erasing is nobody's but the keyring's."""

    __slots__ = ("_marks", "_places", "_scope", "_store")

    def __init__(self, scope: Scope, places: Places, store: TreeStore) -> None:
        self._scope, self._places, self._store = scope, places, store
        self._marks = Marks(scope.mark_key, store)

    def __repr__(self) -> str:
        return "ScopedKeyring(***)"

    def marks(self) -> Marks:
        """Return what tells this scope's slots, erased or not, and opens none."""
        return self._marks

    def provision(self, group: UUID) -> SlotKey:
        """Make one fresh slot in a group, stored before it is returned; as ``provision_many``."""
        return self.provision_many(group, 1)[0]

    def provision_many(self, group: UUID, count: int) -> list[SlotKey]:
        """Make ``count`` fresh slots in a group (whose pages can be erased whole), stored before they are returned.

        A crash between this and the append that uses them leaves slots that open nothing: harmless, never reused. A
        page that is erased at this moment gives none: they are taken elsewhere.

        Raises:
            TreeFull: the tree has no room for another page.
            Others as in ``Keyring.check``.
        """
        return provision_across([self] * count, group)

    def _row(self, slot_id: UUID, place: Place) -> StoredSlot:
        return StoredSlot(slot_id, place.page, place.index, self._marks.of(slot_id, place.page, place.index))

    def _key(self, slot_id: UUID, place: Place) -> SlotKey:
        return SlotKey(slot_id, slot_secret(self._scope, slot_id, place.entry))

    def open(self, slot_id: UUID) -> SlotKey:
        """Open one slot; as ``open_many``."""
        return self.open_many([slot_id])[slot_id]

    def open_many(self, slot_ids: Collection[UUID]) -> dict[UUID, SlotKey]:
        """Open several slots: all of them, or the first one's error.

        Raises:
            KeyNeverProvisioned, KeyErased, NotInScope: see ``errors``; three different facts. An erased slot is
                erased to everybody: that is no secret.
            Tampered: a page on the way was changed, moved or put back to an older version.
            Others as in ``Keyring.check``.
        """
        return self._open(slot_ids, self._all)

    def open_own(self, slot_ids: Collection[UUID]) -> dict[UUID, SlotKey]:
        """Open those of these slots that are active and this scope's.

        Raises:
            Tampered, and others, as in ``open_many``: a tree that can't be trusted isn't passed over.
        """
        return self._open(slot_ids, self._own)

    def erased(self, slot_ids: Collection[UUID]) -> set[UUID]:
        """Return which of these slots were erased, whatever scope they belonged to."""
        return {slot_id for slot_id, slot in self._store.slots(slot_ids).items() if slot.erased is not None}

    def _open(
        self,
        slot_ids: Collection[UUID],
        choose: Callable[[Collection[UUID], Mapping[UUID, StoredSlot]], Mapping[UUID, bytes]],
    ) -> dict[UUID, SlotKey]:
        # An erased slot's entry is random again, and would make a wrong key. So an entry counts only if its page is
        # of an epoch that was known before the row said "active": then nothing was erased in between.
        while True:
            seen = self._places.epoch
            locations = choose(slot_ids, self._store.slots(slot_ids))
            if not locations:
                return {}
            try:
                entries = self._places.entries(set(locations.values()))
            except Tampered:
                if self._places.epoch == seen:
                    raise
                continue
            if entries.state.epoch == seen:
                break
        return {
            slot_id: SlotKey(slot_id, slot_secret(self._scope, slot_id, entries.by_location[location]))
            for slot_id, location in locations.items()
        }

    def _all(self, slot_ids: Collection[UUID], found: Mapping[UUID, StoredSlot]) -> dict[UUID, bytes]:
        for slot_id in slot_ids:
            if slot_id not in found:
                raise KeyNeverProvisioned
            if found[slot_id].erased is not None:
                raise KeyErased
            if not self._marks.is_own(found[slot_id]):
                raise NotInScope
        return {slot_id: _location(found[slot_id]) for slot_id in slot_ids}

    def _own(self, slot_ids: Collection[UUID], found: Mapping[UUID, StoredSlot]) -> dict[UUID, bytes]:
        slots = {slot_id: found[slot_id] for slot_id in slot_ids if slot_id in found}
        return {
            slot_id: _location(slot)
            for slot_id, slot in slots.items()
            if slot.erased is None and self._marks.is_own(slot)
        }


def _location(slot: StoredSlot) -> bytes:
    return slot.page + bytes((slot.index,))


def provision_across(scopes: Sequence[ScopedKeyring], group: UUID) -> list[SlotKey]:
    """Make one fresh slot for each of these scopes of one tree, side by side in a group, in one write.

    As ``ScopedKeyring.provision_many`` in all else.
    """
    provisioned: list[SlotKey] = []
    while missing := scopes[len(provisioned) : len(provisioned) + FANOUT]:
        store, places = missing[0]._store, missing[0]._places.take(group, len(missing))  # noqa: SLF001 - own class
        made = [(scope, uuid4(), place) for scope, place in zip(missing, places, strict=True)]
        rows = [scope._row(slot_id, place) for scope, slot_id, place in made]  # noqa: SLF001 - own class
        try:
            store.add_slots(rows)
        except KeyErased:
            continue
        provisioned += [scope._key(slot_id, place) for scope, slot_id, place in made]  # noqa: SLF001 - own class
    return provisioned
